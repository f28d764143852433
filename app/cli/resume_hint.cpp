// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/resume_hint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace limbeck::cli {
namespace {

constexpr std::string_view kSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=./:,@%";

const char* commandName(StageLimit through) {
  switch (through) {
    case StageLimit::Histories:
      return "generate";
    case StageLimit::Training:
      return "train";
    case StageLimit::Evaluation:
      return "run";
  }
  return "run";
}

}  // namespace

std::string shellQuoted(std::string_view text) {
  if (!text.empty() && text.find_first_not_of(kSafe) == std::string_view::npos) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string resumeCommand(const CommonOptions& common, const ExperimentOptions& options, StageLimit through) {
  std::string command = fmt::format("limbeck-cli {} {}", commandName(through), shellQuoted(options.file.string()));
  for (const std::string& assignment : options.overrides) command += " --set " + shellQuoted(assignment);
  if (!options.seeds.empty()) command += fmt::format(" --seed {}", fmt::join(options.seeds, ","));
  command += " --workspace " + shellQuoted(common.workspace.string());
  if (common.threads >= 0) command += fmt::format(" --threads {}", common.threads);
  if (!options.output.empty()) command += " --output " + shellQuoted(options.output.string());
  if (options.prints_json) command += " --json";
  return command;
}

}  // namespace limbeck::cli
