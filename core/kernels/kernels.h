// SPDX-License-Identifier: GPL-3.0-or-later
// The inner loops of the fused core as a table of functions, one table for each instruction set and precision of the
// products. All matrices are row-major float32, also where products are bf16; `ld` is the distance between rows in
// floats. Counts of columns that are stored to are multiples of 16 unless said otherwise, and buffers are readable and
// writable to the next multiple of 16 columns.
#pragma once

#include <cstdint>
#include <string_view>

namespace limbeck::fused {

/// Which elements are dropped: a hash of the two keys and the element's index, so that the backward pass finds them
/// again without storing them. Dropped are hashes below `threshold`; the others are multiplied by `scale`.
struct DropoutSite {
  std::uint32_t key0 = 0;
  std::uint32_t key1 = 0;
  std::uint32_t threshold = 0;  ///< 0 for no dropout
  float scale = 1.0F;
};

/// Causal attention of one sequence. Queries, keys and values stand beside each other in rows of `qkv`, each split into
/// heads.
struct AttentionShape {
  int length = 0;
  int heads = 0;
  int head_width = 0;  ///< a multiple of 8
  int qkv_ld = 0;
  int out_ld = 0;
  DropoutSite dropout;  ///< of attention weights
};

struct AdamWStep {
  float learning_rate = 0.0F;  ///< divided by the first bias correction already
  float decay_factor = 1.0F;   ///< 1 - learning rate * weight decay
  float beta1 = 0.0F;
  float beta2 = 0.0F;
  float one_minus_beta1 = 0.0F;
  float one_minus_beta2 = 0.0F;
  float second_correction = 1.0F;  ///< 1 / sqrt(second bias correction)
  float epsilon = 0.0F;
  float gradient_scale = 1.0F;  ///< clipping
};

struct LossRow {
  double loss = 0.0;
  int correct = 0;
};

struct Kernels {
  std::string_view name;
  /// Rows that `multiply` takes without waste: multiples of its tiles' height.
  int row_tile = 12;

  /// Floats that `pack` writes.
  std::int64_t (*packedSize)(int rows, int columns);
  /// Brings b[row * row_stride + column * column_stride] into the panels that `multiply` reads, zeros beyond `columns`;
  /// in bf16 pairs of rows lie together in a float's place.
  void (*pack)(int rows, int columns, const float* b, int row_stride, int column_stride, float* packed);
  /// c = a · b (+ bias unless null); a: [m, depth], b packed: [depth, n].
  void (*multiply)(int m, int n, int depth, const float* a, int lda, const float* packed, const float* bias, float* c,
                   int ldc);
  /// c += aᵀ · b; a: [depth, m] with any m, b: [depth, n].
  void (*multiplyTransposedAdd)(int m, int n, int depth, const float* a, int lda, const float* b, int ldb, float* c,
                                int ldc);
  /// sums[column] += sum over rows; any n.
  void (*columnSumsAdd)(int rows, int n, const float* x, int ld, float* sums);

  /// y = (x - mean) * rstd * gain + bias by row; keeps mean and rstd.
  void (*layerNorm)(int rows, int n, const float* x, int ldx, const float* gain, const float* bias, float* y, int ldy,
                    float* mean, float* rstd);
  /// dx += gradient through the norm; adds to the gradients of gain and bias.
  void (*layerNormBackward)(int rows, int n, const float* x, int ldx, const float* gain, const float* mean,
                            const float* rstd, const float* dy, int lddy, float* dx, int lddx, float* dgain,
                            float* dbias);

  /// y = gelu(x), tanh form.
  void (*gelu)(int rows, int n, const float* x, int ldx, float* y, int ldy);
  /// y = gelu(x) again, and dy *= gelu'(x) in place.
  void (*geluBackward)(int rows, int n, const float* x, int ldx, float* y, int ldy, float* dy, int lddy);

  /// out = x + dropped(branch); the dropout index of an element is row * n + column, rows counted from `first_row`.
  void (*addDropped)(int rows, int n, const float* x, int ldx, const float* branch, int ldb, float* out, int ldo,
                     const DropoutSite& dropout, int first_row);
  /// out = dropped(x).
  void (*drop)(int rows, int n, const float* x, int ldx, float* out, int ldo, const DropoutSite& dropout,
               int first_row);

  /// Floats of scratch that attention needs.
  std::int64_t (*attentionScratch)(int length, int head_width);
  /// out: [length, heads * head_width]; log_sums: [heads, length rounded up to 32], the softmax's log
  /// normaliser to the base of 2.
  void (*attentionForward)(const AttentionShape& shape, const float* qkv, float* out, float* log_sums, float* scratch);
  /// dqkv is overwritten. `out` and `log_sums` are what the forward pass gave.
  void (*attentionBackward)(const AttentionShape& shape, const float* qkv, const float* out, const float* log_sums,
                            const float* dout, float* dqkv, float* scratch);

  /// Cross-entropy with label smoothing by row; logits become their gradient times `gradient_scale`. n: actions,
  /// columns beyond hold large negative logits.
  LossRow (*softmaxLoss)(int rows, int n, float* logits, int ld, const std::uint8_t* targets, float smoothing,
                         float gradient_scale);

  /// y += factor * x; n: a multiple of 16.
  void (*addScaled)(int n, float factor, const float* x, float* y);
  /// a += b, and the sum of squares of the result.
  double (*addSquares)(std::int64_t n, float* a, const float* b);
  void (*adamW)(std::int64_t n, const AdamWStep& step, float* parameters, const float* gradients, float* first,
                float* second);

  /// For measuring the machine: multiply-adds in registers; returns how many operations they were.
  double (*peak)(std::int64_t rounds);
  /// Likewise: reads and adds; n: a multiple of 128.
  float (*sumAll)(std::int64_t n, const float* x);
};

extern const Kernels kBaselineKernels, kBaselinePairKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels, kAvx2PairKernels;
extern const Kernels kAvx512Kernels, kAvx512PairKernels;
extern const Kernels kAvx512Bf16PairKernels, kAmxPairKernels;
#endif

}  // namespace limbeck::fused
