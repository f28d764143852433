// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace limbeck {

/// Whether somebody holds the lock. A file that is not there or may not be read is not held.
bool isLockHeld(const std::filesystem::path& file);

/// Holds an exclusive flock on a file for as long as it lives. The file stays; it says who held it last. Private to
/// core/store.
class WorkspaceLock {
 public:
  /// Throws Error(Locked) with the holder's process id, Error(IoFailure) when the file cannot be made.
  explicit WorkspaceLock(const std::filesystem::path& file);
  ~WorkspaceLock();
  WorkspaceLock(const WorkspaceLock&) = delete;
  WorkspaceLock& operator=(const WorkspaceLock&) = delete;

 private:
  int fd_ = -1;
};

}  // namespace limbeck
