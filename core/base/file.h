// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace limbeck {

/// Writes `content` so that after a crash either the old file or the whole new one is there: a temporary file in the
/// same directory, fsync, rename, fsync of the directory. Throws Error(IoFailure) with path and cause.
void writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> content);
void writeFileAtomically(const std::filesystem::path& path, std::string_view content);

/// Throws Error(NotFound) or Error(IoFailure); refuses files above `max_bytes`.
std::string readTextFile(const std::filesystem::path& path, std::size_t max_bytes = std::size_t{1} << 28);

/// Creates the directory and its parents; throws Error(IoFailure) with the path.
void createDirectories(const std::filesystem::path& path);

/// Makes a rename or a new file in `directory` survive power loss.
void syncDirectory(const std::filesystem::path& directory);
void syncFile(const std::filesystem::path& path);

/// Renames a finished temporary directory into place (same parent), synced. If `target` exists already it stays and the
/// temporary one is removed: what is addressed by its content is the same.
void commitDirectory(const std::filesystem::path& temporary, const std::filesystem::path& target);

/// "<cause> (<path>)" for the current errno, with a hint for the common ones (no space left, read-only, permission).
std::string describeErrno(int error_number);

/// A read-only memory map of a whole file. Move-only.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace limbeck
