// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/find_run.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace limbeck::cli {

RunRecord findRun(const RunStore& store, std::string_view name_or_number) {
  const std::optional<RunRecord> run = store.findRun(name_or_number);
  if (!run) {
    throw Error(ErrorCode::NotFound,
                fmt::format("{}: no run \"{}\"; `limbeck-cli runs` lists them", store.path().string(), name_or_number));
  }
  return *run;
}

}  // namespace limbeck::cli
