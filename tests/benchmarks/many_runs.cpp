// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/many_runs.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/experiment/experiment_file.h"
#include "core/experiment/run_experiment.h"
#include "core/jobs/thread_team.h"

namespace limbeck::bench {
namespace {

constexpr int kSeeds = 5;

}  // namespace

void makeManyRuns(RunStore& store, int runs) {
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

void makeLongRun(const std::filesystem::path& workspace, int episodes) {
  RunRequest request{.text = fmt::format(R"(
[experiment]
name = "long"
seed = 1
[environment]
name = "darkroom"
[tasks]
validation = 1
held_out = 2
[source]
algorithm = "q_learning"
episodes = {0}
[histories]
histories_per_task = 1
[context]
context_length = 300
keep_every = 7
[model]
layers = 1
heads = 2
width = 16
feed_forward = 32
[training]
steps = 20
batch_size = 8
validate_every = 20
warmup_steps = 5
[validation]
episodes = 2
[evaluation]
episodes = {0}
repeats = 1
bootstrap_resamples = 100
)",
                                         episodes),
                     .overrides = {}};
  request.config = parseExperiment(request.text, "long.toml");
  request.config.threads = 2;
  ThreadTeam team(request.config.threads);
  const Workspace place(workspace, OpenMode::ReadWrite);
  runExperiment(place, openRun(place, request), request, team, uninterrupted());
}

}  // namespace limbeck::bench
