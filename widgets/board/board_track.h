// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPoint>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/data/recorded_stream.h"
#include "core/env/environment.h"
#include "core/env/top_view.h"
#include "core/env/view/frame_view.h"

namespace limbeck {

/// A moment of a recorded stream, after clamping.
struct BoardMoment {
  int episode = 0;
  int step = 0;              ///< actions taken, 0 .. length of the episode
  double share = 0.0;        ///< of the way to the next step; 0 after the last
  bool is_past_end = false;  ///< a later episode than the stream's last was asked for
  bool operator==(const BoardMoment&) const = default;
};

/// How an environment is drawn: as a grid of cells, as the arms of a bandit, as a pool from above, or not at all.
enum class BoardKind { None, Grid, Arms, Pool };
BoardKind boardKindOf(const Environment& environment);

/// A recorded stream as an agent's way through its task. Immutable and thread-safe; shared by a view and an export.
class BoardTrack {
 public:
  /// The stream must not be empty and must have the environment's spec, and the environment a kind of board; otherwise
  /// BugError. `present`: what is seen after the stream's last row, where somebody knows it.
  BoardTrack(std::shared_ptr<const Environment> environment, TaskId task, std::shared_ptr<const RecordedStream> stream,
             std::vector<std::uint8_t> present = {});

  BoardKind kind() const { return kind_; }
  const Environment& environment() const { return *environment_; }
  TaskId taskId() const { return task_id_; }
  const TabularTask& task() const { return task_; }
  const RecordedStream& stream() const { return *stream_; }
  GridSize grid() const { return environment_->gridSize(); }
  /// [height, width] of a grid.
  const std::vector<CellKind>& cellKinds() const { return cell_kinds_; }
  const std::vector<TaskMarker>& markers() const { return markers_; }

  /// The nearest moment that the stream has.
  BoardMoment momentAt(int episode, double step) const;

  /// What is seen after `step` actions. After an episode's last one no row records that: it is what the rules of the
  /// task leave possible, given the whole episode. Empty where they leave more than one thing. O(1), after the last
  /// action O(steps).
  std::span<const std::uint8_t> observationAt(int episode, int step) const;
  /// Where the agent stands on the grid, or its place in the pool, after `step` actions. Where nobody knows the place
  /// after the last one, the agent stays at the last place that it was seen in.
  QPoint cellAt(int episode, int step) const;
  /// All of them, [steps + 1] for 0 .. `step`.
  std::vector<QPoint> cellsUpTo(int episode, int step) const;
  /// The same in a pool, with the heading.
  ViewPose poseAt(int episode, int step) const;
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
  std::span<const std::uint8_t> recorded(std::int64_t row) const;
  std::span<const std::uint8_t> arrival(int episode) const;

  std::shared_ptr<const Environment> environment_;  // shared with all who draw the same task
  TaskId task_id_;
  std::shared_ptr<const RecordedStream> stream_;
  std::vector<std::uint8_t> present_;
  BoardKind kind_;
  TabularTask task_;
  std::vector<CellKind> cell_kinds_;
  std::vector<TaskMarker> markers_;
};

}  // namespace limbeck
