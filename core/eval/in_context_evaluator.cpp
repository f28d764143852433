// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/in_context_evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "core/base/check.h"
#include "core/base/error.h"

namespace limbeck {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kReportInterval{50};
constexpr std::chrono::milliseconds kObserverInterval{200};

/// The episode that a stream is in. It enters the result as a whole when it ends, so that a return that was cut short
/// by the end of the evaluation is never among the results.
struct OpenEpisode {
  double sum_of_rewards = 0.0;
  std::int32_t length = 0;
  int finished = 0;  ///< episodes of this stream that are in the result
};

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Takes in one lockstep step after the other.
class Recorder {
 public:
  Recorder(std::span<const TaskId> tasks, const EvaluationOptions& options, const EnvironmentSpec& spec)
      : observation_size_(static_cast<std::size_t>(spec.observationSize())) {
    result_.episodes = options.episodes;
    for (const TaskId task : tasks) {
      for (int repeat = 0; repeat < options.repeats; ++repeat) {
        result_.tasks.push_back(task);
        result_.repeats.push_back(repeat);
      }
    }
    const std::size_t streams = result_.tasks.size();
    result_.returns.resize(streams * static_cast<std::size_t>(options.episodes));
    result_.lengths.resize(result_.returns.size());
    open_.resize(streams);
    unfinished_ = streams;
    if (options.keep_rollouts) reserveRollouts(static_cast<std::size_t>(options.episodes) * spec.horizon);
  }

  const std::vector<TaskId>& tasks() const { return result_.tasks; }
  bool isComplete() const { return unfinished_ == 0; }
  std::int64_t finishedEpisodes() const { return finished_episodes_; }
  std::int64_t steps() const { return result_.environment_steps; }
  const EvaluationResult& soFar() const { return result_; }
  /// Episodes that every stream has finished.
  int commonEpisodes() const { return std::ranges::min(open_, {}, &OpenEpisode::finished).finished; }

  /// What every stream saw, did and got. A stream that has its episodes plays on in the batch, unrecorded.
  void add(std::span<const std::uint8_t> observations, std::span<const Action> actions, std::span<const float> rewards,
           std::span<const End> ends) {
    for (std::size_t stream = 0; stream < open_.size(); ++stream) {
      if (open_[stream].finished == result_.episodes) continue;
      ++result_.environment_steps;
      if (!result_.rollouts.empty()) {
        Rollout& rollout = result_.rollouts[stream];
        const std::span seen = observations.subspan(stream * observation_size_, observation_size_);
        rollout.observations.insert(rollout.observations.end(), seen.begin(), seen.end());
        rollout.actions.push_back(actions[stream]);
        rollout.rewards.push_back(rewards[stream]);
        rollout.ends.push_back(ends[stream]);
      }
      addToEpisode(stream, rewards[stream], ends[stream]);
    }
  }

  EvaluationResult take(double seconds) {
    result_.seconds = seconds;
    return std::move(result_);
  }

 private:
  void reserveRollouts(std::size_t steps) {
    result_.rollouts.resize(result_.tasks.size());
    for (std::size_t stream = 0; stream < result_.rollouts.size(); ++stream) {
      Rollout& rollout = result_.rollouts[stream];
      rollout.task = result_.tasks[stream];
      rollout.repeat = result_.repeats[stream];
      rollout.observations.reserve(steps * observation_size_);
      rollout.actions.reserve(steps);
      rollout.rewards.reserve(steps);
      rollout.ends.reserve(steps);
    }
  }

  void addToEpisode(std::size_t stream, float reward, End end) {
    OpenEpisode& open = open_[stream];
    open.sum_of_rewards += static_cast<double>(reward);
    ++open.length;
    if (end == End::None) return;
    const std::size_t place =
        stream * static_cast<std::size_t>(result_.episodes) + static_cast<std::size_t>(open.finished);
    result_.returns[place] = static_cast<float>(open.sum_of_rewards);
    result_.lengths[place] = open.length;
    ++finished_episodes_;
    open = OpenEpisode{.finished = open.finished + 1};
    if (open.finished == result_.episodes) --unfinished_;
  }

