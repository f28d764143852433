// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/bench_cases.h"
#include "app/cli/bench_timer.h"
#include "core/experiment/run_environment.h"
#include "core/jobs/thread_team.h"

namespace limbeck::cli {
namespace {

struct BenchOptions {
  int repetitions = 5;
  bool prints_json = false;
};

nlohmann::json toJson(const BenchResult& result) {
  return {{"name", result.name},
          {"unit", result.unit},
          {"median", result.rates.median},
          {"minimum", result.rates.minimum},
          {"maximum", result.rates.maximum},
          {"repetitions", result.rates.repetitions}};
}

void printTable(const std::vector<BenchResult>& results) {
  fmt::print("{:<80} {:>12} {:>12} {:>12}  {}\n", "", "median", "min", "max", "unit");
  for (const BenchResult& result : results) {
    fmt::print("{:<80} {:>12.0f} {:>12.0f} {:>12.0f}  {}\n", result.name, result.rates.median, result.rates.minimum,
               result.rates.maximum, result.unit);
  }
}

ExitCode runBench(const CommonOptions& common, const BenchOptions& options) {
  ExperimentConfig config;
  config.threads = std::max(common.threads, 0);
  ThreadTeam team(threadCount(config));
  fmt::print(stderr, "Measuring with {} threads, every figure {} times and once to warm up; this takes minutes ...\n",
             team.size(), options.repetitions);
  const std::vector<BenchResult> results = runBenchCases(team, options.repetitions);
  if (options.prints_json) {
    nlohmann::json json = {{"machine", describeRunEnvironment(config)}, {"results", nlohmann::json::array()}};
    for (const BenchResult& result : results) json["results"].push_back(toJson(result));
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{}, {} threads, median of {} interleaved repetitions\n",
               describeRunEnvironment(config)["processor"].get<std::string>(), team.size(), options.repetitions);
    printTable(results);
  }
  return ExitCode::Success;
}

}  // namespace

void addBenchCommand(CLI::App& app, CommonOptions& common, std::function<ExitCode()>& chosen) {
  const auto options = std::make_shared<BenchOptions>();  // Shared by the parser's bindings and the command.
  CLI::App* command =
      app.add_subcommand("bench", "Measure histories, training and in-context evaluation on this machine");
  command->add_option("--repetitions", options->repetitions, "How often each figure is measured")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_flag("--json", options->prints_json, "Print JSON");
  command->add_option("-t,--threads", common.threads, "Threads; 0 for one a processor")->check(CLI::Range(0, 1024));
  command->callback(
      [options, &common, &chosen] { chosen = [options, &common] { return runBench(common, *options); }; });
}

}  // namespace limbeck::cli
