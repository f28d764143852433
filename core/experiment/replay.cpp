// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/experiment/seed_outcome.h"
#include "core/experiment/stored_run.h"
#include "core/model/checkpoint.h"

namespace limbeck {
namespace {

/// Where a stage's output stands; empty when the run has not come to it. The row knows, and only the row: the address
/// is a hash that also covers what the machine decided, such as the number of threads.
std::filesystem::path outputOf(const Workspace& workspace, const RunRecord& run, std::string_view kind,
                               const std::filesystem::path& parent) {
  for (const StageRecord& stage : workspace.store().stages(run.id)) {
    if (stage.kind != kind) continue;
    // The path is written when the stage ends; one that was stopped may have left some of it under its hash.
    if (stage.output_path.empty()) return parent / stage.hash;
    return workspace.folder() / stage.output_path;
  }
  return {};
}

/// Why there is nothing in `folder`, and what to do.
std::string whyNoRollouts(const RunRecord& run, const ExperimentConfig& config, const std::filesystem::path& folder) {
  if (!config.evaluation.play.keep_rollouts)
    return "it was made with evaluation.keep_rollouts = false; duplicate it with true";
  switch (run.state) {
    case RunState::Waiting:
    case RunState::Running:
      return "its evaluation has not played yet; wait for it to end";
    case RunState::Stopped:
    case RunState::Interrupted:
      return "it ended before its evaluation had played; resume it";
    case RunState::Failed:
      return "it failed before its evaluation had played; resume it when the cause is mended";
    case RunState::Done:
      break;
  }
  if (folder.empty()) return "its evaluation was not asked for; run it through to the end";
  return fmt::format("{} is gone; run it again, which plays them anew", folder.string());
}

std::shared_ptr<const Shard> openRollouts(const std::filesystem::path& folder, const Environment& environment) {
  auto shard = std::make_shared<const Shard>(folder, Verify::StructureOnly);
  if (shard->spec() != environment.spec()) {
    throw Error(ErrorCode::Corrupt, fmt::format("{}: played on another environment than the run's", folder.string()));
  }
  for (int stream = 0; stream < shard->histories(); ++stream) {
    const std::int32_t task = shard->label(stream).task;
    if (task < 0 || task >= environment.taskCount()) {
      throw Error(ErrorCode::Corrupt,
                  fmt::format("{}: task {} of {} tasks", folder.string(), task, environment.taskCount()));
    }
  }
  return shard;
}

const ReplayPolicy* find(const Replay& replay, std::string_view policy) {
  const auto found = std::ranges::find(replay.policies, policy, &ReplayPolicy::policy);
  return found == replay.policies.end() ? nullptr : &*found;
}

}  // namespace

int Replay::repeats(std::string_view policy) const {
  const ReplayPolicy* const found = find(*this, policy);
  if (found == nullptr) return 0;
  int count = 0;
  for (int stream = 0; stream < found->shard->histories(); ++stream) {
    if (found->shard->label(stream).task == found->shard->label(0).task) ++count;
  }
  return count;
}

std::shared_ptr<const RecordedStream> Replay::stream(std::string_view policy, TaskId task, int repeat) const {
  const ReplayPolicy* const found = find(*this, policy);
  if (found == nullptr || repeat < 0) return nullptr;
  const HistoryLabel wanted{.task = static_cast<std::int32_t>(task), .seed = static_cast<std::uint64_t>(repeat)};
  for (int stream = 0; stream < found->shard->histories(); ++stream) {
    if (found->shard->label(stream) == wanted) return RecordedStream::fromShard(found->shard, stream);
  }
  return nullptr;
}

Replay openReplay(const Workspace& workspace, const RunRecord& run) {
  Replay replay{.run = run, .config = loadRunConfig(workspace.store(), run)};
  replay.environment = makeEnvironment(replay.config.environment);
  replay.split = splitTasks(*replay.environment, replay.config.tasks);
  replay.checkpoint = checkpointOf(workspace, run, replay.config);
  const std::filesystem::path folder = outputOf(workspace, run, "evaluation", workspace.rollouts());
  std::optional<Error> problem;
  std::vector<std::string> played{kPolicyAd, kPolicyCleared, kPolicySource};
  for (const int percent : replay.config.evaluation.prompts) played.push_back(promptPolicy(percent));
  for (const std::string& policy : played) {
    if (folder.empty() || !std::filesystem::exists(folder / policy)) continue;
    try {
      replay.policies.push_back({.policy = policy, .shard = openRollouts(folder / policy, *replay.environment)});
    } catch (Error& error) {
      error.addContext(fmt::format("{}: opening the rollouts of {}", run.name(), policy));
      log::warning("{}", error.what());
      problem = error;
    }
  }
  if (replay.policies.empty() && problem) throw *problem;
  if (replay.policies.empty()) {
    throw Error(ErrorCode::NotFound,
                fmt::format("{}: no rollouts to replay: {}", run.name(), whyNoRollouts(run, replay.config, folder)));
  }
  return replay;
}

std::filesystem::path checkpointOf(const Workspace& workspace, const RunRecord& run, const ExperimentConfig& config) {
  const std::filesystem::path folder = outputOf(workspace, run, "training", workspace.checkpoints());
  if (folder.empty()) return {};
  const CheckpointFolder checkpoints(folder);
  const TrainerOptions& training = trainerOptions(config);
  const bool is_validated = training.validate_every > 0;
  std::filesystem::path path = is_validated ? checkpoints.bestPath() : checkpoints.pathOf(training.steps);
  return std::filesystem::exists(path) ? path : std::filesystem::path();
}

}  // namespace limbeck
