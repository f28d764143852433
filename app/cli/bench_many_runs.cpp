// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_many_runs.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/experiment/experiment_file.h"

namespace limbeck::cli {

void makeManyRuns(RunStore& store, int runs) {
  constexpr int kSeeds = 5;
  ExperimentConfig config;
  for (int i = 0; i < runs; ++i) {
    const int group = i / kSeeds;
    config.training.steps = 100 + group % 10;
    config.environment.size = 5 + group / 10 % 10;
    config.seed = Seed{static_cast<std::uint64_t>(i % kSeeds)};
    const RunId run = store.createRun({.kind = "AD",
                                       .title = fmt::format("experiment {}", group),
                                       .experiment = "benchmark",
                                       .seed = config.seed.value,
                                       .group_key = fmt::format("group {}", group),
                                       .inputs = {.config_toml = toToml(config),
                                                  .overrides = {},
                                                  .config_json = toJson(config).dump(),
                                                  .environment_info = "{}"}});
    store.updateState(run, RunState::Done);
    const ScoreRecord score{.policy = "ad", .name = "last_returns", .mean = i % 17 * 1.0, .low = 0.0, .high = 17.0};
    store.putScores(run, std::span(&score, 1));
    if (i % 10 == 0) store.setTags(run, std::vector<std::string>{"best"});
  }
}

}  // namespace limbeck::cli
