// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <string_view>
#include <system_error>

#include "app/cli/bench_command.h"
#include "app/cli/config_command.h"
#include "app/cli/exit_code.h"
#include "app/cli/experiment_commands.h"
#include "app/cli/export_command.h"
#include "app/cli/options.h"
#include "app/cli/report_command.h"
#include "app/cli/runs_command.h"
#include "core/base/build_info.h"
#include "core/base/check.h"
#include "core/base/log.h"
#include "core/base/nearest_name.h"
#include "core/base/process_tuning.h"

namespace limbeck::cli {
namespace {

constexpr const char* kDescription =
    "Limbeck: in-context reinforcement learning by Algorithm Distillation.\n"
    "Source RL algorithms learn many tasks from scratch, a transformer learns to predict their next action from a "
    "context that\n"
    "spans episodes, and then, with frozen weights, it learns tasks that it never saw.\n\n"
    "Start with:   limbeck-cli run experiments/darkroom_quick.toml";

constexpr const char* kFooter =
    "\nExit codes: 0 done, 1 a bug in Limbeck, 2 wrong input, 3 not found, 4 disk or permission, 5 damaged or other "
    "version,\n"
    "            6 workspace in use, 7 device missing, 8 training diverged, 130 stopped (what was kept is said)";

/// To standard error, which may be as full as the disk: then there is nobody left to tell.
void say(const std::string& text) noexcept {
  std::fputs(text.c_str(), stderr);
}

/// The command that was chosen, ready to run.
using Command = std::function<ExitCode()>;

void addCommonOptions(CLI::App& app, CommonOptions& options) {
  app.add_option("-w,--workspace", options.workspace, "Folder with all runs, histories, checkpoints and rollouts")
      ->capture_default_str();
  app.add_option("-t,--threads", options.threads, "Threads; 0 for one a processor (default: what the experiment says)")
      ->check(CLI::Range(0, 1024));
  app.add_flag("-q,--quiet", options.is_quiet, "No progress, no log below warnings");
}

void addExperimentCommand(CLI::App& app, const char* name, const char* help, StageLimit through, CommonOptions& common,
                          ExperimentOptions& options, Command& chosen) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_option("FILE", options.file, "Experiment file (TOML); see experiments/ and `limbeck-cli config`")
      ->required();
  command->add_option("--set", options.overrides, "Overrides a key: --set training.steps=500 (repeatable)")
      ->allow_extra_args(false);  // Else the FILE behind it would be taken for one more override.
  command->add_option("-s,--seed", options.seeds, "Seed of the run; several make one group: --seed 0,1,2")
      ->delimiter(',')
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->allow_extra_args(false);
  if (through == StageLimit::Evaluation) {
    command->add_option("-o,--output", options.output, "Where the picture goes (default: WORKSPACE/NAME.svg)");
    command->add_flag("--json", options.prints_json,
                      "Print one JSON object with every score and curve (docs/run-json.md)");
  }
  addCommonOptions(*command, common);
  command->callback([&common, &options, &chosen, through] {
    chosen = [&common, &options, through] { return executeExperiment(common, options, through); };
  });
}

/// "limbeck-cli: FILE is required" and where the help is; a command that does not exist with the nearest that does.
std::string parseFailure(const CLI::App& app, const CLI::Error& error, int argc, char** argv) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  if (!chosen.empty()) {
    return fmt::format("limbeck-cli: {}\nHelp: limbeck-cli {} --help\n", error.what(), chosen.front()->get_name());
  }
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first.empty()) return fmt::format("limbeck-cli: which command?\n\n{}", app.help());
  if (first.starts_with('-')) {
    return fmt::format("limbeck-cli: a command comes first, not \"{}\"\nHelp: limbeck-cli --help\n", first);
  }
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(command->get_name());
  }
  return fmt::format("limbeck-cli: unknown command \"{}\"; did you mean \"{}\"?\nHelp: limbeck-cli --help\n", first,
                     nearestName(first, commands));
}

/// What is still buffered counts: a full disk must not look like success.
void flushOutput() {
  if (std::fflush(stdout) == 0) return;
  throw std::system_error(errno, std::generic_category(), "standard output");
}

int runProgram(int argc, char** argv) {
  CLI::App app(kDescription, "limbeck-cli");
  app.footer(kFooter);
  app.set_version_flag("--version", fmt::format("limbeck {} ({})", buildInfo().version, buildInfo().commit));
  app.require_subcommand(1);
  CommonOptions common;
  ExperimentOptions experiment;
  Command chosen;
  addExperimentCommand(app, "run", "Do the whole chain: histories, training, evaluation on held-out tasks",
                       StageLimit::Evaluation, common, experiment, chosen);
  addExperimentCommand(app, "generate", "Only the learning histories", StageLimit::Histories, common, experiment,
                       chosen);
  addExperimentCommand(app, "train", "Histories and training", StageLimit::Training, common, experiment, chosen);
  addExperimentCommand(app, "evaluate", "Play the held-out tasks (after what is missing before it)",
                       StageLimit::Evaluation, common, experiment, chosen);
  addRunsCommand(app, common, chosen);
  addReportCommand(app, common, chosen);
  addExportCommand(app, common, chosen);
  addConfigCommand(app, chosen);
  addBenchCommand(app, common, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    say(parseFailure(app, error, argc, argv));
    return static_cast<int>(ExitCode::InvalidInput);
  }
  if (common.is_quiet) log::setLevel(log::Level::Warning);
  tuneProcess();
  const ExitCode code = chosen();
  flushOutput();
  return static_cast<int>(code);
}

int reportFailure(const char* message, ExitCode code) noexcept {
  say(fmt::format("limbeck-cli: {}\n", message));
  return static_cast<int>(code);
}

}  // namespace
}  // namespace limbeck::cli

int main(int argc, char** argv) {
  using namespace limbeck;
  try {
    return cli::runProgram(argc, argv);
  } catch (const Error& error) {
    return cli::reportFailure(error.what(), cli::exitCodeFor(error.code()));
  } catch (const std::filesystem::filesystem_error& error) {
    return cli::reportFailure(error.what(), cli::ExitCode::IoFailure);
  } catch (const std::system_error& error) {                             // fmt::print on a full disk or a closed pipe
    const bool is_closed_pipe = error.code() == std::errc::broken_pipe;  // `limbeck-cli config | head`: as was wished
    if (is_closed_pipe) return static_cast<int>(cli::ExitCode::IoFailure);
    return cli::reportFailure(fmt::format("the output could not be written: {}", error.what()).c_str(),
                              cli::ExitCode::IoFailure);
  } catch (const std::exception& error) {
    return cli::reportFailure(fmt::format("a bug in Limbeck, please report it: {}", error.what()).c_str(),
                              cli::ExitCode::Bug);
  }
}
