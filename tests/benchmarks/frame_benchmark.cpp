// SPDX-License-Identifier: GPL-3.0-or-later
// What the Watermaze costs on one core: frames a second (the bar is 20000), the features of a whole pool, and a task's
// table and exact returns.
#include <benchmark/benchmark.h>

#include <vector>

#include "core/base/rng.h"
#include "core/env/environment.h"
#include "core/env/reference_returns.h"
#include "core/env/view/frame_features.h"

namespace {

using namespace limbeck;

/// Frames from poses that are drawn from the whole pool, as a learner that replays old transitions asks for them.
void renderFrame(benchmark::State& state) {
  const auto environment = makeEnvironment(defaultOptions("watermaze"));
  const FrameView& frames = *environment->frames();
  std::vector<std::uint8_t> rgb(frames.shape().bytes());
  frames.render(0, rgb);  // paints the textures
  Rng rng(Seed{1});
  for (auto _ : state) {
    frames.render(static_cast<int>(rng.below(static_cast<std::uint32_t>(frames.frameCount()))), rgb);
    benchmark::DoNotOptimize(rgb.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}

/// What an environment costs that is asked for its first frame.
void firstFrame(benchmark::State& state) {
  for (auto _ : state) {
    const auto environment = makeEnvironment(defaultOptions("watermaze"));
    std::vector<std::uint8_t> rgb(environment->frames()->shape().bytes());
    environment->frames()->render(0, rgb);
    benchmark::DoNotOptimize(rgb.data());
  }
}

void frameFeatures(benchmark::State& state) {
  const auto environment = makeEnvironment(defaultOptions("watermaze"));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        computeFrameFeatures(*environment->frames(), static_cast<int>(state.range(0)), uninterrupted()));
  }
}

void makeTaskTable(benchmark::State& state) {
  const auto environment = makeEnvironment(defaultOptions("watermaze"));
  for (auto _ : state) benchmark::DoNotOptimize(environment->makeTask(TaskId{10}));
}

void exactReturns(benchmark::State& state) {
  const TabularTask task = makeEnvironment(defaultOptions("watermaze"))->makeTask(TaskId{10});
  for (auto _ : state) benchmark::DoNotOptimize(computeReferenceReturns(task));
}

BENCHMARK(renderFrame);
BENCHMARK(firstFrame)->Unit(benchmark::kMillisecond);
BENCHMARK(frameFeatures)->Arg(32)->Arg(64)->Unit(benchmark::kMillisecond);
BENCHMARK(makeTaskTable)->Unit(benchmark::kMillisecond);
BENCHMARK(exactReturns)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
