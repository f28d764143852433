// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/bench_groups.h"
#include "app/cli/bench_table.h"
#include "app/cli/interrupt.h"
#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/run_environment.h"
#include "core/jobs/thread_team.h"
#include "core/kernels/machine_peak.h"

namespace limbeck::cli {
namespace {

struct BenchOptions {
  int repetitions = 5;
  std::vector<std::string> only;  ///< groups; empty: all that are not on request
  std::string device = "cpu";
  std::filesystem::path whole;  ///< the experiment; empty: not asked for
  bool has_reference_list = false;
  bool prints_json = false;
};

struct Group {
  const char* name;
  std::vector<RowMaker> (*rows)(const BenchSetup&);
};

constexpr std::array<Group, 5> kGroups{{{"machine", machineRows},
                                        {"histories", historiesRows},
                                        {"training", trainingRows},
                                        {"decoding", decodingRows},
                                        {"start", startRows}}};

void checkGroups(const BenchOptions& options) {
  std::vector<std::string> names;
  std::ranges::transform(kGroups, std::back_inserter(names), &Group::name);
  for (const std::string& wanted : options.only) {
    if (std::ranges::find(names, wanted) != names.end()) continue;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("--only {}: there is no such group; did you mean \"{}\"? Groups: {}", wanted,
                            nearestName(wanted, names), fmt::join(names, ", ")));
  }
}

/// A folder of its own among the temporary files; it goes when this does.
class ScratchFolder {
 public:
  ScratchFolder() : path_(std::filesystem::temp_directory_path() / fmt::format("limbeck-bench-{}", ::getpid())) {
    std::filesystem::create_directories(path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;  // What is left of it will be cleaned up with the other temporary files.
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::vector<RowMaker> chosenRows(const BenchSetup& setup, const BenchOptions& options) {
  std::vector<RowMaker> rows;
  const auto add = [&](std::vector<RowMaker> more) { std::ranges::move(more, std::back_inserter(rows)); };
  const bool only_on_request = options.only.empty() && (options.has_reference_list || !options.whole.empty());
  for (const Group& group : kGroups) {
    const bool is_chosen = std::ranges::find(options.only, group.name) != options.only.end();
    if (is_chosen || (options.only.empty() && !only_on_request)) add(group.rows(setup));
  }
  if (options.has_reference_list) add(referenceRows(setup));
  return rows;
}

/// Hands each row on as soon as it is measured: the whole table takes many minutes.
template <typename Show>
void measureAll(const BenchSetup& setup, const BenchOptions& options, const Show& show) {
  const auto peak = [&](Precision precision) { return measurePeakFlops(setup.team, precision); };
  const bool has_peak = setup.device == Device::Cpu;
  for (const RowMaker& make : chosenRows(setup, options)) {
    if (interruptCount() > 0) throw Cancelled();
    show(measureRow(make(), options.repetitions, has_peak ? peak : std::function<double(Precision)>()));
  }
  if (options.whole.empty()) return;
  for (const RowResult& row : measureWhole(setup, options.whole, options.repetitions)) show(row);
}

void printTable(const BenchSetup& setup, const BenchOptions& options, const nlohmann::json& machine) {
  fmt::print("limbeck {} on {}, {} threads; median of {} interleaved repetitions\n",
             machine["version"].get<std::string>(), machine["processor"].get<std::string>(), setup.team.size(),
             options.repetitions);
  std::string head;  // What a head says: the group and its unit.
  measureAll(setup, options, [&](const RowResult& row) {
    fmt::print("{}", tableText(row, row.group + row.unit != head));
    std::fflush(stdout);
    head = row.group + row.unit;
  });
  fmt::print("{}", tableLegend());
}

void printJson(const BenchSetup& setup, const BenchOptions& options, const nlohmann::json& machine) {
  nlohmann::json json = {{"format", "limbeck-bench"}, {"format_version", 1}, {"machine", machine}};
  json["device"] = options.device;
  json["rows"] = nlohmann::json::array();
  measureAll(setup, options, [&](const RowResult& row) { json["rows"].push_back(toJson(row)); });
  fmt::print("{}\n", json.dump(2));
}

ExitCode runBench(const CommonOptions& common, const BenchOptions& options) {
  checkGroups(options);
  if (!options.whole.empty()) static_cast<void>(loadExperiment(options.whole));  // A mistake in it is said at once.
  countInterrupts();
  ExperimentConfig config;
  config.threads = std::max(common.threads, 0);
  ThreadTeam team(threadCount(config));
  const ScratchFolder scratch;
  const BenchSetup setup{
      .team = team, .device = options.device == "cuda" ? Device::Cuda : Device::Cpu, .scratch = scratch.path()};
  const nlohmann::json machine = describeRunEnvironment(config);
  try {
    options.prints_json ? printJson(setup, options, machine) : printTable(setup, options, machine);
  } catch (const Cancelled&) {
    fmt::print(stderr, "Stopped.\n");
    return ExitCode::Stopped;
  }
  return ExitCode::Success;
}

constexpr const char* kFooter =
    "\nGroups: machine (peak of arithmetic and memory), histories, training, decoding, start. All of them take about "
    "a\n"
    "quarter of an hour on two cores. --reference-list and --whole alone measure only themselves; with --only, the\n"
    "groups as well. docs/performance.md says how to read the table.";

}  // namespace

void addBenchCommand(CLI::App& app, CommonOptions& common, std::function<ExitCode()>& chosen) {
  const auto options = std::make_shared<BenchOptions>();  // Shared by the parser's bindings and the command.
  CLI::App* command = app.add_subcommand(
      "bench", "Measure histories, training and in-context evaluation on this machine, beside plain LibTorch");
  command->add_option("--only", options->only, "Only these groups: --only training,decoding")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_flag("--reference-list", options->has_reference_list,
                    "The model of published training times (3 layers, width 128) at contexts 200, 2000, 4000");
  command
      ->add_option("--whole", options->whole,
                   "An experiment from an empty workspace, split into its stages; without FILE the quick one")
      ->option_text("[FILE]")
      ->expected(0, 1)
      ->default_str("experiments/darkroom_quick.toml");
  command->add_option("--device", options->device, "cpu, or cuda for LibTorch's figures on a GPU")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  command->add_option("--repetitions", options->repetitions, "How often each figure is measured")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_flag("--json", options->prints_json, "Print one JSON object");
  command->add_option("-t,--threads", common.threads, "Threads; 0 for one a processor")->check(CLI::Range(0, 1024));
  command->footer(fmt::format("{}\n{}", kFooter, app.get_footer()));
  command->callback(
      [options, &common, &chosen] { chosen = [options, &common] { return runBench(common, *options); }; });
}

}  // namespace limbeck::cli
