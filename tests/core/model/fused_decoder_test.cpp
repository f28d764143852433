// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/model/fused/cpu_dispatch.h"
#include "core/model/fused/fused_model.h"
#include "fused_test_support.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

constexpr int kActions = 5;

/// The largest difference between a decoder's answers and the uncached pass over exactly the tokens that should be in
/// its context: `batch` is [1, tokens], window by window what each stream is fed.
class ContextTwin {
 public:
  ContextTwin(SequenceModel& model, int drop_count) : model_(model), drop_count_(drop_count) {}

  /// What the model says after `at`, when the stream was cleared before token `begin`.
  std::vector<float> expected(const ContextBatch& history, int window, int begin, int at) {
    int first = begin;
    while (at + 1 - first > model_.config().context_length) first += drop_count_;
    const int length = at + 1 - first;
    ContextBatch batch;
    batch.resize(1, length, history.observation_size);
    const auto row = static_cast<std::ptrdiff_t>(window) * history.length + first;
    std::copy_n(history.observations.begin() + row * history.observation_size, length * history.observation_size,
                batch.observations.begin());
    std::copy_n(history.previous_actions.begin() + row, length, batch.previous_actions.begin());
    std::copy_n(history.previous_rewards.begin() + row, length, batch.previous_rewards.begin());
    std::copy_n(history.previous_ends.begin() + row, length, batch.previous_ends.begin());
    std::fill(batch.actions.begin(), batch.actions.end(), std::uint8_t{0});
    std::vector<float> out(static_cast<std::size_t>(length) * kActions);
    model_.logProbabilities(batch, out);
    return {out.end() - kActions, out.end()};
  }

 private:
  SequenceModel& model_;
  int drop_count_;
};

struct StepInput {
  std::vector<std::uint8_t> observations, previous_actions, previous_ends;
  std::vector<float> previous_rewards;
  TokenColumns columns() const { return {observations, previous_actions, previous_rewards, previous_ends}; }
};

/// Token `at` of every stream.
StepInput inputAt(const ContextBatch& history, int at) {
  StepInput input;
  for (int window = 0; window < history.windows; ++window) {
    const auto row = static_cast<std::size_t>(window * history.length + at);
    for (int i = 0; i < 2; ++i)
      input.observations.push_back(history.observations[2 * row + static_cast<std::size_t>(i)]);
    input.previous_actions.push_back(history.previous_actions[row]);
    input.previous_ends.push_back(history.previous_ends[row]);
    input.previous_rewards.push_back(history.previous_rewards[row]);
  }
  return input;
}

}  // namespace

class FusedDecoderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cachedEqualsUncachedBeforeAndAfterTheContextIsFull_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("drop_count");
    QTest::addColumn<int>("learned_positions");
    QTest::addColumn<int>("instruction_set");
    for (const fused::InstructionSet set : fused::availableInstructionSets()) {
      const int number = static_cast<int>(set);
      const std::string name(fused::kernelsFor(set).name);
      QTest::newRow((name + " head width 8").c_str()) << 32 << 4 << 7 << 1 << number;
      QTest::newRow((name + " head width 16, drop one").c_str()) << 32 << 2 << 1 << 1 << number;
      QTest::newRow((name + " head width 32, drop all").c_str()) << 64 << 2 << 21 << 0 << number;
    }
  }

  /// Five streams, three workers; stream 1 is cleared midway (so streams fill up at different times), stream 3 twice.
  void cachedEqualsUncachedBeforeAndAfterTheContextIsFull() {
    QFETCH(int, width);
    QFETCH(int, heads);
    QFETCH(int, drop_count);
    QFETCH(int, learned_positions);
    QFETCH(int, instruction_set);
    TransformerConfig config = smallConfig(21, width, heads, 48, 3);
    if (learned_positions == 0) config.positions = PositionEncoding::None;
    PretendTeam team(3);
    const auto model =
        makeFusedModel(config, {}, team, Rng(Seed{1}), static_cast<fused::InstructionSet>(instruction_set));
    model->importState(livelyWeights(*model, 3));
    const auto decoder = model->makeDecoder({5, drop_count});
    TransformerConfig longer = config;
    longer.context_length = 70;
    const ContextBatch history = randomBatch(longer, 5, 70, 11);
    ContextTwin twin(*model, drop_count);
    std::vector<int> begin(5, 0);
    std::vector<float> out(5 * kActions);
    for (int t = 0; t < history.length; ++t) {
      for (const auto& [stream, when] : {std::pair{1, 13}, {3, 30}, {3, 31}}) {
        if (t != when) continue;
        decoder->clear(stream);
        QCOMPARE(decoder->length(stream), 0);
        begin[static_cast<std::size_t>(stream)] = t;
      }
      const StepInput input = inputAt(history, t);
      decoder->step(input.columns(), out);
      for (int stream = 0; stream < 5; ++stream) {
        const std::vector<float> expected = twin.expected(history, stream, begin[static_cast<std::size_t>(stream)], t);
        for (int a = 0; a < kActions; ++a) {
          const float got = out[static_cast<std::size_t>(stream * kActions + a)];
          const float want = expected[static_cast<std::size_t>(a)];
          QVERIFY2(std::abs(got - want) < 1e-4F,
                   fmt::format("stream {} token {}: {} instead of {}", stream, t, got, want).c_str());
        }
      }
    }
  }

  void frozenWeightsStayWhenTrainingGoesOn() {
    const TransformerConfig config = smallConfig(8);
    SoloTeam team;
    const auto model = makeFusedModel(config, {}, team, Rng(Seed{1}));
    const auto before = model->makeDecoder({1, 4});
    const auto after = model->makeDecoder({1, 4});
    const ContextBatch history = randomBatch(config, 1, 8, 3);
    std::vector<float> first(kActions), second(kActions);
    before->step(inputAt(history, 0).columns(), first);
    model->trainStep(history, 0.1, Rng(Seed{2}));
    after->step(inputAt(history, 0).columns(), second);
    QCOMPARE(first, second);
  }

  void impossibleOptionsAreRefused() {
    SoloTeam team;
    const auto model = makeFusedModel(smallConfig(8), {}, team, Rng(Seed{1}));
    QVERIFY_EXCEPTION_THROWN(model->makeDecoder({0, 4}), Error);
    QVERIFY_EXCEPTION_THROWN(model->makeDecoder({1, 0}), Error);
    QVERIFY_EXCEPTION_THROWN(model->makeDecoder({1, 9}), Error);
  }
};

QTEST_APPLESS_MAIN(FusedDecoderTest)
#include "fused_decoder_test.moc"
