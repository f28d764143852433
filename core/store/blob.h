// SPDX-License-Identifier: GPL-3.0-or-later
// Columns of numbers as SQLite blobs, little-endian. Private to core/store.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/hash.h"

namespace limbeck {

static_assert(std::endian::native == std::endian::little, "blobs are written as they lie in memory");

template <typename T>
requires std::is_arithmetic_v<T> std::string packBlob(const std::vector<T>& values) {
  std::string blob(values.size() * sizeof(T), '\0');
  if (!values.empty()) std::memcpy(blob.data(), values.data(), blob.size());
  return blob;
}

/// The caller has checked that the size is a multiple of the element's.
template <typename T>
requires std::is_arithmetic_v<T> std::vector<T> unpackBlob(const std::string& blob) {
  std::vector<T> values(blob.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), blob.data(), values.size() * sizeof(T));
  return values;
}

/// As SQLite's signed integer.
inline std::int64_t blobChecksum(const Hasher& hasher) {
  return static_cast<std::int64_t>(hasher.digest64());
}

}  // namespace limbeck
