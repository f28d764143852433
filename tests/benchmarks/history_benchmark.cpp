// SPDX-License-Identifier: GPL-3.0-or-later
// Source steps a second on one core, in memory and with shards written and synced, and sampler batches a second. The
// bar for Q-learning histories is 20 M steps a second, shards included; a batch of 64 windows of 300 must take well
// under a millisecond.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/team.h"
#include "core/base/work_control.h"
#include "core/data/context_sampler.h"
#include "core/source/history_generator.h"

namespace {

using namespace limbeck;

/// A folder that goes when the benchmark ends. LIMBECK_BENCHMARK_DIR chooses the disk.
class ScratchFolder {
 public:
  ScratchFolder() {
    const char* const base = std::getenv("LIMBECK_BENCHMARK_DIR");
    path_ = (base != nullptr ? std::filesystem::path(base) : std::filesystem::temp_directory_path()) /
            ("limbeck-benchmark-" + std::to_string(::getpid()));
  }
  ~ScratchFolder() { clear(); }
  void clear() const {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::vector<TaskId> firstTasks(int count) {
  std::vector<TaskId> tasks;
  for (int i = 0; i < count; ++i) tasks.push_back(TaskId{i});
  return tasks;
}

void learnInMemory(benchmark::State& state, const char* environment_name, const char* algorithm) {
  const auto environment = makeEnvironment(defaultOptions(environment_name));
  const TabularTask task = environment->makeTask(TaskId{10});
  SourceOptions options;
  options.algorithm = algorithm;
  const auto source = makeSourceAlgorithm(options);
  const Rng rng(Seed{1});
  HistoryBuffer buffer;
  std::uint64_t history = 0;
  std::int64_t steps = 0;
  for (auto _ : state) {
    buffer.clear();
    source->learn(task, rng.split("history", history++), buffer);
    steps += buffer.columns().rows();
    benchmark::DoNotOptimize(buffer.actions.data());
  }
  state.SetItemsProcessed(steps);
}

/// 64 tasks x 64 seeds of Dark Room, 105 episodes: 8.6 M transitions, 69 MB.
void generate(const std::filesystem::path& directory) {
  const auto environment = makeEnvironment(defaultOptions("darkroom"));
  SoloTeam team;
  generateHistories(*environment, firstTasks(64), {}, {}, nlohmann::json::object(), directory, Rng(Seed{1}), team, {},
                    uninterrupted());
}

void generateShards(benchmark::State& state) {
  const ScratchFolder folder;
  for (auto _ : state) {
    generate(folder.path());
    state.PauseTiming();
    folder.clear();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * 64 * 64 * 105 * 20);
}

void sampleBatches(benchmark::State& state) {
  const ScratchFolder folder;
  generate(folder.path());
  const HistoryDataset dataset(folder.path());
  const ContextSampler sampler(dataset, {.context_length = 300, .keep_every = 7, .start_share = 0.8});
  ContextBatch batch;
  const Rng rng(Seed{2});
  std::uint64_t step = 0;
  for (auto _ : state) {
    sampler.sample(64, rng.split("step", step++), batch);
    benchmark::DoNotOptimize(batch.actions.data());
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(learnInMemory, darkroom_q_learning, "darkroom", "q_learning");
BENCHMARK_CAPTURE(learnInMemory, key_to_door_q_learning, "key_to_door", "q_learning");
BENCHMARK_CAPTURE(learnInMemory, darkroom_hard_q_learning, "darkroom_hard", "q_learning");
BENCHMARK_CAPTURE(learnInMemory, darkroom_noisy_oracle, "darkroom", "noisy_oracle");
BENCHMARK_CAPTURE(learnInMemory, key_to_door_noisy_oracle, "key_to_door", "noisy_oracle");
BENCHMARK(generateShards)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(sampleBatches)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
