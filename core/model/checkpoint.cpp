// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/model/model_json.h"

namespace limbeck {
namespace {

constexpr std::string_view kFormat = "limbeck.checkpoint";
constexpr std::string_view kPrefix = "step_";
constexpr std::string_view kSuffix = ".safetensors";
constexpr std::size_t kKept = 3;

std::string takeField(TensorMetadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) throw Error(ErrorCode::Corrupt, fmt::format("not a checkpoint: '{}' is missing", key));
  std::string value = std::move(found->second);
  metadata.erase(found);
  return value;
}

std::int64_t parseWhole(std::string_view text, std::string_view what) {
  std::int64_t value = -1;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || value < 0) {
    throw Error(ErrorCode::Corrupt,
                fmt::format("not a checkpoint: {} '{}' is no whole number", what, text.substr(0, 40)));
  }
  return value;
}

void checkVersion(std::int64_t version) {
  if (version == kCheckpointFormatVersion) return;
  throw Error(ErrorCode::UnsupportedVersion,
              fmt::format("checkpoint format {} but this build reads {}; use the version of "
                          "Limbeck that wrote it, or train again",
                          version, kCheckpointFormatVersion));
}

Checkpoint fromTensorFile(TensorFile file) {
  TensorMetadata& metadata = file.metadata;
  if (takeField(metadata, "format") != kFormat) throw Error(ErrorCode::Corrupt, "a tensor file, but not a checkpoint");
  checkVersion(parseWhole(takeField(metadata, "format_version"), "format_version"));
  Checkpoint checkpoint;
  checkpoint.step = parseWhole(takeField(metadata, "step"), "step");
  const nlohmann::json architecture = nlohmann::json::parse(takeField(metadata, "architecture"), nullptr, false);
  if (!architecture.is_object())
    throw Error(ErrorCode::Corrupt, "not a checkpoint: its architecture is no JSON object");
  checkpoint.config = transformerConfigFromJson(architecture);
  metadata.erase("checksum");
  checkpoint.extra = std::move(metadata);
  checkpoint.tensors = std::move(file.tensors);
  return checkpoint;
}

struct NumberedFile {
  std::int64_t step = 0;
  std::filesystem::path path;
};

/// The numbered checkpoints, newest first.
std::vector<NumberedFile> numberedFiles(const std::filesystem::path& directory) {
  std::vector<NumberedFile> files;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(directory, code)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) continue;
    const std::string_view digits =
        std::string_view(name).substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
    const bool is_number = !digits.empty() && digits.size() <= 18 &&
                           std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (is_number) files.push_back({parseWhole(digits, "step"), entry.path()});
  }
  std::ranges::sort(files, std::ranges::greater(), &NumberedFile::step);
  return files;
}

}  // namespace

void writeCheckpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  TensorFile file{checkpoint.tensors, checkpoint.extra};
  file.metadata["format"] = kFormat;
  file.metadata["format_version"] = std::to_string(kCheckpointFormatVersion);
  file.metadata["step"] = std::to_string(checkpoint.step);
  file.metadata["architecture"] = toJson(checkpoint.config).dump();
  writeTensorFile(path, file);
}

Checkpoint readCheckpoint(const std::filesystem::path& path) {
  TensorFile file = readTensorFile(path);
  try {
    return fromTensorFile(std::move(file));
  } catch (Error& error) {
    error.addContext(path.string());
    throw;
  }
}

CheckpointFolder::CheckpointFolder(std::filesystem::path directory) : directory_(std::move(directory)) {}

void CheckpointFolder::save(const Checkpoint& checkpoint) {
  createDirectories(directory_);
  writeCheckpoint(pathOf(checkpoint.step), checkpoint);
  std::vector<NumberedFile> files = numberedFiles(directory_);
  // Whatever claims a later step was passed over as damaged when training resumed; counted as one of the last, it would
  // push out the file just written.
  std::ranges::stable_partition(files, [&](const NumberedFile& file) { return file.step <= checkpoint.step; });
  const auto is_later = [&](const NumberedFile& file) { return file.step > checkpoint.step; };
  const std::size_t kept =
      std::min<std::size_t>(kKept, files.size() - static_cast<std::size_t>(std::ranges::count_if(files, is_later)));
  for (std::size_t i = kept; i < files.size(); ++i) {
    std::error_code code;
    std::filesystem::remove(files[i].path, code);
    if (code) log::warning("{}: an old checkpoint could not be removed: {}", files[i].path.string(), code.message());
  }
}

void CheckpointFolder::saveBest(const Checkpoint& checkpoint) {
  createDirectories(directory_);
  writeCheckpoint(bestPath(), checkpoint);
}

std::optional<Checkpoint> CheckpointFolder::latest() const {
  for (const NumberedFile& file : numberedFiles(directory_)) {
    try {
      return readCheckpoint(file.path);
    } catch (const Error& error) {
      // What a newer version wrote or a permission hides is not lost: going on without it would overwrite it.
      if (error.code() != ErrorCode::Corrupt && error.code() != ErrorCode::InvalidArgument) throw;
      log::warning("checkpoint passed over, going on with the one before: {}", error.what());
    }
  }
  return std::nullopt;
}

std::filesystem::path CheckpointFolder::pathOf(std::int64_t step) const {
  return directory_ / fmt::format("{}{:09}{}", kPrefix, step, kSuffix);
}

std::filesystem::path CheckpointFolder::bestPath() const {
  return directory_ / "best.safetensors";
}

}  // namespace limbeck
