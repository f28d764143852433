// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include <fmt/format.h>

#include "core/base/check.h"

namespace limbeck {

std::string_view errorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "InvalidArgument";
    case ErrorCode::NotFound:
      return "NotFound";
    case ErrorCode::IoFailure:
      return "IoFailure";
    case ErrorCode::Corrupt:
      return "Corrupt";
    case ErrorCode::UnsupportedVersion:
      return "UnsupportedVersion";
    case ErrorCode::Locked:
      return "Locked";
    case ErrorCode::DeviceFailure:
      return "DeviceFailure";
    case ErrorCode::Diverged:
      return "Diverged";
  }
  return "Unknown";
}

Error::Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

void Error::addContext(std::string_view doing) {
  message_ = fmt::format("{}: {}", doing, message_);
}

Cancelled::Cancelled(std::string kept)
    : kept_(std::move(kept)), message_(kept_.empty() ? "stopped" : fmt::format("stopped; kept: {}", kept_)) {}

namespace detail {
void failCheck(const char* condition, const char* file, int line, const std::string& message) {
  throw BugError(fmt::format("{}:{}: check failed: {}: {}", file, line, condition, message));
}
}  // namespace detail

}  // namespace limbeck
