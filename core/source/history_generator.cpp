// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/history_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/env/environment_json.h"
#include "core/source/generation_progress.h"
#include "core/source/source_json.h"

namespace limbeck {
namespace {

/// One generation at work: what all workers share. Workers take shards from a counter, so which of them makes a shard
/// is a matter of time; what is in it is not.
class Generation {
 public:
  Generation(const Environment& environment, std::span<const TaskId> tasks, const SourceOptions& source,
             const GenerationOptions& options, const nlohmann::json& provenance, const std::filesystem::path& directory,
             const Rng& rng, GenerationProgress& progress)
      : environment_(environment),
        tasks_(tasks),
        algorithm_(makeSourceAlgorithm(source)),
        options_(options),
        provenance_(fullProvenance(source, provenance, rng)),
        directory_(directory),
        rng_(rng),
        progress_(progress) {}

  int shardCount() const {
    const auto tasks = static_cast<int>(tasks_.size());
    return (tasks + options_.tasks_per_shard - 1) / options_.tasks_per_shard;
  }

  int shardsDone() const { return shards_done_; }

  /// Makes shards until none is left, a stop is asked for, or another worker failed.
  void work(WorkControl& control) {
    try {
      HistoryBuffer buffer;
      for (int shard = next_shard_++; shard < shardCount() && goesOn(control); shard = next_shard_++) {
        if (isDone(shard, control) || makeShard(shard, buffer, control)) ++shards_done_;
      }
    } catch (...) {
      has_failed_ = true;
      throw;
    }
  }

 private:
  nlohmann::json fullProvenance(const SourceOptions& source, const nlohmann::json& provenance, const Rng& rng) const {
    nlohmann::json full = provenance.is_null() ? nlohmann::json::object() : provenance;
    LIMBECK_CHECK(full.is_object(), "provenance is no JSON object");
    full["environment"] = toJson(environment_.options());
    full["source"] = toJson(source);
    full["generation"] = {{"histories_per_task", options_.histories_per_task},
                          {"tasks_per_shard", options_.tasks_per_shard},
                          {"stream", fmt::format("{:016x}", rng.state()[4])}};
    return full;
  }

  bool goesOn(WorkControl& control) const {
    control.pauseIfAsked();
    return !control.stopRequested() && !has_failed_;
  }

  std::filesystem::path shardPath(int shard) const { return directory_ / fmt::format("shard_{:05}", shard); }

  std::span<const TaskId> tasksOf(int shard) const {
    const std::size_t first = static_cast<std::size_t>(shard) * options_.tasks_per_shard;
    return tasks_.subspan(first, std::min<std::size_t>(options_.tasks_per_shard, tasks_.size() - first));
  }

  std::vector<HistoryLabel> labelsOf(int shard) const {
    std::vector<HistoryLabel> labels;
    for (const TaskId task : tasksOf(shard)) {
      for (int seed = 0; seed < options_.histories_per_task; ++seed) {
        labels.push_back({static_cast<std::int32_t>(task), static_cast<std::uint64_t>(seed)});
      }
    }
    return labels;
  }

  /// Whether the shard stands there already and verifies. A damaged one is removed, to be made again; one that was made
  /// from something else, or by a newer version, is not ours to remove.
  bool isDone(int number, WorkControl& control) {
    const std::filesystem::path path = shardPath(number);
    if (!std::filesystem::exists(path)) return false;
    try {
      const Shard shard(path);
      requireSameOrigin(shard, labelsOf(number));
      for (int history = 0; history < shard.histories(); ++history) {
        progress_.add({shard.label(history), shard.columns(history)}, control);
      }
      return true;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::Corrupt && error.code() != ErrorCode::NotFound) throw;
      log::warning("{}; it is made again", error.what());
      std::filesystem::remove_all(path);
      return false;
    }
  }

  void requireSameOrigin(const Shard& shard, const std::vector<HistoryLabel>& expected) const {
    bool is_same = shard.spec() == environment_.spec() && shard.manifest().at("provenance") == provenance_ &&
                   shard.histories() == static_cast<int>(expected.size());
    for (int history = 0; is_same && history < shard.histories(); ++history) {
      is_same = shard.label(history) == expected[history];
    }
    if (is_same) return;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("{}: holds histories of another configuration; choose another folder or remove them",
                            shard.directory().string()));
  }

  /// False when it was stopped half-way; what it wrote is gone then.
  bool makeShard(int number, HistoryBuffer& buffer, WorkControl& control) {
    ShardWriter writer(shardPath(number), environment_.spec(), provenance_);
    for (const TaskId id : tasksOf(number)) {
      const TabularTask task = environment_.makeTask(id);
      for (int seed = 0; seed < options_.histories_per_task; ++seed) {
        if (!goesOn(control)) return false;
        const auto task_number = static_cast<std::int32_t>(id);
        const std::uint64_t stream = static_cast<std::uint64_t>(task_number) << 32 | static_cast<std::uint64_t>(seed);
        buffer.clear();
        algorithm_->learn(task, rng_.split("history", stream), buffer);
        const FinishedHistory history{{task_number, static_cast<std::uint64_t>(seed)}, buffer.columns()};
        writer.append(history.label, history.columns);
        progress_.add(history, control);
      }
    }
    writer.commit();
    return true;
  }

  const Environment& environment_;
  std::span<const TaskId> tasks_;
  std::unique_ptr<SourceAlgorithm> algorithm_;
  GenerationOptions options_;
  nlohmann::json provenance_;
  std::filesystem::path directory_;
  Rng rng_;
  GenerationProgress& progress_;
  std::atomic<int> next_shard_ = 0;
  std::atomic<int> shards_done_ = 0;
  std::atomic<bool> has_failed_ = false;
};

void validate(std::span<const TaskId> tasks, const GenerationOptions& options) {
  if (tasks.empty())
    throw Error(ErrorCode::InvalidArgument, "no training tasks: there is nothing to generate histories of");
  if (options.histories_per_task < 1 || options.tasks_per_shard < 1) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("histories_per_task is {} and tasks_per_shard is {}, but both must be at least 1",
                            options.histories_per_task, options.tasks_per_shard));
  }
}

}  // namespace

void generateHistories(const Environment& environment, std::span<const TaskId> tasks, const SourceOptions& source,
                       const GenerationOptions& options, const nlohmann::json& provenance,
                       const std::filesystem::path& directory, const Rng& rng, Team& team,
                       const std::function<void(const GenerationSnapshot&)>& on_progress, WorkControl& control) {
  validate(tasks, options);
  createDirectories(directory);
  removeAbandonedShards(directory);
  const std::int64_t histories = static_cast<std::int64_t>(tasks.size()) * options.histories_per_task;
  GenerationProgress progress(histories, source.episodes, on_progress);
  Generation generation(environment, tasks, source, options, provenance, directory, rng, progress);
  team.run([&](int) { generation.work(control); });
  progress.publish(control);
  if (generation.shardsDone() < generation.shardCount()) {
    throw Cancelled(fmt::format("{} of {} shards of histories", generation.shardsDone(), generation.shardCount()));
  }
}

}  // namespace limbeck
