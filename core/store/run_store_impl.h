// SPDX-License-Identifier: GPL-3.0-or-later
// What the run_store*.cpp files share. Private to core/store.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <mutex>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/base/thread_annotations.h"
#include "core/store/database.h"
#include "core/store/run_store.h"

namespace limbeck {

struct RunStore::Impl {
  Impl(const std::filesystem::path& database_path, OpenMode open_mode)
      : path(std::filesystem::absolute(database_path)), mode(open_mode), database(openDatabase(path, mode)) {
    knows_sweeps = database.execAndGet("PRAGMA user_version").getInt() >= kVersionWithSweeps;
  }

  static constexpr int kVersionWithSweeps = 2;

  const std::filesystem::path path;
  const OpenMode mode;
  bool knows_sweeps = true;  ///< a reader leaves an older database as it is
  std::vector<RunId> interrupted;
  std::mutex mutex;
  SQLite::Database database LIMBECK_GUARDED_BY(mutex);

  /// Calls `action(database)` alone. A read of several statements belongs into one call with a transaction of its own.
  template <typename Action>
  auto read(std::string_view doing, Action&& action) {
    const std::lock_guard lock(mutex);
    return withDatabaseErrors(path, doing, [&] { return action(database); });
  }

  /// Calls `action(database)` in a transaction that is committed when it returns.
  template <typename Action>
  auto write(std::string_view doing, Action&& action) {
    if (mode == OpenMode::ReadOnly) {
      throw Error(
          ErrorCode::InvalidArgument,
          fmt::format("{}: cannot {}: the workspace is open read-only; open it for writing", path.string(), doing));
    }
    const std::lock_guard lock(mutex);
    return withDatabaseErrors(path, doing, [&] {
      SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
      if constexpr (std::is_void_v<decltype(action(database))>) {
        action(database);
        transaction.commit();
      } else {
        auto result = action(database);
        transaction.commit();
        return result;
      }
    });
  }

  /// Throws Error(NotFound) unless the run exists; for writes, so that a foreign key cannot fail with a riddle.
  void requireRun(RunId id) {
    SQLite::Statement query(database, "SELECT 1 FROM runs WHERE id = ?");
    query.bind(1, static_cast<std::int64_t>(id));
    if (!query.executeStep()) throwNoRun(id);
  }

  [[noreturn]] void throwNoRun(RunId id) const {
    throw Error(ErrorCode::NotFound, fmt::format("{}: there is no run {}; list them to see which there are",
                                                 path.string(), static_cast<std::int64_t>(id)));
  }

  [[noreturn]] void throwDamaged(RunId id, std::string_view what) const {
    throw Error(
        ErrorCode::Corrupt,
        fmt::format("{}: {} of run {} does not match its checksum; the other data can be used, or put a backup in "
                    "the file's place",
                    path.string(), what, static_cast<std::int64_t>(id)));
  }
};

inline std::int64_t utcMilliseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace limbeck
