// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/base/error.h"
#include "core/env/environment.h"

namespace limbeck {

/// What is said when no environment is made of `options`; "accepted" when one is.
inline QString refusal(const EnvironmentOptions& options) {
  try {
    makeEnvironment(options);
  } catch (const Error& error) {
    return error.code() == ErrorCode::InvalidArgument ? error.what() : "another code";
  }
  return "accepted";
}

}  // namespace limbeck
