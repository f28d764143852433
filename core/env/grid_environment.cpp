// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/grid_environment.h"

namespace limbeck {
namespace {

Grid squareGrid(const EnvironmentOptions& options) {
  requireOptionRange(options, "size", options.size, kMinGridSize, kMaxGridSize);
  return Grid(options.size);
}

EnvironmentSpec specOf(const EnvironmentOptions& options, const Grid& grid) {
  requireOptionRange(options, "horizon", options.horizon, 1, kMaxHorizon);
  return {{grid.width(), grid.height()}, kGridActionCount, options.horizon};
}

}  // namespace

GridEnvironment::GridEnvironment(const EnvironmentOptions& options)
    : GridEnvironment(options, squareGrid(options), squareGrid(options).startCells(options.start)) {}

GridEnvironment::GridEnvironment(const EnvironmentOptions& options, Grid grid, std::vector<int> starts)
    : options_(options), spec_(specOf(options, grid)), grid_(std::move(grid)), starts_(std::move(starts)) {}

std::vector<std::pair<int, int>> GridEnvironment::startCells() const {
  std::vector<std::pair<int, int>> places;
  for (const int cell : starts_) places.emplace_back(grid_.x(cell), grid_.y(cell));
  return places;
}

std::vector<CellKind> GridEnvironment::cellKinds() const {
  std::vector<CellKind> kinds;
  kinds.reserve(static_cast<std::size_t>(grid_.cellCount()));
  for (int cell = 0; cell < grid_.cellCount(); ++cell) {
    kinds.push_back(grid_.isWall(cell) ? CellKind::Wall : CellKind::Floor);
  }
  return kinds;
}

TabularTask GridEnvironment::makePlainTask(int phases) const {
  const int cells = grid_.cellCount();
  TabularTask task;
  task.spec = spec_;
  task.state_count = phases * cells;
  task.terminal.assign(task.state_count, 0);
  task.reward.assign(gridTableIndex(task.state_count, 0), 0.0F);
  task.next_state.reserve(task.reward.size());
  task.observation.reserve(2 * task.terminal.size());
  for (int state = 0; state < task.state_count; ++state) {
    const int cell = state % cells;
    for (int action = 0; action < kGridActionCount; ++action) {
      const int next = state - cell + grid_.move(cell, static_cast<GridAction>(action));
      task.next_state.push_back(static_cast<std::uint16_t>(next));
    }
    task.observation.push_back(static_cast<std::uint8_t>(grid_.x(cell)));
    task.observation.push_back(static_cast<std::uint8_t>(grid_.y(cell)));
  }
  for (const int cell : starts_) task.start_states.push_back(static_cast<std::uint16_t>(cell));
  return task;
}

TabularTask GridEnvironment::makeGoalTask(int goal) const {
  const int cells = grid_.cellCount();
  // A goal that pays once needs a second phase in which it was paid; an episode that ends there does not live to see
  // it.
  const bool has_paid_phase = goalPhases() == 2;
  TabularTask task = makePlainTask(goalPhases());
  for (std::size_t entry = 0; entry < gridTableIndex(cells, 0); ++entry) {
    if (task.next_state[entry] != goal) continue;
    task.reward[entry] = 1.0F;
    if (has_paid_phase) task.next_state[entry] = static_cast<std::uint16_t>(cells + goal);
  }
  task.terminal[goal] = options_.ends_at_goal ? 1 : 0;
  return task;
}

TabularTask GridEnvironment::makeKeyToDoorTask(int key, int door) const {
  const int cells = grid_.cellCount();
  TabularTask task = makePlainTask(kKeyToDoorPhases);  // phases: seeks the key, holds it, has opened the door
  // A move that arrives at `goal` during `phase` pays and leads on to the next phase.
  const auto payOnce = [&](int phase, int goal) {
    for (std::size_t entry = gridTableIndex(phase * cells, 0); entry < gridTableIndex((phase + 1) * cells, 0);
         ++entry) {
      if (task.next_state[entry] != phase * cells + goal) continue;
      task.reward[entry] = 1.0F;
      task.next_state[entry] = static_cast<std::uint16_t>((phase + 1) * cells + goal);
    }
  };
  payOnce(0, key);
  payOnce(1, door);
  task.terminal[2 * cells + door] = options_.ends_at_goal ? 1 : 0;
  return task;
}

}  // namespace limbeck
