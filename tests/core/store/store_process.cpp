// SPDX-License-Identifier: GPL-3.0-or-later
// A process of its own for the store's tests, to be killed, starved of disk space, or left holding the lock.
//   store_process metrics WORKSPACE      writes points for ever; prints each step once it is safe
//   store_process fill WORKSPACE BYTES   writes points until files may not grow; prints the error's code and message
//   store_process golden WORKSPACE       writes the contents of the golden database
//   store_process hold WORKSPACE         opens for writing, prints its process id, waits for standard input to close
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/store/run_store.h"
#include "core/store/workspace.h"

namespace {

using namespace limbeck;

void say(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) std::_Exit(3);
}

RunId firstRun(RunStore& store) {
  if (const auto run = store.findRun("1")) return run->id;
  return store.createRun({});
}

/// Ten points a transaction, of value = step, from the last stored step on.
std::int64_t writeTen(RunStore& store, RunId run, std::int64_t next) {
  MetricSeries points{.name = "loss", .steps = {}, .values = {}};
  for (int i = 0; i < 10; ++i, ++next) {
    points.steps.push_back(next);
    points.values.push_back(static_cast<double>(next));
  }
  store.appendMetrics(run, {&points, 1});
  return next;
}

int writeMetrics(const std::string& folder) {
  Workspace workspace(folder);
  RunStore& store = workspace.store();
  const RunId run = firstRun(store);
  store.updateState(run, RunState::Running);
  const auto stored = store.metrics(run, "loss").steps;
  std::int64_t next = stored.empty() ? 0 : stored.back() + 1;
  while (true) {
    next = writeTen(store, run, next);
    say(std::to_string(next - 1));
  }
}

int fill(const std::string& folder, rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);  // as main does: the default action ends the process
  Workspace workspace(folder);
  RunStore& store = workspace.store();
  const RunId run = firstRun(store);
  const rlimit limit{bytes, bytes};
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 4;
  std::int64_t next = 0;
  try {
    while (next < 10'000'000) next = writeTen(store, run, next);
  } catch (const Error& error) {
    say(std::string(errorCodeName(error.code())) + " " + error.what());
    say(std::to_string(next - 1));
    // Reading goes on as if nothing had happened.
    say(std::to_string(store.metrics(run, "loss").steps.back()));
    return 0;
  }
  return 5;
}

/// The database that tests/golden/store/v<k>.db holds; made once for each released version, never again.
int writeGolden(const std::string& folder) {
  Workspace workspace(folder);
  RunStore& store = workspace.store();
  const RunId run = store.createRun({.kind = "AD",
                                     .title = "Golden run",
                                     .experiment = "darkroom_quick",
                                     .seed = 18446744073709551615U,
                                     .group_key = "group",
                                     .sweep = "context",
                                     .point = "context_length=20",
                                     .inputs = {.config_toml = "name = \"golden\"\n",
                                                .overrides = {"training.steps=10"},
                                                .config_json = "{}",
                                                .environment_info = "{}"}});
  store.setTags(run, std::vector<std::string>{"golden", "größe"});
  const MetricSeries loss{.name = "loss", .steps = {1, 2, 4}, .values = {1.5, 0.75, 0.25}};
  store.appendMetrics(run, {&loss, 1});
  store.putCurve(run, {.policy = "ad",
                       .split = "held_out",
                       .step = 4,
                       .streams = 2,
                       .episodes = 2,
                       .returns = {0, 1, 2, 3},
                       .task_ids = {5, 6},
                       .repeats = {0, 1},
                       .optimal_returns = {16, 15},
                       .random_returns = {0.25, 0.5},
                       .seconds = 1.0});
  const ScoreRecord score{.policy = "ad", .name = "last_returns", .mean = 2.0, .low = 1.0, .high = 3.0};
  store.putScores(run, {&score, 1});
  store.putStage(run, {.kind = "training",
                       .hash = "00ff",
                       .state = RunState::Done,
                       .output_path = "checkpoints/00ff",
                       .seconds = 12.5,
                       .is_skipped = false});
  store.putArtefact({.hash = "00ff", .kind = "checkpoint", .relative_path = "checkpoints/00ff", .bytes = 1234});
  store.updateState(run, RunState::Done, {.additional_wall_seconds = 20.0});
  return 0;
}

int hold(const std::string& folder) {
  const Workspace workspace(folder);
  say(std::to_string(::getpid()));
  return std::getchar() == EOF ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 2 ? argv[1] : "";
  try {
    if (what == "metrics") return writeMetrics(argv[2]);
    if (what == "fill" && argc > 3) return fill(argv[2], std::strtoul(argv[3], nullptr, 10));
    if (what == "golden") return writeGolden(argv[2]);
    if (what == "hold") return hold(argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  return 1;
}
