// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cache_kernels.h"

#include <fmt/format.h>

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/kernels/aligned_buffer.h"

using namespace limbeck;
using namespace limbeck::fused;

namespace {

constexpr int kHeads = 3;

/// Tokens of random queries, keys and values, [length + 1, 3 * width] with the row distance of a workspace.
struct Tokens {
  Tokens(int head_width, int length, bool has_equal_values)
      : width(kHeads * head_width), ld(3 * width + 16), rows(static_cast<std::int64_t>(length + 1) * ld) {
    Rng rng(Seed{static_cast<std::uint64_t>(length)});
    for (std::int64_t i = 0; i < rows.size(); ++i) {
      const bool is_value = i % ld >= 2 * width && i % ld < 3 * width;
      rows.data()[i] = is_value && has_equal_values ? 2.0F : static_cast<float>(1.5 * rng.normal());
    }
  }
  const float* query() const { return rows.data(); }
  const float* keys(int token) const { return rows.data() + static_cast<std::int64_t>(token) * ld + width; }
  const float* values(int token) const { return keys(token) + width; }

  int width, ld;
  AlignedBuffer rows;
};

/// Attention in double precision.
std::vector<double> plainAttention(const Tokens& tokens, int head_width, int length) {
  std::vector<double> out(static_cast<std::size_t>(tokens.width), 0.0);
  for (int head = 0; head < kHeads; ++head) {
    std::vector<double> scores;
    for (int token = 0; token < length; ++token) {
      double score = 0.0;
      for (int d = head * head_width; d < (head + 1) * head_width; ++d)
        score += static_cast<double>(tokens.query()[d]) * static_cast<double>(tokens.keys(token)[d]);
      scores.push_back(score / std::sqrt(static_cast<double>(head_width)));
    }
    const double most = *std::ranges::max_element(scores);
    double total = 0.0;
    for (double& score : scores) total += score = std::exp(score - most);
    for (int token = 0; token < length; ++token) {
      for (int d = head * head_width; d < (head + 1) * head_width; ++d)
        out[static_cast<std::size_t>(d)] +=
            scores[static_cast<std::size_t>(token)] / total * static_cast<double>(tokens.values(token)[d]);
    }
  }
  return out;
}

}  // namespace

class FusedCacheTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void attentionOverTheCacheIsSoftmaxAttention_data() {
    QTest::addColumn<int>("set");
    QTest::addColumn<int>("format");
    QTest::addColumn<int>("head_width");
    QTest::addColumn<int>("length");
    QTest::addColumn<bool>("has_equal_values");
    for (const InstructionSet set : availableInstructionSets()) {
      for (const CachePrecision format : {CachePrecision::Float32, CachePrecision::BFloat16, CachePrecision::Int8}) {
        const auto row = [&](int head_width, int length, bool has_equal_values) {
          const std::string name =
              fmt::format("set {}, format {}, head width {}, {} tokens{}", static_cast<int>(set),
                          static_cast<int>(format), head_width, length, has_equal_values ? ", equal values" : "");
          QTest::newRow(name.c_str()) << static_cast<int>(set) << static_cast<int>(format) << head_width << length
                                      << has_equal_values;
        };
        for (const int head_width : {8, 16, 24, 32, 64}) {
          for (const int length : {1, 2, 15, 16, 17, 31, 32, 33, 64, 65, 100, 300}) row(head_width, length, false);
        }
        row(256, 50, false);
        row(16, 4000, false);
        row(16, 4000, true);  // sums of products grow as far as they can
      }
    }
  }

  /// Tokens are written as a decoder does: all but the last few at once, into a cache that held something else.
  void attentionOverTheCacheIsSoftmaxAttention() {
    QFETCH(int, set);
    QFETCH(int, format);
    QFETCH(int, head_width);
    QFETCH(int, length);
    QFETCH(bool, has_equal_values);
    const CacheKernels& kernels =
        cacheKernelsFor(static_cast<InstructionSet>(set), static_cast<CachePrecision>(format));
    const CacheShape shape{(length + 5 + kCacheBlock - 1) / kCacheBlock * kCacheBlock, kHeads, head_width};
    const Tokens tokens(head_width, length, has_equal_values);
    AlignedBuffer memory(kernels.layerBytes(shape) / static_cast<std::int64_t>(sizeof(float)));
    auto* const cache = reinterpret_cast<std::byte*>(memory.data());
    for (int token = 0; token < length + 5; ++token)  // what must not show
      kernels.append(shape, tokens.query(), tokens.values(0), token, cache);
    const int filled = std::max(0, length - 3);
    kernels.fill(shape, filled, tokens.keys(0), tokens.values(0), tokens.ld, cache);
    for (int token = filled; token < length; ++token) {
      kernels.prefetch(shape, token, cache);
      kernels.append(shape, tokens.keys(token), tokens.values(token), token, cache);
    }
    AlignedBuffer out(tokens.width + 16);
    AlignedBuffer scratch(cacheScratch(shape));
    kernels.attend(shape, tokens.query(), cache, length, out.data(), scratch.data());
    const std::vector<double> expected = plainAttention(tokens, head_width, length);
    // Values deviate by 1.5. Rounding to 8 bits of a float is 0.4 %, to 1 / 127 of a head's largest number about 1 %
    // of what is usual; in scores of the size 3 to 6 it comes back as a shift of weights.
    const double bound = format == 0 ? 1e-5 : format == 1 ? 0.05 : 0.12;
    double square = 0.0;
    for (int d = 0; d < tokens.width; ++d) {
      const double difference = static_cast<double>(out.data()[d]) - expected[static_cast<std::size_t>(d)];
      QVERIFY2(std::abs(difference) < bound, fmt::format("number {}: {} away", d, difference).c_str());
      square += difference * difference;
    }
    QVERIFY(std::sqrt(square / tokens.width) < bound / 4.0);
  }
};

QTEST_APPLESS_MAIN(FusedCacheTest)
#include "fused_cache_test.moc"