  std::size_t observation_size_;
  EvaluationResult result_;
  std::vector<OpenEpisode> open_;
  std::size_t unfinished_ = 0;
  std::int64_t finished_episodes_ = 0;
};

/// Publishes whole episodes, at most every `kReportInterval`.
class EpisodeReporter {
 public:
  EpisodeReporter(WorkControl& control, std::int64_t total) : control_(control), total_(total) {}

  void report(const Recorder& recorder) {
    const Clock::time_point now = Clock::now();
    if (!recorder.isComplete() && (recorder.finishedEpisodes() == reported_ || now - last_ < kReportInterval)) return;
    reported_ = recorder.finishedEpisodes();
    last_ = now;
    const double seconds = std::max(elapsed(), 1e-9);
    control_.report(Progress{.what = "episodes",
                             .done = reported_,
                             .total = total_,
                             .rate = static_cast<double>(recorder.steps()) / seconds,
                             .rate_unit = "transitions",
                             .detail = {}});
  }

  double elapsed() const { return secondsSince(start_); }

 private:
  WorkControl& control_;
  std::int64_t total_;
  std::int64_t reported_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

/// Shows the result so far every `kObserverInterval`; not when it is complete, for then the caller has it.
class ObserverPace {
 public:
  explicit ObserverPace(const EvaluationObserver& observer) : observer_(observer) {}

  void showWhenDue(const Recorder& recorder) {
    if (!observer_ || recorder.isComplete() || Clock::now() - last_ < kObserverInterval) return;
    observer_(recorder.soFar(), recorder.commonEpisodes());
    last_ = Clock::now();
  }

 private:
  const EvaluationObserver& observer_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace

EvaluationResult evaluateInContext(const Environment& environment, std::span<const TaskId> tasks, Policy& policy,
                                   const EvaluationOptions& options, const Rng& rng, WorkControl& control,
                                   const EvaluationObserver& observer) {
  LIMBECK_CHECK(!tasks.empty() && options.episodes > 0 && options.repeats > 0,
                fmt::format("{} tasks, {} repeats, {} episodes", tasks.size(), options.repeats, options.episodes));
  Recorder recorder(tasks, options, environment.spec());
  VectorEnvironment world(environment, recorder.tasks(), rng.split("environment"));
  const std::size_t streams = recorder.tasks().size();
  const std::size_t observation_bytes = streams * static_cast<std::size_t>(world.spec().observationSize());

  std::vector<Rng> rngs;
  for (std::size_t stream = 0; stream < streams; ++stream) rngs.push_back(rng.split("policy", stream));
  std::vector<std::uint8_t> seen(observation_bytes);
  std::vector<std::uint8_t> next(observation_bytes);
  std::vector<std::uint8_t> arrived(observation_bytes);
  std::vector<Action> actions(streams);
  std::vector<float> rewards(streams);
  std::vector<End> ends(streams);

  EpisodeReporter reporter(control, static_cast<std::int64_t>(streams) * options.episodes);
  ObserverPace pace(observer);
  policy.reset(static_cast<int>(streams));
  world.reset(seen);
  while (!recorder.isComplete()) {
    control.pauseIfAsked();
    if (control.stopRequested()) throw Cancelled();
    policy.act(seen, actions, rngs);
    world.step(actions, {.rewards = rewards, .ends = ends, .arrived = arrived, .observations = next});
    policy.observe(rewards, ends);
    recorder.add(seen, actions, rewards, ends);
    std::swap(seen, next);
    reporter.report(recorder);
    pace.showWhenDue(recorder);
  }
  return recorder.take(reporter.elapsed());
}

}  // namespace limbeck
