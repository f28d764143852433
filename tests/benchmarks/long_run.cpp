// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/long_run.h"

#include <fmt/format.h>

#include "core/experiment/experiment_file.h"
#include "core/experiment/run_experiment.h"
#include "core/jobs/thread_team.h"

namespace limbeck::bench {

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
