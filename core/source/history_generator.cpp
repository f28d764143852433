// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/history_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/env/environment_json.h"
#include "core/source/generation_progress.h"
#include "core/source/oracle_plan.h"
#include "core/source/shard_plan.h"
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
        progress_(progress),
        shards_(planShards(static_cast<std::int64_t>(tasks.size()), options,
                           static_cast<std::int64_t>(source.episodes) * environment.spec().horizon,
                           algorithm_->learnsJointly() ? algorithm_->historiesTogether() : 1)),
        episodes_(source.episodes) {}

  int shardCount() const { return static_cast<int>(shards_.size()); }

  int shardsDone() const { return shards_done_; }

  /// Makes shards until none is left, a stop is asked for, or another worker failed.
  void work(WorkControl& control) {
    try {
      std::vector<HistoryBuffer> buffers(static_cast<std::size_t>(algorithm_->historiesTogether()));
      // The last shard that was written. It is committed when the next one is: meanwhile the disk gets its bytes, and
      // there is little left to wait for.
      std::unique_ptr<ShardWriter> written;
      for (int shard = next_shard_++; shard < shardCount() && goesOn(control); shard = next_shard_++) {
        if (isDone(shard, control)) {
          ++shards_done_;
          continue;
        }
        std::unique_ptr<ShardWriter> next = makeShard(shard, buffers, control);
        commit(std::exchange(written, std::move(next)));
      }
      commit(std::move(written));
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
    // Came later: left out where it is not set, so that what was made before keeps its origin.
    if (options_.oracle_labels) full["generation"]["oracle_labels"] = true;
    return full;
  }

  bool goesOn(WorkControl& control) const {
    control.pauseIfAsked();
    return !control.stopRequested() && !has_failed_;
  }

  std::filesystem::path shardPath(int shard) const { return directory_ / fmt::format("shard_{:05}", shard); }

  /// Whether the shard stands there already and verifies. A damaged one is removed, to be made again; one that was made
  /// from something else, or by a newer version, is not ours to remove.
  bool isDone(int number, WorkControl& control) {
    const std::filesystem::path path = shardPath(number);
    if (!std::filesystem::exists(path)) return false;
    try {
      const Shard shard(path);
      requireSameOrigin(shard, shards_[static_cast<std::size_t>(number)]);
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

  void requireSameOrigin(const Shard& shard, const ShardPlan& plan) const {
    bool is_same = shard.spec() == environment_.spec() && shard.manifest().at("provenance") == provenance_ &&
                   shard.histories() == plan.histories;
    for (int history = 0; is_same && history < plan.histories; ++history) {
      is_same = shard.label(history) == labelOf(plan.first_history + history);
    }
    if (is_same) return;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("{}: holds histories of another configuration; choose another folder or remove them",
                            shard.directory().string()));
  }

  /// Task by task, seed by seed.
  HistoryLabel labelOf(std::int64_t history) const {
    const std::int64_t seeds = options_.histories_per_task;
    return {static_cast<std::int32_t>(tasks_[static_cast<std::size_t>(history / seeds)]),
            static_cast<std::uint64_t>(history % seeds)};
  }

  /// Null when it was stopped half-way; what it wrote is gone then.
  std::unique_ptr<ShardWriter> makeShard(int number, std::vector<HistoryBuffer>& buffers, WorkControl& control) {
    const auto labels = options_.oracle_labels ? OracleLabels::Stored : OracleLabels::None;
    auto writer = std::make_unique<ShardWriter>(shardPath(number), environment_.spec(), provenance_, labels);
    const ShardPlan& plan = shards_[static_cast<std::size_t>(number)];
    const std::int64_t seeds = options_.histories_per_task;
    const std::int64_t end = plan.first_history + plan.histories;
    std::int64_t history = plan.first_history;
    while (history < end) {
      const std::int64_t task_end = std::min(end, (history / seeds + 1) * seeds);
      const TabularTask task = environment_.makeTask(tasks_[static_cast<std::size_t>(history / seeds)]);
      std::optional<OraclePlan> oracle;
      if (options_.oracle_labels) oracle.emplace(task);
      for (HistoryBuffer& buffer : buffers) buffer.oracle = oracle ? &*oracle : nullptr;
      while (history < task_end) {
        if (!goesOn(control)) return nullptr;
        const std::int64_t count = std::min<std::int64_t>(algorithm_->historiesTogether(), task_end - history);
        const auto learned = std::span(buffers).first(static_cast<std::size_t>(count));
        if (!learn(task, history, learned, control)) return nullptr;
        for (const HistoryBuffer& buffer : learned) {
          const FinishedHistory finished{labelOf(history++), buffer.columns()};
          writer->append(finished.label, finished.columns);
          if (algorithm_->learnsJointly()) {
            progress_.show(finished, control);  // it was counted while it was learned
          } else {
            progress_.add(finished, control);
          }
        }
      }
    }
    writer->close();
    return writer;
  }

  /// Tells what a learner tells on, when it is time to, and hears of stopping meanwhile.
  class Watch final : public LearningWatch {
   public:
    Watch(Generation& generation, WorkControl& control)
        : generation_(generation), control_(control), news_(generation.episodes_) {}
    void look(LearningTally& news) override {
      news_.take(news);
      if (generation_.progress_.isDue()) generation_.progress_.add(news_, control_);
      if (!generation_.goesOn(control_)) throw Cancelled();
    }
    /// Counts what it has not told on yet.
    void finish() { generation_.progress_.count(news_); }

   private:
    Generation& generation_;
    WorkControl& control_;
    LearningTally news_;
  };

  /// Learns the histories from `first` on, as many as there are buffers; all of one task. False when it was stopped.
  bool learn(const TabularTask& task, std::int64_t first, std::span<HistoryBuffer> buffers, WorkControl& control) {
    std::vector<Rng> streams;
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      const HistoryLabel label = labelOf(first + static_cast<std::int64_t>(i));
      streams.push_back(rng_.split("history", static_cast<std::uint64_t>(label.task) << 32 | label.seed));
      buffers[i].clear();
    }
    Watch watch(*this, control);
    try {
      algorithm_->learnEach(task, streams, buffers, &watch);
    } catch (const Cancelled&) {
      return false;
    }
    watch.finish();
    return true;
  }

  void commit(std::unique_ptr<ShardWriter> writer) {
    if (writer == nullptr) return;
    writer->commit();
    ++shards_done_;
  }

  const Environment& environment_;
  std::span<const TaskId> tasks_;
  std::unique_ptr<SourceAlgorithm> algorithm_;
  GenerationOptions options_;
  nlohmann::json provenance_;
  std::filesystem::path directory_;
  Rng rng_;
  GenerationProgress& progress_;
  std::vector<ShardPlan> shards_;
  int episodes_;
  std::atomic<int> next_shard_ = 0;
  std::atomic<int> shards_done_ = 0;
  std::atomic<bool> has_failed_ = false;
};

void validate(const Environment& environment, std::span<const TaskId> tasks, const SourceOptions& source,
              const GenerationOptions& options) {
  if (tasks.empty())
    throw Error(ErrorCode::InvalidArgument, "no training tasks: there is nothing to generate histories of");
  if (options.histories_per_task < 1 || options.tasks_per_shard < 1) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("histories_per_task is {} and tasks_per_shard is {}, but both must be at least 1",
                            options.histories_per_task, options.tasks_per_shard));
  }
  const std::unique_ptr<SourceAlgorithm> algorithm = makeSourceAlgorithm(source);
  algorithm->requireSuits(environment.makeTask(tasks.front()));
  requireWholeLearners(*algorithm, options.histories_per_task);
}

}  // namespace

void generateHistories(const Environment& environment, std::span<const TaskId> tasks, const SourceOptions& source,
                       const GenerationOptions& options, const nlohmann::json& provenance,
                       const std::filesystem::path& directory, const Rng& rng, Team& team,
                       const std::function<void(const GenerationSnapshot&)>& on_progress, WorkControl& control) {
  validate(environment, tasks, source, options);
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
