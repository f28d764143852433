// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

namespace limbeck::cli {

/// What the shell sees. Documented in `limbeck-cli --help` and the README; never renumbered.
enum class ExitCode : int {
  Success = 0,
  Bug = 1,            ///< a mistake in Limbeck itself
  InvalidInput = 2,   ///< command line, experiment file, impossible values
  NotFound = 3,       ///< a file, run or key that does not exist
  IoFailure = 4,      ///< disk full, read-only, permission
  Corrupt = 5,        ///< a damaged file, or one from another version
  Locked = 6,         ///< another process writes this workspace
  DeviceFailure = 7,  ///< the compute device or backend is not there
  Diverged = 8,       ///< training produced numbers that are not finite
  Stopped = 130,      ///< Ctrl-C; what was kept is said
};

constexpr ExitCode exitCodeFor(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return ExitCode::InvalidInput;
    case ErrorCode::NotFound:
      return ExitCode::NotFound;
    case ErrorCode::IoFailure:
      return ExitCode::IoFailure;
    case ErrorCode::Corrupt:
      return ExitCode::Corrupt;
    case ErrorCode::UnsupportedVersion:
      return ExitCode::Corrupt;
    case ErrorCode::Locked:
      return ExitCode::Locked;
    case ErrorCode::DeviceFailure:
      return ExitCode::DeviceFailure;
    case ErrorCode::Diverged:
      return ExitCode::Diverged;
  }
  return ExitCode::Bug;
}

}  // namespace limbeck::cli
