// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/mlp.h"

#include <QtTest>

#include "core/env/environment.h"
#include "tests/core/source/made_task.h"
#include "tests/core/source/plain_mlp.h"

using namespace limbeck;

namespace {

TabularTask keyTask() {
  EnvironmentOptions options = defaultOptions("key_to_door");
  options.size = 3;
  return makeEnvironment(options)->makeTask(TaskId{5});
}

/// The features of an input as a dense row, by way of the identity as weight.
std::vector<double> denseRow(const OneHotFeatures& features, int input) {
  const int width = (features.featureCount() + 15) / 16 * 16;
  const auto layer = features.makeFirstLayer(fused::kBaselineKernels, width);
  std::vector<float> identity(static_cast<std::size_t>(layer->parameterCount()), 0.0F);
  for (int i = 0; i < features.featureCount(); ++i) identity[static_cast<std::size_t>(i) * width + i] = 1.0F;
  std::vector<float> out(static_cast<std::size_t>(width), 0.0F);
  layer->forward(std::span(&input, 1), identity.data(), out.data());
  return {out.begin(), out.begin() + features.featureCount()};
}

}  // namespace

class MlpTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void featuresAreOneHotByComponent() {
    // Cells of a 3 x 3 room as (x, y), and three phases that look alike: seeks the key, has it, has opened the door.
    const OneHotFeatures on_state(keyTask(), true);
    QCOMPARE(on_state.inputCount(), 27);
    QCOMPARE(on_state.featureCount(), 3 + 3 + 3);
    const TabularTask task = keyTask();
    for (int state = 0; state < 27; ++state) {
      std::vector<double> expected(9, 0.0);
      expected[task.observation[state * 2]] = 1.0;
      expected[3 + task.observation[state * 2 + 1]] = 1.0;
      expected[6 + state / 9] = 1.0;
      QCOMPARE(denseRow(on_state, on_state.inputOfState()[state]), expected);
    }
    const OneHotFeatures on_sight(task, false);
    QCOMPARE(on_sight.inputCount(), 9);
    QCOMPARE(on_sight.featureCount(), 6);
    QCOMPARE(on_sight.inputOfState()[4], on_sight.inputOfState()[22]);
    QCOMPARE(denseRow(on_sight, on_sight.inputOfState()[22]), denseRow(on_sight, on_sight.inputOfState()[4]));
    QCOMPARE(OneHotFeatures(corridor(4, 6, 3, 1), true).featureCount(), 4);  // no states look alike: nothing to add
  }

  void equalsThePlainTwin_data() {
    QTest::addColumn<int>("hidden_layers");
    QTest::addColumn<int>("hidden_width");
    QTest::addColumn<int>("outputs");
    QTest::newRow("one layer, narrow") << 1 << 5 << 1;
    QTest::newRow("two layers, odd") << 2 << 33 << 6;
    QTest::newRow("the paper's") << 3 << 128 << 6;
    QTest::newRow("many outputs") << 2 << 16 << 37;
  }
  void equalsThePlainTwin() {
    QFETCH(int, hidden_layers);
    QFETCH(int, hidden_width);
    QFETCH(int, outputs);
    const MlpShape shape{.hidden_layers = hidden_layers, .hidden_width = hidden_width, .outputs = outputs};
    const OneHotFeatures features(keyTask(), true);
    Mlp mlp(features, shape, Rng(Seed{3}));
    test::PlainMlp plain(features.featureCount(), shape, mlp.parameters());
    MlpRows rows(shape, 40);
    std::vector<int> inputs;
    for (int row = 0; row < 31; ++row) inputs.push_back((row * 11) % 27);
    const AdamSettings adam{.learning_rate = 0.01, .gradient_clip = 0.7};
    for (int step = 0; step < 4; ++step) {
      // In two parts, as the inputs of a rollout come.
      mlp.forward(std::span(inputs).first(13), rows, 0);
      mlp.forward(std::span(inputs).subspan(13), rows, 13);
      for (int row = 0; row < 31; ++row) {
        const std::vector<double> expected = plain.forward(denseRow(features, inputs[row]));
        std::vector<double> of_outputs;
        for (int i = 0; i < outputs; ++i) {
          const double error = std::abs(expected[i] - static_cast<double>(rows.outputs(row)[i]));
          QVERIFY2(error < 1e-4 * (1.0 + std::abs(expected[i])), qPrintable(QString::number(error)));
          rows.outputGradients(row)[i] = static_cast<float>((row + 3 * i) % 7 - 3) / 8.0F;  // exact in both
          of_outputs.push_back(static_cast<double>(rows.outputGradients(row)[i]));
        }
        plain.addGradient(denseRow(features, inputs[row]), of_outputs);
      }
      mlp.backward(inputs, rows);
      const double of_gradient = plain.differenceTo(mlp.gradient(), true);
      QVERIFY2(of_gradient < 2e-3, qPrintable(QString::number(of_gradient)));
      mlp.step(adam);
      plain.step(adam);
      const double of_parameters = plain.differenceTo(mlp.parameters(), false);
      QVERIFY2(of_parameters < 1e-3, qPrintable(QString::number(of_parameters)));
    }
  }

  void gradientIsThatOfFiniteDifferences() {
    const MlpShape shape{.hidden_layers = 2, .hidden_width = 20, .outputs = 3};
    const OneHotFeatures features(keyTask(), true);
    Mlp mlp(features, shape, Rng(Seed{4}));
    MlpRows rows(shape, 27);
    std::vector<int> inputs(27);
    for (int i = 0; i < 27; ++i) inputs[i] = i;
    // The loss: the sum of output i of input k times (i + 1) * (k % 3).
    const auto loss = [&] {
      mlp.repack();
      mlp.forward(inputs, rows, 0);
      double sum = 0.0;
      for (int row = 0; row < 27; ++row) {
        for (int i = 0; i < 3; ++i) sum += static_cast<double>(rows.outputs(row)[i]) * (i + 1) * (row % 3);
      }
      return sum;
    };
    loss();
    for (int row = 0; row < 27; ++row) {
      for (int i = 0; i < 3; ++i) rows.outputGradients(row)[i] = static_cast<float>((i + 1) * (row % 3));
    }
    mlp.backward(inputs, rows);
    // Parameters at even distances through all layers. The loss is linear but where a unit changes its side, which the
    // small step makes rare; single precision leaves an error of some 1e-3.
    for (std::size_t i = 0; i < mlp.parameters().size(); i += 41) {
      const float kept = mlp.parameters()[i];
      constexpr float kStep = 1e-2F;
      mlp.parameters()[i] = kept + kStep;
      const double above = loss();
      mlp.parameters()[i] = kept - kStep;
      const double below = loss();
      mlp.parameters()[i] = kept;
      const double expected = (above - below) / (2.0 * static_cast<double>(kStep));
      const auto actual = static_cast<double>(mlp.gradient()[i]);
      QVERIFY2(std::abs(actual - expected) < 0.02 + 0.02 * std::abs(expected),
               qPrintable(QString("%1: %2, expected %3").arg(i).arg(actual).arg(expected)));
    }
  }

  void copiesAreEqualAndApart() {
    const MlpShape shape{.hidden_layers = 1, .hidden_width = 16, .outputs = 2};
    const OneHotFeatures features(keyTask(), true);
    Mlp one(features, shape, Rng(Seed{1}));
    Mlp other(features, shape, Rng(Seed{2}));
    MlpRows rows(shape, 2);
    const int input = 7;
    const auto outputOf = [&](Mlp& mlp) {
      mlp.forward(std::span(&input, 1), rows, 1);
      return rows.outputs(1)[0];
    };
    QVERIFY(outputOf(one) != outputOf(other));
    other.copyParameters(one);
    const float before = outputOf(one);
    QCOMPARE(outputOf(other), before);
    rows.outputGradients(0)[0] = 1.0F;
    one.backward(std::span(&input, 1), rows);
    one.step({.learning_rate = 0.1});
    QVERIFY(outputOf(one) != before);
    QCOMPARE(outputOf(other), before);
  }
};

QTEST_APPLESS_MAIN(MlpTest)
#include "mlp_test.moc"
