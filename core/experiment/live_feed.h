// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/thread_annotations.h"
#include "core/data/recorded_stream.h"

namespace limbeck {

/// Source agents learning: what histories look like so far.
struct LiveHistories {
  std::int64_t histories_done = 0;
  std::int64_t histories_total = 0;
  std::int64_t transitions = 0;
  std::vector<double> mean_returns;  ///< [source episodes]
  /// A history that was just finished; its label tells task and seed. Null before the first. Shared by all who show it.
  std::shared_ptr<const RecordedStream> sample;
};

/// The transformer learning.
struct LiveTraining {
  std::int64_t step = 0;
  std::int64_t steps = 0;
  double loss = 0.0;
  double accuracy = 0.0;
  double tokens_per_second = 0.0;
  /// The whole curve in at most 600 points: means over runs of steps, at their mean step. Also what was trained before
  /// this start.
  std::vector<double> loss_steps;
  std::vector<double> losses;
};

/// A policy at play.
struct LivePlay {
  std::string policy;     ///< policy_names.h
  std::string split;      ///< "validation_live", "validation" or "held_out"
  std::int64_t step = 0;  ///< of training
  int episodes = 0;       ///< that every stream will have played in the end
  /// One stream a task, of at most eight tasks, whole or so far; their labels tell task and repeat. Shared by all who
  /// show them.
  std::vector<std::shared_ptr<const RecordedStream>> streams;
  std::vector<double>
      mean_returns;      ///< [episodes that all streams have finished], over all streams, also those not shown
  double optimum = 0.0;  ///< mean of the optimal returns of the streams' tasks
  double random = 0.0;   ///< and of what random play gets
};

/// The newest of everything. What was published once stays until its like replaces it; null before.
struct LiveSnapshot {
  std::uint64_t version = 0;  ///< rises with each publish
  std::string stage;          ///< "histories", "training" or "evaluation"; empty before the first
  std::shared_ptr<const LiveHistories> histories;
  std::shared_ptr<const LiveTraining> training;
  std::shared_ptr<const LivePlay> play;
};

/// The latest snapshot of one run at work: the run publishes, whoever watches polls 10 to 30 times a second, and
/// neither waits for the other. Thread-safe; a snapshot costs a lock and a few reference counts.
class LiveFeed {
 public:
  LiveSnapshot snapshot() const;

  void publishStage(std::string stage);
  void publish(LiveHistories histories);
  void publish(LiveTraining training);
  void publish(LivePlay play);

 private:
  mutable std::mutex mutex_;
  LiveSnapshot latest_ LIMBECK_GUARDED_BY(mutex_);
};

}  // namespace limbeck
