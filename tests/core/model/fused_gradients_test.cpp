// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/kernels/cpu_dispatch.h"
#include "core/model/fused/fused_model.h"
#include "fused_test_support.h"
#include "fused_twin.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

/// The gradients of one training step, read from AdamW's first moment: (1 - beta1) g after one step from zero.
TensorMap gradientsOf(SequenceModel& model, const ContextBatch& batch, const Rng& rng, double* loss) {
  *loss = model.trainStep(batch, 0.0, rng).loss;
  TensorMap result;
  for (auto& [name, tensor] : model.exportState(true)) {
    const std::string prefix = "optimizer.first_moment.";
    if (!name.starts_with(prefix)) continue;
    result[name.substr(prefix.size())] = tensor;
    for (float& value : result[name.substr(prefix.size())].values) value /= 1.0F - 0.5F;
  }
  return result;
}

ModelOptions withoutClipping(Precision precision = Precision::Float32) {
  ModelOptions options;
  options.precision = precision;
  options.optimizer.gradient_clip = 0.0;
  options.optimizer.beta1 = 0.5;
  return options;
}

}  // namespace

class FusedGradientsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void lossAndEveryGradientAgreeWithTheTwin_data() {
    QTest::addColumn<int>("context");
    QTest::addColumn<int>("windows");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("feed_forward");
    QTest::addColumn<int>("layers");
    QTest::addColumn<double>("smoothing");
    QTest::addColumn<int>("choice");
    const std::vector<KernelChoice> choices = kernelChoices();
    for (int number = 0; number < static_cast<int>(choices.size()); ++number) {
      const std::string name = choices[static_cast<std::size_t>(number)].name();
      const auto row = [&](const char* what) -> QTestData& { return QTest::newRow((name + " " + what).c_str()); };
      row("one token") << 1 << 2 << 16 << 2 << 32 << 2 << 0.0 << number;
      row("7 tokens, odd batch, smoothing") << 7 << 3 << 32 << 2 << 48 << 2 << 0.2 << number;
      row("33 tokens, head width 8") << 33 << 1 << 48 << 6 << 16 << 1 << 0.0 << number;
      row("33 tokens, head width 32") << 33 << 2 << 32 << 1 << 80 << 1 << 0.0 << number;
      row("130 tokens, head width 24") << 130 << 1 << 48 << 2 << 16 << 1 << 0.0 << number;
      row("300 tokens") << 300 << 1 << 16 << 1 << 16 << 1 << 0.0 << number;
    }
  }

  void lossAndEveryGradientAgreeWithTheTwin() {
    QFETCH(int, context);
    QFETCH(int, windows);
    QFETCH(int, width);
    QFETCH(int, heads);
    QFETCH(int, feed_forward);
    QFETCH(int, layers);
    QFETCH(double, smoothing);
    QFETCH(int, choice);
    const KernelChoice kernels = kernelChoices()[static_cast<std::size_t>(choice)];
    const bool is_bf16 = kernels.precision == Precision::BFloat16;
    TransformerConfig config = smallConfig(context, width, heads, feed_forward, layers);
    config.label_smoothing = smoothing;
    PretendTeam team(2);
    const auto model = makeFusedModel(config, withoutClipping(kernels.precision), team, Rng(Seed{1}), kernels.set);
    const TensorMap weights = livelyWeights(*model, 5);
    model->importState(weights);
    const ContextBatch batch = randomBatch(config, windows, context, 7);
    double loss = 0.0;
    const TensorMap gradients = gradientsOf(*model, batch, Rng(Seed{2}), &loss);
    Twin twin(config, weights);
    const double expected_loss = twin.run(batch);
    QVERIFY2(std::abs(loss - expected_loss) < (is_bf16 ? 1e-2 : 1e-5) * expected_loss,
             fmt::format("{} {}", loss, expected_loss).c_str());
    QCOMPARE(gradients.size(), weights.size());
    for (const auto& [name, tensor] : gradients) {
      const std::vector<double> expected = twin.gradient(name);
      double error = 0.0;
      double size = 0.0;
      for (std::size_t i = 0; i < expected.size(); ++i) {
        error += std::pow(expected[i] - static_cast<double>(tensor.values[i]), 2);
        size += expected[i] * expected[i];
      }
      // The floor is for gradients that are zero but for rounding (keys' biases: softmax does not see a shift; one
      // token: no attention).
      const double bound = is_bf16 ? 2e-2 * std::sqrt(size) + 1e-3 : 1e-5 * std::sqrt(size) + 1e-7;
      QVERIFY2(std::sqrt(error) <= bound,
               fmt::format("{}: error {} of {}", name, std::sqrt(error), std::sqrt(size)).c_str());
    }
  }

  void gradientsMatchDifferencesOfTheNoisyLoss_data() {
    QTest::addColumn<int>("instruction_set");
    for (const KernelChoice& choice : kernelChoices()) {
      if (choice.precision == Precision::Float32) QTest::newRow(choice.name().c_str()) << static_cast<int>(choice.set);
    }
  }

  /// With all noise on, the loss is still a smooth function of the weights for a fixed rng: its slope along the
  /// gradient must be the gradient's length, which fails when the backward pass drops other elements than the forward
  /// pass did.
  void gradientsMatchDifferencesOfTheNoisyLoss() {
    QFETCH(int, instruction_set);
    TransformerConfig config = smallConfig(70, 32, 2, 48, 2);
    config.dropout = 0.3;
    config.attention_dropout = 0.2;
    config.input_mask = 0.25;
    config.label_smoothing = 0.1;
    PretendTeam team(2);
    const auto model = makeFusedModel(config, withoutClipping(), team, Rng(Seed{1}),
                                      static_cast<fused::InstructionSet>(instruction_set));
    const TensorMap weights = livelyWeights(*model, 5);
    const ContextBatch batch = randomBatch(config, 4, 70, 7);
    model->importState(weights);
    double loss = 0.0;
    const TensorMap gradients = gradientsOf(*model, batch, Rng(Seed{2}), &loss);
    for (const auto& [name, gradient] : gradients) {
      double norm = 0.0;
      for (const float g : gradient.values) norm += static_cast<double>(g) * static_cast<double>(g);
      norm = std::sqrt(norm);
      if (norm < 2e-3) continue;  // below what differences of single-precision losses resolve
      const double reach = 0.01;
      double losses[2];
      for (const int side : {0, 1}) {
        TensorMap moved = weights;
        for (std::size_t i = 0; i < gradient.values.size(); ++i) {
          moved[name].values[i] +=
              static_cast<float>((side == 0 ? -reach : reach) * static_cast<double>(gradient.values[i]) / norm);
        }
        model->importState(moved);
        losses[side] = model->trainStep(batch, 0.0, Rng(Seed{2})).loss;
      }
      const double slope = (losses[1] - losses[0]) / (2 * reach);
      QVERIFY2(std::abs(slope - norm) < 0.01 * norm + 2e-4,
               fmt::format("{}: slope {}, gradient {}", name, slope, norm).c_str());
    }
  }

  void noisyGradientsInBf16AreNearThoseInFloat32_data() {
    QTest::addColumn<int>("instruction_set");
    for (const KernelChoice& choice : kernelChoices()) {
      if (choice.precision == Precision::BFloat16) QTest::newRow(choice.name().c_str()) << static_cast<int>(choice.set);
    }
  }

  /// Differences of a loss in bf16 say nothing (its steps are too coarse), so the noise is checked against float32's. A
  /// backward pass that dropped other elements than the forward pass would be off by a third, rounding by 2.5 %.
  void noisyGradientsInBf16AreNearThoseInFloat32() {
    QFETCH(int, instruction_set);
    TransformerConfig config = smallConfig(70, 32, 2, 48, 2);
    config.dropout = 0.3;
    config.attention_dropout = 0.2;
    config.input_mask = 0.25;
    config.label_smoothing = 0.1;
    PretendTeam team(2);
    TensorMap gradients[2];
    for (const Precision precision : {Precision::Float32, Precision::BFloat16}) {
      const auto model = makeFusedModel(config, withoutClipping(precision), team, Rng(Seed{1}),
                                        static_cast<fused::InstructionSet>(instruction_set));
      model->importState(livelyWeights(*model, 5));
      double loss = 0.0;
      gradients[static_cast<int>(precision)] = gradientsOf(*model, randomBatch(config, 4, 70, 7), Rng(Seed{2}), &loss);
    }
    for (const auto& [name, expected] : gradients[0]) {
      double error = 0.0;
      double size = 0.0;
      for (std::size_t i = 0; i < expected.values.size(); ++i) {
        const double value = static_cast<double>(expected.values[i]);
        error += std::pow(value - static_cast<double>(gradients[1][name].values[i]), 2);
        size += value * value;
      }
      QVERIFY2(std::sqrt(error) <= 4e-2 * std::sqrt(size) + 1e-3,
               fmt::format("{}: error {} of {}", name, std::sqrt(error), std::sqrt(size)).c_str());
    }
  }

  /// A model that knows nothing gives every action the same probability, so its mean loss is ln(actions) whatever is
  /// hidden: dividing by all positions instead of those that count would give less.
  void lossIsTheMeanOverVisiblePositions() {
    TransformerConfig config = smallConfig(70, 32, 2, 48, 1);
    config.input_mask = 0.5;
    PretendTeam team(2);
    const auto model = makeFusedModel(config, withoutClipping(), team, Rng(Seed{1}));
    TensorMap weights = livelyWeights(*model, 5);
    std::ranges::fill(weights["head.weight"].values, 0.0F);
    std::ranges::fill(weights["head.bias"].values, 0.0F);
    model->importState(weights);
    const double loss = model->trainStep(randomBatch(config, 3, 70, 7), 0.0, Rng(Seed{2})).loss;
    QVERIFY2(std::abs(loss - std::log(config.spec.action_count)) < 1e-6, fmt::format("loss {}", loss).c_str());
  }

  /// What the source did where the token is hidden must not matter; elsewhere it must. With one in two hidden, 20
  /// positions are all visible or all hidden once in 500,000 seeds; the seed is fixed.
  void targetsAtHiddenPositionsCarryNoLoss() {
    TransformerConfig config = smallConfig(20, 32, 2, 48, 1);
    config.input_mask = 0.5;
    PretendTeam team(1);
    const auto model = makeFusedModel(config, withoutClipping(), team, Rng(Seed{1}));
    model->importState(livelyWeights(*model, 5));
    ContextBatch batch = randomBatch(config, 1, 20, 7);
    const double loss = model->trainStep(batch, 0.0, Rng(Seed{2})).loss;
    int silent = 0;
    for (std::uint8_t& target : batch.actions) {
      const std::uint8_t original =
          std::exchange(target, static_cast<std::uint8_t>((target + 1) % config.spec.action_count));
      if (model->trainStep(batch, 0.0, Rng(Seed{2})).loss == loss) ++silent;
      target = original;
    }
    QVERIFY2(silent > 0 && silent < 20, fmt::format("{} of 20 targets carry no loss", silent).c_str());
  }
};

QTEST_APPLESS_MAIN(FusedGradientsTest)
#include "fused_gradients_test.moc"
