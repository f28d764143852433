// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/runs_command.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/find_run.h"
#include "app/cli/open_workspace.h"
#include "app/cli/progress_line.h"
#include "core/base/error.h"
#include "core/experiment/stored_run.h"
#include "core/store/workspace.h"

namespace limbeck::cli {
namespace {

struct RunsOptions {
  std::string run;
  std::string text;
  std::string tag;
  std::string sweep;
  std::vector<std::string> add_tags;
  std::vector<std::string> remove_tags;
  bool lists_trash = false;
  bool prints_json = false;
};

std::string localTime(std::int64_t milliseconds) {
  return fmt::format("{:%Y-%m-%d %H:%M}", fmt::localtime(static_cast<std::time_t>(milliseconds / 1000)));
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

ExitCode listRuns(const CommonOptions& common, const RunsOptions& options) {
  const Workspace workspace(common.workspace, OpenMode::ReadOnly);
  std::vector<RunRecord> runs = workspace.store().listRuns(
      {.text = options.text, .tag = options.tag, .is_trashed = options.lists_trash, .sweep = options.sweep});
  if (runs.empty()) {
    const bool is_filtered = !options.text.empty() || !options.tag.empty() || !options.sweep.empty();
    if (is_filtered) {
      fmt::print("No runs that match; `limbeck-cli runs` lists all.\n");
    } else {
      fmt::print("{}\n", options.lists_trash
                             ? "The trash is empty."
                             : "No runs yet. Make one: limbeck-cli run experiments/darkroom_quick.toml");
    }
    return ExitCode::Success;
  }
  fmt::print("{:<8} {:<12} {:>6} {:<16} {:>9}  {:<28} {}\n", "RUN", "STATE", "SEED", "CREATED", "TIME", "TITLE",
             "TAGS");
  for (RunRecord& run : runs) {
    noticeInterruption(workspace, run);
    fmt::print("{:<8} {:<12} {:>6} {:<16} {:>9}  {:<28} {}{}\n", run.name(), runStateName(run.state), run.seed,
               localTime(run.created_ms), durationText(run.wall_seconds), run.title, run.is_starred ? "* " : "",
               joined(run.tags));
  }
  return ExitCode::Success;
}

void printRun(const RunStore& store, const RunRecord& run) {
  fmt::print("{}  {}\n  experiment {}, seed {}, {}, created {}, {}\n", run.name(), run.title, run.experiment, run.seed,
             runStateName(run.state), localTime(run.created_ms), durationText(run.wall_seconds));
  if (!run.failure_message.empty()) fmt::print("  {}: {}\n", run.failure_code, run.failure_message);
  if (!run.sweep.empty()) fmt::print("  sweep {}, point {}\n", run.sweep, run.point);
  if (!run.tags.empty()) fmt::print("  tags: {}\n", joined(run.tags));
  if (!run.notes.empty()) fmt::print("  notes: {}\n", run.notes);
  for (const StageRecord& stage : store.stages(run.id)) {
    fmt::print("  {:<11} {:<9} {:>9}{}  {}\n", stage.kind, runStateName(seenState(run, stage)),
               durationText(stage.seconds), stage.is_skipped ? " (was there)" : "", stage.output_path);
  }
  for (const ScoreRecord& score : store.scores(run.id)) {
    fmt::print("  {:<11} {:<26} {:>8.3f}  [{:.3f}, {:.3f}]\n", score.policy, score.name, score.mean, score.low,
               score.high);
  }
}

ExitCode showRun(const CommonOptions& common, const RunsOptions& options) {
  const Workspace workspace(common.workspace, OpenMode::ReadOnly);
  const RunRecord run = findRun(workspace, options.run);
  if (options.prints_json) {
    fmt::print("{}\n",
               runRecordJson(workspace.store(), run).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    printRun(workspace.store(), run);
  }
  return ExitCode::Success;
}

/// Opens the workspace for writing, finds the run, and applies `change` to it.
template <typename Change>
ExitCode changeRun(const CommonOptions& common, const RunsOptions& options, const Change& change) {
  const Workspace workspace = openForWriting(common.workspace);
  const RunRecord run = findRun(workspace, options.run);
  change(workspace.store(), run);
  return ExitCode::Success;
}

std::vector<std::string> changedTags(std::vector<std::string> tags, const RunsOptions& options) {
  if (options.add_tags.empty() && options.remove_tags.empty()) {
    throw Error(ErrorCode::InvalidArgument, "no tag given: name those to add, or take one away with --remove TAG");
  }
  for (const std::string& tag : options.remove_tags) std::erase(tags, tag);
  for (const std::string& tag : options.add_tags) {
    if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
  }
  return tags;
}

}  // namespace

void addRunsCommand(CLI::App& app, CommonOptions& common, std::function<ExitCode()>& chosen) {
  const auto options = std::make_shared<RunsOptions>();  // Shared by the parser's bindings and the commands.
  CLI::App* runs = app.add_subcommand("runs", "List runs; show, name, tag, note, star, trash and restore one");
  runs->require_subcommand(0, 1);
  const auto addSubcommand = [&](const char* name, const char* help, std::function<ExitCode()> action) {
    CLI::App* command = runs->add_subcommand(name, help);
    command->add_option("-w,--workspace", common.workspace, "Folder with the runs")->capture_default_str();
    command->callback([action = std::move(action), &chosen] { chosen = action; });
    return command;
  };
  const auto addRunSubcommand = [&](const char* name, const char* help, std::function<ExitCode()> action) {
    CLI::App* command = addSubcommand(name, help, std::move(action));
    command->add_option("RUN", options->run, "AD-14 or 14")->required();
    return command;
  };
  const auto addChange = [&](const char* name, const char* help, auto change) {
    return addRunSubcommand(name, help, [&common, options, change] {
      return changeRun(common, *options, [&](RunStore& store, const RunRecord& run) { change(store, run, *options); });
    });
  };

  const auto list = [&common, options] { return listRuns(common, *options); };
  CLI::App* list_command = addSubcommand("list", "The same as `runs` alone", list);
  for (CLI::App* command : {runs, list_command}) {
    command->add_option("--text", options->text, "Only runs with this in name, title, experiment, notes or a tag");
    command->add_option("--tag", options->tag, "Only runs with this tag");
    command->add_option("--sweep", options->sweep, "Only the runs of this sweep");
    command->add_flag("--trash", options->lists_trash, "The trashed runs instead");
  }
  runs->add_option("-w,--workspace", common.workspace, "Folder with the runs")->capture_default_str();
  runs->callback([list, &chosen] {
    if (!chosen) chosen = list;  // A subcommand's callback runs first.
  });
  addRunSubcommand("show", "Stages, scores, tags and notes of a run", [&common, options] {
    return showRun(common, *options);
  })->add_flag("--json", options->prints_json, "The whole record as JSON");
  addChange("title", "Give a run a title",
            [](RunStore& store, const RunRecord& run, const RunsOptions& o) { store.setTitle(run.id, o.text); })
      ->add_option("TEXT", options->text)
      ->required();
  addChange("note", "Replace a run's notes",
            [](RunStore& store, const RunRecord& run, const RunsOptions& o) { store.setNotes(run.id, o.text); })
      ->add_option("TEXT", options->text)
      ->required();
  CLI::App* tag =
      addChange("tag", "Add or remove tags", [](RunStore& store, const RunRecord& run, const RunsOptions& o) {
        store.setTags(run.id, changedTags(run.tags, o));
      });
  tag->add_option("TAGS", options->add_tags, "Tags to add");
  tag->add_option("--remove", options->remove_tags, "Tags to remove (repeatable)")->allow_extra_args(false);
  addChange("star", "Star a run",
            [](RunStore& s, const RunRecord& r, const RunsOptions&) { s.setStarred(r.id, true); });
  addChange("unstar", "Take the star away",
            [](RunStore& s, const RunRecord& r, const RunsOptions&) { s.setStarred(r.id, false); });
  addChange("trash", "Put a run into the trash",
            [](RunStore& s, const RunRecord& r, const RunsOptions&) { s.trash(r.id); });
  addChange("restore", "Take a run out of the trash",
            [](RunStore& s, const RunRecord& r, const RunsOptions&) { s.restore(r.id); });
}

}  // namespace limbeck::cli
