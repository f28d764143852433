// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/machine_probe.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/base/error.h"
#include "core/data/context_batch.h"

namespace limbeck {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kHistoriesBudget = 0.04;
constexpr std::int64_t kProbedSteps = 1 << 18;
constexpr double kTrainingBudget = 0.1;
constexpr double kEncodingBudget = 0.02;
constexpr int kMaxRepeats = 5;
constexpr int kMaxStreamsAWorker = 64;

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void throwIfStopped(const WorkControl& control) {
  if (control.stopRequested()) throw Cancelled();
}

template <typename Action>
double secondsOf(const Action& action) {
  const Clock::time_point begin = Clock::now();
  action();
  return secondsSince(begin);
}

/// Another program's moment on this processor is no part of ours.
double median(std::span<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// Any transitions will do: no part of the work depends on their values.
ContextBatch someBatch(const TransformerConfig& config, int windows, int length) {
  const EnvironmentSpec& spec = config.spec;
  ContextBatch batch;
  batch.resize(windows, length, spec.observationSize());
  for (std::size_t row = 0; row < batch.actions.size(); ++row) {
    const auto action = static_cast<std::uint8_t>(row % static_cast<std::size_t>(spec.action_count));
    batch.actions[row] = action;
    batch.previous_actions[row] = action;
    batch.previous_rewards[row] = 0.0F;
    batch.previous_ends[row] = 0;
    for (std::size_t i = 0; i < spec.observation_classes.size(); ++i) {
      const auto classes = static_cast<std::size_t>(spec.observation_classes[i]);
      batch.observations[row * spec.observation_classes.size() + i] = static_cast<std::uint8_t>(row % classes);
    }
  }
  return batch;
}

/// Ends a learning that takes longer than the time that there is, and counts how far it came.
class ProbeWatch final : public LearningWatch {
 public:
  struct Enough {};

  ProbeWatch(int episodes, Clock::time_point begin, const WorkControl& control)
      : seen_(episodes), begin_(begin), control_(control) {}
  void look(LearningTally& news) override {
    seen_.take(news);
    if (control_.stopRequested() || (seen_.episodes() > 0 && secondsSince(begin_) > kHistoriesBudget)) throw Enough();
  }
  const LearningTally& seen() const { return seen_; }

 private:
  LearningTally seen_;
  Clock::time_point begin_;
  const WorkControl& control_;
};

/// Learns until the time is over, as the generator does: some histories side by side.
struct Learner {
  double histories = 0.0;
  double transitions = 0.0;
  double seconds = 0.0;

  /// `episodes`: what `algorithm` plays of a history.
  void learn(const SourceAlgorithm& algorithm, int episodes, const TabularTask& task, int worker,
             const WorkControl& control) {
    const Rng rng = Rng(Seed{0}).split("estimate", static_cast<std::uint64_t>(worker));
    std::vector<HistoryBuffer> buffers(static_cast<std::size_t>(algorithm.historiesTogether()));
    const Clock::time_point begin = Clock::now();
    ProbeWatch watch(episodes, begin, control);
    std::uint64_t number = 0;
    while (number == 0 || (secondsSince(begin) < kHistoriesBudget && !control.stopRequested())) {
      std::vector<Rng> rngs;
      for (HistoryBuffer& buffer : buffers) {
        buffer.clear();
        rngs.push_back(rng.split("history", number++));
      }
      try {
        algorithm.learnEach(task, rngs, buffers, &watch);
      } catch (const ProbeWatch::Enough&) {
        break;
      }
      if (!algorithm.learnsJointly()) count(buffers);
    }
    histories += static_cast<double>(watch.seen().episodes()) / episodes;
    transitions += static_cast<double>(watch.seen().transitions());
    seconds = secondsSince(begin);
  }

 private:
  void count(std::span<const HistoryBuffer> buffers) {
    histories += static_cast<double>(buffers.size());
    for (const HistoryBuffer& buffer : buffers) transitions += static_cast<double>(buffer.columns().rows());
  }
};

/// A decoder at work, all of its streams seeing the same.
class DecodingTrial {
 public:
  DecodingTrial(const SequenceModel& model, int streams, int drop_count)
      : token_(someBatch(model.config(), streams, 1)),
        log_probabilities_(static_cast<std::size_t>(streams) *
                           static_cast<std::size_t>(model.config().spec.action_count)),
        decoder_(model.makeDecoder({.streams = streams, .drop_count = drop_count})) {}

  double step() {
    return secondsOf([&] {
      decoder_->step({token_.observations, token_.previous_actions, token_.previous_rewards, token_.previous_ends},
                     log_probabilities_);
    });
  }

 private:
  ContextBatch token_;
  std::vector<float> log_probabilities_;
  std::unique_ptr<Decoder> decoder_;
};

/// So many streams that `steps` steps are over in `budget_seconds`, should they get twice as long on the way. Many are
/// better than few: only their keys and values together show whether memory can follow.
int affordableStreams(const SequenceModel& model, int streams, int drop_count, int steps, int workers,
                      double budget_seconds) {
  const int most = std::min(streams, kMaxStreamsAWorker * workers);
  DecodingTrial trial(model, most, drop_count);
  trial.step();  // touches memory for the first time
  const double share = budget_seconds / std::max(2.0 * steps * trial.step(), 1e-9);
  return std::clamp(static_cast<int>(most * std::min(share, 1.0)), std::min(workers, most), most);
}

}  // namespace

HistorySpeed probeHistories(const Environment& environment, std::span<const TaskId> tasks, const SourceOptions& source,
                            Team& team, WorkControl& control) {
  throwIfStopped(control);
  SourceOptions probed = source;
  if (makeSourceAlgorithm(source)->learnsJointly()) {
    // Such a learner has its whole histories in memory, and making room for those would be most of what is measured.
    const std::int64_t steps = std::int64_t{source.actors} * environment.spec().horizon;
    probed.episodes = std::clamp(static_cast<int>(kProbedSteps / steps), 1, source.episodes);
  }
  const std::unique_ptr<SourceAlgorithm> algorithm = makeSourceAlgorithm(probed);
  std::vector<Learner> learners(static_cast<std::size_t>(team.size()));
  team.run([&](int worker) {
    const TaskId task = tasks[static_cast<std::size_t>(worker) * tasks.size() / learners.size()];
    learners[static_cast<std::size_t>(worker)].learn(*algorithm, probed.episodes, environment.makeTask(task), worker,
                                                     control);
  });
  throwIfStopped(control);
  double seconds = 0.0;
  double histories = 0.0;
  double transitions = 0.0;
  for (const Learner& learner : learners) {
    seconds += learner.seconds;
    histories += learner.histories;
    transitions += learner.transitions;
  }
  const double whole = histories * probed.episodes / source.episodes;
  return {.seconds = seconds / whole, .transitions = transitions / whole};
}

TrainingSpeed probeTraining(SequenceModel& model, int batch_size, const Team& team, WorkControl& control) {
  const int few = 1;  // windows a worker
  const int many = std::clamp((batch_size + team.size() - 1) / team.size(), 1, 4);
  const int length = model.config().context_length;
  const ContextBatch small = someBatch(model.config(), std::min(few * team.size(), batch_size), length);
  const ContextBatch large = someBatch(model.config(), std::min(many * team.size(), batch_size), length);
  const Rng rng(Seed{0});
  const auto secondsOfStep = [&](const ContextBatch& batch) {
    throwIfStopped(control);
    return secondsOf([&] { model.trainStep(batch, 1e-4, rng); });
  };
  const Clock::time_point begin = Clock::now();
  secondsOfStep(small);  // touches memory for the first time
  std::vector<double> small_seconds{secondsOfStep(small)};
  std::vector<double> large_seconds;
  while (many > few && static_cast<int>(large_seconds.size()) < kMaxRepeats && secondsSince(begin) < kTrainingBudget) {
    large_seconds.push_back(secondsOfStep(large));
    small_seconds.push_back(secondsOfStep(small));
  }
  const double one = median(small_seconds);
  if (large_seconds.empty()) return {.fixed_seconds = 0.0, .window_seconds = one / few};
  const double each = std::clamp((median(large_seconds) - one) / (many - few), 0.0, one / few);
  return {.fixed_seconds = one - few * each, .window_seconds = each};
}

DecodingSpeed probeDecoding(const SequenceModel& model, int streams, int drop_count, double budget_seconds,
                            const Team& team, WorkControl& control) {
  throwIfStopped(control);
  const int half = std::max(model.config().context_length / 2, 1);
  const int affordable = affordableStreams(model, streams, drop_count, half, team.size(), budget_seconds);
  DecodingTrial trial(model, affordable, drop_count);
  std::vector<double> seconds;
  const Clock::time_point begin = Clock::now();
  while (static_cast<int>(seconds.size()) < half && (seconds.size() < 2 || secondsSince(begin) < budget_seconds)) {
    throwIfStopped(control);
    seconds.push_back(trial.step());
    if (half == 1) break;
  }
  const std::size_t quarter = std::max<std::size_t>(seconds.size() / 4, 1);
  const double early = median(std::span(seconds).first(quarter));
  const double late = median(std::span(seconds).last(quarter));
  const auto apart = static_cast<double>(seconds.size() - quarter);
  const double growth = apart > 0.0 ? std::max(late - early, 0.0) / apart : 0.0;
  const double empty = std::max(early - growth * static_cast<double>(quarter) / 2.0, 0.0);
  return {.streams = affordable, .empty_seconds = empty, .growth_seconds = growth};
}

double probeEncoding(SequenceModel& model, int length, const Team& team, WorkControl& control) {
  const ContextBatch batch = someBatch(model.config(), team.size(), length);
  std::vector<float> out(batch.actions.size() * static_cast<std::size_t>(model.config().spec.action_count));
  std::vector<double> seconds;
  const Clock::time_point begin = Clock::now();
  while (seconds.empty() || (static_cast<int>(seconds.size()) < kMaxRepeats && secondsSince(begin) < kEncodingBudget)) {
    throwIfStopped(control);
    seconds.push_back(secondsOf([&] { model.logProbabilities(batch, out); }));
  }
  return median(seconds);
}

}  // namespace limbeck
