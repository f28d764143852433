// SPDX-License-Identifier: GPL-3.0-or-later
// One mutex guards all jobs: they change a few times a second at most, and a report or a snapshot holds it for a copy.
// Events are queued under it, in the order of the changes, and delivered without it by whichever thread gets there
// first; so they keep their order, come one at a time, and a callback may use the engine.
#include "core/jobs/job_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/thread_annotations.h"
#include "core/jobs/eta.h"

namespace limbeck {
namespace {

using Clock = std::chrono::steady_clock;

/// How the work of a job ended.
struct Outcome {
  JobState state = JobState::Done;
  std::string failure_code;
  std::string failure_message;
  std::string kept;
};

template <typename Action>
Outcome outcomeOf(const Action& action) {
  try {
    action();
    return {};
  } catch (const Cancelled& cancelled) {
    return {.state = JobState::Stopped, .failure_code = {}, .failure_message = {}, .kept = cancelled.kept()};
  } catch (const Error& error) {
    return {.state = JobState::Failed,
            .failure_code = std::string(errorCodeName(error.code())),
            .failure_message = error.what(),
            .kept = {}};
  } catch (const BugError& error) {
    return {.state = JobState::Failed, .failure_code = "Bug", .failure_message = error.what(), .kept = {}};
  } catch (const std::exception& error) {
    return {.state = JobState::Failed, .failure_code = "Unknown", .failure_message = error.what(), .kept = {}};
  } catch (...) {
    return {
        .state = JobState::Failed, .failure_code = "Unknown", .failure_message = "an unknown exception", .kept = {}};
  }
}

JobEventKind endKind(JobState state) {
  if (state == JobState::Failed) return JobEventKind::Failed;
  return state == JobState::Stopped ? JobEventKind::Stopped : JobEventKind::Done;
}

}  // namespace

std::string_view jobStateName(JobState state) {
  switch (state) {
    case JobState::Waiting:
      return "waiting";
    case JobState::Running:
      return "running";
    case JobState::Paused:
      return "paused";
    case JobState::Stopping:
      return "stopping";
    case JobState::Done:
      return "done";
    case JobState::Stopped:
      return "stopped";
    case JobState::Failed:
      return "failed";
  }
  throw BugError(fmt::format("job state {}", static_cast<int>(state)));
}

bool isFinal(JobState state) {
  return state == JobState::Done || state == JobState::Stopped || state == JobState::Failed;
}

struct JobEngine::Impl {
  struct Job;
  // Shared by the table of jobs, the thread at work on it and those who wait for it: `forget` may come at any time.
  using JobPointer = std::shared_ptr<Job>;
  struct QueuedEvent {
    JobPointer job;
    JobEvent event;
  };

  explicit Impl(JobEngineOptions engine_options)
      : options(std::move(engine_options)), pool(static_cast<std::size_t>(options.concurrent_jobs)) {}

  const JobEngineOptions options;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::map<JobId, JobPointer> jobs LIMBECK_GUARDED_BY(mutex);
  std::vector<JobPointer> waiting LIMBECK_GUARDED_BY(mutex);  // in the order they will run
  std::deque<QueuedEvent> events LIMBECK_GUARDED_BY(mutex);
  bool is_delivering LIMBECK_GUARDED_BY(mutex) = false;
  std::uint64_t last_id LIMBECK_GUARDED_BY(mutex) = 0;
  boost::asio::thread_pool pool;  // last: its threads use all of the above

  // Those with a lock as argument need it held.
  using Lock = std::unique_lock<std::mutex>;
  JobPointer find(const Lock&, JobId id) const;
  void pushEvent(const Lock&, const JobPointer& job, JobEventKind kind);
  JobPointer takeNext(const Lock&);
  void askToStop(const Lock&, const JobPointer& job);
  void finish(const Lock&, const JobPointer& job, const Outcome& outcome);

  void deliverEvents();
  void postWorker();
  void runNext();
  void runJob(const JobPointer& job);
  void stop(JobId id, bool is_discarded);
  void endWork(const JobPointer& job, Outcome outcome);
};

struct JobEngine::Impl::Job final : WorkControl, std::enable_shared_from_this<Job> {
  Job(Impl& owner, JobId job_id, JobSpec job_spec) : engine(owner), spec(std::move(job_spec)) {
    shown.id = job_id;
    shown.title = spec.title;
  }

  Impl& engine;
  const JobSpec spec;
  std::atomic<bool> is_stop_requested{false};
  std::atomic<bool> may_pause{false};  // a cheap first look; shown.is_pause_requested decides
  // From here on guarded by engine.mutex.
  JobSnapshot shown;  // elapsed and remaining time are filled in by snapshot()
  Eta eta;
  bool is_discard_requested = false;
  int undelivered_events = 0;
  double seconds_before = 0.0;  // at work until the last pause
  std::optional<Clock::time_point> working_since;

