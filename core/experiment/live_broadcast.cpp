// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/live_broadcast.h"

#include <algorithm>
#include <utility>

#include "core/experiment/references.h"

namespace limbeck {
namespace {

constexpr std::size_t kMaxStreams = 8;
constexpr std::chrono::milliseconds kTrainingInterval{100};

std::shared_ptr<const RecordedStream> copyOf(const EnvironmentSpec& spec, const HistoryLabel& label,
                                             const TransitionColumns& columns) {
  return RecordedStream::fromColumns(spec, label,
                                     {.observations = {columns.observations.begin(), columns.observations.end()},
                                      .actions = {columns.actions.begin(), columns.actions.end()},
                                      .rewards = {columns.rewards.begin(), columns.rewards.end()},
                                      .ends = {columns.ends.begin(), columns.ends.end()}});
}

/// The first repeat of the first tasks.
std::vector<std::shared_ptr<const RecordedStream>> someStreams(const EnvironmentSpec& spec,
                                                               const EvaluationResult& result) {
  std::vector<std::shared_ptr<const RecordedStream>> streams;
  for (const Rollout& rollout : result.rollouts) {
    if (rollout.repeat != 0 || streams.size() == kMaxStreams) continue;
    const HistoryLabel label{.task = static_cast<std::int32_t>(rollout.task),
                             .seed = static_cast<std::uint64_t>(rollout.repeat)};
    streams.push_back(copyOf(spec, label,
                             {.observations = rollout.observations,
                              .actions = rollout.actions,
                              .rewards = rollout.rewards,
                              .ends = rollout.ends}));
  }
  return streams;
}

std::vector<double> meanReturns(const EvaluationResult& result, int episodes) {
  std::vector<double> means(static_cast<std::size_t>(episodes), 0.0);
  for (int episode = 0; episode < episodes; ++episode) {
    double& mean = means[static_cast<std::size_t>(episode)];
    for (int stream = 0; stream < result.streams(); ++stream) mean += result.returnAt(stream, episode);
    mean /= result.streams();
  }
  return means;
}

}  // namespace

void HistoriesBroadcast::tell(const GenerationSnapshot& snapshot) {
  if (context_.live == nullptr) return;
  if (snapshot.newest != nullptr) {
    sample_ = copyOf(context_.environment.spec(), snapshot.newest->label, snapshot.newest->columns);
  }
  const auto tasks = static_cast<std::int64_t>(context_.split.training.size());
  context_.live->publish(LiveHistories{.histories_done = snapshot.histories_done,
                                       .histories_total = tasks * context_.config.histories.histories_per_task,
                                       .transitions = snapshot.transitions,
                                       .mean_returns = snapshot.mean_returns,
                                       .sample = sample_});
}

void TrainingBroadcast::tell(const TrainMetrics& metrics) {
  if (context_.live == nullptr) return;
  if (!has_begun_) beginWithEarlierLosses(metrics.step);
  losses_.add(metrics.step, metrics.result.loss);
  const Clock::time_point now = Clock::now();
  if (now < next_ && metrics.step < trainerOptions(context_.config).steps) return;
  next_ = now + kTrainingInterval;
  context_.live->publish(LiveTraining{.step = metrics.step,
                                      .steps = trainerOptions(context_.config).steps,
                                      .loss = metrics.result.loss,
                                      .accuracy = metrics.result.accuracy,
                                      .tokens_per_second = metrics.tokens_per_second,
                                      .loss_steps = losses_.steps(),
                                      .losses = losses_.values()});
}

void TrainingBroadcast::beginWithEarlierLosses(std::int64_t first_step) {
  has_begun_ = true;
  const MetricSeries earlier = context_.workspace.store().metrics(context_.run, "loss");
  // A run that was killed may have told of steps that its last checkpoint does not know: they come again.
  for (std::size_t i = 0; i < earlier.steps.size() && earlier.steps[i] < first_step; ++i) {
    losses_.add(earlier.steps[i], earlier.values[i]);
  }
}

EvaluationObserver PlayBroadcast::observer() const {
  if (!isHeard()) return {};
  return [this](const EvaluationResult& so_far, int episodes_done) { tell(so_far, episodes_done); };
}

void PlayBroadcast::tellWhole(const EvaluationResult& result) const {
  if (isHeard()) tell(result, result.episodes);
}

void PlayBroadcast::tell(const EvaluationResult& result, int episodes_done) const {
  LivePlay play{.policy = title_.policy,
                .split = title_.split,
                .step = title_.step,
                .episodes = result.episodes,
                .streams = someStreams(context_.environment.spec(), result),
                .mean_returns = meanReturns(result, episodes_done)};
  const std::vector<ReferenceReturns> references = streamReferences(references_, tasks_, result);
  for (const ReferenceReturns& reference : references) {
    play.optimum += reference.optimal / static_cast<double>(references.size());
    play.random += reference.random / static_cast<double>(references.size());
  }
  context_.live->publish(std::move(play));
}

}  // namespace limbeck
