// SPDX-License-Identifier: GPL-3.0-or-later
// Environment steps a second on one core, with uniformly random actions. The bar for Dark Room's table step is 100 M a
// second.
#include <benchmark/benchmark.h>

#include <vector>

#include "core/env/environment.h"
#include "core/env/grid.h"
#include "core/env/table_stepper.h"
#include "core/env/vector_environment.h"

namespace {

using namespace limbeck;

constexpr int kStepsPerRound = 10000;

/// One task, one stream: what a source algorithm's inner loop costs before it learns anything.
void tableStep(benchmark::State& state, const char* name) {
  const auto environment = makeEnvironment(defaultOptions(name));
  const TabularTask task = environment->makeTask(TaskId{10});
  TableStepper stepper(task);
  Rng rng(Seed{1});
  stepper.reset(rng);
  for (auto _ : state) {
    float total = 0.0F;
    for (int i = 0; i < kStepsPerRound; ++i) {
      const TableStepper::Outcome outcome = stepper.step(static_cast<Action>(rng.below(kGridActionCount)), rng);
      total += outcome.reward;
      if (outcome.end != End::None) stepper.reset(rng);
    }
    benchmark::DoNotOptimize(total);
  }
  state.SetItemsProcessed(state.iterations() * kStepsPerRound);
}

/// 64 streams in lockstep, a task each, with rewards, ends and both observations written out; drawing the actions is
/// included.
void vectorStep(benchmark::State& state, const char* name) {
  constexpr int kStreams = 64;
  const auto environment = makeEnvironment(defaultOptions(name));
  std::vector<TaskId> tasks;
  for (int i = 0; i < kStreams; ++i) tasks.push_back(TaskId{i});
  VectorEnvironment streams(*environment, tasks, Rng(Seed{1}));
  const std::size_t observation_bytes = static_cast<std::size_t>(kStreams) * environment->spec().observationSize();
  std::vector<float> rewards(kStreams);
  std::vector<End> ends(kStreams);
  std::vector<std::uint8_t> arrived(observation_bytes);
  std::vector<std::uint8_t> observations(observation_bytes);
  std::vector<Action> actions(kStreams);
  Rng rng(Seed{2});
  streams.reset(observations);
  for (auto _ : state) {
    for (Action& action : actions) action = static_cast<Action>(rng.below(kGridActionCount));
    streams.step(actions, {rewards, ends, arrived, observations});
    benchmark::DoNotOptimize(rewards.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kStreams);
}

BENCHMARK_CAPTURE(tableStep, darkroom, "darkroom");
BENCHMARK_CAPTURE(tableStep, darkroom_hard, "darkroom_hard");
BENCHMARK_CAPTURE(tableStep, key_to_door, "key_to_door");
BENCHMARK_CAPTURE(vectorStep, darkroom, "darkroom");
BENCHMARK_CAPTURE(vectorStep, key_to_door, "key_to_door");

}  // namespace

BENCHMARK_MAIN();
