// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace limbeck::bench {

/// A workspace with one finished run whose held-out tasks were played for `episodes` episodes of 20 steps in the 9x9
/// Dark Room: a small model that hardly trained, because how long its rollout is is all that matters.
void makeLongRun(const std::filesystem::path& workspace, int episodes);

}  // namespace limbeck::bench
