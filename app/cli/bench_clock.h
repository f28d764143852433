// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace limbeck::cli {

/// Wall-clock seconds that `work()` takes.
template <typename Work>
double secondsOf(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace limbeck::cli
