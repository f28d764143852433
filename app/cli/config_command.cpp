// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/config_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

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

ExitCode printConfig(const ConfigOptions& options) {
  if (options.file.empty()) {
    fmt::print("{}", describeSchema());
    return ExitCode::Success;
  }
  const ExperimentFile file = loadExperiment(options.file, options.overrides);
  validate(file.config);
  if (options.prints_toml) {
    fmt::print("{}", toToml(file.config, TomlStyle::Explained));
  } else if (options.prints_json) {
    fmt::print("{}\n", toJson(file.config).dump(2));
  } else {
    fmt::print("{}: valid\n", options.file.string());
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
