// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/workspace_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "core/base/error.h"
#include "core/base/file.h"

namespace limbeck {
namespace {

std::string readHolder(int fd) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  holder.erase(std::min(holder.find('\n'), holder.size()));
  return holder.empty() ? "unknown" : holder;
}

/// A reader that asks `isLockHeld` has the lock for a moment: that is not a writer.
int lockExclusively(int fd) {
  constexpr int kAttempts = 5;
  constexpr std::chrono::milliseconds kPause{5};
  int result = -1;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(kPause);
    do result = ::flock(fd, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    if (result == 0 || errno != EWOULDBLOCK) break;
  }
  return result;
}

}  // namespace

bool isLockHeld(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool is_held = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return is_held;
}

WorkspaceLock::WorkspaceLock(const std::filesystem::path& file)
    : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
  if (fd_ < 0) {
    throw Error(ErrorCode::IoFailure,
                fmt::format("{}: cannot open the workspace for writing: {}", file.string(), describeErrno(errno)));
  }
  if (lockExclusively(fd_) != 0) {
    const int error_number = errno;
    const std::string holder = readHolder(fd_);
    ::close(fd_);
    if (error_number != EWOULDBLOCK) {
      throw Error(ErrorCode::IoFailure, fmt::format("{}: cannot lock: {}", file.string(), describeErrno(error_number)));
    }
    throw Error(
        ErrorCode::Locked,
        fmt::format("{}: process {} is writing to this workspace; wait until it is done, end it, or use another "
                    "workspace (--workspace)",
                    file.parent_path().string(), holder));
  }
  // Only for the message above: on a full disk the lock holds all the same.
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd_, 0) == 0) [[maybe_unused]]
    const ssize_t written = ::pwrite(fd_, pid.data(), pid.size(), 0);
}

WorkspaceLock::~WorkspaceLock() {
  ::close(fd_);
}

}  // namespace limbeck
