// SPDX-License-Identifier: GPL-3.0-or-later
// What environments check of their options alike.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string_view>

#include "core/base/error.h"
#include "core/env/environment.h"

namespace limbeck {

inline constexpr int kMaxHorizon = 10000;

/// Throws Error(InvalidArgument) naming the field, the value and the limits.
template <typename Number>
void requireOptionRange(const EnvironmentOptions& options, std::string_view field, Number value, Number low,
                        Number high) {
  if (value >= low && value <= high) return;  // a NaN is refused
  throw Error(ErrorCode::InvalidArgument, fmt::format("environment {}: {} is {}, but must be from {} to {}",
                                                      options.name, field, value, low, high));
}

/// Throws Error(InvalidArgument): the option is set to `value`, which is of no use here for `reason`.
[[noreturn]] void refuseOption(const EnvironmentOptions& options, std::string_view field, std::string_view value,
                               std::string_view reason);

/// Throws Error(InvalidArgument) for an option that is not at the environment's default although the environment does
/// not read it, so that nobody believes that it did something.
void refuseUnreadOptions(const EnvironmentOptions& options, std::initializer_list<std::string_view> read);

}  // namespace limbeck
