// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/store/run_record.h"

namespace limbeck {

enum class OpenMode {
  ReadWrite,
  ReadOnly,  ///< changes nothing; works while another process writes
};

/// Which runs `listRuns` gives. Every condition that is set must hold.
struct RunFilter {
  std::string text;  ///< part of name, title, experiment, notes or a tag; ASCII letters match in either case
  std::string tag;   ///< exactly
  std::optional<RunState> state;
  std::string group_key;    ///< exactly
  bool is_trashed = false;  ///< the trashed ones instead of the others
  std::string sweep{};      ///< exactly
};

/// What comes with a change of state.
struct StateChange {
  double additional_wall_seconds = 0.0;  ///< of this start, by a steady clock
  std::string failure_code;
  std::string failure_message;
};

/// The database of a workspace: runs, stages, metrics, curves, scores, artefacts. Get it from a Workspace, which holds
/// the lock that makes this the only writing connection (SQLite before 3.51.3 can corrupt a database that two
/// connections write and checkpoint at the same moment). Thread-safe. Every call is one transaction: it is there whole
/// or not at all, also after kill -9. On power loss the last ones may be missing.
///
/// All calls throw Error: IoFailure (disk full, permission), Corrupt, Locked, NotFound (no such run),
/// UnsupportedVersion; each message names the database. Writing to a read-only store is Error(InvalidArgument).
/// Never carry one over fork().
class RunStore {
 public:
  /// ReadOnly reads every older version as it is. ReadWrite creates the database when it is missing, brings older
  /// versions up to date after a backup copy `<database>.v<k>.bak`, and marks runs that were left running as
  /// interrupted: the caller must hold the workspace's lock. A damaged file, or one that is not ours, is left as it is.
  RunStore(const std::filesystem::path& database, OpenMode mode);
  ~RunStore();
  RunStore(const RunStore&) = delete;
  RunStore& operator=(const RunStore&) = delete;

  RunId createRun(const NewRun& run);
  /// Running sets `started_ms` once and clears what an earlier failure left; a final state sets `finished_ms`.
  void updateState(RunId id, RunState state, const StateChange& change = {});
  /// Says that the run is alive; call it every few seconds.
  void beat(RunId id);
  void setTitle(RunId id, std::string_view title);
  void setNotes(RunId id, std::string_view notes);
  /// Replaces all tags. A tag is 1 to 64 bytes without control characters.
  void setTags(RunId id, std::span<const std::string> tags);
  void setStarred(RunId id, bool is_starred);
  /// Says which point of which sweep it is; empty names take it out.
  void setSweep(RunId id, std::string_view sweep, std::string_view point);
  void trash(RunId id);
  void restore(RunId id);

  /// Newest first, with tags. One query.
  std::vector<RunRecord> listRuns(const RunFilter& filter = {}) const;
  /// By "AD-14" (any case) or "14"; nothing when there is none.
  std::optional<RunRecord> findRun(std::string_view name_or_number) const;
  /// Throws Error(NotFound).
  RunRecord run(RunId id) const;
  RunInputs inputs(RunId id) const;
  /// (group_key, config_json of the group's newest run, trashed or not), by group_key. One query.
  std::vector<std::pair<std::string, std::string>> groupConfigs() const;

  /// Adds points, all series in one transaction. Steps within a series must rise; one that is at or below an earlier
  /// step overwrites the series from there on, which is what a run does that resumes from an older checkpoint. Use
  /// MetricWriter for single points.
  void appendMetrics(RunId id, std::span<const MetricSeries> series);
  /// Empty series when there is none of that name.
  MetricSeries metrics(RunId id, std::string_view name) const;
  /// Sorted.
  std::vector<std::string> metricNames(RunId id) const;

  /// Replaces the curve of the same policy, split and step.
  void putCurve(RunId id, const CurveRecord& curve);
  /// By policy, split, step. An empty `policy` or `split` means all.
  std::vector<CurveRecord> curves(RunId id, std::string_view policy = {}, std::string_view split = {}) const;

  /// Replaces the scores of the same policy and name.
  void putScores(RunId id, std::span<const ScoreRecord> scores);
  /// By policy, then as they were put.
  std::vector<ScoreRecord> scores(RunId id) const;
  /// One score of every run that has it, trashed ones too, by run. One query.
  std::vector<RunScore> scoresNamed(std::string_view policy, std::string_view name) const;

  /// Replaces the stage of the same kind.
  void putStage(RunId id, const StageRecord& stage);
  /// As they were first put.
  std::vector<StageRecord> stages(RunId id) const;
  /// The runs that have a stage whose output has this address, by id.
  std::vector<RunId> runsWithStage(std::string_view hash) const;

  /// Replaces the artefact of the same hash.
  void putArtefact(const ArtefactRecord& artefact);
  std::optional<ArtefactRecord> artefact(std::string_view hash) const;
  void removeArtefact(std::string_view hash);

  /// Differs from what this store gave before if anything in the database has changed since, also by another process.
  /// Cheap enough to ask every second; means nothing to another RunStore.
  std::int64_t changeCounter() const;

  /// The ids of runs that this opening found left running and marked as interrupted.
  const std::vector<RunId>& interruptedRuns() const;
  const std::filesystem::path& path() const;
  OpenMode mode() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limbeck
