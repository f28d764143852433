// SPDX-License-Identifier: GPL-3.0-or-later
// What the run store holds, as plain structs. Times are UTC milliseconds since 1970, to be shown and never subtracted:
// durations are measured by a steady clock and stored in seconds. Order is by id, never by time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace limbeck {

/// Ids rise in the order of creation and are never used twice, also after a deletion.
enum class RunId : std::int64_t {};

/// Of a run and of each of its stages.
enum class RunState {
  Waiting,
  Running,
  Done,
  Stopped,      ///< by the user; what was made until then is kept
  Failed,       ///< see failure_code and failure_message
  Interrupted,  ///< the process that ran it is gone; it can be resumed
};

/// As it stands in the database, in JSON and on the command line: "interrupted".
std::string_view runStateName(RunState state);
/// Nothing when there is no such state.
std::optional<RunState> runStateFromName(std::string_view name);
/// Done, Stopped, Failed, Interrupted.
bool isFinal(RunState state);

/// Everything that made a run. Large, so it is read by itself (`RunStore::inputs`) and not with each listing.
struct RunInputs {
  std::string config_toml;              ///< the experiment file, verbatim
  std::vector<std::string> overrides;   ///< "section.key=value", as given
  std::string config_json = "{}";       ///< every key with its value, overrides applied
  std::string environment_info = "{}";  ///< JSON: version, commit, libraries, CPU, GPU, threads, ...
};

/// What `RunStore::createRun` needs.
struct NewRun {
  std::string kind = "AD";  ///< letters and digits; first part of the run's name
  std::string title;
  std::string experiment;
  std::uint64_t seed = 0;
  std::string group_key;  ///< runs that differ in their seed only share it
  std::string sweep{};    ///< name of the sweep that it belongs to; empty for none
  std::string point{};    ///< which of the sweep's points it is: "context_length=20"
  RunInputs inputs{};
};

struct RunRecord {
  RunId id{};
  std::string kind;
  std::string title;
  std::string experiment;
  std::uint64_t seed = 0;
  std::string group_key;
  std::string sweep;  ///< empty for none
  std::string point;
  RunState state = RunState::Waiting;
  std::string failure_code;     ///< errorCodeName, or "Bug"; empty unless Failed
  std::string failure_message;  ///< empty unless Failed
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> started_ms;   ///< of the first start
  std::optional<std::int64_t> finished_ms;  ///< empty while it waits or runs
  std::optional<std::int64_t> heartbeat_ms;
  double wall_seconds = 0.0;  ///< over all its starts
  std::string notes;
  bool is_starred = false;
  std::optional<std::int64_t> trashed_ms;
  std::vector<std::string> tags;  ///< sorted

  /// "AD-14".
  std::string name() const;
};

struct StageRecord {
  std::string kind;  ///< "histories", "training", "evaluation"; one of each a run
  std::string hash;  ///< the address of its output
  RunState state = RunState::Waiting;
  std::string output_path;  ///< relative to the workspace
  double seconds = 0.0;
  bool is_skipped = false;  ///< its output stood there already and verified
};

/// Values of one quantity over time. Steps rise; a value may be NaN or infinite.
struct MetricSeries {
  std::string name;
  std::vector<std::int64_t> steps;
  std::vector<double> values;
};

/// Return per in-context episode of every stream that played, with what the streams are to be compared with.
struct CurveRecord {
  std::string policy;     ///< "ad", "ad_cleared", "source", "random", "optimum", ...
  std::string split;      ///< "validation", "validation_live" (a few, for watching) or "held_out"
  std::int64_t step = 0;  ///< of training, when it was played
  int streams = 0;
  int episodes = 0;
  std::vector<float> returns;           ///< [streams, episodes], undiscounted
  std::vector<std::int64_t> task_ids;   ///< [streams]
  std::vector<std::int32_t> repeats;    ///< [streams]
  std::vector<double> optimal_returns;  ///< [streams], or empty when not known
  std::vector<double> random_returns;   ///< [streams], or empty when not known
  double seconds = 0.0;                 ///< that playing took
};

/// A number about a run with its 95 % interval; NaN where there is none.
struct ScoreRecord {
  std::string policy;
  std::string name;  ///< "return_at_100", "normalized_last"
  double mean = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// One and the same score of a run, for a list of runs.
struct RunScore {
  RunId run{};
  double mean = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// Something in the workspace that is addressed by a hash of what made it.
struct ArtefactRecord {
  std::string hash;
  std::string kind;  ///< "histories", "checkpoint", "rollouts"
  std::filesystem::path relative_path;
  std::int64_t bytes = 0;
  std::int64_t created_ms = 0;  ///< set by the store
};

}  // namespace limbeck
