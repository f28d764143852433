// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store_follower.h"

#include <algorithm>

#include "core/plot/decimate.h"

namespace limbeck {
namespace {

constexpr int kLossPoints = 600;

std::shared_ptr<const LiveTraining> storedTraining(const RunStore& store, RunId run, const ExperimentConfig& config) {
  const MetricSeries loss = store.metrics(run, "loss");
  if (loss.steps.empty()) return nullptr;
  PlotSeries series{.x = std::vector<double>(loss.steps.begin(), loss.steps.end()), .y = loss.values};
  series = decimated(series, kLossPoints);
  auto training = std::make_shared<LiveTraining>();
  training->step = loss.steps.back();
  training->steps = trainerOptions(config).steps;
  training->loss = loss.values.back();
  training->loss_steps = std::move(series.x);
  training->losses = std::move(series.y);
  return training;
}

std::shared_ptr<const LivePlay> latestPlay(const RunStore& store, RunId run) {
  std::vector<CurveRecord> curves = store.curves(run, "ad");
  const auto order = [](const CurveRecord& curve) { return std::pair(curve.split == "held_out", curve.step); };
  const auto latest = std::ranges::max_element(curves, {}, order);
  if (latest == curves.end()) return nullptr;
  auto play = std::make_shared<LivePlay>();
  play->policy = latest->policy;
  play->split = latest->split;
  play->step = latest->step;
  play->episodes = latest->episodes;
  play->mean_returns.assign(static_cast<std::size_t>(latest->episodes), 0.0);
  for (int stream = 0; stream < latest->streams; ++stream) {
    for (int episode = 0; episode < latest->episodes; ++episode) {
      const auto place = static_cast<std::size_t>(stream) * static_cast<std::size_t>(latest->episodes) +
                         static_cast<std::size_t>(episode);
      play->mean_returns[static_cast<std::size_t>(episode)] += latest->returns[place] / latest->streams;
    }
  }
  const auto mean = [](const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values) sum += value;
    return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
  };
  play->optimum = mean(latest->optimal_returns);
  play->random = mean(latest->random_returns);
  return play;
}

}  // namespace

LiveSnapshot storedSnapshot(const RunStore& store, RunId run, const ExperimentConfig& config) {
  LiveSnapshot snapshot;
  for (const StageRecord& stage : store.stages(run)) {
    if (stage.state == RunState::Running) snapshot.stage = stage.kind;
  }
  snapshot.training = storedTraining(store, run, config);
  snapshot.play = latestPlay(store, run);
  return snapshot;
}

}  // namespace limbeck
