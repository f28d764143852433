// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/context_window.h"

#include <QtTest>
#include <array>
#include <cmath>

#include "core/model/attention_probe.h"
#include "fused_test_support.h"
#include "overheard_model.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

/// A stream whose row r saw (r mod 4, r mod 3), did r mod 5 and got r; '|' truncates, '!' terminates.
std::shared_ptr<const RecordedStream> numberedStream(std::string_view ends) {
  OwnedTransitions columns;
  for (std::size_t row = 0; row < ends.size(); ++row) {
    columns.observations.push_back(static_cast<std::uint8_t>(row % 4));
    columns.observations.push_back(static_cast<std::uint8_t>(row % 3));
    columns.actions.push_back(static_cast<Action>(row % 5));
    columns.rewards.push_back(static_cast<float>(row));
    columns.ends.push_back(ends[row] == '.' ? End::None : ends[row] == '|' ? End::Truncated : End::Terminated);
  }
  return RecordedStream::fromColumns({{4, 3}, 5, 20}, {}, std::move(columns));
}

/// One stream in a world that pays and shows at random; episodes of 5 and of 31 steps take turns.
std::shared_ptr<const RecordedStream> play(TransformerPolicy& policy, const EnvironmentSpec& spec, int rows) {
  OwnedTransitions columns;
  Rng world(Seed{11});
  std::array generators{Rng(Seed{12})};
  policy.reset(1);
  for (int row = 0; row < rows; ++row) {
    const std::array<std::uint8_t, 2> seen{static_cast<std::uint8_t>(world.below(4)),
                                           static_cast<std::uint8_t>(world.below(3))};
    std::array<Action, 1> action{};
    policy.act(seen, action, generators);
    const std::array reward{static_cast<float>(world.below(2))};
    const std::array end{row % 36 == 4 ? End::Terminated : row % 36 == 35 ? End::Truncated : End::None};
    policy.observe(reward, end);
    columns.observations.insert(columns.observations.end(), seen.begin(), seen.end());
    columns.actions.push_back(action[0]);
    columns.rewards.push_back(reward[0]);
    columns.ends.push_back(end[0]);
  }
  return RecordedStream::fromColumns(spec, {}, std::move(columns));
}

}  // namespace

class ContextWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // A context of 4 that drops 3: rows 0-3 fill it, row 4 finds it full and leaves row 3 alone before it, and so on.
  void fullContextLosesItsOldestAtOnce() {
    const auto stream = numberedStream("............");
    const std::int64_t begins[] = {0, 0, 0, 0, 3, 3, 3, 6, 6, 6, 9, 9};
    for (std::int64_t row = 0; row < 12; ++row) {
      const ContextWindow window = contextWindowAt(*stream, row, 4, 3, ContextUse::AcrossEpisodes);
      QCOMPARE(window, (ContextWindow{.begin = begins[row], .end = row + 1, .is_fresh = row < 4}));
    }
  }

  void oneDroppedAtATimeIsAQueue() {
    const ContextWindow window = contextWindowAt(*numberedStream(".........."), 9, 4, 1, ContextUse::AcrossEpisodes);
    QCOMPARE(window, (ContextWindow{.begin = 6, .end = 10, .is_fresh = false}));
  }

  void episodesShareTheContextUnlessItIsCleared() {
    const auto stream = numberedStream("..|.!.....");
    QCOMPARE(contextWindowAt(*stream, 4, 4, 2, ContextUse::AcrossEpisodes), (ContextWindow{2, 5, false}));
    QCOMPARE(contextWindowAt(*stream, 4, 4, 2, ContextUse::ClearEachEpisode), (ContextWindow{3, 5, true}));
    QCOMPARE(contextWindowAt(*stream, 5, 4, 2, ContextUse::ClearEachEpisode), (ContextWindow{5, 6, true}));
    QCOMPARE(contextWindowAt(*stream, 9, 4, 2, ContextUse::ClearEachEpisode), (ContextWindow{7, 10, false}));
  }

  void firstRowCarriesWhatCameBeforeUnlessItIsFresh() {
    const auto stream = numberedStream("..|.!.....");
    const ContextBatch kept = contextBatch(*stream, {.begin = 3, .end = 6, .is_fresh = false});
    QCOMPARE(kept.windows, 1);
    QCOMPARE(kept.length, 3);
    QCOMPARE(kept.observations, (std::vector<std::uint8_t>{3, 0, 0, 1, 1, 2}));
    QCOMPARE(kept.previous_actions, (std::vector<std::uint8_t>{2, 3, 4}));
    QCOMPARE(kept.previous_rewards, (std::vector<float>{2, 3, 4}));
    QCOMPARE(kept.previous_ends, (std::vector<std::uint8_t>{1, 0, 1}));
    QCOMPARE(kept.actions, (std::vector<std::uint8_t>{3, 4, 0}));
    const ContextBatch fresh = contextBatch(*stream, {.begin = 3, .end = 5, .is_fresh = true});
    QCOMPARE(fresh.previous_actions, (std::vector<std::uint8_t>{5, 3}));  // 5 = action_count: none
    QCOMPARE(fresh.previous_rewards, (std::vector<float>{0, 3}));
    QCOMPARE(fresh.previous_ends, (std::vector<std::uint8_t>{0, 0}));
    QCOMPARE(contextBatch(*stream, {.begin = 0, .end = 1}).previous_actions, std::vector<std::uint8_t>{5});
  }

  void probeOnTheWindowSaysWhatThePolicyWasToldAtEveryRow_data() {
    QTest::addColumn<bool>("is_cleared");
    QTest::addColumn<int>("drop_count");
    for (const bool is_cleared : {false, true}) {
      for (const int drop_count : {1, 5, 12}) {
        QTest::addRow("%s, drop %d", is_cleared ? "cleared" : "across episodes", drop_count)
            << is_cleared << drop_count;
      }
    }
  }

  void probeOnTheWindowSaysWhatThePolicyWasToldAtEveryRow() {
    QFETCH(bool, is_cleared);
    QFETCH(int, drop_count);
    const ContextUse use = is_cleared ? ContextUse::ClearEachEpisode : ContextUse::AcrossEpisodes;
    const TransformerConfig config = smallConfig(12);
    SoloTeam team;
    const auto model = makeSequenceModel(config, {.backend = Backend::Fused}, team, Rng(Seed{1}));
    model->importState(livelyWeights(*model, 3));
    const OverheardModel overheard(*model);
    TransformerPolicy policy(overheard, {.context = use, .drop_count = drop_count});
    const auto stream = play(policy, config.spec, 80);
    const AttentionProbe probe({.config = config, .tensors = model->exportState(false)});
    for (std::size_t row = 0; row < 80; ++row) {
      const ContextWindow window =
          contextWindowAt(*stream, static_cast<std::int64_t>(row), config.context_length, drop_count, use);
      QCOMPARE(window.length(), std::int64_t{overheard.lengths[row]});
      const Attention attention = probe.inspect(contextBatch(*stream, window));
      for (std::size_t action = 0; action < 5; ++action) {
        const float difference = attention.log_probabilities[action] - overheard.log_probabilities[row][action];
        QVERIFY2(std::abs(difference) < 1e-4F, qPrintable(QString("row %1: off by %2").arg(row).arg(difference)));
      }
    }
  }
};

QTEST_APPLESS_MAIN(ContextWindowTest)
#include "context_window_test.moc"
