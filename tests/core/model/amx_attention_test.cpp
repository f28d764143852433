// SPDX-License-Identifier: GPL-3.0-or-later
// Attention on matrix units rounds the same numbers to bf16 as attention on vectors does. So the two agree far more
// closely than either does with exact arithmetic, and token by token: a wrong mask or a missing block shows at once.
#include <fmt/format.h>

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <string>

#include "attention_problem.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

bool hasTiles() {
  return fused::availableInstructionSets().back() == fused::InstructionSet::Amx;
}

const fused::Kernels& bf16Kernels(fused::InstructionSet set) {
  return fused::kernelsFor(set, Precision::BFloat16);
}

/// The largest difference between a token's rows, as a part of the row's norm or the mean row's, whichever is larger.
double worstRow(const std::vector<float>& expected, const std::vector<float>& actual, int ld, int first, int columns) {
  const auto rows = expected.size() / static_cast<std::size_t>(ld);
  std::vector<double> errors(rows), sizes(rows);
  double total = 0.0;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t begin = row * static_cast<std::size_t>(ld) + static_cast<std::size_t>(first);
    for (std::size_t i = begin; i < begin + static_cast<std::size_t>(columns); ++i) {
      errors[row] += std::pow(static_cast<double>(expected[i]) - static_cast<double>(actual[i]), 2);
      sizes[row] += std::pow(static_cast<double>(expected[i]), 2);
    }
    total += sizes[row];
  }
  double worst = 0.0;
  for (std::size_t row = 0; row < rows; ++row)
    worst = std::max(worst, std::sqrt(errors[row] / std::max(sizes[row], total / static_cast<double>(rows))));
  return worst;
}

/// The empty string, or which matrix differs by more than `tolerance` in some row.
std::string difference(const AttentionProblem& problem, const AttentionResult& expected, const AttentionResult& actual,
                       double tolerance) {
  const int width = problem.width();
  const int ld = problem.shape.qkv_ld;
  std::string text;
  const auto check = [&](const char* name, double found) {
    if (!(found <= tolerance)) text += fmt::format(" {}: {}", name, found);
  };
  check("out", worstRow(expected.out, actual.out, problem.shape.out_ld, 0, width));
  check("values", worstRow(expected.dqkv, actual.dqkv, ld, 2 * width, width));
  if (problem.shape.length == 1) return text;  // queries' and keys' gradients are zero but for rounding
  check("queries", worstRow(expected.dqkv, actual.dqkv, ld, 0, width));
  check("keys", worstRow(expected.dqkv, actual.dqkv, ld, width, width));
  return text;
}

void addShapes() {
  QTest::addColumn<int>("length");
  QTest::addColumn<int>("head_width");
  QTest::addColumn<bool>("drops");
  QTest::addColumn<double>("sharpness");
  for (const int head_width : {8, 16, 32, 40, 64}) {
    // A block and its edges; a chunk of eight blocks of queries and its edges; more than two chunks.
    for (const int length : {1, 2, 16, 17, 31, 32, 33, 64, 255, 256, 257, 288, 600}) {
      const std::string name = fmt::format("{} tokens, head width {}", length, head_width);
      QTest::newRow(name.c_str()) << length << head_width << false << 1.0;
    }
    QTest::newRow(fmt::format("dropout, head width {}", head_width).c_str()) << 290 << head_width << true << 1.0;
    QTest::newRow(fmt::format("large scores, head width {}", head_width).c_str()) << 290 << head_width << false << 5.0;
  }
}

/// What differs between tiles and vectors for the row's problem. Where a sum in another order falls on the other side
/// of a rounding border, one weight changes by 1/256; the more weights there are, the less of it shows. Large scores
/// are themselves uncertain by 1e-5, so more weights change.
std::string disagreement(const fused::Kernels& vectors, const fused::Kernels& tiles) {
  QFETCH(int, length);
  QFETCH(int, head_width);
  QFETCH(bool, drops);
  QFETCH(double, sharpness);
  AttentionProblem problem = randomProblem(length, 2, head_width, sharpness);
  if (drops) problem.shape.dropout = someDropout();
  return difference(problem, run(problem, vectors), run(problem, tiles), sharpness > 1.0 ? 2e-2 : 5e-3);
}

}  // namespace

class AmxAttentionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void emulatedTilesAgreeWithVectors_data() { addShapes(); }

  void emulatedTilesAgreeWithVectors() {
    const std::string text = disagreement(bf16Kernels(fused::InstructionSet::Baseline), emulatedAmxKernels());
    QVERIFY2(text.empty(), text.c_str());
  }

  void hardwareTilesAgreeWithVectors_data() { addShapes(); }

  void hardwareTilesAgreeWithVectors() {
    if (!hasTiles()) QSKIP("this processor has no AMX: only its emulation is tested");
    const std::string text =
        disagreement(bf16Kernels(fused::InstructionSet::Avx512Bf16), bf16Kernels(fused::InstructionSet::Amx));
    QVERIFY2(text.empty(), text.c_str());
  }

  void hardwareRepeatsItselfBitForBit() {
    if (!hasTiles()) QSKIP("this processor has no AMX");
    const fused::Kernels& kernels = bf16Kernels(fused::InstructionSet::Amx);
    const AttentionProblem problem = randomProblem(300, 2, 32, 1.0);
    const AttentionResult once = run(problem, kernels);
    const AttentionResult again = run(problem, kernels);
    QVERIFY(once.out == again.out);
    QVERIFY(once.dqkv == again.dqkv);
  }
};

QTEST_APPLESS_MAIN(AmxAttentionTest)
#include "amx_attention_test.moc"
