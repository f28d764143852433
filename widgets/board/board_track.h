// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPoint>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/recorded_stream.h"
#include "core/env/environment.h"

namespace limbeck {

/// A moment of a recorded stream, after clamping.
struct BoardMoment {
  int episode = 0;
  int step = 0;              ///< actions taken, 0 .. length of the episode
  double share = 0.0;        ///< of the way to the next step; 0 after the last
  bool is_past_end = false;  ///< a later episode than the stream's last was asked for
  bool operator==(const BoardMoment&) const = default;
};

/// A recorded stream as an agent's way over the grid of its task. Immutable and thread-safe; shared by a view and an
/// export.
class BoardTrack {
 public:
  /// The stream must not be empty and must have the environment's spec, two components (x, y) in it; otherwise
  /// BugError.
  BoardTrack(std::shared_ptr<const Environment> environment, TaskId task, std::shared_ptr<const RecordedStream> stream);

  const Environment& environment() const { return *environment_; }
  const RecordedStream& stream() const { return *stream_; }
  int size() const { return environment_->gridSize().longerSide(); }
  const std::vector<TaskMarker>& markers() const { return markers_; }

  /// The nearest moment that the stream has.
  BoardMoment momentAt(int episode, double step) const;

  /// Where the agent stands after `step` actions. After the last one that is where it arrives, which no row records:
  /// the tables of the task tell. O(1), after the last action O(steps).
  QPoint cellAt(int episode, int step) const;
  /// All of them, [steps + 1] for 0 .. `step`.
  std::vector<QPoint> cellsUpTo(int episode, int step) const;
  /// Sum of the rewards of the episode's first `step` actions.
  double returnAt(int episode, int step) const;
  /// What the `step`-th action was paid, 0 for step 0.
  float rewardAt(int episode, int step) const;
  /// For each of `markers()`: whether it has paid what it pays in an episode (a goal that pays on every step is never
  /// done).
  std::vector<bool> markersDone(int episode, int step) const;
  /// The marker whose reward the `step`-th action earned.
  std::optional<TaskMarker> markerPaidAt(int episode, int step) const;

 private:
  QPoint recordedCell(std::int64_t row) const;
  QPoint arrivalCell(int episode) const;

  std::shared_ptr<const Environment> environment_;  // shared with all who draw the same task
  std::shared_ptr<const RecordedStream> stream_;
  TabularTask task_;
  std::vector<TaskMarker> markers_;
};

}  // namespace limbeck
