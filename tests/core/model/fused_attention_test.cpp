// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "attention_problem.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

struct Difference {
  double error = 0.0;
  double size = 0.0;
};

Difference compare(const std::vector<double>& expected, const std::vector<float>& actual, int ld, int first,
                   int columns) {
  Difference squares;
  for (std::size_t row = 0; row < expected.size(); row += static_cast<std::size_t>(ld)) {
    for (std::size_t i = row + static_cast<std::size_t>(first); i < row + static_cast<std::size_t>(first + columns);
         ++i) {
      squares.error += std::pow(expected[i] - static_cast<double>(actual[i]), 2);
      squares.size += expected[i] * expected[i];
    }
  }
  return {std::sqrt(squares.error), std::sqrt(squares.size)};
}

bool marginsAreUntouched(const std::vector<float>& rows, int ld) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<int>(i % static_cast<std::size_t>(ld)) >= ld - kMargin && rows[i] != kUntouched) return false;
  }
  return true;
}

/// The empty string, or what differs by more than `tolerance`, relative to the expected norm.
std::string disagreement(const AttentionProblem& problem, const PlainAttention& expected, const AttentionResult& actual,
                         double tolerance) {
  const fused::AttentionShape& shape = problem.shape;
  const int width = problem.width();
  const double gradient_size = compare(expected.dqkv, actual.dqkv, shape.qkv_ld, 2 * width, width).size;
  const auto differs = [&](const char* name, const Difference& found) {
    // One token attends to itself whatever it asks: queries' and keys' gradients are zero but for rounding. With two
    // tokens they are one difference a head, which may be small too.
    const double size = shape.length <= 2 ? std::max(found.size, gradient_size) : found.size;
    return found.error <= tolerance * size ? "" : fmt::format(" {}: error {} of {}", name, found.error, size);
  };
  std::string text = differs("out", compare(expected.out, actual.out, shape.out_ld, 0, width));
  const char* names[] = {"queries", "keys", "values"};
  for (int part = 0; part < 3; ++part)
    text += differs(names[part], compare(expected.dqkv, actual.dqkv, shape.qkv_ld, part * width, width));
  if (!marginsAreUntouched(actual.out, shape.out_ld) || !marginsAreUntouched(actual.dqkv, shape.qkv_ld))
    text += " wrote beside a matrix";
  return text;
}

}  // namespace

class FusedAttentionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void agreesWithPlainAttention_data() {
    QTest::addColumn<int>("length");
    QTest::addColumn<int>("head_width");
    QTest::addColumn<bool>("drops");
    for (const int length : {1, 2, 31, 33, 96, 97, 300}) {
      for (const int head_width : {8, 16, 24, 32, 48, 64, 72}) {
        for (const bool drops : {false, true}) {
          const std::string name =
              fmt::format("{} tokens, head width {}{}", length, head_width, drops ? ", dropout" : "");
          QTest::newRow(name.c_str()) << length << head_width << drops;
        }
      }
    }
  }

  void agreesWithPlainAttention() {
    QFETCH(int, length);
    QFETCH(int, head_width);
    QFETCH(bool, drops);
    AttentionProblem problem = randomProblem(length, 2, head_width, 1.0);
    if (drops) problem.shape.dropout = someDropout();
    const fused::Kernels& any = kernelChoices().front().kernels();
    const PlainAttention expected(problem.shape, problem.qkv, problem.dout, factorOf(problem.shape, any));
    for (const AttentionChoice& choice : attentionChoices()) {
      const double tolerance = choice.precision == Precision::Float32 ? 1e-5 : 2e-2;
      const std::string text = disagreement(problem, expected, run(problem, choice.kernels), tolerance);
      QVERIFY2(text.empty(), (choice.name + text).c_str());
    }
  }

  /// Scores reach 2^(100 / ln 2), which overflows where nothing is subtracted from them. Rounding is amplified by the
  /// scores' size (a score of 100 has an error of 4e-6, and bf16 one of 0.2), so the tolerances are wider.
  void largeScoresDoNotOverflow_data() {
    QTest::addColumn<int>("head_width");
    QTest::newRow("head width 16") << 16;
    QTest::newRow("head width 32") << 32;
  }

  void largeScoresDoNotOverflow() {
    QFETCH(int, head_width);
    const AttentionProblem problem = randomProblem(130, 2, head_width, 5.0);
    const PlainAttention expected(problem.shape, problem.qkv, problem.dout, [](int, int, int) { return 1.0; });
    for (const AttentionChoice& choice : attentionChoices()) {
      const double tolerance = choice.precision == Precision::Float32 ? 3e-5 : 1e-1;
      const std::string text = disagreement(problem, expected, run(problem, choice.kernels), tolerance);
      QVERIFY2(text.empty(), (choice.name + text).c_str());
    }
  }

  /// A broken model must show, not hide behind a softmax that ignores what is not a number.
  void whatIsNotANumberSpreadsToLaterTokensOnly() {
    AttentionProblem problem = randomProblem(70, 1, 16, 1.0);
    const int broken = 40;
    const auto ld = static_cast<std::size_t>(problem.shape.qkv_ld);
    problem.qkv[broken * ld + 16] = kPoison;  // a key
    for (const AttentionChoice& choice : attentionChoices()) {
      const AttentionResult result = run(problem, choice.kernels);
      for (int token = 0; token < 70; ++token) {
        const float value =
            result.out[static_cast<std::size_t>(token) * static_cast<std::size_t>(problem.shape.out_ld)];
        QVERIFY2(std::isnan(value) == (token >= broken),
                 fmt::format("{} token {}: {}", choice.name, token, value).c_str());
      }
    }
  }
};

QTEST_APPLESS_MAIN(FusedAttentionTest)
#include "fused_attention_test.moc"
