// SPDX-License-Identifier: GPL-3.0-or-later
// NumPy's .npy format, version 1.0, little-endian, C order:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/file.h"

namespace limbeck {

enum class NpyType { UInt8, Int32, Int64, Float32 };

/// Streams rows into a .npy file; the header is completed by `close()`. A file that was never closed has 0 rows in its
/// header.
class NpyWriter {
 public:
  /// `row_shape`: the shape of one row, empty for scalars.
  NpyWriter(const std::filesystem::path& path, NpyType type, std::vector<std::int64_t> row_shape);
  ~NpyWriter();
  NpyWriter(NpyWriter&&) noexcept;
  /// `bytes`: whole rows.
  void append(std::span<const std::byte> bytes);
  /// Writes the final header, syncs nothing (the directory commit does); throws Error(IoFailure).
  void close();
  /// XXH3-128 of the data so far, as 32 hex digits.
  std::string checksum() const;
  std::int64_t rows() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A mapped .npy file. Throws Error(Corrupt) naming the file for a header that does not match the file.
class NpyFile {
 public:
  explicit NpyFile(const std::filesystem::path& path);
  NpyType type() const { return type_; }
  const std::vector<std::int64_t>& shape() const { return shape_; }
  std::span<const std::byte> data() const { return data_; }
  /// Throws BugError if the file holds another type.
  template <typename T>
  std::span<const T> as() const;

 private:
  MappedFile file_;
  NpyType type_ = NpyType::UInt8;
  std::vector<std::int64_t> shape_;
  std::span<const std::byte> data_;
};

}  // namespace limbeck
