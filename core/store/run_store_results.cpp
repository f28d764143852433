// SPDX-License-Identifier: GPL-3.0-or-later
// What runs produced: metrics, curves, scores, stages, artefacts.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/check.h"
#include "core/store/blob.h"
#include "core/store/run_store.h"
#include "core/store/run_store_impl.h"

namespace limbeck {
namespace {

constexpr std::size_t kPointBytes = sizeof(std::int64_t) + sizeof(double);

std::int64_t rowId(RunId id) {
  return static_cast<std::int64_t>(id);
}

void bindBlob(SQLite::Statement& statement, int index, const std::string& blob) {
  statement.bind(index, static_cast<const void*>(blob.data()), static_cast<int>(blob.size()));
}

std::string blobOf(const SQLite::Column& column) {
  const auto size = static_cast<std::size_t>(column.getBytes());
  return size == 0 ? std::string() : std::string(static_cast<const char*>(column.getBlob()), size);
}

std::int64_t checksumOf(std::initializer_list<std::reference_wrapper<const std::string>> blobs) {
  Hasher hasher;
  for (const std::string& blob : blobs) hasher.addRaw(blob.data(), blob.size());
  return blobChecksum(hasher);
}

std::string packPoints(const MetricSeries& series) {
  std::string blob(series.steps.size() * kPointBytes, '\0');
  for (std::size_t i = 0; i < series.steps.size(); ++i) {
    std::memcpy(blob.data() + i * kPointBytes, &series.steps[i], sizeof(std::int64_t));
    std::memcpy(blob.data() + i * kPointBytes + sizeof(std::int64_t), &series.values[i], sizeof(double));
  }
  return blob;
}

/// Appends a chunk; its first point drops what it overwrites.
void unpackPoints(const std::string& blob, MetricSeries& series) {
  for (std::size_t offset = 0; offset < blob.size(); offset += kPointBytes) {
    std::int64_t step = 0;
    double value = 0.0;
    std::memcpy(&step, blob.data() + offset, sizeof step);
    std::memcpy(&value, blob.data() + offset + sizeof step, sizeof value);
    if (offset == 0) {
      const auto kept = std::ranges::lower_bound(series.steps, step) - series.steps.begin();
      series.steps.resize(static_cast<std::size_t>(kept));
      series.values.resize(static_cast<std::size_t>(kept));
    }
    series.steps.push_back(step);
    series.values.push_back(value);
  }
}

void checkSeries(const MetricSeries& series) {
  LIMBECK_CHECK(!series.name.empty(), "a metric without a name");
  LIMBECK_CHECK(series.steps.size() == series.values.size(),
                fmt::format("metric {}: {} steps, {} values", series.name, series.steps.size(), series.values.size()));
  LIMBECK_CHECK(std::ranges::adjacent_find(series.steps, std::greater_equal<>()) == series.steps.end(),
                fmt::format("metric {}: steps must rise", series.name));
}

void checkCurve(const CurveRecord& curve) {
  const auto streams = static_cast<std::size_t>(curve.streams);
  LIMBECK_CHECK(curve.streams >= 0 && curve.episodes >= 0, "a curve with negative sizes");
  LIMBECK_CHECK(curve.returns.size() == streams * static_cast<std::size_t>(curve.episodes),
                fmt::format("curve {}: {} returns for {} streams x {} episodes", curve.policy, curve.returns.size(),
                            curve.streams, curve.episodes));
  const auto isPerStream = [&](std::size_t size, bool may_be_empty) {
    return size == streams || (may_be_empty && size == 0);
  };
  LIMBECK_CHECK(isPerStream(curve.task_ids.size(), false) && isPerStream(curve.repeats.size(), false) &&
                    isPerStream(curve.optimal_returns.size(), true) && isPerStream(curve.random_returns.size(), true),
                fmt::format("curve {}: its columns do not have {} streams", curve.policy, curve.streams));
}

CurveRecord curveFrom(SQLite::Statement& row) {
  CurveRecord curve;
  curve.policy = row.getColumn(0).getString();
  curve.split = row.getColumn(1).getString();
  curve.step = row.getColumn(2).getInt64();
  curve.streams = row.getColumn(3).getInt();
  curve.episodes = row.getColumn(4).getInt();
  curve.seconds = row.getColumn(5).getDouble();
  return curve;
}

/// Reads columns 6 to 11; false when the checksum does not match.
bool readCurveBlobs(SQLite::Statement& row, CurveRecord& curve) {
  const std::string returns = blobOf(row.getColumn(7));
  const std::string task_ids = blobOf(row.getColumn(8));
  const std::string repeats = blobOf(row.getColumn(9));
  const std::string optimal = blobOf(row.getColumn(10));
  const std::string random = blobOf(row.getColumn(11));
  if (row.getColumn(6).getInt64() != checksumOf({returns, task_ids, repeats, optimal, random})) return false;
  curve.returns = unpackBlob<float>(returns);
  curve.task_ids = unpackBlob<std::int64_t>(task_ids);
  curve.repeats = unpackBlob<std::int32_t>(repeats);
  curve.optimal_returns = unpackBlob<double>(optimal);
  curve.random_returns = unpackBlob<double>(random);
  return curve.returns.size() == static_cast<std::size_t>(curve.streams) * static_cast<std::size_t>(curve.episodes) &&
         curve.task_ids.size() == static_cast<std::size_t>(curve.streams);
}

void bindReal(SQLite::Statement& statement, int index, double value) {
  if (std::isnan(value)) {
    statement.bind(index);  // SQLite has no NaN
  } else {
    statement.bind(index, value);
  }
}

double realOf(const SQLite::Column& column) {
  return column.isNull() ? std::numeric_limits<double>::quiet_NaN() : column.getDouble();
}

}  // namespace

void RunStore::appendMetrics(RunId id, std::span<const MetricSeries> series) {
  std::ranges::for_each(series, checkSeries);
  impl_->write("write metrics", [&](SQLite::Database& database) {
    impl_->requireRun(id);
    SQLite::Statement insert(
        database,
        "INSERT INTO metric_chunks(run_id, name, first_step, last_step, point_count, checksum, points) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (const MetricSeries& chunk : series) {
      if (chunk.steps.empty()) continue;
      const std::string points = packPoints(chunk);
      SQLite::bind(insert, rowId(id), chunk.name, chunk.steps.front(), chunk.steps.back(),
                   static_cast<std::int64_t>(chunk.steps.size()), checksumOf({points}));
      bindBlob(insert, 7, points);
      insert.exec();
      insert.reset();
    }
  });
}

MetricSeries RunStore::metrics(RunId id, std::string_view name) const {
  return impl_->read("read metrics", [&](SQLite::Database& database) {
    MetricSeries series{.name = std::string(name), .steps = {}, .values = {}};
    SQLite::Statement query(
        database, "SELECT points, checksum, first_step FROM metric_chunks WHERE run_id = ? AND name = ? ORDER BY id");
    SQLite::bind(query, rowId(id), series.name);
    while (query.executeStep()) {
      const std::string points = blobOf(query.getColumn(0));
      if (points.size() % kPointBytes != 0 || checksumOf({points}) != query.getColumn(1).getInt64()) {
        impl_->throwDamaged(id, fmt::format("metric {} from step {}", name, query.getColumn(2).getInt64()));
      }
      unpackPoints(points, series);
    }
    return series;
  });
}

std::vector<std::string> RunStore::metricNames(RunId id) const {
  return impl_->read("list metrics", [&](SQLite::Database& database) {
    SQLite::Statement query(database, "SELECT DISTINCT name FROM metric_chunks WHERE run_id = ? ORDER BY name");
    query.bind(1, rowId(id));
    std::vector<std::string> names;
    while (query.executeStep()) names.push_back(query.getColumn(0).getString());
    return names;
  });
}

void RunStore::putCurve(RunId id, const CurveRecord& curve) {
  checkCurve(curve);
  impl_->write("write a learning curve", [&](SQLite::Database& database) {
    impl_->requireRun(id);
    const std::array<std::string, 5> blobs{packBlob(curve.returns), packBlob(curve.task_ids), packBlob(curve.repeats),
                                           packBlob(curve.optimal_returns), packBlob(curve.random_returns)};
    SQLite::Statement insert(database, "INSERT OR REPLACE INTO curves VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    SQLite::bind(insert, rowId(id), curve.policy, curve.split, curve.step, curve.streams, curve.episodes, curve.seconds,
                 checksumOf({blobs[0], blobs[1], blobs[2], blobs[3], blobs[4]}));
    for (int i = 0; i < 5; ++i) bindBlob(insert, 9 + i, blobs[static_cast<std::size_t>(i)]);
    insert.exec();
  });
}

std::vector<CurveRecord> RunStore::curves(RunId id, std::string_view policy, std::string_view split) const {
  return impl_->read("read learning curves", [&](SQLite::Database& database) {
    SQLite::Statement query(
        database,
        "SELECT policy, split, step, streams, episodes, seconds, checksum, returns, task_ids, repeats, "
        "optimal_returns, random_returns FROM curves WHERE run_id = ?1 AND (?2 = '' OR policy = ?2) "
        "AND (?3 = '' OR split = ?3) ORDER BY policy, split, step");
    SQLite::bind(query, rowId(id), std::string(policy), std::string(split));
    std::vector<CurveRecord> curves;
    while (query.executeStep()) {
      curves.push_back(curveFrom(query));
      CurveRecord& curve = curves.back();
      if (readCurveBlobs(query, curve)) continue;
      impl_->throwDamaged(id, fmt::format("curve {} ({}, step {})", curve.policy, curve.split, curve.step));
    }
    return curves;
  });
}

void RunStore::putScores(RunId id, std::span<const ScoreRecord> scores) {
  impl_->write("write scores", [&](SQLite::Database& database) {
    impl_->requireRun(id);
    SQLite::Statement insert(
        database,
        "INSERT INTO scores(run_id, policy, name, mean, low, high) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT(run_id, policy, name) DO UPDATE SET mean = excluded.mean, low = excluded.low, "
        "high = excluded.high");
    for (const ScoreRecord& score : scores) {
      SQLite::bind(insert, rowId(id), score.policy, score.name);
      bindReal(insert, 4, score.mean);
      bindReal(insert, 5, score.low);
      bindReal(insert, 6, score.high);
      insert.exec();
      insert.reset();
    }
  });
}

std::vector<ScoreRecord> RunStore::scores(RunId id) const {
  return impl_->read("read scores", [&](SQLite::Database& database) {
    SQLite::Statement query(database,
                            "SELECT policy, name, mean, low, high FROM scores WHERE run_id = ? ORDER BY policy, id");
    query.bind(1, rowId(id));
    std::vector<ScoreRecord> scores;
    while (query.executeStep()) {
      scores.push_back({.policy = query.getColumn(0).getString(),
                        .name = query.getColumn(1).getString(),
                        .mean = realOf(query.getColumn(2)),
                        .low = realOf(query.getColumn(3)),
                        .high = realOf(query.getColumn(4))});
    }
    return scores;
  });
}

std::vector<RunScore> RunStore::scoresNamed(std::string_view policy, std::string_view name) const {
  return impl_->read("read a score of all runs", [&](SQLite::Database& database) {
    // CROSS JOIN keeps the order: a look into the unique index for each run, instead of a walk through all scores.
    SQLite::Statement query(database,
                            "SELECT scores.run_id, mean, low, high FROM runs CROSS JOIN scores "
                            "ON scores.run_id = runs.id AND policy = ?1 AND name = ?2 ORDER BY runs.id");
    SQLite::bind(query, std::string(policy), std::string(name));
    std::vector<RunScore> scores;
    while (query.executeStep()) {
      scores.push_back({.run = RunId{query.getColumn(0).getInt64()},
                        .mean = realOf(query.getColumn(1)),
                        .low = realOf(query.getColumn(2)),
                        .high = realOf(query.getColumn(3))});
    }
    return scores;
  });
}

void RunStore::putStage(RunId id, const StageRecord& stage) {
  impl_->write("write a stage", [&](SQLite::Database& database) {
    impl_->requireRun(id);
    SQLite::Statement insert(
        database,
        "INSERT INTO stages(run_id, kind, hash, state, output_path, seconds, is_skipped) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(run_id, kind) DO UPDATE SET hash = excluded.hash, "
        "state = excluded.state, output_path = excluded.output_path, seconds = excluded.seconds, "
        "is_skipped = excluded.is_skipped");
    SQLite::bind(insert, rowId(id), stage.kind, stage.hash, std::string(runStateName(stage.state)), stage.output_path,
                 stage.seconds, stage.is_skipped ? 1 : 0);
    insert.exec();
  });
}

std::vector<StageRecord> RunStore::stages(RunId id) const {
  return impl_->read("read stages", [&](SQLite::Database& database) {
    SQLite::Statement query(
        database,
        "SELECT kind, hash, state, output_path, seconds, is_skipped FROM stages WHERE run_id = ? ORDER BY id");
    query.bind(1, rowId(id));
    std::vector<StageRecord> stages;
    while (query.executeStep()) {
      const auto state = runStateFromName(query.getColumn(2).getString());
      if (!state) impl_->throwDamaged(id, "a stage's state");
      stages.push_back({.kind = query.getColumn(0).getString(),
                        .hash = query.getColumn(1).getString(),
                        .state = *state,
                        .output_path = query.getColumn(3).getString(),
                        .seconds = query.getColumn(4).getDouble(),
                        .is_skipped = query.getColumn(5).getInt() != 0});
    }
    return stages;
  });
}

std::vector<RunId> RunStore::runsWithStage(std::string_view hash) const {
  return impl_->read("look for a stage", [&](SQLite::Database& database) {
    SQLite::Statement query(database, "SELECT DISTINCT run_id FROM stages WHERE hash = ? ORDER BY run_id");
    query.bind(1, std::string(hash));
    std::vector<RunId> runs;
    while (query.executeStep()) runs.push_back(RunId{query.getColumn(0).getInt64()});
    return runs;
  });
}

void RunStore::putArtefact(const ArtefactRecord& artefact) {
  impl_->write("note an artefact", [&](SQLite::Database& database) {
    SQLite::Statement insert(database, "INSERT OR REPLACE INTO artefacts VALUES (?, ?, ?, ?, ?)");
    SQLite::bind(insert, artefact.hash, artefact.kind, artefact.relative_path.generic_string(), artefact.bytes,
                 utcMilliseconds());
    insert.exec();
  });
}

std::optional<ArtefactRecord> RunStore::artefact(std::string_view hash) const {
  return impl_->read("look for an artefact", [&](SQLite::Database& database) -> std::optional<ArtefactRecord> {
    SQLite::Statement query(database, "SELECT kind, relative_path, bytes, created_ms FROM artefacts WHERE hash = ?");
    query.bind(1, std::string(hash));
    if (!query.executeStep()) return std::nullopt;
    return ArtefactRecord{.hash = std::string(hash),
                          .kind = query.getColumn(0).getString(),
                          .relative_path = query.getColumn(1).getString(),
                          .bytes = query.getColumn(2).getInt64(),
                          .created_ms = query.getColumn(3).getInt64()};
  });
}

void RunStore::removeArtefact(std::string_view hash) {
  impl_->write("forget an artefact", [&](SQLite::Database& database) {
    SQLite::Statement remove(database, "DELETE FROM artefacts WHERE hash = ?");
    remove.bind(1, std::string(hash));
    remove.exec();
  });
}

}  // namespace limbeck
