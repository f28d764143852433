// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "amx_emulation.h"
#include "core/base/rng.h"
#include "core/kernels/aligned_buffer.h"
#include "fused_test_support.h"
#include "plain_attention.h"

namespace limbeck::test {

inline constexpr float kPoison = std::numeric_limits<float>::quiet_NaN();
inline constexpr float kUntouched = 7.0F;
inline constexpr int kMargin = 16;  // columns beside the matrices, which must be neither read nor written

struct AttentionProblem {
  fused::AttentionShape shape;
  std::vector<float> qkv, dout;

  int width() const { return shape.heads * shape.head_width; }
};

/// Random rows; margins are poisoned. Queries and keys are `sharpness` times as large as values.
inline AttentionProblem randomProblem(int length, int heads, int head_width, double sharpness) {
  AttentionProblem problem;
  const int width = heads * head_width;
  problem.shape.length = length;
  problem.shape.heads = heads;
  problem.shape.head_width = head_width;
  problem.shape.qkv_ld = 3 * width + kMargin;
  problem.shape.out_ld = width + kMargin;
  Rng rng(Seed{11});
  const auto fill = [&](int ld, int columns, int sharp_columns) {
    std::vector<float> rows(static_cast<std::size_t>(length) * static_cast<std::size_t>(ld), kPoison);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const int column = static_cast<int>(i % static_cast<std::size_t>(ld));
      if (column < columns) rows[i] = static_cast<float>(rng.normal() * (column < sharp_columns ? sharpness : 1.0));
    }
    return rows;
  };
  problem.qkv = fill(problem.shape.qkv_ld, 3 * width, 2 * width);
  problem.dout = fill(problem.shape.out_ld, width, 0);
  return problem;
}

inline fused::DropoutSite someDropout() {
  return {.key0 = 123U, .key1 = 456U, .threshold = 1U << 30, .scale = 4.0F / 3.0F};
}

/// Attention weights are dropped as elements (head, key, query) of a matrix with length + 32 columns.
inline PlainAttention::Factor factorOf(const fused::AttentionShape& shape, const fused::Kernels& kernels) {
  if (shape.dropout.threshold == 0) return [](int, int, int) { return 1.0; };
  const int columns = shape.length + 32;
  const int ld = columns + kMargin;
  const auto size = static_cast<std::size_t>(shape.heads) * static_cast<std::size_t>(shape.length * ld);
  const std::vector<float> ones(size, 1.0F);
  std::vector<float> factors(size);
  kernels.drop(shape.heads * shape.length, columns, ones.data(), ld, factors.data(), ld, shape.dropout, 0);
  return [factors, ld, length = shape.length](int head, int key, int query) {
    return static_cast<double>(factors[static_cast<std::size_t>((head * length + key) * ld + query)]);
  };
}

struct AttentionResult {
  std::vector<float> out, dqkv;
};

/// Memory that the kernels should not need is poisoned.
inline AttentionResult run(const AttentionProblem& problem, const fused::Kernels& kernels) {
  const fused::AttentionShape& shape = problem.shape;
  AttentionResult result{std::vector(problem.dout.size(), kUntouched), std::vector(problem.qkv.size(), kUntouched)};
  const std::int64_t size = kernels.attentionScratch(shape.length, shape.head_width);
  fused::AlignedBuffer scratch(size);
  std::vector<float> log_sums(static_cast<std::size_t>(shape.heads * ((shape.length + 31) / 32 * 32)), kPoison);
  std::fill_n(scratch.data(), size, kPoison);
  kernels.attentionForward(shape, problem.qkv.data(), result.out.data(), log_sums.data(), scratch.data());
  std::fill_n(scratch.data(), size, kPoison);
  kernels.attentionBackward(shape, problem.qkv.data(), result.out.data(), log_sums.data(), problem.dout.data(),
                            result.dqkv.data(), scratch.data());
  return result;
}

/// A table of kernels with attention.
struct AttentionChoice {
  fused::Kernels kernels;
  Precision precision;
  std::string name;
};

/// Those that this processor runs, and the matrix units' played by plain loops.
inline std::vector<AttentionChoice> attentionChoices() {
  std::vector<AttentionChoice> all;
  for (const KernelChoice& choice : kernelChoices()) all.push_back({choice.kernels(), choice.precision, choice.name()});
  const fused::Kernels emulated = emulatedAmxKernels();
  all.push_back({emulated, Precision::BFloat16, std::string(emulated.name) + " bf16"});
  return all;
}

}  // namespace limbeck::test
