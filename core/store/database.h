// SPDX-License-Identifier: GPL-3.0-or-later
// Opening a database so that nothing is damaged: the only place that knows SQLite's pragmas and error codes. Private to
// core/store.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>

#include <filesystem>
#include <string_view>
#include <utility>

#include "core/store/run_store.h"
#include "core/store/schema.h"

namespace limbeck {

/// Turns a library error into Error (or BugError): "<path>: cannot <doing>: <cause>; <way out>".
[[noreturn]] void throwDatabaseError(const std::filesystem::path& path, std::string_view doing,
                                     const SQLite::Exception& exception);

/// Calls `action` and translates what SQLite throws.
template <typename Action>
decltype(auto) withDatabaseErrors(const std::filesystem::path& path, std::string_view doing, Action&& action) {
  try {
    return std::forward<Action>(action)();
  } catch (const SQLite::Exception& exception) {
    throwDatabaseError(path, doing, exception);
  }
}

/// Opens, checks and (ReadWrite) creates or upgrades. What fails the checks is not written to. The caller holds the
/// workspace's lock for ReadWrite. See RunStore for the errors.
SQLite::Database openDatabase(const std::filesystem::path& path, OpenMode mode,
                              const Schema& schema = runStoreSchema());

}  // namespace limbeck
