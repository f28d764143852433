// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/discard_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "core/base/error.h"

namespace limbeck {
namespace {

/// Where a stage of this kind makes its output; empty for a kind that makes none.
std::filesystem::path folderOf(const Workspace& workspace, const std::string& kind) {
  if (kind == "histories") return workspace.histories();
  if (kind == "training") return workspace.checkpoints();
  if (kind == "evaluation") return workspace.rollouts();
  return {};
}

/// A hash is a folder's name here, and what is removed is never looked for outside the workspace, whatever a database
/// says.
bool isHash(const std::string& text) {
  const auto isHexDigit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return !text.empty() && std::ranges::all_of(text, isHexDigit);
}

bool isNeededByAnother(const RunStore& store, RunId run, const StageRecord& stage) {
  return std::ranges::any_of(store.runsWithStage(stage.hash), [&](RunId other) {
    if (other == run) return false;
    if (!store.run(other).trashed_ms) return true;
    // A trashed run may come back, and expects what it finished.
    return std::ranges::any_of(store.stages(other), [&](const StageRecord& its) {
      return its.hash == stage.hash && its.state == RunState::Done;
    });
  });
}

void removeFolder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (!error) return;
  throw Error(ErrorCode::IoFailure,
              fmt::format("{}: cannot remove it: {}; it belongs to a discarded run and may be removed by hand",
                          folder.string(), error.message()));
}

}  // namespace

void discardRun(const Workspace& workspace, RunId run) {
  RunStore& store = workspace.store();
  store.trash(run);
  for (const StageRecord& stage : store.stages(run)) {
    const std::filesystem::path folder = folderOf(workspace, stage.kind);
    if (stage.state == RunState::Done || folder.empty() || !isHash(stage.hash)) continue;
    if (!isNeededByAnother(store, run, stage)) removeFolder(folder / stage.hash);
  }
}

}  // namespace limbeck
