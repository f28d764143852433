// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/find_run.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace limbeck::cli {

RunRecord findRun(const Workspace& workspace, std::string_view name_or_number) {
  std::optional<RunRecord> run = workspace.store().findRun(name_or_number);
  if (!run) {
    throw Error(ErrorCode::NotFound, fmt::format("{}: no run \"{}\"; `limbeck-cli runs` lists them",
                                                 workspace.folder().string(), name_or_number));
  }
  noticeInterruption(workspace, *run);
  return *run;
}

void noticeInterruption(const Workspace& workspace, RunRecord& run) {
  if (run.state == RunState::Running && !workspace.hasWriter()) run.state = RunState::Interrupted;
}

}  // namespace limbeck::cli
