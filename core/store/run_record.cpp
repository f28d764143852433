// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/check.h"

namespace limbeck {
namespace {

constexpr std::array<std::pair<RunState, std::string_view>, 6> kStateNames{{{RunState::Waiting, "waiting"},
                                                                            {RunState::Running, "running"},
                                                                            {RunState::Done, "done"},
                                                                            {RunState::Stopped, "stopped"},
                                                                            {RunState::Failed, "failed"},
                                                                            {RunState::Interrupted, "interrupted"}}};

}  // namespace

std::string_view runStateName(RunState state) {
  const auto* found = std::ranges::find(kStateNames, state, &std::pair<RunState, std::string_view>::first);
  LIMBECK_CHECK(found != kStateNames.end(), fmt::format("run state {}", static_cast<int>(state)));
  return found->second;
}

std::optional<RunState> runStateFromName(std::string_view name) {
  const auto* found = std::ranges::find(kStateNames, name, &std::pair<RunState, std::string_view>::second);
  if (found == kStateNames.end()) return std::nullopt;
  return found->first;
}

bool isFinal(RunState state) {
  return state != RunState::Waiting && state != RunState::Running;
}

std::string RunRecord::name() const {
  return fmt::format("{}-{}", kind, static_cast<std::int64_t>(id));
}

}  // namespace limbeck
