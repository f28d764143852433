// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/open_workspace.h"

#include <chrono>
#include <thread>

#include "core/base/error.h"

namespace limbeck::cli {
namespace {

/// Longer than a window lingers after an edit.
constexpr std::chrono::seconds kPatience{4};
constexpr std::chrono::milliseconds kBetweenTries{100};

}  // namespace

Workspace openForWriting(const std::filesystem::path& folder) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    try {
      return Workspace(folder);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::Locked || std::chrono::steady_clock::now() >= deadline) throw;
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

}  // namespace limbeck::cli
