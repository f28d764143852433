// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>

#include "core/base/error.h"

namespace limbeck::test {

/// The limbeck::Error that `action` throws; empty when it throws none.
template <typename Action>
std::optional<Error> caughtError(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

/// Its message, "" when none was thrown.
template <typename Action>
QString caughtMessage(Action action) {
  const std::optional<Error> error = caughtError(action);
  return error ? QString::fromUtf8(error->what()) : QString();
}

}  // namespace limbeck::test
