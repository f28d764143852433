// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <string>

namespace limbeck {

/// What only a mistake in this program can cause: a broken precondition, a wrong span length.
class BugError : public std::exception {
 public:
  explicit BugError(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

namespace detail {
[[noreturn]] void failCheck(const char* condition, const char* file, int line, const std::string& message);
}  // namespace detail

}  // namespace limbeck

/// Throws BugError unless `condition` holds. The second argument is a std::string (use fmt::format) and is only built
/// on failure.
#define LIMBECK_CHECK(condition, message)                                                    \
  do {                                                                                       \
    if (!(condition)) ::limbeck::detail::failCheck(#condition, __FILE__, __LINE__, message); \
  } while (false)
