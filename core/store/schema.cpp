// SPDX-License-Identifier: GPL-3.0-or-later
// Times are UTC milliseconds, seeds are 64-bit patterns (SQLite's integers are signed), blobs are little-endian and
// carry a 64-bit XXH3 checksum, because SQLite does not notice a flipped bit in a value.
#include "core/store/schema.h"

namespace limbeck {
namespace {

constexpr const char* kVersion1 = R"sql(
CREATE TABLE runs(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  experiment TEXT NOT NULL,
  seed INTEGER NOT NULL,
  group_key TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('waiting', 'running', 'done', 'stopped', 'failed', 'interrupted')),
  failure_code TEXT NOT NULL DEFAULT '',
  failure_message TEXT NOT NULL DEFAULT '',
  created_ms INTEGER NOT NULL,
  started_ms INTEGER,
  finished_ms INTEGER,
  heartbeat_ms INTEGER,
  wall_seconds REAL NOT NULL DEFAULT 0,
  notes TEXT NOT NULL DEFAULT '',
  is_starred INTEGER NOT NULL DEFAULT 0 CHECK(is_starred IN (0, 1)),
  trashed_ms INTEGER
) STRICT;
CREATE INDEX runs_by_group ON runs(group_key);

CREATE TABLE run_inputs(
  run_id INTEGER PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE,
  config_toml TEXT NOT NULL,
  overrides TEXT NOT NULL,         -- JSON list of text
  config_json TEXT NOT NULL,
  environment_info TEXT NOT NULL   -- JSON
) STRICT;

CREATE TABLE tags(
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY(run_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_by_tag ON tags(tag);

CREATE TABLE stages(
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  hash TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('waiting', 'running', 'done', 'stopped', 'failed', 'interrupted')),
  output_path TEXT NOT NULL,
  seconds REAL NOT NULL,
  is_skipped INTEGER NOT NULL CHECK(is_skipped IN (0, 1)),
  UNIQUE(run_id, kind)
) STRICT;

CREATE TABLE metric_chunks(
  id INTEGER PRIMARY KEY,          -- chunks of a series are read in this order
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  first_step INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  point_count INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  points BLOB NOT NULL             -- point_count times (int64 step, float64 value)
) STRICT;
CREATE INDEX metric_chunks_by_name ON metric_chunks(run_id, name);

CREATE TABLE curves(
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  policy TEXT NOT NULL,
  split TEXT NOT NULL,
  step INTEGER NOT NULL,
  streams INTEGER NOT NULL,
  episodes INTEGER NOT NULL,
  seconds REAL NOT NULL,
  checksum INTEGER NOT NULL,       -- over the five blobs in this order
  returns BLOB NOT NULL,           -- float32 [streams, episodes]
  task_ids BLOB NOT NULL,          -- int64 [streams]
  repeats BLOB NOT NULL,           -- int32 [streams]
  optimal_returns BLOB NOT NULL,   -- float64 [streams] or empty
  random_returns BLOB NOT NULL,    -- float64 [streams] or empty
  PRIMARY KEY(run_id, policy, split, step)
) STRICT;

CREATE TABLE scores(
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  policy TEXT NOT NULL,
  name TEXT NOT NULL,
  mean REAL,                       -- NULL is NaN
  low REAL,
  high REAL,
  UNIQUE(run_id, policy, name)
) STRICT;

CREATE TABLE artefacts(
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  relative_path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

/// A sweep is the name over the groups of its points; both are NULL in runs that belong to none.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE runs ADD COLUMN sweep TEXT;
ALTER TABLE runs ADD COLUMN point TEXT;
CREATE INDEX runs_by_sweep ON runs(sweep) WHERE sweep IS NOT NULL;
)sql";

}  // namespace

const Schema& runStoreSchema() {
  static const Schema schema{{kVersion1, kVersion2}};
  return schema;
}

}  // namespace limbeck
