// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of `bench`, by group. A row is made when its turn comes and is gone after it, because the models and
// caches of all of them would not fit into memory together.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "app/cli/bench_row.h"
#include "core/base/team.h"

namespace limbeck::cli {

struct BenchSetup {
  Team& team;
  Device device = Device::Cpu;
  std::filesystem::path scratch;  ///< a folder for files that may go
};

using RowMaker = std::function<BenchRow()>;

/// What the machine can do at most: arithmetic in registers, reads from memory.
std::vector<RowMaker> machineRows(const BenchSetup& setup);
/// Q-learning in the Dark Room.
std::vector<RowMaker> historiesRows(const BenchSetup& setup);
/// Optimiser steps at sizes S, M and L.
std::vector<RowMaker> trainingRows(const BenchSetup& setup);
/// Optimiser steps of the model that the published training times belong to (3 layers, width 128).
std::vector<RowMaker> referenceRows(const BenchSetup& setup);
/// Acting from a full context.
std::vector<RowMaker> decodingRows(const BenchSetup& setup);
/// Starting limbeck-cli itself.
std::vector<RowMaker> startRows(const BenchSetup& setup);

/// The whole experiment in a workspace of its own, `repetitions` times: where its time goes, and what it comes to.
std::vector<RowResult> measureWhole(const BenchSetup& setup, const std::filesystem::path& experiment, int repetitions);

}  // namespace limbeck::cli
