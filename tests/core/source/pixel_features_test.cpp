// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/pixel_features.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/source/convolutional_trunk.h"
#include "tests/core/source/made_frames.h"
#include "tests/core/source/plain_convolution.h"
#include "tests/core/source/plain_mlp.h"

using namespace limbeck;

namespace {

constexpr int kSights = 21;  // many more than the trunk takes at a time
const MlpShape kShape{.hidden_layers = 2, .hidden_width = 20, .outputs = 3};

using Row = std::vector<double>;

/// The trunk in double precision: 15 x 17 x 3 pixels, 6 x 7 x 16 units, 2 x 3 x 32 features.
Row plainTrunk(const PixelFeatures& pixels, int input, const Row& parameters) {
  const ConvolutionShape first{.height = 15, .width = 17, .channels = 3, .kernel = 5, .stride = 2, .filters = 16};
  const ConvolutionShape second{.height = 6, .width = 7, .channels = 16, .kernel = 3, .stride = 2, .filters = 32};
  const auto rectified = [](Row units) {
    for (double& unit : units) unit = std::max(unit, 0.0);
    return units;
  };
  Row image;
  for (std::int64_t i = 0; i < first.inSize(); ++i) image.push_back((pixels.pixels(input)[i] - 127.5) / 127.5);
  const auto first_parameters = static_cast<std::size_t>((5 * 5 * 3 + 1) * 16);
  const Row hidden = rectified(test::plainConvolution(first, image, std::span(parameters).first(first_parameters)));
  return rectified(test::plainConvolution(second, hidden, std::span(parameters).subspan(first_parameters)));
}

/// What the layers above see: the trunk's features and which twin it is.
Row plainRow(const PixelFeatures& pixels, int input, const Row& trunk_parameters) {
  Row row = plainTrunk(pixels, input, trunk_parameters);
  row.resize(row.size() + static_cast<std::size_t>(pixels.twinCount()), 0.0);
  if (pixels.twinCount() > 0) row[row.size() - static_cast<std::size_t>(pixels.twinCount() - pixels.twin(input))] = 1.0;
  return row;
}

}  // namespace

class PixelFeaturesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void inputsAreSightsOrStates() {
    const TabularTask task = taskWithFrames(kSights);
    const PixelFeatures sights(task, false);
    QCOMPARE(sights.inputCount(), kSights);
    QCOMPARE(sights.twinCount(), 0);
    const PixelFeatures states(task, true);
    QCOMPARE(states.inputCount(), 2 * kSights);
    QCOMPARE(states.twinCount(), 2);
    for (int input = 0; input < 2 * kSights; ++input) {
      QCOMPARE(states.twin(input), input / kSights);
      QCOMPARE(states.pixels(input), task.frames->of(input % kSights).data());
      QCOMPARE(sights.pixels(input % kSights), states.pixels(input));
    }
  }

  void networkEqualsThePlainTwin_data() {
    QTest::addColumn<bool>("observes_state");
    QTest::newRow("pixels alone") << false;
    QTest::newRow("twins told apart") << true;
  }
  void networkEqualsThePlainTwin() {
    QFETCH(bool, observes_state);
    const PixelFeatures pixels(taskWithFrames(kSights), observes_state);
    Mlp mlp(pixels, kShape, Rng(Seed{3}));
    const std::size_t trunk = ConvolutionalTrunk(fused::kBaselineKernels, pixels.frames().shape()).parameterCount();
    QCOMPARE(trunk, std::size_t{76 * 16 + 145 * 32});
    Row trunk_parameters(mlp.parameters().begin(), mlp.parameters().begin() + static_cast<std::ptrdiff_t>(trunk));
    test::PlainMlp plain(2 * 3 * 32 + pixels.twinCount(), kShape, mlp.parameters().subspan(trunk));

    MlpRows rows(kShape, pixels.inputCount());
    std::vector<int> inputs(static_cast<std::size_t>(pixels.inputCount()));
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = static_cast<int>((i * 5) % inputs.size());
    mlp.forward(std::span(inputs).first(3), rows, 0);
    mlp.forward(std::span(inputs).subspan(3), rows, 3);
    for (std::size_t row = 0; row < inputs.size(); ++row) {
      const Row seen = plainRow(pixels, inputs[row], trunk_parameters);
      const Row expected = plain.forward(seen);
      Row of_outputs;
      for (int i = 0; i < 3; ++i) {
        const double error = std::abs(static_cast<double>(rows.outputs(static_cast<int>(row))[i]) - expected[i]);
        QVERIFY2(error < 1e-5, qPrintable(QString::number(error)));
        of_outputs.push_back(static_cast<double>((row + 3 * i) % 7) - 3.0);
        rows.outputGradients(static_cast<int>(row))[i] = static_cast<float>(of_outputs.back());
      }
      plain.addGradient(seen, of_outputs);
    }
    mlp.backward(inputs, rows);
    QVERIFY(plain.differenceTo(mlp.gradient().subspan(trunk), true) < 1e-4);

    // The trunk's by central differences in double precision; a unit that changes sides within 1e-6 is improbable.
    const auto loss = [&] {
      double sum = 0.0;
      for (std::size_t row = 0; row < inputs.size(); ++row) {
        const Row outputs = plain.forward(plainRow(pixels, inputs[row], trunk_parameters));
        for (int i = 0; i < 3; ++i) sum += outputs[i] * (static_cast<double>((row + 3 * i) % 7) - 3.0);
      }
      return sum;
    };
    double greatest = 0.0;
    for (std::size_t i = 0; i < trunk; i += 89) {
      constexpr double kStep = 1e-6;
      const double kept = std::exchange(trunk_parameters[i], trunk_parameters[i] + kStep);
      const double above = loss();
      trunk_parameters[i] = kept - kStep;
      const double below = loss();
      trunk_parameters[i] = kept;
      const double expected = (above - below) / (2.0 * kStep);
      const auto actual = static_cast<double>(mlp.gradient()[i]);
      greatest = std::max(greatest, std::abs(expected));
      QVERIFY2(std::abs(actual - expected) < 1e-4 + 1e-4 * std::abs(expected),
               qPrintable(QString("%1: %2, expected %3").arg(i).arg(actual).arg(expected)));
    }
    QVERIFY(greatest > 0.01);  // there was something to compare
  }

  void inputsWithoutGradientTeachNothing() {
    const PixelFeatures pixels(taskWithFrames(kSights), true);
    const auto layer = pixels.makeFirstLayer(fused::kBaselineKernels, 16);
    std::vector<float> parameters(static_cast<std::size_t>(layer->parameterCount()), 0.0F);
    Rng rng(Seed{6});
    layer->initialise(16, rng, parameters.data());
    layer->repack(parameters.data());
    const auto gradientOf = [&](const std::vector<int>& inputs) {
      std::vector<float> of_sums(inputs.size() * 16, 0.0F);
      for (std::size_t row = 0; row < inputs.size(); ++row) {
        if (inputs[row] % 4 == 0) of_sums[row * 16 + 5] = 1.0F + static_cast<float>(inputs[row]);
      }
      std::vector<float> gradient(parameters.size(), 0.0F);
      layer->backward(inputs, parameters.data(), of_sums.data(), gradient.data());
      return gradient;
    };
    std::vector<int> all;
    std::vector<int> those;
    for (int input = 0; input < 2 * kSights; ++input) {
      all.push_back(input);
      if (input % 4 == 0) those.push_back(input);
    }
    QCOMPARE(gradientOf(all), gradientOf(those));
    QVERIFY(std::ranges::any_of(gradientOf(all), [](float g) { return g != 0.0F; }));
  }
};

QTEST_APPLESS_MAIN(PixelFeaturesTest)
#include "pixel_features_test.moc"
