// SPDX-License-Identifier: GPL-3.0-or-later
// The LSTM in the transformer's place, through the module that is opened at run time.
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "core/base/error.h"
#include "core/base/process_tuning.h"
#include "core/jobs/thread_team.h"
#include "core/model/checkpoint.h"
#include "core/model/parameter_layout.h"
#include "core/model/sequence_model.h"
#include "tests/support/caught_error.h"
#include "tests/support/plain_lstm.h"
#include "tests/support/plain_transformer.h"

using namespace limbeck;
using test::PlainLstm;
using test::randomBatch;

namespace {

TransformerConfig tinyConfig(int layers = 2) {
  TransformerConfig config;
  config.spec = {{3, 4}, 3, 5};
  config.backbone = Backbone::Lstm;
  config.context_length = 9;
  config.layers = layers;
  config.width = 8;
  return config;
}

std::unique_ptr<SequenceModel> makeModel(const TransformerConfig& config, Team& team,
                                         const ModelOptions& options = {}) {
  auto model = makeSequenceModel(config, options, team, Rng(Seed{1}));
  TensorMap state = model->exportState(false);
  for (auto& [name, tensor] : state) {
    Rng stream = Rng(Seed{2}).split(name);
    for (float& value : tensor.values) value += static_cast<float>(0.4 * stream.normal());
  }
  model->importState(state);
  return model;
}

std::vector<float> logProbabilities(SequenceModel& model, const ContextBatch& batch) {
  std::vector<float> out(static_cast<std::size_t>(batch.windows * batch.length * model.config().spec.action_count));
  model.logProbabilities(batch, out);
  return out;
}

/// Every action is the one before it plus one: what a model learns that reads its input.
ContextBatch countingBatch(const TransformerConfig& config, int windows, const Rng& rng) {
  ContextBatch batch = randomBatch(config, windows, config.context_length, rng);
  for (std::size_t i = 0; i < batch.actions.size(); ++i) {
    const int previous = batch.previous_actions[i];
    batch.actions[i] = static_cast<std::uint8_t>((previous + 1) % config.spec.action_count);
  }
  return batch;
}

}  // namespace

class TorchLstmTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { tuneProcess(); }

  void matchesPlainLstm_data() {
    QTest::addColumn<int>("layers");
    QTest::addColumn<int>("threads");
    QTest::newRow("one layer") << 1 << 1;
    QTest::newRow("two layers") << 2 << 1;
    QTest::newRow("three layers, two threads") << 3 << 2;
  }
  void matchesPlainLstm() {
    QFETCH(int, layers);
    QFETCH(int, threads);
    ThreadTeam team(threads);
    const auto model = makeModel(tinyConfig(layers), team);
    const ContextBatch batch = randomBatch(model->config(), 35, 9, Rng(Seed{3}));  // ragged slices
    const PlainLstm twin(model->config(), model->exportState(false));
    const std::vector<float> fast = logProbabilities(*model, batch);
    std::size_t at = 0;
    for (int window = 0; window < batch.windows; ++window) {
      for (const PlainLstm::Answer& answer : twin.answers(batch, window)) {
        for (const double value : answer.log_probabilities) QVERIFY(std::abs(value - fast[at++]) < 1e-5);
      }
    }
  }

  // With beta1 = 0 and no weight decay, the first moment after one step is the gradient itself.
  void gradientsMatchFiniteDifferencesOfPlainLstm() {
    TransformerConfig config = tinyConfig();
    config.label_smoothing = 0.2;
    ModelOptions options;
    options.optimizer = {.beta1 = 0.0, .beta2 = 0.9, .weight_decay = 0.0, .gradient_clip = 0.0};
    ThreadTeam team(2);
    const auto model = makeModel(config, team, options);
    const ContextBatch batch = randomBatch(config, 3, 6, Rng(Seed{5}));
    PlainLstm twin(config, model->exportState(false));
    const TrainStepResult result = model->trainStep(batch, 1e-3, Rng(Seed{6}));
    QVERIFY(std::abs(result.loss - twin.loss(batch)) < 1e-5);
    const TensorMap state = model->exportState(true);
    for (const ParameterInfo& info : parameterLayout(config)) {
      const std::vector<float>& gradient = state.at("optimizer.first_moment." + info.name).values;
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
  }

  void memoryStartsByRemembering() {
    const TensorMap fresh = initialParameters(tinyConfig(), Rng(Seed{1}));
    const std::vector<float>& bias = fresh.at("layers.1.lstm.input.bias").values;
    for (std::size_t i = 0; i < bias.size(); ++i) QCOMPARE(bias[i], i / 8 == 1 ? 1.0F : 0.0F);
    QVERIFY(!fresh.contains("embed.position") && !fresh.contains("final_norm.weight") && !fresh.contains("value.bias"));
  }

  void learns() {
    TransformerConfig config = tinyConfig(1);
    config.width = 16;
    config.dropout = 0.1;
    config.input_mask = 0.1;
    ThreadTeam team(2);
    const auto model = makeSequenceModel(config, {}, team, Rng(Seed{1}));
    TrainStepResult last;
    for (std::uint64_t step = 0; step < 150; ++step) {
      last = model->trainStep(countingBatch(config, 16, Rng(Seed{step})), 1e-2, Rng(Seed{1000 + step}));
    }
    // A guess is ln 3 = 1.10 nats; what there is to learn is certain but for one token in ten that is hidden, which
    // carries no loss, and what dropout hides.
    QVERIFY2(last.loss < 0.2, fmt::format("loss {}", last.loss).c_str());
  }

  void sameSeedSameWeights_data() {
    QTest::addColumn<int>("threads");
    QTest::newRow("one thread") << 1;
    QTest::newRow("two threads") << 2;
  }
  void sameSeedSameWeights() {
    QFETCH(int, threads);
    TransformerConfig config = tinyConfig();
    config.dropout = 0.2;
    config.input_mask = 0.2;
    ThreadTeam team(threads);
    const auto train = [&] {
      const auto model = makeSequenceModel(config, {}, team, Rng(Seed{1}));
      for (std::uint64_t step = 0; step < 3; ++step) {
        model->trainStep(randomBatch(config, 40, 9, Rng(Seed{step})), 1e-2, Rng(Seed{9 + step}));
      }
      return model->exportState(true);
    };
    const TensorMap first = train();
    for (const auto& [name, tensor] : train()) QVERIFY2(tensor.values == first.at(name).values, name.c_str());
  }

  void checkpointRoundTrip() {
    const QTemporaryDir place;
    const std::filesystem::path path = std::filesystem::path(place.path().toStdString()) / "lstm.safetensors";
    SoloTeam team;
    const auto model = makeModel(tinyConfig(), team);
    const ContextBatch batch = randomBatch(model->config(), 2, 9, Rng(Seed{3}));
    model->trainStep(batch, 1e-2, Rng(Seed{4}));
    writeCheckpoint(path, {model->config(), 1, {}, model->exportState(true)});
    const Checkpoint read = readCheckpoint(path);
    QVERIFY(read.config == model->config());
    const auto again = makeSequenceModel(read.config, {}, team, Rng(Seed{77}));
    again->importState(read.tensors);
    QCOMPARE(logProbabilities(*again, batch), logProbabilities(*model, batch));
    QCOMPARE(again->trainStep(batch, 1e-2, Rng(Seed{5})).loss, model->trainStep(batch, 1e-2, Rng(Seed{5})).loss);
  }

  void uselessSettingIsRefused_data() {
    QTest::addColumn<QString>("key");
    for (const char* key : {"heads", "feed_forward", "norm", "positions", "tokens", "attention_dropout"}) {
      QTest::newRow(key) << key;
    }
  }
  void uselessSettingIsRefused() {
    QFETCH(QString, key);
    TransformerConfig config = tinyConfig();
    if (key == "heads") config.heads = 2;
    if (key == "feed_forward") config.feed_forward = 32;
    if (key == "norm") config.norm = NormPlacement::Post;
    if (key == "positions") config.positions = PositionEncoding::None;
    if (key == "tokens") config.tokens = TokenScheme::Three;
    if (key == "attention_dropout") config.attention_dropout = 0.5;
    const QString message = test::caughtMessage([&] { validate(config); });
    QVERIFY2(message.startsWith("model." + key + ": ") && message.contains("lstm"), qPrintable(message));
  }

  void transformerIsNoActorCritic() {
    TransformerConfig config = tinyConfig();
    config.backbone = Backbone::Transformer;
    config.actor_critic = true;
    QVERIFY(test::caughtMessage([&] { validate(config); }).contains("LSTM"));
    SoloTeam team;
    const auto model = makeSequenceModel(tinyConfig(), {}, team, Rng(Seed{1}));
    QVERIFY(test::caughtMessage([&] { model->makeOnlineLearner(2); }).contains("actor-critic"));
  }

  void bfloat16AndFusedCoreAreRefused() {
    SoloTeam team;
    ModelOptions options;
    options.precision = Precision::BFloat16;
    const auto make = [&] { makeSequenceModel(tinyConfig(), options, team, Rng(Seed{1})); };
    QVERIFY(test::caughtMessage(make).contains("compute.precision"));
    options = {.backend = Backend::Fused};
    QVERIFY(test::caughtMessage(make).contains("transformer"));
    options = {.precision = Precision::Auto};
    make();
  }
};

QTEST_APPLESS_MAIN(TorchLstmTest)
#include "torch_lstm_test.moc"
