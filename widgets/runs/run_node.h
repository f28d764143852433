// SPDX-License-Identifier: GPL-3.0-or-later
// One row of the list of runs. Private to RunTableModel and the texts of its rows.
#pragma once

#include <QString>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/eval/scores.h"
#include "widgets/runs/run_key_columns.h"

namespace limbeck {

struct RunProgress {
  double share = 0.0;
  QString stage;
};

/// A sweep with its points below it, a group of seeds with its members below it, a member, or a run that is alone in
/// its group. A point is a group or a run alone.
struct RunNode {
  RunNode* parent = nullptr;  ///< null for the root
  int row = 0;                ///< in the parent
  bool is_sweep = false;
  std::string group;                  ///< group_key; empty for the root, a sweep and a run that has none
  std::string place;                  ///< tells groups of one key apart that stand in different sweeps
  std::unique_ptr<RunRecord> record;  ///< null for a group and a sweep
  std::vector<std::unique_ptr<RunNode>> members;
  /// Of a group: over its members, without an interval unless it was given. Of a sweep: that of its best point.
  std::optional<Interval> mean_return;
  std::optional<RunProgress> progress;
  const RunKeyColumns::Values* values = nullptr;  ///< null until the configuration is known; of a member too

  /// Of seeds or of points.
  bool isGroup() const { return record == nullptr; }
  /// One seed of several.
  bool isMember() const { return parent != nullptr && parent->parent != nullptr && !parent->is_sweep; }
  bool isInSweep() const { return parent != nullptr && (parent->is_sweep || parent->isInSweep()); }
};

/// Calls `visit` for the run, or for each run below.
void forEachRun(const RunNode& node, const std::function<void(const RunNode&)>& visit);

/// The run, or the newest one below.
const RunRecord& newestRecord(const RunNode& node);

int runCount(const RunNode& node);

/// How many of the runs below have a return.
int returnCount(const RunNode& node);

}  // namespace limbeck
