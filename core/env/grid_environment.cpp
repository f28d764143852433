// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/grid_environment.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace limbeck {
namespace {

void checkRange(const EnvironmentOptions& options, std::string_view field, int value, int low, int high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::InvalidArgument, fmt::format("environment {}: {} is {}, but must be from {} to {}",
                                                      options.name, field, value, low, high));
}

EnvironmentSpec specOf(const EnvironmentOptions& options) {
  checkRange(options, "size", options.size, kMinGridSize, kMaxGridSize);
  checkRange(options, "horizon", options.horizon, 1, kMaxHorizon);
  return {{options.size, options.size}, kGridActionCount, options.horizon};
}

}  // namespace

GridEnvironment::GridEnvironment(const EnvironmentOptions& options)
    : options_(options), spec_(specOf(options)), grid_(options.size) {}

std::vector<std::pair<int, int>> GridEnvironment::startCells() const {
  std::vector<std::pair<int, int>> places;
  for (const int cell : grid_.startCells(options_.start)) places.emplace_back(grid_.x(cell), grid_.y(cell));
  return places;
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
  for (const int cell : grid_.startCells(options_.start)) {
    task.start_states.push_back(static_cast<std::uint16_t>(cell));
  }
  return task;
}

void GridEnvironment::refuseOption(std::string_view field, std::string_view value, std::string_view reason) const {
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("environment {}: {} is {}, but {}; leave it out", options_.name, field, value, reason));
}

}  // namespace limbeck
