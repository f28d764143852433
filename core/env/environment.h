// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/env/tabular_task.h"
#include "core/rl/environment_spec.h"

namespace limbeck {

/// Where an episode begins.
enum class StartRule { Centre, Corner, Random };
/// How often the goal pays.
enum class RewardRule { EveryStep, Once };

/// Everything that tells one grid environment from another of the same name: it is stored with the data.
/// Begin with `defaultOptions(name)`. Which fields an environment reads stands in its file; one that it cannot use is an error.
struct EnvironmentOptions {
  std::string name = "darkroom";  ///< "darkroom", "darkroom_hard", "key_to_door"
  int size = 9;                   ///< cells a side
  int horizon = 20;               ///< steps an episode
  StartRule start = StartRule::Centre;
  RewardRule reward = RewardRule::EveryStep;
  bool ends_at_goal = false;      ///< the episode ends on reaching the goal (or the door)
  bool allows_start_goal = false; ///< Dark Room: the start cell is a task too (an easy one)
  bool allows_key_is_door = false;///< Key-to-Door: key and door may share a cell
  // What follows came later: at an environment's default it is left out of manifests (environment_json.h).
  std::string map;                ///< a grid of the user's own as text, one character a cell
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
  /// For drawing: the names of the actions in order ("left", "right", ...).
  virtual std::vector<std::string> actionNames() const = 0;
  /// For drawing, as all that the agent does not see: the cells that make the task, in the order in which they are to be reached.
  virtual std::vector<TaskMarker> markers(TaskId task) const = 0;
  /// For drawing: the cells (x, y) in which an episode may begin, the same for every task.
  virtual std::vector<std::pair<int, int>> startCells() const = 0;
};

/// Throws Error(InvalidArgument) for options that make no sense, naming the field, the value and the limit.
std::unique_ptr<Environment> makeEnvironment(const EnvironmentOptions& options);

/// The registered names in order.
std::vector<std::string> environmentNames();

}  // namespace limbeck
