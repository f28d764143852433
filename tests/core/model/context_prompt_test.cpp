// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <array>
#include <cmath>

#include "core/base/check.h"
#include "core/model/context_window.h"
#include "core/model/transformer_policy.h"
#include "fused_test_support.h"
#include "overheard_model.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

/// Somebody's play: episodes of 7 and of 4 steps take turns.
std::shared_ptr<const RecordedStream> anyStream(int rows, std::uint64_t seed) {
  OwnedTransitions columns;
  Rng rng(Seed{seed});
  for (int row = 0; row < rows; ++row) {
    columns.observations.push_back(static_cast<std::uint8_t>(rng.below(4)));
    columns.observations.push_back(static_cast<std::uint8_t>(rng.below(3)));
    columns.actions.push_back(static_cast<Action>(rng.below(5)));
    columns.rewards.push_back(static_cast<float>(rng.below(2)));
    columns.ends.push_back(row % 11 == 6 ? End::Truncated : row % 11 == 10 ? End::Terminated : End::None);
  }
  return RecordedStream::fromColumns({{4, 3}, 5, 20}, {}, std::move(columns));
}

std::span<const std::uint8_t> seenAt(const RecordedStream& stream, std::int64_t row) {
  return stream.columns().observations.subspan(static_cast<std::size_t>(2 * row), 2);
}

void expectClose(std::span<const float> actual, std::span<const float> expected, const char* what) {
  QCOMPARE(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    QVERIFY2(std::abs(actual[i] - expected[i]) < 1e-4F, qPrintable(QString("%1: off at %2").arg(what).arg(i)));
  }
}

}  // namespace

class ContextPromptTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    model_ = makeSequenceModel(smallConfig(20), {.backend = Backend::Fused}, team_, Rng(Seed{1}));
    model_->importState(livelyWeights(*model_, 3));
  }

  void promptIsTheWindowAndWhatCameOfItsLastAction() {
    const auto stream = anyStream(12, 1);
    const ContextPrompt prompt = contextPrompt(*stream, {.begin = 3, .end = 7});
    const ContextBatch window = contextBatch(*stream, {.begin = 3, .end = 7});
    QCOMPARE(prompt.tokens.observations, window.observations);
    QCOMPARE(prompt.tokens.previous_actions, window.previous_actions);
    QCOMPARE(prompt.tokens.actions, window.actions);
    QCOMPARE(prompt.last_reward, stream->columns().rewards[6]);
    QVERIFY(prompt.last_end == End::Truncated);
  }

  // The context that a prompt leaves is, with the moment that is seen now, just a window of the stream that it was cut
  // from: the uncached pass over that window must say the same. Lengths differ, so that some streams wait for others.
  void choiceIsThatOfTheUncachedContext() {
    const std::array<ContextWindow, 4> windows{{{.begin = 0, .end = 11, .is_fresh = true},
                                                {.begin = 5, .end = 6},
                                                {.begin = 2, .end = 18},
                                                {.begin = 7, .end = 18}}};
    std::vector<std::shared_ptr<const RecordedStream>> streams;
    std::vector<ContextPrompt> prompts;
    std::vector<std::uint8_t> seen;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      streams.push_back(anyStream(30, 20 + i));
      prompts.push_back(contextPrompt(*streams[i], windows[i]));
      const auto now = seenAt(*streams[i], windows[i].end);
      seen.insert(seen.end(), now.begin(), now.end());
    }
    const OverheardModel overheard(*model_);
    TransformerPolicy policy(overheard, {.drop_count = 5, .prompts = prompts});
    policy.reset(4);
    std::vector<Rng> rngs(4, Rng(Seed{5}));
    std::vector<Action> actions(4);
    policy.act(seen, actions, rngs);
    for (std::size_t i = 0; i < windows.size(); ++i) {
      ContextWindow whole = windows[i];
      ++whole.end;
      std::vector<float> expected(static_cast<std::size_t>(whole.length()) * 5);
      model_->logProbabilities(contextBatch(*streams[i], whole), expected);
      expectClose(std::span(overheard.log_probabilities.back()).subspan(5 * i, 5), std::span(expected).last(5),
                  "prompt");
    }
  }

  // From there on it goes as if the stream had played the prompt itself, also when the context overflows.
  void playGoesOnAsIfThePromptHadBeenPlayed() {
    const OverheardModel own(*model_);
    TransformerPolicy player(own, {.choice = ActionChoice::Argmax, .drop_count = 6});
    OwnedTransitions columns;
    const auto world = anyStream(70, 9);
    std::vector<Rng> rngs{Rng(Seed{5})};
    std::vector<Action> action(1);
    const auto step = [&](TransformerPolicy& policy, std::int64_t row) {
      policy.act(seenAt(*world, row), action, rngs);
      policy.observe(world->columns().rewards.subspan(static_cast<std::size_t>(row), 1),
                     world->columns().ends.subspan(static_cast<std::size_t>(row), 1));
    };
    player.reset(1);
    for (std::int64_t row = 0; row < 70; ++row) {
      step(player, row);
      const auto seen = seenAt(*world, row);
      columns.observations.insert(columns.observations.end(), seen.begin(), seen.end());
      columns.actions.push_back(action[0]);
    }
    columns.rewards.assign(world->columns().rewards.begin(), world->columns().rewards.end());
    columns.ends.assign(world->columns().ends.begin(), world->columns().ends.end());
    const auto played = RecordedStream::fromColumns(world->spec(), {}, std::move(columns));

    const std::vector prompts{contextPrompt(*played, {.begin = 0, .end = 15, .is_fresh = true})};
    const OverheardModel prompted(*model_);
    TransformerPolicy policy(prompted, {.choice = ActionChoice::Argmax, .drop_count = 6, .prompts = prompts});
    policy.reset(1);
    policy.reset(1);  // begins anew
    QCOMPARE(prompted.lengths.back(), 15);
    for (std::int64_t row = 15; row < 70; ++row) {
      step(policy, row);
      QCOMPARE(action[0], played->columns().actions[static_cast<std::size_t>(row)]);
      expectClose(prompted.log_probabilities.back(), own.log_probabilities[static_cast<std::size_t>(row)], "play");
      QCOMPARE(prompted.lengths.back(), own.lengths[static_cast<std::size_t>(row)]);
    }
  }

  void promptsMustFitTheStreams() {
    const auto stream = anyStream(12, 1);
    const std::vector prompts{contextPrompt(*stream, {.begin = 3, .end = 7})};
    TransformerPolicy policy(*model_, {.drop_count = 5, .prompts = prompts});
    QVERIFY_THROWS_EXCEPTION(BugError, policy.reset(2));
  }

 private:
  SoloTeam team_;
  std::unique_ptr<SequenceModel> model_;
};

QTEST_APPLESS_MAIN(ContextPromptTest)
#include "context_prompt_test.moc"
