// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "app/cli/bench_clock.h"
#include "app/cli/bench_groups.h"
#include "app/cli/bench_many_runs.h"
#include "core/base/error.h"
#include "core/store/workspace.h"

namespace limbeck::cli {
namespace {

constexpr int kRuns = 10'000;  // as in the name of the path

/// Starts this program with `arguments`, its output thrown away, and waits for it to end.
void runOurselves(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "limbeck-cli");
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), "starting limbeck-cli");
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) throw Error(ErrorCode::IoFailure, fmt::format("limbeck-cli {} failed", arguments[1]));
}

BenchPath startPath(std::string name, std::vector<std::string> arguments) {
  return {.name = std::move(name), .detail = {}, .measure = [arguments = std::move(arguments)] {
            return 1e3 * secondsOf([&] { runOurselves(arguments); });
          }};
}

BenchRow startRow(const BenchSetup& setup) {
  const std::filesystem::path folder = setup.scratch / "many_runs";
  makeManyRuns(Workspace(folder).store(), kRuns);
  return {.group = "start",
          .name = "limbeck-cli as a process, from start to end",
          .note = {},
          .unit = "ms",
          .paths = {startPath("--help", {"--help"}),
                    startPath("runs, 10,000 of them", {"runs", "--workspace", folder.string()})}};
}

}  // namespace

std::vector<RowMaker> startRows(const BenchSetup& setup) {
  return {[setup] { return startRow(setup); }};
}

}  // namespace limbeck::cli
