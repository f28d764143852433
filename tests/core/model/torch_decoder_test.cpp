// SPDX-License-Identifier: GPL-3.0-or-later
// Decoding with cached keys and values against encoding each stream's context anew at every step, before and after the
// context is full and with streams out of step: where public implementations go wrong.
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "core/base/process_tuning.h"
#include "core/jobs/thread_team.h"
#include "core/model/sequence_model.h"
#include "tests/support/plain_transformer.h"

using namespace limbeck;

namespace {

TransformerConfig tinyConfig() {
  TransformerConfig config;
  config.spec = {{3, 4}, 3, 5};
  config.context_length = 9;
  config.layers = 2;
  config.heads = 2;
  config.width = 8;
  config.feed_forward = 12;
  return config;
}

/// What one stream's context should hold, kept in the plainest way.
struct Window {
  ContextBatch batch;

  void append(const ContextBatch& step, int stream, int context_length, int drop_count) {
    if (batch.length == context_length) drop(drop_count);
    const std::size_t at = static_cast<std::size_t>(stream);
    batch.windows = 1;
    batch.observation_size = 2;
    batch.observations.push_back(step.observations[2 * at]);
    batch.observations.push_back(step.observations[2 * at + 1]);
    batch.previous_actions.push_back(step.previous_actions[at]);
    batch.previous_rewards.push_back(step.previous_rewards[at]);
    batch.previous_ends.push_back(step.previous_ends[at]);
    batch.actions.push_back(0);
    ++batch.length;
  }
  void drop(int count) {
    batch.observations.erase(batch.observations.begin(), batch.observations.begin() + 2 * count);
    for (auto* column : {&batch.previous_actions, &batch.previous_ends, &batch.actions}) {
      column->erase(column->begin(), column->begin() + count);
    }
    batch.previous_rewards.erase(batch.previous_rewards.begin(), batch.previous_rewards.begin() + count);
    batch.length -= count;
  }
};

std::unique_ptr<SequenceModel> makeModel(const TransformerConfig& config, Team& team, ModelOptions options = {}) {
  options.backend = Backend::Torch;
  auto model = makeSequenceModel(config, options, team, Rng(Seed{1}));
  TensorMap state = model->exportState(false);
  for (auto& [name, tensor] : state) {
    Rng stream = Rng(Seed{2}).split(name);
    for (float& value : tensor.values) value += static_cast<float>(0.4 * stream.normal());
  }
  model->importState(state);
  return model;
}

/// One moment of every stream, drawn at random; not the beginning of a history.
ContextBatch randomStep(const TransformerConfig& config, int streams, std::uint64_t index) {
  const ContextBatch pairs = test::randomBatch(config, streams, 2, Rng(Seed{100 + index}));
  ContextBatch step;
  for (int stream = 0; stream < streams; ++stream) {
    const std::size_t at = static_cast<std::size_t>(2 * stream + 1);
    step.observations.push_back(pairs.observations[2 * at]);
    step.observations.push_back(pairs.observations[2 * at + 1]);
    step.previous_actions.push_back(pairs.previous_actions[at]);
    step.previous_rewards.push_back(pairs.previous_rewards[at]);
    step.previous_ends.push_back(pairs.previous_ends[at]);
  }
  return step;
}

/// Plays `steps` steps, clearing stream 1 before step 4 and stream 3 before steps 2 and 13; returns the largest
/// difference.
/// With `clears` false all streams stay in step.
double largestDifference(const TransformerConfig& config, Team& team, int drop_count, int steps,
                         const ModelOptions& options = {}, bool clears = true) {
  constexpr int kStreams = 5;
  const auto model = makeModel(config, team, options);
  const auto decoder = model->makeDecoder({.streams = kStreams, .drop_count = drop_count});
  std::vector<Window> windows(kStreams);
  double largest = 0.0;
  for (int index = 0; index < steps; ++index) {
    for (const int stream : {1, 3}) {
      const bool cleared = stream == 1 ? index == 4 : index == 2 || index == 13;
      if (!cleared || !clears) continue;
      decoder->clear(stream);
      windows[static_cast<std::size_t>(stream)] = {};
    }
    const ContextBatch step = randomStep(config, kStreams, static_cast<std::uint64_t>(index));
    std::vector<float> cached(kStreams * 3);
    decoder->step({step.observations, step.previous_actions, step.previous_rewards, step.previous_ends}, cached);
    for (int stream = 0; stream < kStreams; ++stream) {
      Window& window = windows[static_cast<std::size_t>(stream)];
      window.append(step, stream, config.context_length, std::min(drop_count, config.context_length));
      if (decoder->length(stream) != window.batch.length) return 1e9;
      std::vector<float> fresh(static_cast<std::size_t>(window.batch.length) * 3);
      model->logProbabilities(window.batch, fresh);
      for (std::size_t action = 0; action < 3; ++action) {
        const float expected = fresh[fresh.size() - 3 + action];
        largest = std::max(
            largest, static_cast<double>(std::abs(cached[static_cast<std::size_t>(stream) * 3 + action] - expected)));
      }
    }
  }
  return largest;
}

}  // namespace

class TorchDecoderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { tuneProcess(); }

  void cachedEqualsUncached_data() {
    QTest::addColumn<int>("tokens");
    QTest::addColumn<int>("norm");
    QTest::addColumn<int>("positions");
    QTest::addColumn<int>("drop_count");
    for (const auto tokens : {TokenScheme::One, TokenScheme::Three}) {
      for (const int drop_count : {1, 4, 9, 100}) {
        const std::string name = fmt::format("{} tokens, drop {}", tokens == TokenScheme::One ? 1 : 3, drop_count);
        QTest::newRow(name.c_str()) << static_cast<int>(tokens) << 0 << 0 << drop_count;
      }
      QTest::newRow(tokens == TokenScheme::One ? "post-norm, 1" : "post-norm, 3")
          << static_cast<int>(tokens) << 1 << 0 << 4;
      QTest::newRow(tokens == TokenScheme::One ? "no positions, 1" : "no positions, 3")
          << static_cast<int>(tokens) << 0 << 1 << 4;
    }
  }
  void cachedEqualsUncached() {
    QFETCH(int, tokens);
    QFETCH(int, norm);
    QFETCH(int, positions);
    QFETCH(int, drop_count);
    TransformerConfig config = tinyConfig();
    config.tokens = static_cast<TokenScheme>(tokens);
    config.norm = static_cast<NormPlacement>(norm);
    config.positions = static_cast<PositionEncoding>(positions);
    SoloTeam team;
    const double difference = largestDifference(config, team, drop_count, 30);  // the context is full after 9 steps
    QVERIFY2(difference < 1e-4, std::to_string(difference).c_str());
  }

  void lstmEqualsUncached_data() {
    QTest::addColumn<int>("drop_count");
    QTest::addColumn<int>("threads");
    for (const int drop_count : {1, 4, 9, 100}) {
      QTest::newRow(fmt::format("drop {}", drop_count).c_str()) << drop_count << 1;
    }
    QTest::newRow("two threads") << 4 << 2;
  }
  void lstmEqualsUncached() {
    QFETCH(int, drop_count);
    QFETCH(int, threads);
    TransformerConfig config;
    config.spec = {{3, 4}, 3, 5};
    config.context_length = 9;
    config.backbone = Backbone::Lstm;
    config.layers = 2;
    config.width = 8;
    ThreadTeam team(threads);
    QVERIFY(largestDifference(config, team, drop_count, 30) < 1e-4);
    QVERIFY(largestDifference(config, team, drop_count, 30, {}, false) < 1e-4);
    QVERIFY(largestDifference(config, team, drop_count, 30, {.torch_style = TorchStyle::Plain}) < 1e-4);
  }

  void teamsSplitStreamsWithoutChangingThem() {
    ThreadTeam two(2);
    QVERIFY(largestDifference(tinyConfig(), two, 4, 20) < 1e-4);
    ThreadTeam more_than_streams(7);
    QVERIFY(largestDifference(tinyConfig(), more_than_streams, 4, 12) < 1e-4);
  }

  // Streams in step need no mask: another path.
  void streamsInStepAreExactToo() {
    SoloTeam team;
    TransformerConfig config = tinyConfig();
    QVERIFY(largestDifference(config, team, 4, 30, {}, false) < 1e-4);
    config.tokens = TokenScheme::Three;
    QVERIFY(largestDifference(config, team, 4, 30, {}, false) < 1e-4);
  }

  void plainStyleIsExactToo() {
    ThreadTeam two(2);
    const ModelOptions plain{.torch_style = TorchStyle::Plain};
    QVERIFY(largestDifference(tinyConfig(), two, 4, 30, plain) < 1e-4);
    QVERIFY(largestDifference(tinyConfig(), two, 4, 30, plain, false) < 1e-4);
  }

  // Both sides round to 8 bits, in another order; weights are large here (see makeModel).
  void bfloat16StaysNearItsUncachedPass() {
    SoloTeam team;
    const double difference = largestDifference(tinyConfig(), team, 4, 30, {.precision = Precision::BFloat16});
    QVERIFY2(difference < 0.2, std::to_string(difference).c_str());
  }

  void trainingAfterwardsDoesNotReachADecoder() {
    const TransformerConfig config = tinyConfig();
    SoloTeam team;
    const auto model = makeModel(config, team);
    const auto decoder = model->makeDecoder({.streams = 2, .drop_count = 4});
    const ContextBatch step = randomStep(config, 2, 0);
    const TokenColumns tokens{step.observations, step.previous_actions, step.previous_rewards, step.previous_ends};
    std::vector<float> before(6);
    std::vector<float> after(6);
    decoder->step(tokens, before);
    model->trainStep(test::randomBatch(config, 2, 9, Rng(Seed{3})), 0.1, Rng(Seed{4}));
    decoder->clear(0);
    decoder->clear(1);
    decoder->step(tokens, after);
    QCOMPARE(after, before);
  }
};

QTEST_APPLESS_MAIN(TorchDecoderTest)
#include "torch_decoder_test.moc"
