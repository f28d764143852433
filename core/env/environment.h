// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/env/tabular_task.h"
#include "core/rl/environment_spec.h"

namespace limbeck {

class FrameView;
struct TopView;

/// Where an episode begins.
enum class StartRule { Centre, Corner, Random };
/// How often the goal pays.
enum class RewardRule { EveryStep, Once };
/// Where the goal lies: where the task says, or in the same corner in every task (the top left one, or the one
/// opposite).
enum class GoalRule { ByTask, Corner, OppositeCorner };

/// Everything that tells one environment from another of the same name: it is stored with the data.
/// Begin with `defaultOptions(name)`. Which fields an environment reads stands in its file; one that it cannot use is
/// an error.
struct EnvironmentOptions {
  std::string name = "darkroom";  ///< one of environmentNames()
  int size = 9;                   ///< cells a side; 0 where there is no square room
  int horizon = 20;               ///< steps an episode
  StartRule start = StartRule::Centre;
  RewardRule reward = RewardRule::EveryStep;
  bool ends_at_goal = false;        ///< the episode ends on reaching the goal (or the door)
  bool allows_start_goal = false;   ///< Dark Room: the start cell is a task too (an easy one)
  bool allows_key_is_door = false;  ///< Key-to-Door: key and door may share a cell
  // What follows came later: at an environment's default it is left out of manifests (environment_json.h).
  // Here they have the value of an environment that does not read them.
  std::string map;                ///< a grid of the user's own as text, one character a cell (grid_map.cpp)
  double slip_probability = 0.0;  ///< on slippery floor: how often a random action happens instead of the chosen one
  GoalRule goal = GoalRule::ByTask;
  int arms = 0;                 ///< of a bandit
  double favoured_share = 0.0;  ///< bandit: share of the training tasks in which the odd arms are the better ones
  int platform_radius = 0;      ///< watermaze: in lattice units, of which `size` - 1 are the pool's diameter
  bool operator==(const EnvironmentOptions&) const = default;
};

/// The paper's settings for a name. Throws Error(InvalidArgument) naming the known environments.
EnvironmentOptions defaultOptions(std::string_view name);

/// A task's number within its environment's enumeration.
enum class TaskId : std::int32_t {};

/// A run of tasks that are drawn from a distribution of their own.
struct TaskPool {
  std::string name;  ///< as `tasks.held_out_from` names it: "even"
  int first = 0;     ///< task number
  int count = 0;
};

/// Cells across and down.
struct GridSize {
  int width = 0;
  int height = 0;
  int longerSide() const { return width > height ? width : height; }
  bool operator==(const GridSize&) const = default;
};

/// What an agent may meet in a cell whatever the task; it does not see it.
enum class CellKind : std::uint8_t { Floor, Wall, Slippery };

/// A cell that a drawing of a task marks.
struct TaskMarker {
  enum class Kind { Goal, Key, Door };
  Kind kind = Kind::Goal;
  int x = 0;
  int y = 0;
  bool operator==(const TaskMarker&) const = default;
};

/// A family of MDPs: the rules, and the enumeration of its tasks. Immutable and thread-safe.
class Environment {
 public:
  virtual ~Environment() = default;

  virtual const EnvironmentOptions& options() const = 0;
  virtual const EnvironmentSpec& spec() const = 0;
  virtual int taskCount() const = 0;
  /// Where held-out tasks may come from if not from where training tasks do; the first is the usual one. What no pool
  /// holds is for training and validation. Empty for most environments: all tasks are one pool.
  virtual std::vector<TaskPool> heldOutPools() const { return {}; }
  /// Short and unique: "goal (7,1)", "key (0,3) door (8,8)".
  virtual std::string taskName(TaskId task) const = 0;
  virtual TabularTask makeTask(TaskId task) const = 0;
  /// For drawing: the names of the actions in order ("left", "right", ...), as far as they are the same in every task.
  virtual std::vector<std::string> actionNames() const = 0;
  /// For drawing, as something that the agent has to find out: what the actions do in this task, where the task decides
  /// it ("button 1" may be "up"); elsewhere the names above.
  virtual std::vector<std::string> taskActionNames(TaskId) const { return actionNames(); }
  /// For drawing: the extent of the grid whose cell (x, y) is what an agent observes. {0, 0}: there is no grid (a
  /// bandit), and then neither kinds of cells nor start cells nor markers.
  virtual GridSize gridSize() const { return {}; }
  /// For drawing: [height, width] of `gridSize()`, the same for every task.
  virtual std::vector<CellKind> cellKinds() const { return {}; }
  /// For drawing, as all that the agent does not see: the cells that make the task, in the order in which they are to
  /// be reached.
  virtual std::vector<TaskMarker> markers(TaskId task) const = 0;
  /// For drawing: the cells (x, y) in which an episode may begin, the same for every task.
  virtual std::vector<std::pair<int, int>> startCells() const = 0;
  /// For drawing, where there is no grid but a round pool (core/env/top_view.h).
  virtual std::optional<TopView> topView(TaskId task) const;
  /// What the agent sees, where it sees pictures: an observation is then only the number of one
  /// (core/env/view/frame_view.h). Lives as long as the environment. Null where the observation itself is what the
  /// agent sees.
  virtual const FrameView* frames() const { return nullptr; }
};

/// Throws Error(InvalidArgument) for options that make no sense, naming the field, the value and the limit.
std::unique_ptr<Environment> makeEnvironment(const EnvironmentOptions& options);

/// The registered names in order.
std::vector<std::string> environmentNames();

}  // namespace limbeck
