// SPDX-License-Identifier: GPL-3.0-or-later
// Runs themselves; what a run produced is in run_store_results.cpp.
#include "core/store/run_store.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "core/store/run_store_impl.h"

namespace limbeck {
namespace {

constexpr char kTagSeparator = '\x1f';

/// One row a run, with its tags, in the order that `recordFrom` reads.
std::string selectRuns(bool knows_sweeps) {
  return fmt::format(
      "SELECT id, kind, title, experiment, seed, group_key, state, failure_code, failure_message, created_ms, "
      "started_ms, finished_ms, heartbeat_ms, wall_seconds, notes, is_starred, trashed_ms, "
      "(SELECT group_concat(tag, char(31)) FROM tags WHERE run_id = runs.id), {} FROM runs ",
      knows_sweeps ? "sweep, point" : "NULL, NULL");
}

std::optional<std::int64_t> optionalInteger(const SQLite::Column& column) {
  if (column.isNull()) return std::nullopt;
  return column.getInt64();
}

std::vector<std::string> splitTags(const std::string& joined) {
  std::vector<std::string> tags;
  for (std::size_t begin = 0; begin < joined.size();) {
    const std::size_t end = std::min(joined.find(kTagSeparator, begin), joined.size());
    tags.push_back(joined.substr(begin, end - begin));
    begin = end + 1;
  }
  std::ranges::sort(tags);
  return tags;
}

RunRecord recordFrom(SQLite::Statement& row) {
  RunRecord run;
  run.id = RunId{row.getColumn(0).getInt64()};
  run.kind = row.getColumn(1).getString();
  run.title = row.getColumn(2).getString();
  run.experiment = row.getColumn(3).getString();
  run.seed = static_cast<std::uint64_t>(row.getColumn(4).getInt64());
  run.group_key = row.getColumn(5).getString();
  const std::string state = row.getColumn(6).getString();
  const auto known_state = runStateFromName(state);
  if (!known_state) throw Error(ErrorCode::Corrupt, fmt::format("run {}: unknown state '{}'", run.name(), state));
  run.state = *known_state;
  run.failure_code = row.getColumn(7).getString();
  run.failure_message = row.getColumn(8).getString();
  run.created_ms = row.getColumn(9).getInt64();
  run.started_ms = optionalInteger(row.getColumn(10));
  run.finished_ms = optionalInteger(row.getColumn(11));
  run.heartbeat_ms = optionalInteger(row.getColumn(12));
  run.wall_seconds = row.getColumn(13).getDouble();
  run.notes = row.getColumn(14).getString();
  run.is_starred = row.getColumn(15).getInt() != 0;
  run.trashed_ms = optionalInteger(row.getColumn(16));
  run.tags = splitTags(row.getColumn(17).getString());
  run.sweep = row.getColumn(18).getString();  // NULL reads as empty
  run.point = row.getColumn(19).getString();
  return run;
}

/// For LIKE ... ESCAPE '\'.
std::string likePattern(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

void checkKind(const std::string& kind) {
  const auto isPlain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  LIMBECK_CHECK(!kind.empty() && kind.size() <= 16 && std::ranges::all_of(kind, isPlain),
                fmt::format("run kind '{}': 1 to 16 letters and digits", kind));
}

void checkTag(const std::string& tag) {
  const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (!tag.empty() && tag.size() <= 64 && std::ranges::none_of(tag, isControl)) return;
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("tag '{}' has {} bytes; a tag is 1 to 64 bytes without control characters", tag, tag.size()));
}

/// A command line may hold bytes that are no UTF-8, which JSON cannot: they become U+FFFD.
std::string overridesAsJson(const std::vector<std::string>& overrides) {
  return nlohmann::json(overrides).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::int64_t rowId(RunId id) {
  return static_cast<std::int64_t>(id);
}

std::string conditionsOf(const RunFilter& filter, bool knows_sweeps) {
  std::string where = filter.is_trashed ? "WHERE trashed_ms IS NOT NULL" : "WHERE trashed_ms IS NULL";
  if (!filter.text.empty()) {
    where +=
        " AND (kind || '-' || id LIKE :text ESCAPE '\\' OR title LIKE :text ESCAPE '\\' OR experiment LIKE :text "
        "ESCAPE '\\' "
        "OR notes LIKE :text ESCAPE '\\' "
        "OR EXISTS (SELECT 1 FROM tags WHERE run_id = runs.id AND tag LIKE :text ESCAPE '\\'))";
  }
  if (!filter.tag.empty()) where += " AND EXISTS (SELECT 1 FROM tags WHERE run_id = runs.id AND tag = :tag)";
  if (filter.state) where += " AND state = :state";
  if (!filter.group_key.empty()) where += " AND group_key = :group_key";
  if (!filter.sweep.empty()) where += knows_sweeps ? " AND sweep = :sweep" : " AND :sweep IS NULL";
  return where;
}

std::vector<RunId> markInterrupted(SQLite::Database& database) {
  std::vector<RunId> runs;
  SQLite::Statement query(database, "SELECT id FROM runs WHERE state = 'running' ORDER BY id");
  while (query.executeStep()) runs.push_back(RunId{query.getColumn(0).getInt64()});
  // The last sign of life is the best guess of when it ended.
  database.exec(
      "UPDATE runs SET state = 'interrupted', finished_ms = coalesce(heartbeat_ms, started_ms) WHERE state = "
      "'running'");
  database.exec("UPDATE stages SET state = 'interrupted' WHERE state = 'running'");
  return runs;
}

}  // namespace

RunStore::RunStore(const std::filesystem::path& database, OpenMode mode)
    : impl_(std::make_unique<Impl>(database, mode)) {
  if (mode == OpenMode::ReadWrite) impl_->interrupted = impl_->write("look for interrupted runs", markInterrupted);
}

RunStore::~RunStore() = default;

const std::vector<RunId>& RunStore::interruptedRuns() const {
  return impl_->interrupted;
}
const std::filesystem::path& RunStore::path() const {
  return impl_->path;
}
OpenMode RunStore::mode() const {
  return impl_->mode;
}

RunId RunStore::createRun(const NewRun& run) {
  checkKind(run.kind);
  return impl_->write("create a run", [&](SQLite::Database& database) {
    SQLite::Statement insert(database,
                             "INSERT INTO runs(kind, title, experiment, seed, group_key, sweep, point, state, "
                             "created_ms) VALUES (?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), 'waiting', ?)");
    SQLite::bind(insert, run.kind, run.title, run.experiment, static_cast<std::int64_t>(run.seed), run.group_key,
                 run.sweep, run.point, utcMilliseconds());
    insert.exec();
    const RunId id{database.getLastInsertRowid()};
    SQLite::Statement inputs(database, "INSERT INTO run_inputs VALUES (?, ?, ?, ?, ?)");
    SQLite::bind(inputs, rowId(id), run.inputs.config_toml, overridesAsJson(run.inputs.overrides),
                 run.inputs.config_json, run.inputs.environment_info);
    inputs.exec();
    return id;
  });
}

void RunStore::updateState(RunId id, RunState state, const StateChange& change) {
  impl_->write("change a run's state", [&](SQLite::Database& database) {
    SQLite::Statement update(
        database,
        "UPDATE runs SET state = :state, wall_seconds = wall_seconds + :seconds, failure_code = :code, "
        "failure_message = :message, "
        "started_ms = CASE WHEN :is_running THEN coalesce(started_ms, :now) ELSE started_ms END, "
        "finished_ms = CASE WHEN :is_final THEN :now END, "
        "heartbeat_ms = CASE WHEN :is_running THEN :now ELSE heartbeat_ms END WHERE id = :id");
    update.bind(":state", std::string(runStateName(state)));
    update.bind(":seconds", change.additional_wall_seconds);
    update.bind(":code", change.failure_code);
    update.bind(":message", change.failure_message);
    update.bind(":is_running", state == RunState::Running ? 1 : 0);
    update.bind(":is_final", isFinal(state) ? 1 : 0);
    update.bind(":now", utcMilliseconds());
    update.bind(":id", rowId(id));
    if (update.exec() == 0) impl_->throwNoRun(id);
  });
}

namespace {

/// `sql` sets ?1 on the run ?2.
template <typename StoreImpl, typename Value>
void updateRun(StoreImpl& impl, std::string_view doing, RunId id, const char* sql, const Value& value) {
  impl.write(doing, [&](SQLite::Database& database) {
    SQLite::Statement update(database, sql);
    SQLite::bind(update, value, rowId(id));
    if (update.exec() == 0) impl.throwNoRun(id);
  });
}

}  // namespace

void RunStore::beat(RunId id) {
  updateRun(*impl_, "note that a run is alive", id, "UPDATE runs SET heartbeat_ms = ?1 WHERE id = ?2",
            utcMilliseconds());
}

void RunStore::setTitle(RunId id, std::string_view title) {
  updateRun(*impl_, "set a run's title", id, "UPDATE runs SET title = ?1 WHERE id = ?2", std::string(title));
}

void RunStore::setNotes(RunId id, std::string_view notes) {
  updateRun(*impl_, "set a run's notes", id, "UPDATE runs SET notes = ?1 WHERE id = ?2", std::string(notes));
}

void RunStore::setStarred(RunId id, bool is_starred) {
  updateRun(*impl_, "star a run", id, "UPDATE runs SET is_starred = ?1 WHERE id = ?2", is_starred ? 1 : 0);
}

void RunStore::setSweep(RunId id, std::string_view sweep, std::string_view point) {
  impl_->write("set a run's sweep", [&](SQLite::Database& database) {
    SQLite::Statement update(database, "UPDATE runs SET sweep = nullif(?, ''), point = nullif(?, '') WHERE id = ?");
    SQLite::bind(update, std::string(sweep), std::string(point), rowId(id));
    if (update.exec() == 0) impl_->throwNoRun(id);
  });
}

void RunStore::trash(RunId id) {
  updateRun(*impl_, "trash a run", id, "UPDATE runs SET trashed_ms = coalesce(trashed_ms, ?1) WHERE id = ?2",
            utcMilliseconds());
}

void RunStore::restore(RunId id) {
  updateRun(*impl_, "restore a run", id, "UPDATE runs SET trashed_ms = CASE ?1 WHEN 0 THEN NULL END WHERE id = ?2", 0);
}

void RunStore::setTags(RunId id, std::span<const std::string> tags) {
  std::ranges::for_each(tags, checkTag);
  impl_->write("set a run's tags", [&](SQLite::Database& database) {
    impl_->requireRun(id);
    SQLite::Statement clear(database, "DELETE FROM tags WHERE run_id = ?");
    clear.bind(1, rowId(id));
    clear.exec();
    SQLite::Statement insert(database, "INSERT OR IGNORE INTO tags VALUES (?, ?)");
    for (const std::string& tag : tags) {
      SQLite::bind(insert, rowId(id), tag);
      insert.exec();
      insert.reset();
    }
  });
}

std::vector<RunRecord> RunStore::listRuns(const RunFilter& filter) const {
  return impl_->read("list the runs", [&](SQLite::Database& database) {
    const bool knows_sweeps = impl_->knows_sweeps;
    SQLite::Statement query(database,
                            selectRuns(knows_sweeps) + conditionsOf(filter, knows_sweeps) + " ORDER BY id DESC");
    if (!filter.text.empty()) query.bind(":text", likePattern(filter.text));
    if (!filter.tag.empty()) query.bind(":tag", filter.tag);
    if (filter.state) query.bind(":state", std::string(runStateName(*filter.state)));
    if (!filter.group_key.empty()) query.bind(":group_key", filter.group_key);
    if (!filter.sweep.empty()) query.bind(":sweep", filter.sweep);
    std::vector<RunRecord> runs;
    while (query.executeStep()) runs.push_back(recordFrom(query));
    return runs;
  });
}

std::optional<RunRecord> RunStore::findRun(std::string_view name_or_number) const {
  const std::size_t dash = name_or_number.rfind('-');
  const std::string kind(dash == std::string_view::npos ? std::string_view() : name_or_number.substr(0, dash));
  const std::string_view digits = dash == std::string_view::npos ? name_or_number : name_or_number.substr(dash + 1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || dash == 0) return std::nullopt;
  return impl_->read("find a run", [&](SQLite::Database& database) -> std::optional<RunRecord> {
    SQLite::Statement query(
        database, selectRuns(impl_->knows_sweeps) + "WHERE id = ?1 AND (?2 = '' OR kind = ?2 COLLATE NOCASE)");
    SQLite::bind(query, number, kind);
    if (!query.executeStep()) return std::nullopt;
    return recordFrom(query);
  });
}

RunRecord RunStore::run(RunId id) const {
  return impl_->read("read a run", [&](SQLite::Database& database) {
    SQLite::Statement query(database, selectRuns(impl_->knows_sweeps) + "WHERE id = ?");
    query.bind(1, rowId(id));
    if (!query.executeStep()) impl_->throwNoRun(id);
    return recordFrom(query);
  });
}

RunInputs RunStore::inputs(RunId id) const {
  return impl_->read("read what made a run", [&](SQLite::Database& database) {
    SQLite::Statement query(
        database, "SELECT config_toml, overrides, config_json, environment_info FROM run_inputs WHERE run_id = ?");
    query.bind(1, rowId(id));
    if (!query.executeStep()) impl_->throwNoRun(id);
    RunInputs inputs;
    inputs.config_toml = query.getColumn(0).getString();
    const auto overrides = nlohmann::json::parse(query.getColumn(1).getString(), nullptr, false);
    if (!overrides.is_array()) impl_->throwDamaged(id, "the list of overrides");
    for (const auto& item : overrides)
      inputs.overrides.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    inputs.config_json = query.getColumn(2).getString();
    inputs.environment_info = query.getColumn(3).getString();
    return inputs;
  });
}

std::vector<std::pair<std::string, std::string>> RunStore::groupConfigs() const {
  return impl_->read("read the groups' configurations", [&](SQLite::Database& database) {
    // The index on group_key holds the ids too, so that only one input a group is read.
    SQLite::Statement query(database,
                            "SELECT newest.group_key, config_json FROM "
                            "(SELECT group_key, max(id) AS id FROM runs GROUP BY group_key) AS newest "
                            "JOIN run_inputs ON run_inputs.run_id = newest.id ORDER BY newest.group_key");
    std::vector<std::pair<std::string, std::string>> configs;
    while (query.executeStep()) configs.emplace_back(query.getColumn(0).getString(), query.getColumn(1).getString());
    return configs;
  });
}

std::int64_t RunStore::changeCounter() const {
  return impl_->read("look for changes", [](SQLite::Database& database) {
    // Both only rise: the first with what other connections commit, the second with the rows that this one writes.
    const std::int64_t others = database.execAndGet("PRAGMA data_version").getInt64();
    return (others << 32) + database.getTotalChanges();
  });
}

}  // namespace limbeck
