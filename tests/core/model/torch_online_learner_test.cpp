// SPDX-License-Identifier: GPL-3.0-or-later
// Online training of a recurrent actor-critic, against a plain LSTM in double precision.
#include <QtTest>
#include <cmath>

#include "core/base/process_tuning.h"
#include "core/jobs/thread_team.h"
#include "core/model/parameter_layout.h"
#include "core/model/sequence_model.h"
#include "tests/support/caught_error.h"
#include "tests/support/plain_lstm.h"
#include "tests/support/plain_transformer.h"

using namespace limbeck;
using test::PlainLstm;
using test::randomBatch;

namespace {

constexpr int kStreams = 5;
constexpr int kActions = 3;
constexpr ActorCriticOptions kOptions{.value_weight = 0.7, .entropy_weight = 0.05};

TransformerConfig tinyConfig() {
  TransformerConfig config;
  config.spec = {{3, 4}, kActions, 5};
  config.backbone = Backbone::Lstm;
  config.actor_critic = true;
  config.context_length = 6;  // shorter than what is played below: there is no window
  config.layers = 2;
  config.width = 8;
  return config;
}

std::unique_ptr<SequenceModel> makeModel(Team& team, const ModelOptions& options = {}) {
  auto model = makeSequenceModel(tinyConfig(), options, team, Rng(Seed{1}));
  TensorMap state = model->exportState(false);
  for (auto& [name, tensor] : state) {
    Rng stream = Rng(Seed{2}).split(name);
    for (float& value : tensor.values) value += static_cast<float>(0.4 * stream.normal());
  }
  model->importState(state);
  return model;
}

/// What all streams see at one moment of a batch whose windows are the streams.
struct Moment {
  Moment(const ContextBatch& batch, int t) {
    for (int stream = 0; stream < batch.windows; ++stream) {
      const auto at = static_cast<std::size_t>(stream * batch.length + t);
      observations.push_back(batch.observations[2 * at]);
      observations.push_back(batch.observations[2 * at + 1]);
      actions.push_back(batch.previous_actions[at]);
      rewards.push_back(batch.previous_rewards[at]);
      ends.push_back(batch.previous_ends[at]);
    }
  }
  TokenColumns columns() const { return {observations, actions, rewards, ends}; }
  std::vector<std::uint8_t> observations, actions, ends;
  std::vector<float> rewards;
};

struct Answers {
  std::vector<float> log_probabilities = std::vector<float>(kStreams * kActions);
  std::vector<float> values = std::vector<float>(kStreams);
};

const std::vector<std::uint8_t> kNone(kStreams, 0);

/// Targets of an unroll, drawn at random: [steps, streams].
struct Targets {
  Targets(int steps, Rng rng) {
    for (int i = 0; i < steps * kStreams; ++i) {
      actions.push_back(static_cast<std::uint8_t>(rng.below(kActions)));
      advantages.push_back(static_cast<float>(rng.normal()));
      returns.push_back(static_cast<float>(rng.normal()));
    }
  }
  UnrollTargets columns() const { return {actions, advantages, returns}; }
  std::vector<std::uint8_t> actions;
  std::vector<float> advantages, returns;
};

/// Steps [begin, end) of `batch`, then an update.
ActorCriticResult learn(OnlineLearner& learner, const ContextBatch& batch, int begin, int end, const Targets& targets) {
  Answers answers;
  for (int t = begin; t < end; ++t)
    learner.act(Moment(batch, t).columns(), kNone, answers.log_probabilities, answers.values);
  return learner.update(targets.columns(), kOptions, 1e-2);
}

double plainLoss(const PlainLstm& twin, const ContextBatch& batch, const Targets& targets) {
  double total = 0.0;
  for (int stream = 0; stream < kStreams; ++stream) {
    const std::vector<PlainLstm::Answer> answers = twin.answers(batch, stream);
    for (int t = 0; t < batch.length; ++t) {
      const std::size_t at = static_cast<std::size_t>(t * kStreams + stream);
      const std::vector<double>& row = answers[t].log_probabilities;
      double entropy = 0.0;
      for (const double value : row) entropy -= std::exp(value) * value;
      const double error = answers[t].value - static_cast<double>(targets.returns[at]);
      total += -row[targets.actions[at]] * static_cast<double>(targets.advantages[at]) +
               kOptions.value_weight * 0.5 * error * error - kOptions.entropy_weight * entropy;
    }
  }
  return total / (kStreams * batch.length);
}

}  // namespace

class TorchOnlineLearnerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { tuneProcess(); }

  // Both what acts and the decoder that plays later, beyond the length of a trial.
  void carriesItsMemoryWithoutAWindow() {
    ThreadTeam team(2);
    const auto model = makeModel(team);
    const auto learner = model->makeOnlineLearner(kStreams);
    const auto decoder = model->makeDecoder({.streams = kStreams, .drop_count = 2});
    const ContextBatch batch = randomBatch(model->config(), kStreams, 20, Rng(Seed{3}));
    const PlainLstm twin(model->config(), model->exportState(false));
    Answers answers;
    std::vector<float> decoded(kStreams * kActions);
    for (int t = 0; t < batch.length; ++t) {
      const Moment moment(batch, t);
      std::vector<float> foreseen(kStreams);
      learner->values(moment.columns(), foreseen);
      learner->act(moment.columns(), kNone, answers.log_probabilities, answers.values);
      decoder->step(moment.columns(), decoded);
      QCOMPARE(foreseen, answers.values);
      for (int stream = 0; stream < kStreams; ++stream) {
        const PlainLstm::Answer expected = twin.answers(batch, stream)[t];
        QVERIFY(std::abs(answers.values[stream] - expected.value) < 1e-5);
        for (int action = 0; action < kActions; ++action) {
          const std::size_t at = static_cast<std::size_t>(stream * kActions + action);
          QVERIFY(std::abs(answers.log_probabilities[at] - expected.log_probabilities[action]) < 1e-5);
          QVERIFY(std::abs(decoded[at] - expected.log_probabilities[action]) < 1e-5);
        }
      }
    }
    QCOMPARE(decoder->length(0), 20);
  }

  void gradientsMatchFiniteDifferencesOfPlainLstm() {
    ModelOptions options;
    options.optimizer = {.beta1 = 0.0, .beta2 = 0.9, .weight_decay = 0.0, .gradient_clip = 0.0};
    ThreadTeam team(2);
    const auto model = makeModel(team, options);
    const ContextBatch batch = randomBatch(model->config(), kStreams, 6, Rng(Seed{5}));
    const Targets targets(6, Rng(Seed{6}));
    PlainLstm twin(model->config(), model->exportState(false));
    const ActorCriticResult result = learn(*model->makeOnlineLearner(kStreams), batch, 0, 6, targets);
    QVERIFY(std::abs(result.loss - plainLoss(twin, batch, targets)) < 1e-5);
    const TensorMap state = model->exportState(true);
    double squares = 0.0;
    for (const ParameterInfo& info : parameterLayout(model->config())) {
      const std::vector<float>& gradient = state.at("optimizer.first_moment." + info.name).values;
      for (const float value : gradient) squares += static_cast<double>(value) * static_cast<double>(value);
      for (const std::size_t i : {std::size_t{0}, gradient.size() / 2, gradient.size() - 1}) {
        float& weight = twin.weights().at(info.name).values[i];
        const float before = weight;
        const float above = before + 0x1.0p-10F;
        const float below = before - 0x1.0p-10F;
        weight = above;
        const double loss_above = plainLoss(twin, batch, targets);
        weight = below;
        const double loss_below = plainLoss(twin, batch, targets);
        weight = before;
        const double expected = (loss_above - loss_below) / (static_cast<double>(above) - static_cast<double>(below));
        QVERIFY2(std::abs(expected - static_cast<double>(gradient[i])) < 2e-5 + 1e-3 * std::abs(expected),
                 fmt::format("{}[{}]: {} instead of {}", info.name, i, gradient[i], expected).c_str());
      }
    }
    QVERIFY(std::abs(result.gradient_norm - std::sqrt(squares)) < 1e-4 * result.gradient_norm);
  }

  void threadsChangeRoundingOnly() {
    SoloTeam one;
    ThreadTeam many(7);  // more than streams
    const ContextBatch batch = randomBatch(tinyConfig(), kStreams, 8, Rng(Seed{5}));
    const Targets targets(8, Rng(Seed{6}));
    const auto alone = makeModel(one);
    const auto shared = makeModel(many);
    learn(*alone->makeOnlineLearner(kStreams), batch, 0, 8, targets);
    learn(*shared->makeOnlineLearner(kStreams), batch, 0, 8, targets);
    const TensorMap expected = alone->exportState(true);
    for (const auto& [name, tensor] : shared->exportState(true)) {
      for (std::size_t i = 0; i < tensor.values.size(); ++i) {
        QVERIFY2(std::abs(tensor.values[i] - expected.at(name).values[i]) < 1e-4F, name.c_str());
      }
    }
  }

  void resumedLearnerGoesOnBitForBit() {
    ThreadTeam team(2);
    const auto model = makeModel(team);
    const auto learner = model->makeOnlineLearner(kStreams);
    const ContextBatch batch = randomBatch(model->config(), kStreams, 12, Rng(Seed{5}));
    const Targets targets(6, Rng(Seed{6}));
    learn(*learner, batch, 0, 6, targets);
    const TensorMap saved = model->exportState(true);
    const Tensor memory = learner->exportMemory();
    learn(*learner, batch, 6, 12, targets);

    const auto again = makeSequenceModel(tinyConfig(), {}, team, Rng(Seed{99}));
    again->importState(saved);
    const auto resumed = again->makeOnlineLearner(kStreams);
    resumed->importMemory(memory);
    learn(*resumed, batch, 6, 12, targets);
    const TensorMap expected = model->exportState(true);
    for (const auto& [name, tensor] : again->exportState(true)) QCOMPARE(tensor.values, expected.at(name).values);
    QCOMPARE(resumed->exportMemory().values, learner->exportMemory().values);
    QVERIFY(test::caughtError([&] {
              resumed->importMemory({{2, 2, 4, 8}, std::vector<float>(128)});
            })->code() == ErrorCode::Corrupt);
  }

  // Within an unroll: neither the answers nor the gradient know of what came before the border.
  void streamThatBeginsAnewIsAsFresh() {
    ThreadTeam team(2);
    const auto model = makeModel(team);
    const auto learner = model->makeOnlineLearner(kStreams);
    const auto fresh = model->makeOnlineLearner(kStreams);
    const ContextBatch batch = randomBatch(model->config(), kStreams, 3, Rng(Seed{5}));
    Answers answers;
    Answers expected;
    learner->act(Moment(batch, 0).columns(), kNone, answers.log_probabilities, answers.values);
    const std::vector<std::uint8_t> begins{0, 0, 0, 1, 0};
    learner->act(Moment(batch, 1).columns(), begins, answers.log_probabilities, answers.values);
    fresh->act(Moment(batch, 1).columns(), kNone, expected.log_probabilities, expected.values);
    for (int stream = 0; stream < kStreams; ++stream) {
      QCOMPARE(answers.values[stream] == expected.values[stream], stream == 3);
    }
  }
};

QTEST_APPLESS_MAIN(TorchOnlineLearnerTest)
#include "torch_online_learner_test.moc"
