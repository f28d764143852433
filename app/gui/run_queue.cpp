// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/run_queue.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/gui/session.h"
#include "core/experiment/discard_run.h"
#include "core/experiment/run_environment.h"
#include "core/experiment/stored_run.h"
#include "core/jobs/thread_team.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

/// The request that a stored run was made from. Its number of threads comes with it, because results depend on it and
/// are found by it.
RunRequest storedRequest(const RunStore& store, const RunRecord& run) {
  const RunInputs inputs = store.inputs(run.id);
  RunRequest request{.config = loadRunConfig(store, run), .text = inputs.config_toml, .overrides = inputs.overrides};
  const nlohmann::json made_by = nlohmann::json::parse(inputs.environment_info, nullptr, false);
  request.config.threads = made_by.is_object() ? made_by.value("threads", 0) : 0;
  request.config.threads = threadCount(request.config);
  return request;
}

QString unfinishedWords(const RunStore& store, const RunRecord& run) {
  const std::vector<StageRecord> stages = store.stages(run.id);
  const auto open =
      std::ranges::find_if(stages, [](const StageRecord& stage) { return stage.state != RunState::Done; });
  const QString state = toQString(runStateName(run.state));
  if (open == stages.end()) return state;
  return RunQueue::tr("%1 during %2").arg(state, toQString(open->kind));
}

struct OpenedRun {
  RunRequest request;
  RunRecord record;
};

}  // namespace

struct RunQueue::Item {
  RunId run{};
  QString name;
  QString title;
  JobId job{};
  LiveFeed feed;
};

RunQueue::RunQueue(Session& session, QObject* parent) : QObject(parent), session_(session) {
  JobEngineOptions options;
  options.on_event = [this](const JobEvent& event) {
    QMetaObject::invokeMethod(
        this, [this, event] { onEvent(event); }, Qt::QueuedConnection);
  };
  engine_ = std::make_unique<JobEngine>(std::move(options));
  connect(&session_, &Session::interruptedFound, this, [this](const std::vector<RunId>& runs) {
    for (const RunId run : runs) offer(run);
  });
}

RunQueue::~RunQueue() {
  engine_.reset();  // Its events go to this object, so it ends first.
}

RunQueue::Item* RunQueue::find(RunId run) {
  const auto place = std::ranges::find_if(items_, [run](const auto& item) { return item->run == run; });
  return place == items_.end() ? nullptr : place->get();
}

const RunQueue::Item* RunQueue::find(RunId run) const {
  return const_cast<RunQueue*>(this)->find(run);
}

void RunQueue::start(const RunRequest& request, const std::vector<std::uint64_t>& seeds) {
  std::vector<RunRequest> requests;
  for (const std::uint64_t seed : seeds) {
    requests.push_back(request);
    requests.back().config.seed = Seed{seed};
  }
  start(std::move(requests));
}

void RunQueue::start(std::vector<RunRequest> requests) {
  session_.writing().run(
      this,
      [this, requests = std::move(requests)] {
        const std::shared_ptr<Workspace> workspace = session_.writable();
        std::vector<OpenedRun> opened;
        for (RunRequest one : requests) {
          one.config.threads = threadCount(one.config);
          const RunId run = openRun(*workspace, one);
          if (workspace->store().run(run).trashed_ms) workspace->store().restore(run);
          opened.push_back({one, workspace->store().run(run)});
        }
        return opened;
      },
      [this](const std::vector<OpenedRun>& opened) {
        const auto isDone = [](const OpenedRun& run) { return run.record.state == RunState::Done; };
        const auto done = std::ranges::count_if(opened, isDone);
        if (!opened.empty() && static_cast<std::size_t>(done) == opened.size()) {
          Q_EMIT alreadyDone(opened.front().record.id);
          return;
        }
        for (const OpenedRun& run : opened) {
          if (!isDone(run)) submit(run.record, run.request);
        }
        if (done > 0) Q_EMIT someDone(static_cast<int>(done), static_cast<int>(opened.size()));
      },
      [this](const QString& message) { Q_EMIT refused(message); });
}

void RunQueue::resume(RunId run) {
  if (const Item* item = find(run); item != nullptr && !isFinal(engine_->snapshot(item->job).state)) {
    engine_->resume(item->job);
    return;
  }
  session_.writing().run(
      this,
      [this, run] {
        const std::shared_ptr<Workspace> workspace = session_.writable();
        const RunRecord record = workspace->store().run(run);
        return OpenedRun{storedRequest(workspace->store(), record), record};
      },
      [this](const OpenedRun& opened) { submit(opened.record, opened.request); },
      [this](const QString& message) { Q_EMIT refused(message); });
}

void RunQueue::submit(const RunRecord& record, const RunRequest& request) {
  const RunId run = record.id;
  if (const Item* item = find(run); item != nullptr && !isFinal(engine_->snapshot(item->job).state)) return;
  forgetEnded(run);
  std::erase_if(offered_, [run](const QueueEntry& entry) { return entry.run == run; });
  auto item = std::make_shared<Item>();
  item->run = run;
  item->name = toQString(record.name());
  const std::string& point = request.point.empty() ? record.point : request.point;
  item->title = toQString(request.config.name) +
                (point.empty() ? QString() : QStringLiteral(" · ") + toQString(point)) +
                tr(" · seed %1").arg(request.config.seed.value);
  JobSpec spec;
  spec.title = item->name.toStdString();
  spec.work = [this, run, request, item](WorkControl& control) {
    const std::shared_ptr<Workspace> workspace = session_.writable();
    ThreadTeam team(request.config.threads);
    RunRequest live = request;
    live.live = &item->feed;
    runExperiment(*workspace, run, live, team, control);
  };
  spec.discard = [this, run] { discardRun(*session_.writable(), run); };
  items_.push_back(item);
  item->job = engine_->submit(std::move(spec));
  Q_EMIT queued(run);
  Q_EMIT changed();
}