  double elapsedSeconds() const {
    if (!working_since) return seconds_before;
    return seconds_before + std::chrono::duration<double>(Clock::now() - *working_since).count();
  }
  void startTimer() { working_since = Clock::now(); }
  void stopTimer() {
    seconds_before = elapsedSeconds();
    working_since.reset();
  }
  JobSnapshot snapshot() const {
    JobSnapshot result = shown;
    result.elapsed_seconds = elapsedSeconds();
    if (!isFinal(shown.state)) result.remaining_seconds = eta.remainingSeconds(result.elapsed_seconds);
    return result;
  }

  bool stopRequested() const override { return is_stop_requested.load(std::memory_order_relaxed); }

  void pauseIfAsked() override {
    if (!may_pause.load(std::memory_order_relaxed)) return;
    {
      const Lock lock(engine.mutex);
      if (!shown.is_pause_requested || stopRequested()) return;
      stopTimer();
      shown.state = JobState::Paused;
      engine.pushEvent(lock, shared_from_this(), JobEventKind::Paused);
    }
    engine.deliverEvents();
    {
      Lock lock(engine.mutex);
      engine.changed.wait(lock, [&] { return !shown.is_pause_requested || stopRequested(); });
      startTimer();
      if (!stopRequested()) {
        shown.state = JobState::Running;
        engine.pushEvent(lock, shared_from_this(), JobEventKind::Resumed);
      }
    }
    engine.deliverEvents();
  }

