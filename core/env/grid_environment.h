// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/env/environment.h"
#include "core/env/grid.h"

namespace limbeck {

inline constexpr int kMinGridSize = 2;
inline constexpr int kMaxGridSize = 64;  // a state number has 16 bits, and Key-to-Door has three states a cell
inline constexpr int kMaxHorizon = 10000;

/// What the environments on a square grid share: the agent sees its own (x, y) and nothing else, and moves by
/// `GridAction`.
class GridEnvironment : public Environment {
 public:
  const EnvironmentOptions& options() const final { return options_; }
  const EnvironmentSpec& spec() const final { return spec_; }
  std::vector<std::string> actionNames() const final { return gridActionNames(); }
  std::vector<std::pair<int, int>> startCells() const final;

 protected:
  /// Throws Error(InvalidArgument) for a size or horizon out of range.
  explicit GridEnvironment(const EnvironmentOptions& options);

  const Grid& grid() const { return grid_; }
  TaskMarker markerAt(TaskMarker::Kind kind, int cell) const { return {kind, grid_.x(cell), grid_.y(cell)}; }

  /// A task whose states are the cells, `phases` times: state = phase * cellCount + cell. All moves stay in their
  /// phase, nothing pays, nothing ends, and episodes begin in phase 0; the environment adds what makes its task.
  TabularTask makePlainTask(int phases) const;

  /// Throws Error(InvalidArgument): the option is set to `value`, but this environment has no use for it.
  [[noreturn]] void refuseOption(std::string_view field, std::string_view value, std::string_view reason) const;

 private:
  EnvironmentOptions options_;
  EnvironmentSpec spec_;
  Grid grid_;
};

/// The place of (state, action) in the tables of a grid's task.
constexpr std::size_t gridTableIndex(int state, int action) {
  return static_cast<std::size_t>(state) * kGridActionCount + static_cast<std::size_t>(action);
}

}  // namespace limbeck
