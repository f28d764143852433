// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_node.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/store/run_record.h"

namespace limbeck {

void forEachRun(const RunNode& node, const std::function<void(const RunNode&)>& visit) {
  if (!node.isGroup()) visit(node);
  for (const auto& member : node.members) visit(*member);
}

const RunRecord& newestRecord(const RunNode& node) {
  if (!node.isGroup()) return *node.record;
  LIMBECK_CHECK(!node.members.empty(), "a group of runs without members");
  return *(*std::ranges::max_element(node.members, {}, [](const auto& member) { return member->record->id; }))->record;
}

int returnCount(const RunNode& node) {
  int count = 0;
  forEachRun(node, [&](const RunNode& run) { count += run.mean_return ? 1 : 0; });
  return count;
}

}  // namespace limbeck
