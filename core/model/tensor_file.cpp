// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tensor_file.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/model/tensor_file_header.h"

namespace limbeck {
namespace {

static_assert(std::endian::native == std::endian::little,
              "safetensors is little-endian, and so is every machine we support");

constexpr std::size_t kLengthBytes = sizeof(std::uint64_t);
constexpr const char* kChecksumKey = "checksum";
constexpr const char* kHeaderChecksumKey = "header_checksum";

[[noreturn]] void failCorrupt(const std::filesystem::path& path, std::string_view what) {
  throw Error(ErrorCode::Corrupt, fmt::format("{}: not a usable tensor file: {}", path.string(), what));
}

std::vector<std::byte> packData(const TensorMap& tensors) {
  std::size_t total = 0;
  for (const auto& [name, tensor] : tensors) total += tensor.values.size() * sizeof(float);
  std::vector<std::byte> data(total);
  std::size_t at = 0;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t bytes = tensor.values.size() * sizeof(float);
    if (bytes > 0) std::memcpy(data.data() + at, tensor.values.data(), bytes);
    at += bytes;
  }
  return data;
}

std::map<std::string, TensorEntry> placeTensors(const TensorMap& tensors) {
  std::map<std::string, TensorEntry> entries;
  std::uint64_t at = 0;
  for (const auto& [name, tensor] : tensors) {
    std::uint64_t count = 1;
    for (const std::int64_t extent : tensor.shape) count *= static_cast<std::uint64_t>(extent);
    LIMBECK_CHECK(count == tensor.values.size(), fmt::format("tensor {}: shape and values disagree", name));
    entries.emplace(name, TensorEntry{tensor.shape, at, at + count * sizeof(float)});
    at += count * sizeof(float);
  }
  return entries;
}

/// Of what the header says, so that a damaged step number or shape is found as well as damaged data.
std::string headerChecksum(const TensorFileHeader& header) {
  Hasher hasher;
  for (const auto& [key, value] : header.metadata) {
    if (key == kHeaderChecksumKey) continue;
    hasher.add(key);
    hasher.add(value);
  }
  for (const auto& [name, entry] : header.entries) {
    hasher.add(name);
    hasher.add(std::as_bytes(std::span(entry.shape)));
    hasher.add(entry.begin);
    hasher.add(entry.end);
  }
  return hasher.digest();
}

std::string headerText(const TensorFileHeader& header) {
  nlohmann::json json = nlohmann::json::object();
  json["__metadata__"] = header.metadata;
  for (const auto& [name, entry] : header.entries) {
    json[name] = {{"dtype", "F32"}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
  }
  std::string text = json.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // keeps the data aligned for readers that map the file
  return text;
}

std::uint64_t readLength(std::span<const std::byte> bytes) {
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  return length;
}

TensorFileHeader readHeader(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  if (bytes.size() < kLengthBytes) failCorrupt(path, fmt::format("{} bytes are too few for a header", bytes.size()));
  const std::uint64_t length = readLength(bytes);
  if (length > kLargestHeaderBytes) failCorrupt(path, fmt::format("it claims a header of {} bytes", length));
  if (length > bytes.size() - kLengthBytes) {
    failCorrupt(path,
                fmt::format("it claims a header of {} bytes but has only {}", length, bytes.size() - kLengthBytes));
  }
  const auto* text = reinterpret_cast<const char*>(bytes.data()) + kLengthBytes;
  try {
    return parseTensorFileHeader({text, static_cast<std::size_t>(length)});
  } catch (Error& error) {
    error.addContext(path.string());
    throw;
  }
}

void verifyChecksum(const std::filesystem::path& path, const TensorMetadata& metadata, const char* key,
                    const std::string& actual, std::string_view of_what) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) failCorrupt(path, fmt::format("it has no {}", key));
  if (found->second == actual) return;
  failCorrupt(path,
              fmt::format("its {} damaged ({} {}, expected {})", of_what, key, actual, found->second.substr(0, 40)));
}

}  // namespace

void writeTensorFile(const std::filesystem::path& path, const TensorFile& file) {
  const std::vector<std::byte> data = packData(file.tensors);
  TensorFileHeader parts{placeTensors(file.tensors), file.metadata};
  parts.metadata[kChecksumKey] = hashBytes(data);
  parts.metadata[kHeaderChecksumKey] = headerChecksum(parts);
  const std::string header = headerText(parts);
  const std::uint64_t length = header.size();
  std::vector<std::byte> content(kLengthBytes + header.size() + data.size());
  std::memcpy(content.data(), &length, kLengthBytes);
  std::memcpy(content.data() + kLengthBytes, header.data(), header.size());
  if (!data.empty()) std::memcpy(content.data() + kLengthBytes + header.size(), data.data(), data.size());
  writeFileAtomically(path, content);
}

TensorFile readTensorFile(const std::filesystem::path& path) {
  const MappedFile mapped(path);
  const std::span<const std::byte> bytes = mapped.bytes();
  TensorFileHeader header = readHeader(path, bytes);
  const std::span<const std::byte> data = bytes.subspan(kLengthBytes + static_cast<std::size_t>(readLength(bytes)));
  if (const std::string problem = tilingProblem(header.entries, data.size()); !problem.empty()) {
    failCorrupt(path, problem);
  }
  verifyChecksum(path, header.metadata, kHeaderChecksumKey, headerChecksum(header), "header is");
  verifyChecksum(path, header.metadata, kChecksumKey, hashBytes(data), "data are");
  header.metadata.erase(kHeaderChecksumKey);
  TensorFile file;
  file.metadata = std::move(header.metadata);
  for (auto& [name, entry] : header.entries) {
    Tensor tensor{std::move(entry.shape), std::vector<float>((entry.end - entry.begin) / sizeof(float))};
    if (!tensor.values.empty()) std::memcpy(tensor.values.data(), data.data() + entry.begin, entry.end - entry.begin);
    file.tensors.emplace(name, std::move(tensor));
  }
  return file;
}

}  // namespace limbeck
