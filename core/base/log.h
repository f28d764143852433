// SPDX-License-Identifier: GPL-3.0-or-later
// The log: spdlog behind four functions, so that no other file sees its headers.
// Error: a person must act. Warning: the result may be worse. Info: a few lines per stage. Debug: the rest.
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace limbeck::log {

enum class Level { Debug, Info, Warning, Error, Off };

/// Lines go to standard error; `setLevel` says from which level on. Thread-safe.
void setLevel(Level level);
void write(Level level, std::string_view message);

template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::Debug, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::Info, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::Warning, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::Error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace limbeck::log
