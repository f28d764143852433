// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/workspace.h"

#include <fmt/format.h>

#include <optional>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/workspace_lock.h"

namespace limbeck {
namespace {

std::filesystem::path prepareFolder(const std::filesystem::path& given, OpenMode mode) {
  const std::filesystem::path folder = std::filesystem::absolute(given).lexically_normal();
  if (mode == OpenMode::ReadWrite) {
    for (const char* name : {"histories", "checkpoints", "rollouts"}) createDirectories(folder / name);
    return folder;
  }
  std::error_code error;
  if (!std::filesystem::exists(folder / "limbeck.db", error)) {
    throw Error(ErrorCode::NotFound,
                fmt::format("{}: no workspace here (no limbeck.db); check the path, or start a run to make one",
                            folder.string()));
  }
  return folder;
}

}  // namespace

struct Workspace::Impl {
  Impl(const std::filesystem::path& given, OpenMode open_mode)
      : mode(open_mode), folder(prepareFolder(given, open_mode)) {
    if (mode == OpenMode::ReadWrite) lock.emplace(folder / "limbeck.lock");
    store.emplace(folder / "limbeck.db", mode);
  }

  OpenMode mode;
  std::filesystem::path folder;
  std::optional<WorkspaceLock> lock;  // outlives the store
  std::optional<RunStore> store;
};

Workspace::Workspace(const std::filesystem::path& folder, OpenMode mode)
    : impl_(std::make_unique<Impl>(folder, mode)) {}
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

OpenMode Workspace::mode() const {
  return impl_->mode;
}
bool Workspace::hasWriter() const {
  return impl_->lock || isLockHeld(impl_->folder / "limbeck.lock");
}
const std::filesystem::path& Workspace::folder() const {
  return impl_->folder;
}
std::filesystem::path Workspace::histories() const {
  return impl_->folder / "histories";
}
std::filesystem::path Workspace::checkpoints() const {
  return impl_->folder / "checkpoints";
}
std::filesystem::path Workspace::rollouts() const {
  return impl_->folder / "rollouts";
}
RunStore& Workspace::store() const {
  return *impl_->store;
}

}  // namespace limbeck
