// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/workspace_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

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

}  // namespace

WorkspaceLock::WorkspaceLock(const std::filesystem::path& file)
    : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
  if (fd_ < 0) {
    throw Error(ErrorCode::IoFailure,
                fmt::format("{}: cannot open the workspace for writing: {}", file.string(), describeErrno(errno)));
  }
  int result = 0;
  do result = ::flock(fd_, LOCK_EX | LOCK_NB);
  while (result != 0 && errno == EINTR);
  if (result != 0) {
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
