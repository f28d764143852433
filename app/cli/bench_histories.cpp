// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/bench_clock.h"
#include "app/cli/bench_groups.h"
#include "app/cli/bench_models.h"
#include "core/base/work_control.h"
#include "core/source/history_generator.h"

namespace limbeck::cli {
namespace {

constexpr int kTasks = 64;
constexpr int kHistoriesPerTask = 64;
constexpr std::uint64_t kInMemory = 2000;  // histories: a good tenth of a second

/// As the generator does: some histories side by side.
double learnInMemory(const TabularTask& task, const SourceAlgorithm& algorithm, std::vector<HistoryBuffer>& buffers) {
  double steps = 0.0;
  const double seconds = secondsOf([&] {
    for (std::uint64_t history = 0; history < kInMemory;) {
      std::vector<Rng> rngs;
      for (HistoryBuffer& buffer : buffers) {
        buffer.clear();
        rngs.emplace_back(Seed{history++});
      }
      algorithm.learnEach(task, rngs, buffers);
      for (const HistoryBuffer& buffer : buffers) steps += static_cast<double>(buffer.actions.size());
    }
  });
  return steps / seconds;
}

/// Histories of many tasks into a new folder, synced to the disk; env steps a second and thread.
double generateShards(const std::filesystem::path& folder, Team& team) {
  const std::unique_ptr<Environment> environment = makeEnvironment(defaultOptions("darkroom"));
  std::vector<TaskId> tasks;
  for (int task = 0; task < kTasks; ++task) tasks.push_back(TaskId{task});
  const SourceOptions source;
  std::filesystem::remove_all(folder);
  const double seconds = secondsOf([&] {
    generateHistories(*environment, tasks, source, {.histories_per_task = kHistoriesPerTask}, nlohmann::json::object(),
                      folder, Rng(kBenchSeed), team, {}, uninterrupted());
  });
  std::filesystem::remove_all(folder);
  const double steps = static_cast<double>(kTasks) * kHistoriesPerTask * source.episodes * environment->spec().horizon;
  return steps / seconds / team.size();
}

BenchRow qLearningRow(const BenchSetup& setup) {
  BenchRow row{.group = "histories",
               .name = "Q-learning in the Dark Room",
               .note = "shards: 69 MB of columns with checksums, synced to the disk",
               .unit = "env steps/s a core",
               .paths = {}};
  const auto task =
      std::make_shared<const TabularTask>(makeEnvironment(defaultOptions("darkroom"))->makeTask(TaskId{5}));
  const std::shared_ptr<const SourceAlgorithm> algorithm = makeSourceAlgorithm(SourceOptions{});
  const auto buffers = std::make_shared<std::vector<HistoryBuffer>>(SourceAlgorithm::kSideBySide);
  row.paths.push_back({.name = "in memory, 1 thread", .detail = {}, .measure = [=] {
                         return learnInMemory(*task, *algorithm, *buffers);
                       }});
  const std::filesystem::path folder = setup.scratch / "histories";
  row.paths.push_back({.name = "into shards, 1 thread", .detail = {}, .measure = [folder] {
                         SoloTeam alone;
                         return generateShards(folder, alone);
                       }});
  Team& team = setup.team;
  if (team.size() > 1) {
    row.paths.push_back({.name = fmt::format("into shards, {} threads", team.size()),
                         .detail = {},
                         .measure = [=, &team] { return generateShards(folder, team); }});
  }
  return row;
}

}  // namespace

std::vector<RowMaker> historiesRows(const BenchSetup& setup) {
  return {[setup] { return qLearningRow(setup); }};
}

}  // namespace limbeck::cli
