// SPDX-License-Identifier: GPL-3.0-or-later
// LibTorch's backend through the module that is opened at run time; nothing of LibTorch is linked here.
#include <QtTest>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/base/process_tuning.h"
#include "core/jobs/thread_team.h"
#include "core/model/parameter_layout.h"
#include "core/model/sequence_model.h"
#include "tests/support/plain_transformer.h"

using namespace limbeck;
using test::PlainTransformer;
using test::randomBatch;

namespace {

TransformerConfig tinyConfig() {
  TransformerConfig config;
  config.spec = {{3, 4}, 3, 5};
  config.context_length = 7;
  config.layers = 2;
  config.heads = 2;
  config.width = 8;
  config.feed_forward = 12;
  return config;
}

ModelOptions torchOptions() {
  ModelOptions options;
  options.backend = Backend::Torch;
  return options;
}

ModelOptions styled(TorchStyle style) {
  ModelOptions options = torchOptions();
  options.torch_style = style;
  return options;
}

void addStyles() {
  QTest::addColumn<int>("style");
  QTest::newRow("tuned") << static_cast<int>(TorchStyle::Tuned);
  QTest::newRow("plain") << static_cast<int>(TorchStyle::Plain);
}

ModelOptions styledOptions() {
  QFETCH(int, style);
  return styled(static_cast<TorchStyle>(style));
}

std::unique_ptr<SequenceModel> makeModel(const TransformerConfig& config, Team& team,
                                         const ModelOptions& options = torchOptions()) {
  auto model = makeSequenceModel(config, options, team, Rng(Seed{1}));
  // Fresh weights are so small that attention is nearly uniform and a mistake in it would not show: make them large.
  TensorMap state = model->exportState(false);
  for (auto& [name, tensor] : state) {
    Rng stream = Rng(Seed{2}).split(name);
    for (float& value : tensor.values) value += static_cast<float>(0.4 * stream.normal());
  }
  model->importState(state);
  return model;
}

std::vector<float> logProbabilities(SequenceModel& model, const ContextBatch& batch) {
  const auto places = static_cast<std::size_t>(batch.windows * batch.length);
  std::vector<float> out(places * static_cast<std::size_t>(model.config().spec.action_count));
  model.logProbabilities(batch, out);
  return out;
}

double largestDifferenceFromTwin(SequenceModel& model, const ContextBatch& batch) {
  const PlainTransformer twin(model.config(), model.exportState(false));
  const std::vector<float> fast = logProbabilities(model, batch);
  double largest = 0.0;
  std::size_t at = 0;
  for (int window = 0; window < batch.windows; ++window) {
    for (const test::Row& row : twin.logProbabilities(batch, window)) {
      for (const double value : row) largest = std::max(largest, std::abs(value - static_cast<double>(fast[at++])));
    }
  }
  return largest;
}

void addVariants() {
  QTest::addColumn<int>("norm");
  QTest::addColumn<int>("positions");
  QTest::addColumn<int>("tokens");
  for (const auto norm : {NormPlacement::Pre, NormPlacement::Post}) {
    for (const auto positions : {PositionEncoding::Learned, PositionEncoding::None}) {
      for (const auto tokens : {TokenScheme::One, TokenScheme::Three}) {
        const std::string name =
            fmt::format("{} norm, {}, {}", norm == NormPlacement::Pre ? "pre" : "post",
                        positions == PositionEncoding::Learned ? "learned positions" : "no positions",
                        tokens == TokenScheme::One ? "one token" : "three tokens");
        QTest::newRow(name.c_str()) << static_cast<int>(norm) << static_cast<int>(positions)
                                    << static_cast<int>(tokens);
      }
    }
  }
}

TransformerConfig variantConfig() {
  QFETCH(int, norm);
  QFETCH(int, positions);
  QFETCH(int, tokens);
  TransformerConfig config = tinyConfig();
  config.norm = static_cast<NormPlacement>(norm);
  config.positions = static_cast<PositionEncoding>(positions);
  config.tokens = static_cast<TokenScheme>(tokens);
  return config;
}

}  // namespace

class TorchModelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { tuneProcess(); }

  void matchesPlainTransformer_data() { addVariants(); }
  void matchesPlainTransformer() {
    const TransformerConfig config = variantConfig();
    SoloTeam team;
    const auto model = makeModel(config, team);
    QVERIFY(largestDifferenceFromTwin(*model, randomBatch(config, 3, 7, Rng(Seed{3}))) < 1e-5);
    QVERIFY(largestDifferenceFromTwin(*model, randomBatch(config, 2, 1, Rng(Seed{4}))) < 1e-5);
  }

  // Longer than a block of queries (64), with a ragged last block.
  void matchesPlainTransformerAcrossQueryBlocks() {
    TransformerConfig config = tinyConfig();
    config.context_length = 150;
    config.layers = 1;
    SoloTeam team;
    const auto model = makeModel(config, team);
    QVERIFY(largestDifferenceFromTwin(*model, randomBatch(config, 1, 150, Rng(Seed{3}))) < 1e-5);
  }

  // With beta1 = 0 and no weight decay, the first moment after one step is the gradient itself.
  void gradientsMatchFiniteDifferencesOfPlainTransformer_data() { addVariants(); }
  void gradientsMatchFiniteDifferencesOfPlainTransformer() {
    TransformerConfig config = variantConfig();
    config.label_smoothing = 0.2;
    ModelOptions options = torchOptions();
    options.optimizer = {.beta1 = 0.0, .beta2 = 0.9, .weight_decay = 0.0, .gradient_clip = 0.0};
    SoloTeam team;
    const auto model = makeModel(config, team, options);
    const ContextBatch batch = randomBatch(config, 2, 4, Rng(Seed{5}));
    PlainTransformer twin(config, model->exportState(false));
    const TrainStepResult result = model->trainStep(batch, 1e-3, Rng(Seed{6}));
    QVERIFY(std::abs(result.loss - twin.loss(batch)) < 1e-5);
    const TensorMap state = model->exportState(true);
    double squares = 0.0;
    for (const ParameterInfo& info : parameterLayout(config)) {
      const std::vector<float>& gradient = state.at("optimizer.first_moment." + info.name).values;
      for (const float value : gradient) squares += static_cast<double>(value) * static_cast<double>(value);
      // A few elements of each parameter: the first, the last and one between. h = 2^-10: an error of h^2 ~ 1e-6 times
      // the third derivative.
      for (const std::size_t i : {std::size_t{0}, gradient.size() / 2, gradient.size() - 1}) {
        float& weight = twin.weights().at(info.name).values[i];
        const float before = weight;
        const float above = before + 0x1.0p-10F;
        const float below = before - 0x1.0p-10F;
        weight = above;
        const double loss_above = twin.loss(batch);
        weight = below;
        const double loss_below = twin.loss(batch);
        weight = before;
        const double expected = (loss_above - loss_below) / (static_cast<double>(above) - static_cast<double>(below));
        QVERIFY2(std::abs(expected - static_cast<double>(gradient[i])) < 2e-5 + 1e-3 * std::abs(expected),
                 fmt::format("{}[{}]: {} instead of {}", info.name, i, gradient[i], expected).c_str());
      }
    }
    QVERIFY(std::abs(result.gradient_norm - std::sqrt(squares)) < 1e-4 * result.gradient_norm);
  }

  void laterTokensLeaveEarlierPredictionsExactlyUnchanged_data() { addVariants(); }
  void laterTokensLeaveEarlierPredictionsExactlyUnchanged() {
    const TransformerConfig config = variantConfig();
    SoloTeam team;
    const auto model = makeModel(config, team);
    ContextBatch batch = randomBatch(config, 1, 7, Rng(Seed{7}));
    const std::vector<float> before = logProbabilities(*model, batch);
    batch.observations[4 * 2] ^= 1;
    batch.previous_actions[4] = static_cast<std::uint8_t>((batch.previous_actions[4] + 1) % 3);
    batch.previous_rewards[4] += 1.0F;
    const std::vector<float> after = logProbabilities(*model, batch);
    for (std::size_t i = 0; i < 4 * 3; ++i) QCOMPARE(after[i], before[i]);
    for (int action = 0; action < 3; ++action) QVERIFY(after[4 * 3 + action] != before[4 * 3 + action]);
  }

  // By hand, from Loshchilov and Hutter: after the first step m = (1 - b1) g, v = (1 - b2) g², both bias corrections
  // cancel the factors, so each weight moves by -lr (g / (|g| + eps) + decay w).
  void firstStepIsAdamW_data() { addStyles(); }
  void firstStepIsAdamW() {
    const TransformerConfig config = tinyConfig();
    ModelOptions options = styledOptions();
    options.optimizer = {.beta1 = 0.9, .beta2 = 0.99, .epsilon = 1e-8, .weight_decay = 0.1, .gradient_clip = 0.0};
    SoloTeam team;
    const auto model = makeModel(config, team, options);
    const TensorMap before = model->exportState(false);
    model->trainStep(randomBatch(config, 4, 7, Rng(Seed{8})), 0.01, Rng(Seed{9}));
    const TensorMap after = model->exportState(true);
    QCOMPARE(after.at("optimizer.step").values, std::vector<float>{1.0F});
    for (const ParameterInfo& info : parameterLayout(config)) {
      for (std::size_t i = 0; i < before.at(info.name).values.size(); ++i) {
        const double g = static_cast<double>(after.at("optimizer.first_moment." + info.name).values[i]) / 0.1;
        if (std::abs(g) < 1e-5) continue;  // there the sign is rounding noise
        const double w = before.at(info.name).values[i];
        const double expected = w - 0.01 * (g / (std::abs(g) + 1e-8) + (info.decays ? 0.1 * w : 0.0));
        QVERIFY2(std::abs(expected - after.at(info.name).values[i]) < 1e-5, info.name.c_str());
      }
    }
  }

  // Clipping scales all gradients alike: with beta1 = 0 the exported first moment has exactly the norm it was clipped
  // to.
  void clipsTheGlobalGradientNorm_data() { addStyles(); }
  void clipsTheGlobalGradientNorm() {
    const TransformerConfig config = tinyConfig();
    ModelOptions options = styledOptions();
    options.optimizer.beta1 = 0.0;
    options.optimizer.gradient_clip = 1e-3;
    SoloTeam team;
    const auto model = makeModel(config, team, options);
    const TrainStepResult result = model->trainStep(randomBatch(config, 4, 7, Rng(Seed{8})), 0.01, Rng(Seed{9}));
    QVERIFY(result.gradient_norm > 1e-2);
    double squares = 0.0;
    for (const auto& [name, tensor] : model->exportState(true)) {
      if (!name.starts_with("optimizer.first_moment.")) continue;
      for (const float value : tensor.values) squares += static_cast<double>(value) * static_cast<double>(value);
    }
    QVERIFY(std::abs(std::sqrt(squares) - 1e-3) < 1e-6);
  }

  void regularisersChangeTrainingOnly_data() {
    QTest::addColumn<double>("dropout");
    QTest::addColumn<double>("attention_dropout");
    QTest::addColumn<double>("input_mask");
    QTest::newRow("dropout") << 0.3 << 0.0 << 0.0;
    QTest::newRow("attention dropout") << 0.0 << 0.5 << 0.0;
    QTest::newRow("input mask") << 0.0 << 0.0 << 0.4;
  }
  void regularisersChangeTrainingOnly() {
    QFETCH(double, dropout);
    QFETCH(double, attention_dropout);
    QFETCH(double, input_mask);
    TransformerConfig config = tinyConfig();
    config.dropout = dropout;
    config.attention_dropout = attention_dropout;
    config.input_mask = input_mask;
    SoloTeam team;
    const auto model = makeModel(config, team);
    const ContextBatch batch = randomBatch(config, 10, 7, Rng(Seed{3}));
    QVERIFY(largestDifferenceFromTwin(*model, batch) < 1e-5);
    const TensorMap start = model->exportState(true);
    const auto lossWith = [&](std::uint64_t seed) {
      model->importState(start);
      return model->trainStep(batch, 1e-3, Rng(Seed{seed})).loss;
    };
    const double plain = PlainTransformer(config, start).loss(batch);
    QVERIFY(std::abs(lossWith(1) - plain) > 1e-4);
    QVERIFY(lossWith(1) != lossWith(2));
    QCOMPARE(lossWith(1), lossWith(1));
  }

  // Where nothing can be learned but from the hidden token's own observation, a mask of nearly all tokens leaves only
  // counted positions whose own observation is seen: the loss can still go to zero. Were hidden positions counted, it
  // could not.
  void hiddenObservationsCarryNoLoss_data() { addStyles(); }
  void hiddenObservationsCarryNoLoss() {
    TransformerConfig config = tinyConfig();
    config.input_mask = 0.6;
    SoloTeam team;
    const auto model = makeModel(config, team, styledOptions());
    ContextBatch batch = randomBatch(config, 16, 7, Rng(Seed{10}));
    for (std::size_t i = 0; i < batch.actions.size(); ++i) batch.actions[i] = batch.observations[2 * i];
    double loss = 0.0;
    for (std::uint64_t step = 0; step < 250; ++step) loss = model->trainStep(batch, 1e-2, Rng(Seed{step})).loss;
    QVERIFY2(loss < 0.05, std::to_string(loss).c_str());
  }

  void overfitsATinyBatch_data() { addVariants(); }
  void overfitsATinyBatch() {
    TransformerConfig config = variantConfig();
    SoloTeam team;
    const auto model = makeSequenceModel(config, torchOptions(), team, Rng(Seed{1}));
    const ContextBatch batch = randomBatch(config, 4, 7, Rng(Seed{11}));
    const TrainStepResult first = model->trainStep(batch, 1e-2, Rng(Seed{0}));
    QVERIFY(std::abs(first.loss - std::log(3.0)) < 0.15);  // fresh weights know nothing: ln(action_count)
    TrainStepResult result;
    for (std::uint64_t step = 1; step < 200; ++step) result = model->trainStep(batch, 1e-2, Rng(Seed{step}));
    QVERIFY2(result.loss < 0.1, std::to_string(result.loss).c_str());
    QVERIFY(result.accuracy > 0.97);
  }

  void theSameStepGivesTheSameBits() {
    TransformerConfig config = tinyConfig();
    config.dropout = 0.1;
    config.attention_dropout = 0.1;
    config.input_mask = 0.3;
    const ContextBatch batch = randomBatch(config, 20, 7, Rng(Seed{3}));
    const auto trained = [&](Team& team) {
      const auto model = makeModel(config, team);
      for (std::uint64_t step = 0; step < 3; ++step) model->trainStep(batch, 1e-2, Rng(Seed{step}));
      TensorMap state = model->exportState(true);
      std::vector<float> all;
      for (const auto& [name, tensor] : state) all.insert(all.end(), tensor.values.begin(), tensor.values.end());
      return all;
    };
    ThreadTeam two(2);
    QCOMPARE(trained(two), trained(two));
  }

  // Draws belong to windows, not to workers, so another number of threads only adds in another order.
  void threadsChangeNothingButRounding() {
    TransformerConfig config = tinyConfig();
    config.dropout = 0.2;
    config.input_mask = 0.3;
    const ContextBatch batch = randomBatch(config, 20, 7, Rng(Seed{3}));
    SoloTeam one;
    ThreadTeam three(3);
    const TrainStepResult a = makeModel(config, one)->trainStep(batch, 1e-2, Rng(Seed{4}));
    const TrainStepResult b = makeModel(config, three)->trainStep(batch, 1e-2, Rng(Seed{4}));
    QVERIFY(std::abs(a.loss - b.loss) < 1e-6);
    QVERIFY(std::abs(a.gradient_norm - b.gradient_norm) < 1e-5 * a.gradient_norm);
  }

  void aLossThatIsNotFiniteLeavesTheWeightsUntouched_data() { addStyles(); }
  void aLossThatIsNotFiniteLeavesTheWeightsUntouched() {
    const TransformerConfig config = tinyConfig();
    SoloTeam team;
    const auto model = makeModel(config, team, styledOptions());
    ContextBatch batch = randomBatch(config, 4, 7, Rng(Seed{3}));
    model->trainStep(batch, 1e-2, Rng(Seed{0}));
    const TensorMap before = model->exportState(true);
    batch.previous_rewards[5] = std::numeric_limits<float>::quiet_NaN();
    const TrainStepResult result = model->trainStep(batch, 1e-2, Rng(Seed{0}));
    QVERIFY(!std::isfinite(result.loss) || !std::isfinite(result.gradient_norm));
    const TensorMap after = model->exportState(true);
    for (const auto& [name, tensor] : before) QCOMPARE(after.at(name).values, tensor.values);
  }

  // bfloat16 keeps 8 bits: 2^-8 relative a product, a few of them in a row.
  void bfloat16StaysNearFloat32() {
    const TransformerConfig config = tinyConfig();
    SoloTeam team;
    ModelOptions options = torchOptions();
    options.precision = Precision::BFloat16;
    const auto model = makeModel(config, team, options);
    const ContextBatch batch = randomBatch(config, 4, 7, Rng(Seed{3}));
    const double difference = largestDifferenceFromTwin(*model, batch);
    QVERIFY2(difference < 0.2, std::to_string(difference).c_str());
    QVERIFY(difference > 1e-4);  // otherwise it was not bfloat16
    double loss = 0.0;
    for (std::uint64_t step = 0; step < 150; ++step) loss = model->trainStep(batch, 1e-2, Rng(Seed{step})).loss;
    QVERIFY2(loss < 0.3, std::to_string(loss).c_str());
  }

  // The reference of measurements computes the same: whole batch and whole window at once, the update decided by
  // tensors.
  void plainGivesTheSameStepAsTuned_data() { addVariants(); }
  void plainGivesTheSameStepAsTuned() {
    TransformerConfig config = variantConfig();
    config.context_length = 80;  // more than one block of queries
    config.label_smoothing = 0.1;
    const ContextBatch batch = randomBatch(config, 19, 80, Rng(Seed{3}));  // a ragged last slice
    ThreadTeam team(2);
    const auto tuned = makeModel(config, team);
    const auto plain = makeModel(config, team, styled(TorchStyle::Plain));
    QVERIFY(largestDifferenceFromTwin(*plain, randomBatch(config, 1, 70, Rng(Seed{4}))) < 1e-5);
    for (std::uint64_t step = 0; step < 3; ++step) {
      const TrainStepResult a = tuned->trainStep(batch, 1e-3, Rng(Seed{step}));
      const TrainStepResult b = plain->trainStep(batch, 1e-3, Rng(Seed{step}));
      QVERIFY(std::abs(a.loss - b.loss) < 1e-4 * a.loss);
      QVERIFY(std::abs(a.gradient_norm - b.gradient_norm) < 1e-4 * a.gradient_norm);
      QVERIFY(std::abs(a.accuracy - b.accuracy) < 1e-3);
      if (step > 0) continue;
      const TensorMap state = tuned->exportState(true);
      const TensorMap other = plain->exportState(true);
      for (const auto& [name, tensor] : state) {
        if (!name.starts_with("optimizer.first_moment.")) continue;
        double difference = 0.0;
        for (std::size_t i = 0; i < tensor.values.size(); ++i) {
          difference += std::pow(static_cast<double>(tensor.values[i] - other.at(name).values[i]), 2);
        }
        // The moment is a tenth of the clipped gradient, whose norm is 1 at most.
        QVERIFY2(std::sqrt(difference) < 1e-5, name.c_str());
      }
    }
  }

  void plainDrawsFromItsOwnStream() {
    TransformerConfig config = tinyConfig();
    config.dropout = 0.2;
    config.attention_dropout = 0.2;
    config.input_mask = 0.2;
    SoloTeam team;
    const ContextBatch batch = randomBatch(config, 10, 7, Rng(Seed{3}));
    const auto lossWith = [&](std::uint64_t seed) {
      return makeModel(config, team, styled(TorchStyle::Plain))->trainStep(batch, 1e-3, Rng(Seed{seed})).loss;
    };
    QCOMPARE(lossWith(1), lossWith(1));
    QVERIFY(lossWith(1) != lossWith(2));
  }

  // The two styles take LibTorch's threads differently; in one process neither may leave them wrong for the other.
  void stylesTakeTurnsWithoutDisturbingEachOther() {
    const TransformerConfig config = tinyConfig();
    const ContextBatch batch = randomBatch(config, 20, 7, Rng(Seed{3}));
    ThreadTeam team(2);
    const auto alone = makeModel(config, team);
    const auto tuned = makeModel(config, team);
    const auto plain = makeModel(config, team, styled(TorchStyle::Plain));
    for (std::uint64_t step = 0; step < 3; ++step) {
      const double expected = alone->trainStep(batch, 1e-2, Rng(Seed{step})).loss;
      plain->trainStep(batch, 1e-2, Rng(Seed{step}));
      QCOMPARE(tuned->trainStep(batch, 1e-2, Rng(Seed{step})).loss, expected);
    }
    QVERIFY(QString::fromStdString(plain->describe()).contains("plain, cpu, fp32, 2 threads"));
    QVERIFY(!QString::fromStdString(tuned->describe()).contains("plain"));
  }

  void errorsOfTheModuleAreCaughtAsOurs() {
    const TransformerConfig config = tinyConfig();
    SoloTeam team;
    const auto model = makeModel(config, team);
    TensorMap state = model->exportState(false);
    state.at("head.bias").shape = {4};
    try {
      model->importState(state);
      QFAIL("a misshapen tensor was taken");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::Corrupt);
      QVERIFY(QString(error.what()).contains("head.bias"));
    }
    ContextBatch batch = randomBatch(config, 1, 7, Rng(Seed{3}));
    batch.previous_actions[3] = 200;  // beyond the table: LibTorch's own exception
    std::vector<float> out(7 * 3);
    QVERIFY_THROWS_EXCEPTION(Error, model->logProbabilities(batch, out));
    ModelOptions options = torchOptions();
    options.device = Device::Cuda;
    try {
      makeSequenceModel(config, options, team, Rng(Seed{1}));
      QSKIP("this machine has a CUDA device");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::DeviceFailure);
    }
  }
};

QTEST_APPLESS_MAIN(TorchModelTest)
#include "torch_model_test.moc"
