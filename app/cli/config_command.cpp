// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/config_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/eval/curve_metric.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/schema.h"

namespace limbeck::cli {
namespace {

struct ConfigOptions {
  std::filesystem::path file;
  std::vector<std::string> overrides;
  bool prints_toml = false;
  bool prints_json = false;
};

/// What a file may hold besides keys.
constexpr std::string_view kTables = R"(
Besides its keys, a file may hold

[experiment]
seeds = 3                                  # repetitions: experiment.seed, the next one, and the next

[sweep]                                    # every combination of these values is an experiment of its own
context.context_length = [20, 50, 100]     # "context.context_length" in quotes is the same
evaluation.at_episodes = [[10], [10, 20]]  # a key whose value is a list: a list of lists

[[variant]]                                # one more experiment, which sets several keys together
name = "expert distillation"
context.last_episodes = 10

[[claim]]                                  # what the experiment is to show; `limbeck-cli report` judges it
text = "four episodes of context are enough"
source = "Laskin et al. 2022, figure 7"    # optional, like `published`: where it is published, and the number there
published = 1.76
point = "context_length=100"               # of the sweep or a variant; left out in a file without them
policy = "ad"                              # optional: ad, ad_cleared, ad_prompt_P, source, random, optimum
metric = "last_returns"                    # or a list, of which every one must fulfil the claim:
                                           # {}
scale = "return"                           # optional: return; normalized (0 random, 1 optimum); source (0 random, 1 source)
at_least = 1.5                             # and/or at_most
# instead: above / below = POINT, POLICY or "POINT/POLICY"; minus / divided_by = ... with at_least and at_most

[[published]]                              # numbers to draw beside the curves
file = "published/figure7.csv"
)";

/// Every variant of a sweep as a table, so that the file that is printed comes to the same experiments.
std::string variantsToml(const ExperimentFile& file) {
  std::string text;
  for (const SweepPoint& point : file.points) {
    text += fmt::format("\n[[variant]]\nname = {}\n", formatValue(KeyValue(point.name)));
    for (const std::string& assignment : point.overrides) {
      const std::size_t equals = assignment.find('=');
      text += fmt::format("{} = {}\n", assignment.substr(0, equals), assignment.substr(equals + 1));
    }
  }
  if (!file.claims.empty() || !file.published.empty()) {
    text += "\n# The tables [[claim]] and [[published]] of the file are not repeated here.\n";
  }
  return text;
}

nlohmann::json jsonOf(const ExperimentFile& file) {
  nlohmann::json json = toJson(file.config);
  if (file.seeds > 1) json["experiment"]["seeds"] = file.seeds;
  for (const SweepPoint& point : file.points) {
    json["points"].push_back({{"point", point.name}, {"overrides", point.overrides}});
  }
  return json;
}

std::string summaryOf(const ExperimentFile& file) {
  std::string text = fmt::format("{}: valid\n", file.path.string());
  if (file.seeds > 1) text += fmt::format("  {} seeds from {} on\n", file.seeds, file.config.seed.value);
  for (const SweepPoint& point : file.points) text += fmt::format("  point {}\n", point.name);
  if (!file.claims.empty()) text += fmt::format("  {} claims\n", file.claims.size());
  return text;
}

ExitCode printConfig(const ConfigOptions& options) {
  if (options.file.empty()) {
    fmt::print("{}", describeSchema());
    fmt::print(fmt::runtime(kTables), fmt::join(curveMetricNames(), ", "));
    return ExitCode::Success;
  }
  const ExperimentFile file = loadExperiment(options.file, options.overrides);
  for (const SweepPoint& point : pointsOf(file)) validate(point);
  if (options.prints_toml) {
    fmt::print("{}{}", toToml(file.config, TomlStyle::Explained), variantsToml(file));
  } else if (options.prints_json) {
    fmt::print("{}\n", jsonOf(file).dump(2));
  } else {
    fmt::print("{}", summaryOf(file));
  }
  return ExitCode::Success;
}

}  // namespace

void addConfigCommand(CLI::App& app, std::function<ExitCode()>& chosen) {
  const auto options = std::make_shared<ConfigOptions>();  // Shared by the parser's bindings and the command.
  CLI::App* command = app.add_subcommand("config", "Explain every key of an experiment file, or check a file");
  command->add_option("FILE", options->file, "Check this file; without one, print the schema");
  command
      ->add_option("--set", options->overrides,
                   "Overrides a key before checking: --set training.steps=500 (repeatable)")
      ->allow_extra_args(false);  // Else the FILE behind it would be taken for one more override.
  command->add_flag("--toml", options->prints_toml, "Print the file with every key, its value and its explanation");
  command->add_flag("--json", options->prints_json, "Print every key and value as JSON");
  command->callback([options, &chosen] { chosen = [options] { return printConfig(*options); }; });
}

}  // namespace limbeck::cli
