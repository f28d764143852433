// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/env/environment.h"
#include "core/env/environment_options.h"
#include "core/env/grid.h"

namespace limbeck {

inline constexpr int kMinGridSize = 2;
inline constexpr int kMaxGridSize = 64;  // a state number has 16 bits, and Key-to-Door has three states a cell

/// What the environments on a grid share: the agent sees its own (x, y) and nothing else, and moves by `GridAction`;
/// the two kinds of task that the grids of the literature have.
class GridEnvironment : public Environment {
 public:
  const EnvironmentOptions& options() const final { return options_; }
  const EnvironmentSpec& spec() const final { return spec_; }
  std::vector<std::string> actionNames() const override { return gridActionNames(); }
  std::vector<std::pair<int, int>> startCells() const final;
  GridSize gridSize() const final { return {grid_.width(), grid_.height()}; }
  std::vector<CellKind> cellKinds() const override;

 protected:
  /// A square room without walls. Throws Error(InvalidArgument) for a size or horizon out of range.
  explicit GridEnvironment(const EnvironmentOptions& options);
  /// Any grid of at most 256 cells a side, whose episodes begin in `starts`. Throws Error(InvalidArgument) for a
  /// horizon out of range.
  GridEnvironment(const EnvironmentOptions& options, Grid grid, std::vector<int> starts);

  const Grid& grid() const { return grid_; }
  /// The cells in which an episode may begin.
  const std::vector<int>& starts() const { return starts_; }
  TaskMarker markerAt(TaskMarker::Kind kind, int cell) const { return {kind, grid_.x(cell), grid_.y(cell)}; }

  /// How many states a cell has in the tasks below; their product with the number of cells must fit 16 bits.
  int goalPhases() const { return options_.reward == RewardRule::Once && !options_.ends_at_goal ? 2 : 1; }
  static constexpr int kKeyToDoorPhases = 3;

  /// Arriving at `goal`, or staying there, pays 1: on every step or once an episode (`reward`); it may end the episode
  /// (`ends_at_goal`).
  TabularTask makeGoalTask(int goal) const;
  /// Arriving at `key`, or staying there, pays 1 once, and from then on arriving at `door` pays 1 once; that may end
  /// the episode (`ends_at_goal`).
  TabularTask makeKeyToDoorTask(int key, int door) const;

 private:
  /// A task whose states are the cells, `phases` times: state = phase * cellCount + cell. All moves stay in their
  /// phase, nothing pays, nothing ends, and episodes begin in phase 0.
  TabularTask makePlainTask(int phases) const;

  EnvironmentOptions options_;
  EnvironmentSpec spec_;
  Grid grid_;
  std::vector<int> starts_;
};

/// The place of (state, action) in the tables of a grid's task.
constexpr std::size_t gridTableIndex(int state, int action) {
  return static_cast<std::size_t>(state) * kGridActionCount + static_cast<std::size_t>(action);
}

}  // namespace limbeck
