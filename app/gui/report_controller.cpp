// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/report_controller.h"

#include "app/gui/demo_workspace.h"
#include "app/gui/report_page.h"
#include "app/gui/session.h"
#include "core/base/error.h"
#include "core/experiment/stored_run.h"
#include "core/experiment/sweep_report.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

struct MadeReport {
  SweepReport report;
  QStringList notes;
};

/// The experiment that a run is of. The claims of a sweep are about the sweep, so that one of its points run alone has
/// none.
ExperimentFile experimentOf(const RunStore& store, const RunRecord& run) {
  if (!run.sweep.empty()) {
    if (std::optional<ExperimentFile> sweep = findSweep(store, run.sweep)) return *std::move(sweep);
  }
  const RunInputs inputs = store.inputs(run.id);
  ExperimentFile file = parseExperimentFile(inputs.config_toml, run.name());
  if (file.points.empty()) return parseExperimentFile(inputs.config_toml, run.name(), inputs.overrides);
  return {.config = loadRunConfig(store, run), .text = {}, .path = {}};
}

/// A stored run does not say where its file lay, so that published numbers are looked for beside the ready experiments.
std::vector<PublishedNumber> findPublished(const PublishedReference& reference) {
  const std::filesystem::path experiments = sharedFile(QStringLiteral("experiments"));
  const bool is_of_papers = std::filesystem::exists(experiments / "paper" / reference.file);
  return loadPublished(reference, is_of_papers ? experiments / "paper" : experiments);
}

void addPublished(const ExperimentFile& file, MadeReport& made) {
  for (const PublishedReference& reference : file.published) {
    try {
      for (PublishedNumber& number : findPublished(reference)) made.report.published.push_back(std::move(number));
    } catch (const Error& error) {  // It takes nothing from the experiment's own results.
      made.notes << ReportController::tr("Published numbers left out: %1").arg(QString::fromUtf8(error.what()));
    }
  }
}

MadeReport makeReportOf(const RunStore& store, RunId id) {
  const ExperimentFile file = experimentOf(store, store.run(id));
  MadeReport made{.report = loadSweepReport(store, file), .notes = {}};
  addPublished(file, made);
  return made;
}

}  // namespace

ReportController::ReportController(Session& session, ReportPage& page, QObject* parent)
    : QObject(parent), session_(session), page_(page) {}

void ReportController::show(RunId run) {
  page_.setWords(tr("Judging …"), tr("The runs are read, and every interval is drawn from them anew."));
  load(run);
}

void ReportController::refresh() {
  if (run_ && page_.report() != nullptr) load(*run_);
}

void ReportController::load(RunId run) {
  run_ = run;
  const int generation = generation_.next();
  making_.run(
      this, [this, run] { return makeReportOf(session_.reader().store(), run); },
      [this, generation](MadeReport made) {
        if (generation_.isCurrent(generation)) page_.setReport(std::move(made.report), made.notes);
      },
      [this, generation](const QString& message) {
        if (generation_.isCurrent(generation)) page_.setWords(tr("No verdicts"), message);
      });
}

}  // namespace limbeck
