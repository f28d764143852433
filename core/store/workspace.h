// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "core/store/run_store.h"

namespace limbeck {

/// A folder with everything that runs read and write: `limbeck.db`, `histories/`, `checkpoints/`, `rollouts/`. One
/// process at a time has it open for writing, which `limbeck.lock` (flock) sees to; the system releases the lock when
/// the process ends in any way, so there are no stale locks. Any number may have it open read-only meanwhile.
class Workspace {
 public:
  /// ReadWrite creates what is missing. Throws Error(Locked) with the holder's process id when another one writes;
  /// Error(NotFound) when ReadOnly finds no workspace; what RunStore throws.
  explicit Workspace(const std::filesystem::path& folder, OpenMode mode = OpenMode::ReadWrite);
  ~Workspace();
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;

  OpenMode mode() const;
  /// Whether a process, this one or another, has the workspace open for writing. Without one, a run that stands as
  /// running was interrupted, and the next opening for writing will say so.
  bool hasWriter() const;
  /// Absolute, as are the others.
  const std::filesystem::path& folder() const;
  std::filesystem::path histories() const;
  std::filesystem::path checkpoints() const;
  std::filesystem::path rollouts() const;

  /// Lives as long as the workspace.
  RunStore& store() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limbeck
