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

/// A group with its members below it, a member, or a run that is alone in its group.
struct RunNode {
  RunNode* parent = nullptr;          ///< null for the root
  int row = 0;                        ///< in the parent
  std::string group;                  ///< group_key; empty for the root and for a run that has none
  std::unique_ptr<RunRecord> record;  ///< null for a group
  std::vector<std::unique_ptr<RunNode>> members;
  std::optional<Interval> mean_return;  ///< of a group: over its members, without an interval unless it was given
  std::optional<RunProgress> progress;
  const RunKeyColumns::Values* values = nullptr;  ///< null until the configuration is known; of a member too

  bool isGroup() const { return record == nullptr; }
  bool isMember() const { return parent != nullptr && parent->parent != nullptr; }
};

/// Calls `visit` for the run, or for each member of the group.
void forEachRun(const RunNode& node, const std::function<void(const RunNode&)>& visit);

/// The run, or the group's newest member.
const RunRecord& newestRecord(const RunNode& node);

/// How many of the runs below have a return.
int returnCount(const RunNode& node);

}  // namespace limbeck
