// SPDX-License-Identifier: GPL-3.0-or-later
// Source steps a second on one core, in memory and with shards written and synced, and sampler batches a second. The
// bar for Q-learning histories is 45 M steps a second and core, shards included ("processor" is the rate by processor
// time, the other one by the clock); a batch of 64 windows of 300 must take well under a millisecond.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/team.h"
#include "core/base/work_control.h"
#include "core/data/context_sampler.h"
#include "core/env/view/reduced_frames.h"
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

void learn(benchmark::State& state, const char* environment_name, const SourceOptions& options) {
  const auto environment = makeEnvironment(defaultOptions(environment_name));
  const TabularTask task = environment->makeTask(TaskId{10});
  const auto source = makeSourceAlgorithm(options);
  // Frames are rendered once for all tasks of an environment.
  for (int i = 0; task.frames != nullptr && i < task.frames->view().frameCount(); ++i) task.frames->of(i);
  const Rng rng(Seed{1});
  std::vector<HistoryBuffer> buffers(static_cast<std::size_t>(source->historiesTogether()));
  std::uint64_t history = 0;
  std::int64_t steps = 0;
  for (auto _ : state) {
    std::vector<Rng> streams;
    for (HistoryBuffer& buffer : buffers) {
      buffer.clear();
      streams.push_back(rng.split("history", history++));
    }
    source->learnEach(task, streams, buffers);
    for (const HistoryBuffer& buffer : buffers) steps += buffer.columns().rows();
    benchmark::DoNotOptimize(buffers.front().actions.data());
  }
  state.SetItemsProcessed(steps);
}

void learnInMemory(benchmark::State& state, const char* environment_name, const char* algorithm) {
  SourceOptions options;
  options.algorithm = algorithm;
  learn(state, environment_name, options);
}

/// Arguments: actors, hidden layers, hidden width.
void learnWithNetwork(benchmark::State& state, const char* environment_name, const char* algorithm) {
  SourceOptions options;
  options.algorithm = algorithm;
  options.episodes = 100;
  options.actors = static_cast<int>(state.range(0));
  options.hidden_layers = static_cast<int>(state.range(1));
  options.hidden_width = static_cast<int>(state.range(2));
  options.discount = 0.99;
  options.trace_decay = 0.95;
  learn(state, environment_name, options);
}

/// The AD paper's Watermaze source. Arguments: actors, hidden layers, hidden width.
void learnWatermaze(benchmark::State& state, const char* network) {
  SourceOptions options;
  options.algorithm = "dqn";
  options.network = network;
  options.episodes = 20;
  options.actors = static_cast<int>(state.range(0));
  options.hidden_layers = static_cast<int>(state.range(1));
  options.hidden_width = static_cast<int>(state.range(2));
  options.rollout_steps = 40;
  options.trace_decay = 0.75;
  options.gradient_clip = 10.0;
  learn(state, "watermaze", options);
}

/// 64 tasks x 64 seeds, 105 episodes: in the Dark Room 8.6 M transitions, 69 MB. Returns the transitions.
std::int64_t generate(const std::filesystem::path& directory, const char* environment_name = "darkroom") {
  const auto environment = makeEnvironment(defaultOptions(environment_name));
  SoloTeam team;
  std::int64_t transitions = 0;
  const auto keep = [&](const GenerationSnapshot& snapshot) { transitions = snapshot.transitions; };
  generateHistories(*environment, firstTasks(64), {}, {}, nlohmann::json::object(), directory, Rng(Seed{1}), team, keep,
                    uninterrupted());
  return transitions;
}

double processorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void generateShards(benchmark::State& state, const char* environment_name) {
  const ScratchFolder folder;
  std::int64_t steps = 0;
  double processor_seconds = 0.0;
  for (auto _ : state) {
    const double begin = processorSeconds();
    steps += generate(folder.path(), environment_name);
    processor_seconds += processorSeconds() - begin;
    state.PauseTiming();
    folder.clear();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(steps);
  state.counters["processor"] = static_cast<double>(steps) / processor_seconds;
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
BENCHMARK_CAPTURE(learnInMemory, darkroom_q_lambda, "darkroom", "q_lambda");
BENCHMARK_CAPTURE(learnWithNetwork, darkroom_a2c, "darkroom", "a2c")
    ->Args({100, 3, 128})
    ->Args({100, 2, 32})
    ->Args({1, 3, 128})
    ->Args({1, 2, 32})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(learnWithNetwork, key_to_door_a2c, "key_to_door", "a2c")
    ->Args({100, 3, 128})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(learnWithNetwork, darkroom_ppo, "darkroom", "ppo")
    ->Args({100, 3, 128})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(learnWithNetwork, darkroom_dqn, "darkroom", "dqn")->Args({16, 3, 128})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(learnWatermaze, dense, "dense")->Args({16, 3, 128})->Args({16, 2, 64})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(learnWatermaze, convolutional, "convolutional")
    ->Args({16, 3, 128})
    ->Args({16, 2, 64})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(generateShards, darkroom, "darkroom")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(generateShards, darkroom_hard, "darkroom_hard")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(generateShards, key_to_door, "key_to_door")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(sampleBatches)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
