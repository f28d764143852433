// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_command.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/find_run.h"
#include "app/cli/published_for.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/experiment/report_html.h"
#include "core/experiment/report_markdown.h"
#include "core/experiment/stored_run.h"
#include "core/experiment/sweep_report.h"
#include "core/store/workspace.h"

namespace limbeck::cli {
namespace {

struct ReportOptions {
  std::vector<std::string> subjects;
  std::vector<std::string> overrides;
  std::string format = "text";
  std::filesystem::path output;
  std::filesystem::path published_folder;
};

SweepReport reportOfFile(const Workspace& workspace, const ExperimentFile& file, const std::filesystem::path& folder) {
  SweepReport report = loadSweepReport(workspace.store(), file);
  report.published = publishedFor(file, folder);
  return report;
}

/// A run stands for the seeds of its group. Those of a sweep's point are shown without the claims, which are about the
/// sweep.
SweepReport reportOfRun(const Workspace& workspace, const RunRecord& run, const ReportOptions& options) {
  const RunInputs inputs = workspace.store().inputs(run.id);
  const bool has_points = !parseExperimentFile(inputs.config_toml, run.name()).points.empty();
  if (!has_points) {
    return reportOfFile(workspace, parseExperimentFile(inputs.config_toml, run.name(), inputs.overrides),
                        options.published_folder);
  }
  return loadSweepReport(workspace.store(), {.config = loadRunConfig(workspace.store(), run), .text = {}, .path = {}});
}

SweepReport reportOf(const Workspace& workspace, const std::string& subject, const ReportOptions& options) {
  std::error_code ignored;  // what cannot be looked at is no file here
  if (std::filesystem::is_regular_file(subject, ignored)) {
    const std::filesystem::path path = subject;
    const bool has_folder = !options.published_folder.empty();
    return reportOfFile(workspace, loadExperiment(path, options.overrides),
                        has_folder ? options.published_folder : path.parent_path());
  }
  if (const auto run = workspace.store().findRun(subject)) return reportOfRun(workspace, *run, options);
  if (const auto sweep = findSweep(workspace.store(), subject)) {
    return reportOfFile(workspace, *sweep, options.published_folder);
  }
  throw Error(ErrorCode::NotFound,
              fmt::format("{}: no experiment file, no run and no sweep of {}; `limbeck-cli runs` lists what there is",
                          subject, workspace.folder().string()));
}

std::string textOf(const std::vector<SweepReport>& reports, const std::string& format) {
  if (format == "html") return reportHtml(reports);
  if (format == "markdown") return reportMarkdown(reports);
  std::string text;
  nlohmann::json json = {{"format", "limbeck-reports"}, {"format_version", 1}, {"reports", nlohmann::json::array()}};
  for (const SweepReport& report : reports) {
    if (format == "text") text += describeReport(report);
    if (format == "json") json["reports"].push_back(toJson(report));
  }
  if (format == "json") text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  return text;
}

ExitCode writeReport(const CommonOptions& common, const ReportOptions& options) {
  const Workspace workspace(common.workspace, OpenMode::ReadOnly);
  std::vector<SweepReport> reports;
  for (const std::string& subject : options.subjects) reports.push_back(reportOf(workspace, subject, options));
  const std::string text = textOf(reports, options.format);
  if (options.output.empty()) {
    fmt::print("{}", text);
  } else {
    writeFileAtomically(options.output, text);
  }
  return ExitCode::Success;
}

}  // namespace

void addReportCommand(CLI::App& app, CommonOptions& common, std::function<ExitCode()>& chosen) {
  const auto options = std::make_shared<ReportOptions>();  // Shared by the parser's bindings and the command.
  CLI::App* command = app.add_subcommand(
      "report", "What runs, sweeps and experiment files came to: tables, plots, claims and verdicts");
  command->add_option("SUBJECT", options->subjects, "A run (AD-14), the name of a sweep, or an experiment file")
      ->required();
  command->add_option("--set", options->overrides, "Overrides that the experiment file was run with (repeatable)")
      ->allow_extra_args(false);
  command
      ->add_option("-f,--format", options->format,
                   "text, html (one page, with plots), markdown (the claims as a table), json (docs/run-json.md)")
      ->check(CLI::IsMember({"text", "html", "markdown", "json"}))
      ->capture_default_str();
  command->add_option("-o,--output", options->output, "File to write; without it, standard output");
  command->add_option("--published", options->published_folder,
                      "Folder that published numbers are looked for in (default: that of the experiment file)");
  command->add_option("-w,--workspace", common.workspace, "Folder with the runs")->capture_default_str();
  command->callback(
      [options, &common, &chosen] { chosen = [options, &common] { return writeReport(common, *options); }; });
}

}  // namespace limbeck::cli
