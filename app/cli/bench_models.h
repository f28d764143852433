// SPDX-License-Identifier: GPL-3.0-or-later
// The transformers that `bench` measures, and what they are fed with.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/data/context_batch.h"
#include "core/model/sequence_model.h"

namespace limbeck::cli {

inline constexpr Seed kBenchSeed{1};

struct BenchShape {
  std::string name;
  int layers = 4;
  int width = 64;
  int heads = 4;
  int feed_forward = 256;
  int context_length = 300;
  int windows = 64;  ///< in a training batch

  /// "4 layers x 64, 4 heads, FFN 256, context 300"
  std::string describe() const;
};

inline const BenchShape kShapeS{"S", 4, 64, 4, 256, 300, 64};
inline const BenchShape kShapeM{"M", 4, 128, 4, 512, 400, 64};
inline const BenchShape kShapeL{"L", 8, 256, 8, 1024, 512, 8};

/// In the Dark Room, without dropout.
TransformerConfig transformerOf(const BenchShape& shape);

/// Windows of random moments: what is in them does not change how long they take.
std::shared_ptr<const ContextBatch> randomBatch(const TransformerConfig& config, int windows);

/// One implementation of the transformer, as a row of the table calls it.
struct BenchModel {
  std::string name;  ///< "fused bf16"
  Precision precision = Precision::Float32;
  std::shared_ptr<SequenceModel> model;  ///< shared by the closures that measure it
};

inline constexpr const char* kFusedBFloat16 = "fused bf16";
inline constexpr const char* kPlainFloat32 = "plain LibTorch fp32";
inline constexpr const char* kPlainBFloat16 = "plain LibTorch bf16";
inline constexpr const char* kPlainUncached = "plain, no cache";

/// Every implementation that this build has for the device; what cannot be made is left out with a line in the log.
/// Throws what the last one threw when there is none at all.
std::vector<BenchModel> makeBenchModels(const BenchShape& shape, Device device, Team& team);

}  // namespace limbeck::cli
