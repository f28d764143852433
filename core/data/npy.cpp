// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/npy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/data/npy_header.h"

namespace limbeck {
namespace {

static_assert(std::endian::native == std::endian::little, "columns are mapped as they lie in the file");

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

template <typename T>
struct TypeOf;
template <>
struct TypeOf<std::uint8_t> {
  static constexpr NpyType kType = NpyType::UInt8;
};
template <>
struct TypeOf<std::int32_t> {
  static constexpr NpyType kType = NpyType::Int32;
};
template <>
struct TypeOf<std::int64_t> {
  static constexpr NpyType kType = NpyType::Int64;
};
template <>
struct TypeOf<float> {
  static constexpr NpyType kType = NpyType::Float32;
};

}  // namespace

struct NpyWriter::Impl {
  std::filesystem::path path;
  NpyType type = NpyType::UInt8;
  std::vector<std::int64_t> row_shape;
  std::size_t row_bytes = 0;
  std::size_t header_bytes = 0;
  std::int64_t row_count = 0;
  int descriptor = -1;
  std::vector<std::byte> buffer;
  Hasher hasher;

  ~Impl() {
    if (descriptor >= 0) ::close(descriptor);
  }

  [[noreturn]] void fail(std::string_view doing) const {
    const int error_number = errno;
    throw Error(ErrorCode::IoFailure,
                fmt::format("{}: cannot {}: {}", path.string(), doing, describeErrno(error_number)));
  }

  void writeThrough(std::span<const std::byte> bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("write");
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }

  void flush() {
    writeThrough(buffer);
    buffer.clear();
    startWriteback();
  }

  /// Lets the disk work while the next rows are made, so that the sync at the end has little left to wait for. Only a
  /// hint.
  void startWriteback() const {
#ifdef __linux__
    ::sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
  }

  std::string header(std::int64_t rows) const {
    std::vector<std::int64_t> shape{rows};
    shape.insert(shape.end(), row_shape.begin(), row_shape.end());
    return formatNpyHeader({type, shape}, header_bytes);
  }
};

NpyWriter::NpyWriter(const std::filesystem::path& path, NpyType type, std::vector<std::int64_t> row_shape)
    : impl_(std::make_unique<Impl>()) {
  impl_->path = path;
  impl_->type = type;
  impl_->row_shape = std::move(row_shape);
  impl_->row_bytes = npyItemBytes(type);
  for (const std::int64_t extent : impl_->row_shape) {
    LIMBECK_CHECK(extent > 0, fmt::format("{}: a row extent is {}", path.string(), extent));
    impl_->row_bytes *= static_cast<std::size_t>(extent);
  }
  // Sized for the longest row count, so that close() can rewrite it in place.
  impl_->header_bytes = impl_->header(std::numeric_limits<std::int64_t>::max()).size();
  impl_->descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (impl_->descriptor < 0) impl_->fail("create");
  const std::string header = impl_->header(0);
  impl_->writeThrough(std::as_bytes(std::span(header)));
  impl_->buffer.reserve(kBufferBytes);
}

NpyWriter::~NpyWriter() = default;
NpyWriter::NpyWriter(NpyWriter&&) noexcept = default;

void NpyWriter::append(std::span<const std::byte> bytes) {
  LIMBECK_CHECK(impl_->descriptor >= 0, "append after close");
  LIMBECK_CHECK(
      bytes.size() % impl_->row_bytes == 0,
      fmt::format("{}: {} bytes are no whole rows of {}", impl_->path.string(), bytes.size(), impl_->row_bytes));
  impl_->hasher.addRaw(bytes.data(), bytes.size());
  impl_->row_count += static_cast<std::int64_t>(bytes.size() / impl_->row_bytes);
  if (impl_->buffer.size() + bytes.size() > kBufferBytes) impl_->flush();
  if (bytes.size() >= kBufferBytes) {
    impl_->writeThrough(bytes);
  } else {
    impl_->buffer.insert(impl_->buffer.end(), bytes.begin(), bytes.end());
  }
}

void NpyWriter::close() {
  impl_->flush();
  const std::string header = impl_->header(impl_->row_count);
  if (::lseek(impl_->descriptor, 0, SEEK_SET) != 0) impl_->fail("go back to the header");
  impl_->writeThrough(std::as_bytes(std::span(header)));
  if (::close(std::exchange(impl_->descriptor, -1)) != 0) impl_->fail("close");
}

std::string NpyWriter::checksum() const {
  return impl_->hasher.digest();
}
std::int64_t NpyWriter::rows() const {
  return impl_->row_count;
}

NpyFile::NpyFile(const std::filesystem::path& path) : file_(path) {
  const auto bytes = file_.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  try {
    NpyHeader header = parseNpyHeader(text);
    type_ = header.type;
    shape_ = std::move(header.shape);
    data_ = bytes.subspan(header.data_offset);
  } catch (Error& error) {
    error.addContext(path.string());
    throw;
  }
}

template <typename T>
std::span<const T> NpyFile::as() const {
  LIMBECK_CHECK(type_ == TypeOf<T>::kType, fmt::format("a {} column was read as another type", npyTypeName(type_)));
  return {reinterpret_cast<const T*>(data_.data()), data_.size() / sizeof(T)};
}

template std::span<const std::uint8_t> NpyFile::as() const;
template std::span<const std::int32_t> NpyFile::as() const;
template std::span<const std::int64_t> NpyFile::as() const;
template std::span<const float> NpyFile::as() const;

}  // namespace limbeck
