// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_node.h"

#include "core/base/check.h"
#include "core/store/run_record.h"

namespace limbeck {

void forEachRun(const RunNode& node, const std::function<void(const RunNode&)>& visit) {
  if (!node.isGroup()) visit(node);
  for (const auto& member : node.members) forEachRun(*member, visit);
}

const RunRecord& newestRecord(const RunNode& node) {
  const RunRecord* newest = nullptr;
  forEachRun(node, [&](const RunNode& run) {
    if (newest == nullptr || run.record->id > newest->id) newest = run.record.get();
  });
  LIMBECK_CHECK(newest != nullptr, "a group of runs without members");
  return *newest;
}

int runCount(const RunNode& node) {
  int count = 0;
  forEachRun(node, [&](const RunNode&) { ++count; });
  return count;
}

int returnCount(const RunNode& node) {
  int count = 0;
  forEachRun(node, [&](const RunNode& run) { count += run.mean_return ? 1 : 0; });
  return count;
}

}  // namespace limbeck
