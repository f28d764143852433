// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/transformer_policy.h"

#include <QtTest>
#include <cmath>

using namespace limbeck;

namespace {

/// Writes down what it is fed and prefers the action that the observation names: log-probabilities ln(0.8), ln(0.1),
/// ln(0.1).
class FakeDecoder final : public Decoder {
 public:
  struct Seen {
    std::vector<std::uint8_t> actions, ends;
    std::vector<float> rewards;
    std::vector<int> cleared;
  };
  FakeDecoder(int streams, Seen& seen) : lengths_(static_cast<std::size_t>(streams)), seen_(seen) {}
  void step(const TokenColumns& tokens, std::span<float> log_probabilities) override {
    seen_.actions.assign(tokens.previous_actions.begin(), tokens.previous_actions.end());
    seen_.ends.assign(tokens.previous_ends.begin(), tokens.previous_ends.end());
    seen_.rewards.assign(tokens.previous_rewards.begin(), tokens.previous_rewards.end());
    for (std::size_t stream = 0; stream < lengths_.size(); ++stream) {
      ++lengths_[stream];
      for (std::size_t action = 0; action < 3; ++action) {
        log_probabilities[stream * 3 + action] = std::log(action == tokens.observations[stream] ? 0.8F : 0.1F);
      }
    }
  }
  void clear(int stream) override {
    seen_.cleared.push_back(stream);
    lengths_.at(static_cast<std::size_t>(stream)) = 0;
  }
  int length(int stream) const override { return lengths_.at(static_cast<std::size_t>(stream)); }

 private:
  std::vector<int> lengths_;
  Seen& seen_;
};

class FakeModel final : public SequenceModel {
 public:
  FakeModel() { config_.spec = {{3}, 3, 2}; }
  const TransformerConfig& config() const override { return config_; }
  std::string describe() const override { return "fake"; }
  TrainStepResult trainStep(const ContextBatch&, double, const Rng&) override { return {}; }
  void logProbabilities(const ContextBatch&, std::span<float>) override {}
  std::unique_ptr<Decoder> makeDecoder(const DecoderOptions& options) const override {
    return std::make_unique<FakeDecoder>(options.streams, seen);
  }
  TensorMap exportState(bool) const override { return {}; }
  void importState(const TensorMap&) override {}
  mutable FakeDecoder::Seen seen;

 private:
  TransformerConfig config_;
};

std::vector<Rng> generators(int count) {
  std::vector<Rng> result;
  for (int i = 0; i < count; ++i) result.push_back(Rng(Seed{1}).split("stream", static_cast<std::uint64_t>(i)));
  return result;
}

}  // namespace

class TransformerPolicyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void feedsBackWhatItDidAndWhatCameOfIt() {
    FakeModel model;
    TransformerPolicy policy(model, {.choice = ActionChoice::Argmax});
    std::vector<Rng> rngs = generators(2);
    std::vector<Action> actions(2);
    policy.reset(2);
    policy.act(std::vector<std::uint8_t>{2, 0}, actions, rngs);
    QCOMPARE(actions, (std::vector<Action>{2, 0}));
    QCOMPARE(model.seen.actions, (std::vector<std::uint8_t>{3, 3}));  // 3 = action_count: none
    policy.observe(std::vector<float>{0.5F, 0.0F}, std::vector<End>{End::None, End::Truncated});
    policy.act(std::vector<std::uint8_t>{1, 1}, actions, rngs);
    QCOMPARE(model.seen.actions, (std::vector<std::uint8_t>{2, 0}));
    QCOMPARE(model.seen.rewards, (std::vector<float>{0.5F, 0.0F}));
    QCOMPARE(model.seen.ends, (std::vector<std::uint8_t>{0, 1}));
    QVERIFY(model.seen.cleared.empty());
  }

  void theControlBeginsEachEpisodeWithNothing() {
    FakeModel model;
    TransformerPolicy policy(model, {.choice = ActionChoice::Argmax, .context = ContextUse::ClearEachEpisode});
    std::vector<Rng> rngs = generators(2);
    std::vector<Action> actions(2);
    policy.reset(2);
    policy.act(std::vector<std::uint8_t>{2, 1}, actions, rngs);
    policy.observe(std::vector<float>{1.0F, 1.0F}, std::vector<End>{End::Terminated, End::None});
    QCOMPARE(model.seen.cleared, std::vector<int>{0});
    policy.act(std::vector<std::uint8_t>{2, 1}, actions, rngs);
    QCOMPARE(model.seen.actions, (std::vector<std::uint8_t>{3, 1}));
    QCOMPARE(model.seen.rewards, (std::vector<float>{0.0F, 1.0F}));
    QCOMPARE(model.seen.ends, (std::vector<std::uint8_t>{0, 0}));
  }

  // 20,000 draws at 0.8: standard deviation 0.0028; six of them, so one run in 10^9 fails by chance (and the seed is
  // fixed).
  void samplesInProportion() {
    FakeModel model;
    TransformerPolicy policy(model, {});
    std::vector<Rng> rngs = generators(1);
    std::vector<Action> actions(1);
    policy.reset(1);
    int hits = 0;
    for (int i = 0; i < 20000; ++i) {
      policy.act(std::vector<std::uint8_t>{1}, actions, rngs);
      hits += actions[0] == 1 ? 1 : 0;
    }
    QVERIFY(std::abs(hits / 20000.0 - 0.8) < 6 * 0.0028);
  }

  void aStreamsChoicesDoNotDependOnItsNeighbours() {
    FakeModel model;
    const auto choicesOfFirst = [&](int streams) {
      TransformerPolicy policy(model, {});
      std::vector<Rng> rngs = generators(streams);
      std::vector<Action> actions(static_cast<std::size_t>(streams));
      std::vector<Action> chosen;
      policy.reset(streams);
      for (int i = 0; i < 50; ++i) {
        policy.act(std::vector<std::uint8_t>(static_cast<std::size_t>(streams), 1), actions, rngs);
        chosen.push_back(actions[0]);
      }
      return chosen;
    };
    QCOMPARE(choicesOfFirst(1), choicesOfFirst(4));
  }
};

QTEST_APPLESS_MAIN(TransformerPolicyTest)
#include "transformer_policy_test.moc"
