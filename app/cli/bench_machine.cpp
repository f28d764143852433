// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <memory>

#include "app/cli/bench_groups.h"
#include "core/kernels/machine_peak.h"

namespace limbeck::cli {
namespace {

BenchRow arithmeticRow(Team& team) {
  BenchRow row{.group = "machine",
               .name = fmt::format("multiply-adds in registers, {} threads", team.size()),
               .note = "the best instructions that the fused core has",
               .unit = "GFLOP/s",
               .paths = {}};
  row.paths.push_back(
      {.name = "fp32", .detail = {}, .measure = [&team] { return 1e-9 * measurePeakFlops(team, Precision::Float32); }});
  row.paths.push_back({.name = "bf16", .detail = {}, .measure = [&team] {
                         return 1e-9 * measurePeakFlops(team, Precision::BFloat16);
                       }});
  return row;
}

BenchRow memoryRow(Team& team) {
  const auto bandwidth = std::make_shared<ReadBandwidth>(team);  // Shared with the closure, which is copied.
  return {.group = "machine",
          .name = fmt::format("memory, {} threads", team.size()),
          .note = {},
          .unit = "GB/s",
          .paths = {{.name = "reads", .detail = {}, .measure = [bandwidth] { return 1e-9 * bandwidth->measure(); }}}};
}

}  // namespace

std::vector<RowMaker> machineRows(const BenchSetup& setup) {
  Team& team = setup.team;
  return {[&team] { return arithmeticRow(team); }, [&team] { return memoryRow(team); }};
}

}  // namespace limbeck::cli
