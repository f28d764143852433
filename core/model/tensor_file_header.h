// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON header of a safetensors file, read by a state machine rather than into a document, so that a hostile header
// can make the reader neither recurse nor allocate more than a small multiple of its own size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/tensor_file.h"

namespace limbeck {

inline constexpr std::size_t kLargestHeaderBytes = 100'000'000;  ///< the limit of the reference implementation
inline constexpr std::size_t kLargestTensorCount = 100'000;
inline constexpr std::size_t kLargestRank = 8;

/// Where a tensor lies in the data.
struct TensorEntry {
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;  ///< bytes
  std::uint64_t end = 0;
};

struct TensorFileHeader {
  std::map<std::string, TensorEntry> entries;
  TensorMetadata metadata;
};

/// Throws Error(Corrupt) for anything but {"<name>": {"dtype": "F32", "shape": [...], "data_offsets": [begin, end]},
/// ...} with an optional "__metadata__" object of strings: duplicate or unknown keys, other types, negative or
/// fractional numbers.
TensorFileHeader parseTensorFileHeader(std::string_view text);

/// What is wrong with the ranges, or "" when each has the size of its shape and they tile `data_bytes` without gap or
/// overlap.
std::string tilingProblem(const std::map<std::string, TensorEntry>& entries, std::uint64_t data_bytes);

}  // namespace limbeck
