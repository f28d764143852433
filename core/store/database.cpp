// SPDX-License-Identifier: GPL-3.0-or-later
// Rules from SQLite's "How To Corrupt An SQLite Database File" and "Defense Against The Dark Arts" that this file
// keeps: a database is created under another name and renamed, so that a half-made one never carries the real name; a
// file is judged through a read-only connection before anything could write to it; and it is never opened past SQLite,
// because closing any descriptor of it drops the locks that other connections of this process hold.
#include "core/store/database.h"

#include <SQLiteCpp/Backup.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cctype>
#include <map>
#include <string>
#include <system_error>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace limbeck {
namespace {

namespace fs = std::filesystem;

constexpr int kBusyTimeoutMs = 5000;
/// A structural check reads the whole file; up to this size it costs less than a person notices.
constexpr std::uintmax_t kAlwaysCheckedBytes = 16U << 20;

fs::path withSuffix(const fs::path& path, std::string_view suffix) {
  fs::path result = path;
  result += suffix;
  return result;
}

std::uintmax_t sizeOrZero(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  return error ? 0 : size;
}

bool isThere(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

void removeQuietly(const fs::path& path) {
  std::error_code ignored;  // a leftover that cannot be removed makes the next step fail with a better message
  fs::remove(path, ignored);
}

[[noreturn]] void throwCorrupt(const fs::path& path, std::string_view finding) {
  throw Error(
      ErrorCode::Corrupt,
      fmt::format("{}: {}; the file was left as it is: move it away, put a backup in its place ({}.v*.bak if there "
                  "is one), or recover what it holds with `sqlite3 FILE .recover`",
                  path.string(), finding, path.filename().string()));
}

void renameSynced(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) {
    throw Error(ErrorCode::IoFailure, fmt::format("{}: cannot rename it to {}: {}", from.string(), to.string(),
                                                  describeErrno(error.value())));
  }
  syncDirectory(to.parent_path());
}

int pragmaNumber(SQLite::Database& database, const char* pragma) {
  return database.execAndGet(pragma).getInt();
}

void migrate(SQLite::Database& database, const Schema& schema, int from) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  for (int version = from; version < schema.version(); ++version) {
    database.exec(schema.migrations[static_cast<std::size_t>(version)]);
  }
  database.exec(fmt::format("PRAGMA user_version = {}", schema.version()));
  transaction.commit();
}

void createDatabase(const fs::path& path, const Schema& schema) {
  // SQLite would replay a log that belongs to a database that is gone into the new one.
  if (sizeOrZero(withSuffix(path, "-wal")) > 0) {
    throwCorrupt(path, "the database is missing but its log (-wal) is there");
  }
  const fs::path temporary = withSuffix(path, ".new");
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) removeQuietly(withSuffix(temporary, suffix));
  withDatabaseErrors(path, "create the run database", [&] {
    SQLite::Database database(temporary.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs);
    database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
    migrate(database, schema, 0);
  });
  syncFile(temporary);
  renameSynced(temporary, path);
}

using Objects = std::map<std::string, std::string>;  // "type name" -> SQL

Objects objectsOf(SQLite::Database& database) {
  Objects objects;
  SQLite::Statement query(database,
                          "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'");
  while (query.executeStep()) {
    objects[query.getColumn(0).getString() + " " + query.getColumn(1).getString()] = query.getColumn(2).getString();
  }
  return objects;
}

