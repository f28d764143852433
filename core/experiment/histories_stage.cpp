// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/histories_stage.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/env/environment_json.h"
#include "core/experiment/live_broadcast.h"
#include "core/experiment/stage_hash.h"
#include "core/experiment/stage_record.h"
#include "core/source/history_generator.h"
#include "core/source/source_json.h"
#include "core/store/metric_writer.h"

namespace limbeck {
namespace {

/// Everything that made the histories, for the shards' manifests. No time, host, thread count or experiment's name:
/// whatever gives the same address must give the same bytes, for experiments share histories.
nlohmann::json provenance(const StageContext& context) {
  return {{"histories_hash", historiesHash(context.config)},
          {"seed", context.config.seed.value},
          {"split_seed", context.config.tasks.seed.value},
          {"environment", toJson(context.environment.options())},
          {"source", toJson(context.config.source)},
          {"histories_per_task", context.config.histories.histories_per_task}};
}

/// Whole shards: what a killed process left half-written is hidden.
std::ptrdiff_t shardCount(const std::filesystem::path& directory) {
  const std::filesystem::directory_iterator entries(directory);
  return std::count_if(begin(entries), end(entries),
                       [](const auto& entry) { return !entry.path().filename().string().starts_with('.'); });
}

/// The source's learning curve, as a metric over source episodes: what the window draws, and "does this data improve?".
void storeLearningCurve(const StageContext& context, std::vector<double> mean_returns) {
  MetricSeries series{.name = "source_return", .steps = {}, .values = std::move(mean_returns)};
  for (std::size_t episode = 0; episode < series.values.size(); ++episode) {
    series.steps.push_back(static_cast<std::int64_t>(episode) + 1);
  }
  if (!series.values.empty()) context.workspace.store().appendMetrics(context.run, std::span(&series, 1));
}

}  // namespace

std::filesystem::path historiesDirectory(const Workspace& workspace, const ExperimentConfig& config) {
  return workspace.histories() / historiesHash(config);
}

StageTiming runHistoriesStage(const StageContext& context) {
  StageRecorder recorder(context, "histories", historiesHash(context.config));
  const std::filesystem::path directory = historiesDirectory(context.workspace, context.config);
  createDirectories(directory);
  const std::ptrdiff_t shards_before = shardCount(directory);
  std::vector<double> mean_returns;
  HistoriesBroadcast broadcast(context);
  const auto onProgress = [&](const GenerationSnapshot& snapshot) {
    mean_returns = snapshot.mean_returns;
    broadcast.tell(snapshot);
  };
  generateHistories(context.environment, context.split.training, context.config.source, context.config.histories,
                    provenance(context), directory, context.rng().split("histories"), context.team, onProgress,
                    context.control);
  const bool is_skipped = shards_before > 0 && shards_before == shardCount(directory);
  if (!is_skipped) storeLearningCurve(context, std::move(mean_returns));
  return recorder.finish(directory, is_skipped);
}

}  // namespace limbeck
