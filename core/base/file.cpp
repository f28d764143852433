// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/error.h"

namespace limbeck {
namespace {

[[noreturn]] void failIo(std::string_view doing, const std::filesystem::path& path) {
  const int error_number = errno;
  const ErrorCode code = error_number == ENOENT ? ErrorCode::NotFound : ErrorCode::IoFailure;
  throw Error(code, fmt::format("{}: cannot {}: {}", path.string(), doing, describeErrno(error_number)));
}

class FileDescriptor {
 public:
  FileDescriptor(const std::filesystem::path& path, int flags, std::string_view doing)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
    if (fd_ < 0) failIo(doing, path);
  }
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }
  /// Closing can report a late write error; the destructor cannot.
  void close(const std::filesystem::path& path) {
    if (::close(std::exchange(fd_, -1)) != 0) failIo("close", path);
  }

 private:
  int fd_;
};

void writeAll(int fd, std::span<const std::byte> content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) failIo("write", path);
    content = content.subspan(static_cast<std::size_t>(written));
  }
}

std::filesystem::path parentOf(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

std::string describeErrno(int error_number) {
  const char* hint = "";
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      hint = "; free some space there or choose another workspace";
      break;
    case EFBIG:
      hint = "; the process's file size limit is reached (ulimit -f)";
      break;
    case EROFS:
      hint = "; choose a folder that can be written";
      break;
    case EACCES:
    case EPERM:
      hint = "; check the owner and permissions";
      break;
    default:
      break;
  }
  return fmt::format("{}{}", std::strerror(error_number), hint);
}

void writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> content) {
  if (!std::filesystem::is_directory(parentOf(path))) {
    throw Error(ErrorCode::NotFound,
                fmt::format("{}: cannot create it: there is no folder {}", path.string(), parentOf(path).string()));
  }
  std::filesystem::path temporary = path;
  temporary += fmt::format(".{}.tmp", ::getpid());
  try {
    FileDescriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC, "create");
    writeAll(file.get(), content, path);
    if (::fsync(file.get()) != 0) failIo("sync", path);
    file.close(path);
    if (::rename(temporary.c_str(), path.c_str()) != 0) failIo("rename into place", path);
  } catch (const Error&) {
    ::unlink(temporary.c_str());
    throw;
  }
  syncDirectory(parentOf(path));
}

void writeFileAtomically(const std::filesystem::path& path, std::string_view content) {
  writeFileAtomically(path, std::as_bytes(std::span(content.data(), content.size())));
}

std::string readTextFile(const std::filesystem::path& path, std::size_t max_bytes) {
  if (std::filesystem::is_directory(path)) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("{}: is a folder, not a file", path.string()));
  }
  const MappedFile file(path);
  if (file.bytes().size() > max_bytes) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("{}: {} bytes, but at most {} are read", path.string(), file.bytes().size(), max_bytes));
  }
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

void createDirectories(const std::filesystem::path& path) {
  std::error_code code;
  std::filesystem::create_directories(path, code);
  if (code) {
    throw Error(ErrorCode::IoFailure,
                fmt::format("{}: cannot create the folder: {}", path.string(), describeErrno(code.value())));
  }
}

void syncDirectory(const std::filesystem::path& directory) {
  FileDescriptor descriptor(directory, O_RDONLY | O_DIRECTORY, "open the folder");
  if (::fsync(descriptor.get()) != 0 && errno != EINVAL) failIo("sync the folder", directory);
}

void syncFile(const std::filesystem::path& path) {
  FileDescriptor descriptor(path, O_RDONLY, "open");
  if (::fsync(descriptor.get()) != 0) failIo("sync", path);
}

void commitDirectory(const std::filesystem::path& temporary, const std::filesystem::path& target) {
  for (const auto& entry : std::filesystem::directory_iterator(temporary)) syncFile(entry.path());
  syncDirectory(temporary);
  if (::rename(temporary.c_str(), target.c_str()) != 0) {
    if (errno != EEXIST && errno != ENOTEMPTY) failIo("rename into place", target);
    std::filesystem::remove_all(temporary);
  }
  syncDirectory(parentOf(target));
}

MappedFile::MappedFile(const std::filesystem::path& path) {
  const FileDescriptor file(path, O_RDONLY, "open");
  struct stat info = {};
  if (::fstat(file.get(), &info) != 0) failIo("inspect", path);
  if (!S_ISREG(info.st_mode))
    throw Error(ErrorCode::InvalidArgument, fmt::format("{}: not a regular file", path.string()));
  size_ = static_cast<std::size_t>(info.st_size);
  if (size_ == 0) return;
  void* address = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file.get(), 0);
  if (address == MAP_FAILED) failIo("map", path);
  data_ = static_cast<const std::byte*>(address);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace limbeck
