// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/attention_probe.h"

#include <QtTest>
#include <cmath>
#include <numeric>

#include "core/model/parameter_layout.h"
#include "tests/support/caught_error.h"
#include "tests/support/plain_transformer.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

TransformerConfig smallArchitecture(NormPlacement norm, PositionEncoding positions, TokenScheme tokens) {
  TransformerConfig config;
  config.spec = {{4, 3}, 5, 20};
  config.context_length = 9;
  config.layers = 3;
  config.heads = 3;
  config.width = 18;
  config.feed_forward = 20;
  config.norm = norm;
  config.positions = positions;
  config.tokens = tokens;
  return config;
}

/// Weights far from zero, gains around 1, so that nothing is uniform or flat by construction.
Checkpoint livelyCheckpoint(const TransformerConfig& config) {
  Rng rng(Seed{5});
  Checkpoint checkpoint{.config = config, .tensors = initialParameters(config, rng)};
  for (auto& [name, tensor] : checkpoint.tensors) {
    const bool is_gain = name.find("norm") != name.npos && name.ends_with("weight");
    for (float& value : tensor.values) value = static_cast<float>(0.3 * rng.normal() + (is_gain ? 1.0 : 0.0));
  }
  return checkpoint;
}

/// All zero but gains of 1. Post-norm, so that the first layer attends over the embeddings as they are. The embedding
/// of position i is (ln(i + 1), 0, 0, 0); in the first layer head 0 asks for its first component with a weight that
/// undoes the scaling and head 1 asks for nothing; the second layer asks for nothing.
Checkpoint handMadeCheckpoint(TokenScheme tokens) {
  TransformerConfig config = smallArchitecture(NormPlacement::Post, PositionEncoding::Learned, tokens);
  config.context_length = 4;
  config.layers = 2;
  config.heads = 2;
  config.width = 4;
  Checkpoint checkpoint{.config = config, .tensors = initialParameters(config, Rng(Seed{1}))};
  for (auto& [name, tensor] : checkpoint.tensors) {
    const bool is_gain = name.find("norm") != name.npos && name.ends_with("weight");
    std::ranges::fill(tensor.values, is_gain ? 1.0F : 0.0F);
  }
  std::vector<float>& position = checkpoint.tensors.at("embed.position").values;
  for (std::size_t i = 0; 4 * i < position.size(); ++i) position[4 * i] = std::log(static_cast<float>(i + 1));
  checkpoint.tensors.at("layers.0.attention.qkv.bias").values[0] = std::sqrt(2.0F);  // head 0's query
  checkpoint.tensors.at("layers.0.attention.qkv.weight").values[4 * 4] = 1.0F;       // key 0 is component 0
  return checkpoint;
}

std::vector<float> rowOf(const Attention& attention, int layer, int head) {
  std::vector<float> row;
  for (int position = 0; position < attention.length; ++position) row.push_back(attention.at(layer, head, position));
  return row;
}

bool isNear(const std::vector<float>& actual, const std::vector<double>& expected, double tolerance) {
  if (actual.size() != expected.size()) return false;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (std::abs(actual[i] - expected[i]) > tolerance) {
      qWarning("[%zu] is %g, not %g", i, static_cast<double>(actual[i]), expected[i]);
      return false;
    }
  }
  return true;
}

}  // namespace

class AttentionProbeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void predictsWhatThePlainTransformerDoes_data() {
    QTest::addColumn<bool>("is_pre");
    QTest::addColumn<bool>("has_positions");
    QTest::addColumn<bool>("is_one");
    for (const bool is_pre : {true, false}) {
      for (const bool has_positions : {true, false}) {
        for (const bool is_one : {true, false}) {
          QTest::addRow("%s-norm, %s positions, %s", is_pre ? "pre" : "post", has_positions ? "learned" : "no",
                        is_one ? "one token" : "three tokens")
              << is_pre << has_positions << is_one;
        }
      }
    }
  }

  void predictsWhatThePlainTransformerDoes() {
    QFETCH(bool, is_pre);
    QFETCH(bool, has_positions);
    QFETCH(bool, is_one);
    const TransformerConfig config =
        smallArchitecture(is_pre ? NormPlacement::Pre : NormPlacement::Post,
                          has_positions ? PositionEncoding::Learned : PositionEncoding::None,
                          is_one ? TokenScheme::One : TokenScheme::Three);
    const Checkpoint checkpoint = livelyCheckpoint(config);
    const AttentionProbe probe(checkpoint);
    const PlainTransformer plain(config, checkpoint.tensors);
    for (const int length : {1, 2, 6, 9}) {
      const ContextBatch window = randomBatch(config, 1, length, Rng(Seed{static_cast<std::uint64_t>(length)}));
      const Attention attention = probe.inspect(window);
      QVERIFY(isNear(attention.log_probabilities, plain.logProbabilities(window, 0).back(), 1e-4));
      QCOMPARE(attention.length, length);
      for (int layer = 0; layer < 3; ++layer) {
        for (int head = 0; head < 3; ++head) {
          const std::vector<float> row = rowOf(attention, layer, head);
          QVERIFY(std::abs(std::accumulate(row.begin(), row.end(), 0.0) - 1.0) < 1e-5);
          QVERIFY(std::ranges::all_of(row, [](float weight) { return weight >= 0.0F; }));
        }
      }
    }
  }

  // Scores ln(i + 1) make weights in proportion to i + 1: 1, 2, 3, 4 of 10.
  void weightsAreTheSoftmaxOfQueriesAndKeys() {
    const Checkpoint checkpoint = handMadeCheckpoint(TokenScheme::One);
    const Attention attention = AttentionProbe(checkpoint).inspect(randomBatch(checkpoint.config, 1, 4, Rng(Seed{2})));
    QVERIFY(isNear(rowOf(attention, 0, 0), {0.1, 0.2, 0.3, 0.4}, 1e-6));
  }

  void headThatAsksForNothingLooksEverywhereAlike() {
    const Checkpoint checkpoint = handMadeCheckpoint(TokenScheme::One);
    const Attention attention = AttentionProbe(checkpoint).inspect(randomBatch(checkpoint.config, 1, 4, Rng(Seed{2})));
    for (const auto& [layer, head] : {std::pair{0, 1}, {1, 0}, {1, 1}}) {
      QVERIFY(isNear(rowOf(attention, layer, head), {0.25, 0.25, 0.25, 0.25}, 1e-6));
    }
  }

  // Two transitions are the tokens o0, a1, r1, o1, weighted 1, 2, 3, 4 of 10; the last three belong to transition 1.
  void threeTokensOfATransitionAreSummed() {
    const Checkpoint checkpoint = handMadeCheckpoint(TokenScheme::Three);
    const Attention attention = AttentionProbe(checkpoint).inspect(randomBatch(checkpoint.config, 1, 2, Rng(Seed{2})));
    QVERIFY(isNear(rowOf(attention, 0, 0), {0.1, 0.9}, 1e-6));
    QVERIFY(isNear(rowOf(attention, 1, 0), {0.25, 0.75}, 1e-6));
  }

  void lstmIsRefused() {
    TransformerConfig config;
    config.spec = {{4, 3}, 5, 20};
    config.backbone = Backbone::Lstm;
    const Checkpoint checkpoint{.config = config, .tensors = initialParameters(config, Rng(Seed{1}))};
    const auto error = caughtError([&] { AttentionProbe probe(checkpoint); });
    QVERIFY(error && error->code() == ErrorCode::InvalidArgument);
    QVERIFY(QString(error->what()).contains("LSTM"));
  }

  void checkpointThatLacksATensorIsRefusedByName() {
    Checkpoint checkpoint =
        livelyCheckpoint(smallArchitecture(NormPlacement::Pre, PositionEncoding::Learned, TokenScheme::One));
    checkpoint.tensors.at("embed.reward").values.pop_back();
    auto error = caughtError([&] { AttentionProbe probe(checkpoint); });
    QVERIFY(error && error->code() == ErrorCode::Corrupt);
    QVERIFY(QString(error->what()).contains("embed.reward"));
    checkpoint.tensors.erase("embed.reward");
    error = caughtError([&] { AttentionProbe probe(checkpoint); });
    QVERIFY(error && error->code() == ErrorCode::Corrupt);
  }
};

QTEST_APPLESS_MAIN(AttentionProbeTest)
#include "attention_probe_test.moc"