  void report(const Progress& progress) override {
    const Lock lock(engine.mutex);
    // "histories" and then "steps" are two parts of the work, also when their counts happen to agree.
    if (progress.what != shown.progress.what) eta = Eta();
    shown.progress = progress;
    eta.update(elapsedSeconds(), progress.done, progress.total);
  }
};

JobEngine::Impl::JobPointer JobEngine::Impl::find(const Lock&, JobId id) const {
  const auto found = jobs.find(id);
  if (found != jobs.end()) return found->second;
  throw Error(ErrorCode::NotFound,
              fmt::format("there is no job {}; it may have been forgotten", static_cast<std::uint64_t>(id)));
}

void JobEngine::Impl::pushEvent(const Lock&, const JobPointer& job, JobEventKind kind) {
  ++job->undelivered_events;
  events.push_back({job, {kind, job->snapshot()}});
}

void JobEngine::Impl::deliverEvents() {
  Lock lock(mutex);
  if (is_delivering) return;  // that thread delivers ours, too
  is_delivering = true;
  while (!events.empty()) {
    const QueuedEvent next = std::move(events.front());
    events.pop_front();
    lock.unlock();
    try {
      if (options.on_event) options.on_event(next.event);
    } catch (const std::exception& error) {
      log::error("job '{}': a listener failed: {}", next.event.job.title, error.what());  // the job itself goes on
    }
    lock.lock();
    --next.job->undelivered_events;
    changed.notify_all();
  }
  is_delivering = false;
}

void JobEngine::Impl::postWorker() {
  boost::asio::post(pool, [this] { runNext(); });
}

JobEngine::Impl::JobPointer JobEngine::Impl::takeNext(const Lock&) {
  const auto next = std::ranges::find_if(waiting, [](const JobPointer& job) { return !job->shown.is_pause_requested; });
  if (next == waiting.end()) return nullptr;
  JobPointer job = *next;
  waiting.erase(next);
  return job;
}

/// One call is posted for each job that becomes ready; a call that finds none has nothing to do.
void JobEngine::Impl::runNext() {
  JobPointer job;
  {
    const Lock lock(mutex);
    job = takeNext(lock);
    if (!job) return;
    job->shown.state = JobState::Running;
    job->startTimer();
    pushEvent(lock, job, JobEventKind::Started);
  }
  deliverEvents();
  runJob(job);
}

void JobEngine::Impl::runJob(const JobPointer& job) {
  endWork(job, outcomeOf([&] { job->spec.work(*job); }));
}

void JobEngine::Impl::endWork(const JobPointer& job, Outcome outcome) {
  bool is_discarded = false;
  {
    // Decided and done under one lock, so that a later `stopAndDiscard` finds an ended job.
    const Lock lock(mutex);
    is_discarded = job->is_discard_requested;
    if (!is_discarded) finish(lock, job, outcome);
  }
  if (is_discarded) {
    const Outcome discarded = outcomeOf([&] {
      if (job->spec.discard) job->spec.discard();
    });
    if (outcome.state != JobState::Failed) outcome = discarded;
    if (outcome.state == JobState::Done) outcome.state = JobState::Stopped;
    const Lock lock(mutex);
    finish(lock, job, outcome);
  }
  deliverEvents();
}

void JobEngine::Impl::finish(const Lock& lock, const JobPointer& job, const Outcome& outcome) {
  job->stopTimer();
  JobSnapshot& shown = job->shown;
  shown.state = outcome.state;
  shown.failure_code = outcome.failure_code;
  shown.failure_message = outcome.failure_message;
  shown.kept = outcome.kept;
  shown.is_pause_requested = false;
  pushEvent(lock, job, endKind(outcome.state));
  changed.notify_all();
}

void JobEngine::Impl::askToStop(const Lock& lock, const JobPointer& job) {
  if (job->shown.state == JobState::Stopping) return;
  job->is_stop_requested.store(true);
  job->shown.is_pause_requested = false;
  job->shown.state = JobState::Stopping;
  pushEvent(lock, job, JobEventKind::Stopping);
  changed.notify_all();
}

void JobEngine::Impl::stop(JobId id, bool is_discarded) {
  JobPointer never_started;
  {
    const Lock lock(mutex);
    const JobPointer job = find(lock, id);
    if (isFinal(job->shown.state)) return;
    job->is_discard_requested = job->is_discard_requested || is_discarded;
    if (std::erase(waiting, job) > 0) never_started = job;
    askToStop(lock, job);
  }
  deliverEvents();
  if (never_started)
    endWork(never_started, {.state = JobState::Stopped, .failure_code = {}, .failure_message = {}, .kept = {}});
}

JobEngine::JobEngine(JobEngineOptions options) {
  LIMBECK_CHECK(options.concurrent_jobs >= 1, fmt::format("{} concurrent jobs", options.concurrent_jobs));
  impl_ = std::make_unique<Impl>(std::move(options));
}

JobEngine::~JobEngine() {
  std::vector<JobId> open_jobs;
  {
    const Impl::Lock lock(impl_->mutex);
    // The waiting ones first, so that none of them starts when a running one ends.
    for (const auto& job : impl_->waiting) open_jobs.push_back(job->shown.id);
    for (const auto& [id, job] : impl_->jobs) open_jobs.push_back(id);
  }
  for (const JobId id : open_jobs) impl_->stop(id, false);
  impl_->pool.join();
  impl_->deliverEvents();
}

JobId JobEngine::submit(JobSpec spec) {
  LIMBECK_CHECK(spec.work != nullptr, fmt::format("job '{}' without work", spec.title));
  JobId id{};
  {
    const Impl::Lock lock(impl_->mutex);
    id = JobId{++impl_->last_id};
    const auto job = std::make_shared<Impl::Job>(*impl_, id, std::move(spec));
    impl_->jobs.emplace(id, job);
    impl_->waiting.push_back(job);
    impl_->pushEvent(lock, job, JobEventKind::Submitted);
  }
  impl_->postWorker();
  impl_->deliverEvents();
  return id;
}

void JobEngine::pause(JobId id) {
  const Impl::Lock lock(impl_->mutex);
  const auto job = impl_->find(lock, id);
  if (isFinal(job->shown.state) || job->shown.state == JobState::Stopping) return;
  job->shown.is_pause_requested = true;
  job->may_pause.store(true);
}

void JobEngine::resume(JobId id) {
  {
    const Impl::Lock lock(impl_->mutex);
    const auto job = impl_->find(lock, id);
    job->shown.is_pause_requested = false;
    job->may_pause.store(false);
    impl_->changed.notify_all();
    if (job->shown.state != JobState::Waiting) return;
  }
  impl_->postWorker();
}

void JobEngine::stopAndKeep(JobId id) {
  impl_->stop(id, false);
}
void JobEngine::stopAndDiscard(JobId id) {
  impl_->stop(id, true);
}

void JobEngine::reorder(JobId id, std::size_t position) {
  const Impl::Lock lock(impl_->mutex);
  const auto job = impl_->find(lock, id);
  if (std::erase(impl_->waiting, job) == 0) return;
  const auto place = static_cast<std::ptrdiff_t>(std::min(position, impl_->waiting.size()));
  impl_->waiting.insert(impl_->waiting.begin() + place, job);
}

JobSnapshot JobEngine::wait(JobId id) {
  Impl::Lock lock(impl_->mutex);
  const auto job = impl_->find(lock, id);
  impl_->changed.wait(lock, [&] { return isFinal(job->shown.state) && job->undelivered_events == 0; });
  return job->snapshot();
}

void JobEngine::waitForAll() {
  Impl::Lock lock(impl_->mutex);
  impl_->changed.wait(lock, [&] {
    return std::ranges::all_of(impl_->jobs, [](const auto& entry) {
      return isFinal(entry.second->shown.state) && entry.second->undelivered_events == 0;
    });
  });
}

JobSnapshot JobEngine::snapshot(JobId id) const {
  const Impl::Lock lock(impl_->mutex);
  return impl_->find(lock, id)->snapshot();
}

std::vector<JobSnapshot> JobEngine::snapshots() const {
  const Impl::Lock lock(impl_->mutex);
  std::vector<JobSnapshot> result;
  result.reserve(impl_->jobs.size());
  for (const auto& [id, job] : impl_->jobs) {
    if (isFinal(job->shown.state)) result.push_back(job->snapshot());
  }
  for (const auto& [id, job] : impl_->jobs) {
    if (!isFinal(job->shown.state) && job->shown.state != JobState::Waiting) result.push_back(job->snapshot());
  }
  for (const auto& job : impl_->waiting) result.push_back(job->snapshot());
  return result;
}

void JobEngine::forget(JobId id) {
  const Impl::Lock lock(impl_->mutex);
  if (isFinal(impl_->find(lock, id)->shown.state)) impl_->jobs.erase(id);
}

}  // namespace limbeck
