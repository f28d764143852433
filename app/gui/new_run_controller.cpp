// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/new_run_controller.h"

#include "app/gui/demo_workspace.h"
#include "app/gui/run_queue.h"
#include "app/gui/session.h"
#include "core/base/error.h"
#include "core/experiment/run_environment.h"
#include "core/experiment/stored_run.h"
#include "core/experiment/sweep_estimate.h"
#include "core/jobs/thread_team.h"
#include "widgets/base/text.h"
#include "widgets/board/environment_preview.h"
#include "widgets/form/sweep_box.h"

namespace limbeck {
namespace {

constexpr int kMeasureDelayMilliseconds = 400;

/// Stops a measurement that nobody waits for any more.
class WantedControl final : public WorkControl {
 public:
  WantedControl(std::shared_ptr<std::atomic<int>> wanted, int generation)
      : wanted_(std::move(wanted)), generation_(generation) {}
  bool stopRequested() const override { return *wanted_ != generation_; }

 private:
  std::shared_ptr<std::atomic<int>> wanted_;
  int generation_;
};

/// One without a name when there is no sweep.
std::vector<SweepPoint> pointsOf(const NewRunRequest& asked) {
  if (!asked.points.empty()) return asked.points;
  return {{.name = {}, .overrides = {}, .config = asked.config}};
}

/// What the page asks for as runs, in the order of the command line: all points with the first seed, then with the
/// next, so that they can be compared before all seeds are done.
std::vector<RunRequest> runsOf(const NewRunRequest& asked) {
  const std::vector<SweepPoint> points = pointsOf(asked);
  std::vector<RunRequest> runs;
  for (const std::uint64_t seed : asked.seeds) {
    for (const SweepPoint& point : points) {
      RunRequest run{.config = point.config, .text = asked.text, .overrides = point.overrides};
      run.overrides.insert(run.overrides.end(), asked.overrides.begin(), asked.overrides.end());
      run.config.seed = Seed{seed};
      run.config.threads = asked.config.threads;
      if (!asked.points.empty()) run.sweep = asked.config.name;
      run.point = point.name;
      runs.push_back(std::move(run));
    }
  }
  return runs;
}

/// Of all runs together.
EstimateText wordsOf(const RunEstimate& estimate, std::size_t runs, int threads) {
  EstimateText text;
  text.state = EstimateText::State::Ready;
  text.histories_time = durationText(estimate.histories_seconds);
  text.training_time = durationText(estimate.training_seconds);
  text.evaluation_time = durationText(estimate.evaluation_seconds);
  text.total_time = durationText(estimate.totalSeconds());
  text.memory = bytesText(estimate.memory_bytes);
  text.disk = bytesText(estimate.disk_bytes);
  text.transitions = countText(estimate.transitions);
  text.parameters = countText(estimate.parameters);
  text.note = NewRunController::tr("measured on this computer, %n thread(s)", nullptr, threads)
                  .replace(QStringLiteral("(s)"), threads == 1 ? QString() : QStringLiteral("s"));
  if (runs > 1) text.note = NewRunController::tr("%1 together; ").arg(countedRuns(runs)) + text.note;
  return text;
}

struct Drawing {
  std::shared_ptr<const Environment> environment;  // shared with the preview
  TaskSplit split;
};

struct StoredExperiment {
  ExperimentConfig config;
  QString name;
  std::string text;
  std::vector<std::string> overrides;
};

}  // namespace

NewRunController::NewRunController(Session& session, RunQueue& queue, NewRunPage& page, QObject* parent)
    : QObject(parent),
      session_(session),
      queue_(queue),
      page_(page),
      preview_(new EnvironmentPreview),
      wanted_(std::make_shared<std::atomic<int>>(0)) {
  page_.setPreview(preview_);
  page_.setWorkspace(toQString(session_.folder().string()));
  timer_.setSingleShot(true);
  connect(&timer_, &QTimer::timeout, this, &NewRunController::measure);
  connect(&page_, &NewRunPage::configChanged, this, &NewRunController::onConfigChanged);
  connect(&page_, &NewRunPage::startRequested, this, [this](const NewRunRequest& request) {
    queue_.start(runsOf(request));
    Q_EMIT started();
  });
  page_.setPresetFolder(toQString(sharedFile(QStringLiteral("experiments")).string()));
  onConfigChanged();
}

NewRunController::~NewRunController() {
  *wanted_ = -1;
}

void NewRunController::showQuick() {
  page_.showPreset(QStringLiteral("darkroom_quick"));
}

void NewRunController::duplicate(RunId run) {
  session_.reading().run(
      this,
      [this, run] {
        const RunStore& store = session_.reader().store();
        const RunRecord record = store.run(run);
        const RunInputs inputs = store.inputs(run);
        return StoredExperiment{loadRunConfig(store, record), toQString(record.name()), inputs.config_toml,
                                inputs.overrides};
      },
      [this](const StoredExperiment& stored) {
        page_.showDuplicate(stored.config, stored.name, stored.text, stored.overrides);
      },
      [this](const QString& message) { Q_EMIT failed(message); });
}

void NewRunController::openFile(const QString& path) {
  page_.openFile(path);
}

void NewRunController::setVisible(bool is_visible) {
  is_visible_ = is_visible;
  if (is_visible_ && needs_estimate_) timer_.start(0);
}

void NewRunController::onConfigChanged() {
  drawEnvironment();
  needs_estimate_ = true;
  *wanted_ = generation_.next();
  EstimateText text;
  const QString problem = page_.problem();
  text.state = problem.isEmpty() ? EstimateText::State::Measuring : EstimateText::State::Impossible;
  text.problem = problem;
  page_.setEstimate(text);
  if (is_visible_ && problem.isEmpty()) timer_.start(kMeasureDelayMilliseconds);
}

void NewRunController::drawEnvironment() {
  const std::optional<ExperimentConfig> config = page_.config();
  if (!config) {
    preview_->setProblem(page_.problem());
    return;
  }
  const int generation = drawing_.next();
  session_.reading().run(
      this,
      [environment = config->environment, tasks = config->tasks] {
        Drawing drawing{.environment = makeEnvironment(environment), .split = {}};
        drawing.split = splitTasks(*drawing.environment, tasks);  // seconds for the largest Key-to-Door
        return drawing;
      },
      [this, generation](const Drawing& drawing) {
        if (drawing_.isCurrent(generation)) preview_->setSplit(drawing.environment, drawing.split);
      },
      [this, generation](const QString& problem) {
        if (drawing_.isCurrent(generation)) preview_->setProblem(problem);
      });
}

void NewRunController::measure() {
  const std::optional<NewRunRequest> request = page_.request();
  if (!request || !is_visible_) return;
  needs_estimate_ = false;
  const int generation = generation_.next();
  *wanted_ = generation;
  const int seeds = static_cast<int>(request->seeds.size());
  const int threads = threadCount(request->config);
  measuring_.run(
      this,
      [points = pointsOf(*request), seeds, wanted = wanted_, generation, threads]() -> std::optional<RunEstimate> {
        ThreadTeam team(threads);
        WantedControl control(wanted, generation);
        try {
          return estimateSweep(points, seeds, team, control);
        } catch (const Cancelled&) {
          return std::nullopt;
        }
      },
      [this, generation, runs = request->runCount(), threads](const std::optional<RunEstimate>& estimate) {
        if (estimate && generation_.isCurrent(generation)) page_.setEstimate(wordsOf(*estimate, runs, threads));
      },
      [this, generation](const QString& message) {
        if (!generation_.isCurrent(generation)) return;
        EstimateText text;
        text.state = EstimateText::State::Impossible;
        text.problem = message;
        page_.setEstimate(text);
      });
}

}  // namespace limbeck
