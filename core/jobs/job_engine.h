// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/work_control.h"

namespace limbeck {

enum class JobId : std::uint64_t {};

enum class JobState {
  Waiting,
  Running,
  Paused,    ///< blocked at a safe point
  Stopping,  ///< a stop was asked for, the work has not returned yet
  Done,
  Stopped,
  Failed,
};

/// "running".
std::string_view jobStateName(JobState state);
/// Done, Stopped, Failed.
bool isFinal(JobState state);

/// What a job is to do. Both functions run on a thread of the engine, or, for a waiting job that is discarded,
/// `discard` runs on the thread that asked.
struct JobSpec {
  std::string title;
  std::function<void(WorkControl&)> work;
  /// Removes what the stopped work left; called after `stopAndDiscard` once the work has returned. May be empty.
  std::function<void()> discard;
};

/// A job at one moment.
struct JobSnapshot {
  JobId id{};
  std::string title;
  JobState state = JobState::Waiting;
  Progress progress;
  double elapsed_seconds = 0.0;             ///< at work, pauses not counted
  std::optional<double> remaining_seconds;  ///< by the rate of the last while; empty when not known
  std::string failure_code;                 ///< errorCodeName, "Bug" or "Unknown"; empty unless Failed
  std::string failure_message;
  std::string kept;                 ///< what a stopped job says it saved
  bool is_pause_requested = false;  ///< asked for, not reached a safe point yet, or Paused
};

enum class JobEventKind { Submitted, Started, Paused, Resumed, Stopping, Done, Stopped, Failed };

struct JobEvent {
  JobEventKind kind = JobEventKind::Submitted;
  JobSnapshot job;
};

struct JobEngineOptions {
  int concurrent_jobs = 1;
  /// Rare events, called with no lock held on the thread where they happen; one job's events come in order. Must not
  /// throw, and must not call `wait` or destroy the engine.
  std::function<void(const JobEvent&)> on_event;
};

/// Runs jobs in the background, at most `concurrent_jobs` at once, the others in the order they wait in. A failure ends
/// its own job only. Thread-safe. Polling `snapshot` 30 times a second is cheap: a lock and a copy.
class JobEngine {
 public:
  explicit JobEngine(JobEngineOptions options = {});
  /// Asks all jobs to stop and keep, and waits for them; waiting ones are stopped without having run.
  ~JobEngine();
  JobEngine(const JobEngine&) = delete;
  JobEngine& operator=(const JobEngine&) = delete;

  JobId submit(JobSpec spec);

  // Each of these does nothing to a job that has ended; Error(NotFound) when there is no such job.
  /// At the next safe point; a waiting job stays waiting until it is resumed, and others go first.
  void pause(JobId id);
  void resume(JobId id);
  /// The work sees stopRequested(), saves what is worth keeping, and ends.
  void stopAndKeep(JobId id);
  /// The same, then the job's `discard` runs. Also after stopAndKeep, while the job still stops.
  void stopAndDiscard(JobId id);
  /// Puts a waiting job at `position` (0 = next) among the waiting ones; positions behind the end mean the end.
  void reorder(JobId id, std::size_t position);

  /// Blocks until the job has ended, all of its events delivered; the result is its last snapshot.
  JobSnapshot wait(JobId id);
  void waitForAll();

  /// Throws Error(NotFound).
  JobSnapshot snapshot(JobId id) const;
  /// Ended ones in the order they were submitted, then those at work, then the waiting ones in the order they will run.
  std::vector<JobSnapshot> snapshots() const;
  /// Forgets an ended job; nothing happens when it has not ended.
  void forget(JobId id);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limbeck
