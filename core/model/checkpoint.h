// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "core/model/sequence_model.h"

namespace limbeck {

inline constexpr int kCheckpointFormatVersion = 1;

/// One saved moment of training: a safetensors file whose metadata holds the format version, the architecture (JSON),
/// the step, and whatever the trainer adds. Everything that is needed to rebuild the model is inside.
struct Checkpoint {
  TransformerConfig config;
  std::int64_t step = 0;
  TensorMetadata extra;  ///< "histories_hash", "seed", "validation_score", ...
  TensorMap tensors;
};

/// Throws what the tensor file functions throw; reading also Error(UnsupportedVersion).
void writeCheckpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);
Checkpoint readCheckpoint(const std::filesystem::path& path);

/// A folder of checkpoints: `step_000000400.safetensors` (the last three) and `best.safetensors`.
class CheckpointFolder {
 public:
  explicit CheckpointFolder(std::filesystem::path directory);
  /// Writes, then removes all but the last three.
  void save(const Checkpoint& checkpoint);
  void saveBest(const Checkpoint& checkpoint);
  /// The newest that reads and verifies; damaged ones are logged as warnings and passed over. Empty when there is none.
  /// Throws Error(UnsupportedVersion | IoFailure) for one that a newer version wrote or that may not be read.
  std::optional<Checkpoint> latest() const;
  std::filesystem::path bestPath() const;
  std::filesystem::path pathOf(std::int64_t step) const;

 private:
  std::filesystem::path directory_;
};

}  // namespace limbeck
