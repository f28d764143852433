// SPDX-License-Identifier: GPL-3.0-or-later
// safetensors (https://github.com/huggingface/safetensors): u64 little-endian header length, a JSON header (name ->
// dtype, shape, data_offsets), raw data. No code in it, and a strict reader: every range is checked and the ranges must
// tile the data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace limbeck {

/// float32, C order.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// By name, sorted, so that writing is deterministic.
using TensorMap = std::map<std::string, Tensor>;
using TensorMetadata = std::map<std::string, std::string>;

struct TensorFile {
  TensorMap tensors;
  /// The writer adds "checksum" (XXH3-128 of the data) and "header_checksum" (of all that the header says); the reader
  /// verifies both and leaves "checksum" in.
  TensorMetadata metadata;
};

/// Atomic (writeFileAtomically). Throws Error(IoFailure).
void writeTensorFile(const std::filesystem::path& path, const TensorFile& file);
/// Throws Error(NotFound | Corrupt | IoFailure) naming the path and what is wrong. Never allocates more than the file's
/// size twice.
TensorFile readTensorFile(const std::filesystem::path& path);

}  // namespace limbeck