void RunQueue::onEvent(const JobEvent& event) {
  const auto place = std::ranges::find_if(items_, [&](const auto& item) { return item->job == event.job.id; });
  if (place == items_.end()) return;
  const RunId run = (*place)->run;
  switch (event.kind) {
    case JobEventKind::Started:
      Q_EMIT started(run);
      break;
    case JobEventKind::Done:
      Q_EMIT finished(run);
      break;
    case JobEventKind::Failed:
      Q_EMIT failed(run, toQString(event.job.failure_message));
      break;
    case JobEventKind::Stopped:
      Q_EMIT stopped(run, toQString(event.job.kept));
      break;
    case JobEventKind::Submitted:
    case JobEventKind::Paused:
    case JobEventKind::Resumed:
    case JobEventKind::Stopping:
      break;
  }
  Q_EMIT changed();
  if (!isBusy()) Q_EMIT idle();
}

void RunQueue::pause(RunId run) {
  if (const Item* item = find(run)) engine_->pause(item->job);
}

void RunQueue::stopAndKeep(RunId run) {
  if (const Item* item = find(run)) engine_->stopAndKeep(item->job);
}

void RunQueue::stopAndDiscard(RunId run) {
  if (const Item* item = find(run)) engine_->stopAndDiscard(item->job);
}

void RunQueue::move(RunId run, int position) {
  if (const Item* item = find(run)) engine_->reorder(item->job, static_cast<std::size_t>(std::max(0, position)));
  Q_EMIT changed();
}

void RunQueue::keep(RunId run) {
  const bool was_only_shown = find(run) != nullptr;  // an ended one that the user closes
  std::erase_if(offered_, [run](const QueueEntry& entry) { return entry.run == run; });
  forgetEnded(run);
  if (was_only_shown) {
    Q_EMIT changed();
    return;
  }
  // A run that was only waiting becomes a stopped one: nobody is going to start it.
  session_.writing().run(
      this,
      [this, run] {
        const std::shared_ptr<Workspace> workspace = session_.writable();
        if (workspace->store().run(run).state == RunState::Waiting)
          workspace->store().updateState(run, RunState::Stopped);
      },
      [this] { Q_EMIT changed(); }, [this](const QString& message) { Q_EMIT refused(message); });
}

void RunQueue::forgetEnded(RunId run) {
  std::erase_if(items_, [&](const auto& item) {
    if (item->run != run || !isFinal(engine_->snapshot(item->job).state)) return false;
    engine_->forget(item->job);
    return true;
  });
}

std::optional<RunId> RunQueue::current() const {
  for (const auto& item : items_) {
    const JobState state = engine_->snapshot(item->job).state;
    if (state == JobState::Running || state == JobState::Paused || state == JobState::Stopping) return item->run;
  }
  return std::nullopt;
}

std::vector<QueueEntry> RunQueue::entries() const {
  std::vector<QueueEntry> entries;
  for (const JobSnapshot& job : engine_->snapshots()) {
    const auto place = std::ranges::find_if(items_, [&](const auto& item) { return item->job == job.id; });
    if (place == items_.end()) continue;
    entries.push_back(
        {.run = (*place)->run, .name = (*place)->name, .title = (*place)->title, .job = job, .recover_text = {}});
  }
  entries.insert(entries.end(), offered_.begin(), offered_.end());
  return entries;
}

std::shared_ptr<const LiveFeed> RunQueue::feed(RunId run) const {
  const auto place = std::ranges::find_if(items_, [run](const auto& item) { return item->run == run; });
  return place == items_.end() ? nullptr : std::shared_ptr<const LiveFeed>(*place, &(*place)->feed);
}

bool RunQueue::isBusy() const {
  return std::ranges::any_of(items_, [&](const auto& item) { return !isFinal(engine_->snapshot(item->job).state); });
}

std::vector<RunId> RunQueue::unfinished() const {
  std::vector<RunId> runs;
  for (const QueueEntry& entry : entries()) {
    if (!entry.is_recoverable && !isFinal(entry.job.state)) runs.push_back(entry.run);
  }
  return runs;
}

void RunQueue::offer(RunId run) {
  const bool is_there = std::ranges::any_of(offered_, [run](const QueueEntry& entry) { return entry.run == run; });
  if (is_there || find(run) != nullptr) return;
  session_.reading().run(
      this,
      [this, run] {
        const RunStore& store = session_.reader().store();
        const RunRecord record = store.run(run);
        QueueEntry entry{
            .run = run, .name = toQString(record.name()), .title = toQString(record.title), .is_recoverable = true};
        entry.recover_text = record.trashed_ms ? QString() : unfinishedWords(store, record);
        return entry;
      },
      [this](const QueueEntry& entry) {
        const bool is_known =
            std::ranges::any_of(offered_, [&](const QueueEntry& other) { return other.run == entry.run; });
        if (entry.recover_text.isEmpty() || is_known || find(entry.run) != nullptr) return;
        offered_.push_back(entry);
        Q_EMIT changed();
      });
}

void RunQueue::stopAll() {
  for (const auto& item : items_) engine_->stopAndKeep(item->job);
  if (!isBusy()) Q_EMIT idle();
}

}  // namespace limbeck