/// Our tables and indexes must be exactly what the migrations make. More of them do no harm, but a trigger or a view
/// would act on our statements.
void checkObjects(const fs::path& path, SQLite::Database& database, const Schema& schema, int version) {
  SQLite::Database reference(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  Schema schema_then = schema;
  schema_then.migrations.resize(static_cast<std::size_t>(version));
  migrate(reference, schema_then, 0);
  const Objects found = objectsOf(database);
  for (const auto& [name, sql] : objectsOf(reference)) {
    const auto object = found.find(name);
    if (object == found.end()) throwCorrupt(path, fmt::format("version {} without its {}", version, name));
    if (object->second != sql) throwCorrupt(path, fmt::format("version {} with a changed {}", version, name));
  }
  for (const auto& [name, sql] : found) {
    if (name.starts_with("trigger ") || name.starts_with("view "))
      throwCorrupt(path, fmt::format("a foreign {}", name));
  }
}

void checkStructure(const fs::path& path, SQLite::Database& database) {
  SQLite::Statement check(database, "PRAGMA quick_check(1)");
  while (check.executeStep()) {
    const std::string finding = check.getColumn(0).getString();
    if (finding != "ok") throwCorrupt(path, fmt::format("the database is damaged ({})", finding));
  }
}

void harden(SQLite::Database& database) {
  database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;");
}

/// SQLite needs to make a -shm file beside a database in WAL mode. Where the folder cannot be written and no log stands
/// there, nobody else can change it either, and it may be read without locks.
std::string readOnlyName(const fs::path& path) {
  if (::access(path.parent_path().c_str(), W_OK) == 0 || isThere(withSuffix(path, "-wal"))) return path.string();
  std::string uri = "file:";
  for (const char c : path.string()) {
    const bool is_plain =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '.' || c == '-' || c == '_';
    uri += is_plain ? std::string(1, c) : fmt::format("%{:02x}", static_cast<unsigned char>(c));
  }
  return uri + "?immutable=1";
}

SQLite::Database openReadOnly(const fs::path& path) {
  SQLite::Database database(readOnlyName(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI, kBusyTimeoutMs);
  database.exec("PRAGMA wal_autocheckpoint = 0; PRAGMA query_only = ON;");
  harden(database);
  return database;
}

int judgeContent(const fs::path& path, SQLite::Database& database, OpenMode mode, const Schema& schema) {
  const bool was_closed_cleanly = sizeOrZero(withSuffix(path, "-wal")) == 0;
  const int application_id = pragmaNumber(database, "PRAGMA application_id");
  if (application_id != kApplicationId) {
    throwCorrupt(path, fmt::format("an SQLite database, but not Limbeck's (application id {:#x}, expected {:#x})",
                                   static_cast<unsigned>(application_id), static_cast<unsigned>(kApplicationId)));
  }
  const int version = pragmaNumber(database, "PRAGMA user_version");
  if (version > schema.version()) {
    throw Error(
        ErrorCode::UnsupportedVersion,
        fmt::format("{}: database version {} but this build reads up to {}; use the newer Limbeck that wrote it",
                    path.string(), version, schema.version()));
  }
  if (version < 1) throwCorrupt(path, fmt::format("database version {}, which never existed", version));
  // A log beside it means for a writer that the last one died; for a reader it is normal.
  const bool is_suspect = mode == OpenMode::ReadWrite && !was_closed_cleanly;
  if (is_suspect || sizeOrZero(path) <= kAlwaysCheckedBytes) checkStructure(path, database);
  checkObjects(path, database, schema, version);
  return version;
}

/// Returns the database's version; throws when it is damaged, not ours or newer.
int judge(const fs::path& path, SQLite::Database& database, OpenMode mode, const Schema& schema) {
  try {
    return judgeContent(path, database, mode, schema);
  } catch (const SQLite::Exception& exception) {
    // The statements are right, so an error in them is the file's: an unknown format number, an unreadable schema.
    constexpr int kSqlError = 1;
    if ((exception.getErrorCode() & 0xff) != kSqlError) throw;
    throwCorrupt(path, fmt::format("the database is damaged ({})", exception.what()));
  }
}

void backUp(const fs::path& path, SQLite::Database& database, int version) {
  const fs::path target = withSuffix(path, fmt::format(".v{}.bak", version));
  const fs::path temporary = withSuffix(target, ".tmp");
  removeQuietly(temporary);
  withDatabaseErrors(target, "write the backup before an upgrade", [&] {
    SQLite::Database copy(temporary.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    SQLite::Backup backup(copy, database);
    backup.executeStep(-1);
  });
  syncFile(temporary);
  renameSynced(temporary, target);
}

SQLite::Database openReadWrite(const fs::path& path) {
  SQLite::Database database(path.string(), SQLite::OPEN_READWRITE, kBusyTimeoutMs);
  harden(database);
  const std::string journal = database.execAndGet("PRAGMA journal_mode = WAL").getString();
  if (journal != "wal") {
    throw Error(ErrorCode::IoFailure,
                fmt::format("{}: the file system does not allow SQLite's write-ahead log (got '{}'); put "
                            "the workspace on a local disk",
                            path.string(), journal));
  }
  database.exec("PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;");
  return database;
}

}  // namespace

void throwDatabaseError(const fs::path& path, std::string_view doing, const SQLite::Exception& exception) {
  // Result codes by number (sqlite3.h), so that this needs no header besides the wrapper's.
  constexpr int kPerm = 3, kBusy = 5, kLocked = 6, kReadOnly = 8, kIoError = 10, kCorrupt = 11, kFull = 13,
                kCantOpen = 14;
  constexpr int kProtocol = 15, kTooBig = 18, kNotADatabase = 26;
  const auto fail = [&](ErrorCode code, std::string_view way_out) {
    throw Error(code, fmt::format("{}: cannot {}: {} (SQLite {}); {}", path.string(), doing, exception.what(),
                                  exception.getExtendedErrorCode(), way_out));
  };
  switch (exception.getErrorCode() & 0xff) {
    case kFull:
    case kIoError:
      fail(ErrorCode::IoFailure,
           "nothing of this was saved and what was there before is intact: free some space there, or "
           "check the disk and its limits (ulimit -f)");
      break;
    case kPerm:
    case kReadOnly:
    case kCantOpen:
      fail(ErrorCode::IoFailure, "check that the folder exists and that you may write to it");
      break;
    case kBusy:
    case kLocked:
    case kProtocol:
      fail(ErrorCode::Locked, "another process is using the database: end it or try again");
      break;
    case kTooBig:
      fail(ErrorCode::InvalidArgument, "a value is larger than SQLite's limit of 1 GB");
      break;
    case kNotADatabase:
      throwCorrupt(path, "not an SQLite database, or its header is damaged");
    case kCorrupt:
      throwCorrupt(path, fmt::format("the database is damaged ({})", exception.what()));
    default:
      break;
  }
  throw BugError(fmt::format("{}: cannot {}: {} (SQLite {})", path.string(), doing, exception.what(),
                             exception.getExtendedErrorCode()));
}

SQLite::Database openDatabase(const fs::path& given_path, OpenMode mode, const Schema& schema) {
  const fs::path path = fs::absolute(given_path);  // a relative "file:x" would be read as a URI
  if (!isThere(path)) {
    if (mode == OpenMode::ReadOnly) {
      throw Error(ErrorCode::NotFound,
                  fmt::format("{}: there is no run database; check the workspace's path", path.string()));
    }
    createDatabase(path, schema);
  }
  std::error_code error;
  if (!fs::is_regular_file(path, error)) throwCorrupt(path, "not a regular file");
  if (sizeOrZero(path) == 0) throwCorrupt(path, "the file is empty");
  return withDatabaseErrors(path, "open the run database", [&] {
    int version = 0;
    {
      SQLite::Database reader = openReadOnly(path);
      version = judge(path, reader, mode, schema);
      if (mode == OpenMode::ReadOnly) return reader;  // Every older version can be read; a reader upgrades nothing.
    }
    SQLite::Database writer = openReadWrite(path);
    if (version < schema.version()) {
      backUp(path, writer, version);
      migrate(writer, schema, version);
    }
    return writer;
  });
}

}  // namespace limbeck
