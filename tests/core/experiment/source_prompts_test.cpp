// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/source_prompts.h"

#include <QTest>
#include <algorithm>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/env/reference_returns.h"

using namespace limbeck;

namespace {

const std::vector<TaskId> kTasks{TaskId{0}, TaskId{5}};

std::unique_ptr<Environment> room(bool ends_at_goal = false) {
  EnvironmentOptions options = defaultOptions("darkroom");
  options.size = 3;
  options.horizon = 5;
  options.ends_at_goal = ends_at_goal;
  return makeEnvironment(options);
}

PromptOptions cutAt(std::vector<int> percents, int repeats = 2, int keep_every = 1, int longest = 40) {
  return {.percents = std::move(percents), .repeats = repeats, .keep_every = keep_every, .longest = longest};
}

struct Call {
  const char* algorithm = "q_learning";
  std::span<const TaskId> tasks = kTasks;
  std::uint64_t seed = 1;
  bool ends_at_goal = false;
  WorkControl* control = &uninterrupted();
};

std::vector<std::vector<ContextPrompt>> prompts(const Call& call = {},
                                                const PromptOptions& options = cutAt({5, 50, 100})) {
  SourceOptions source;
  source.algorithm = call.algorithm;
  source.episodes = 24;
  return sourcePrompts(*room(call.ends_at_goal), call.tasks, source, options, Rng(Seed{call.seed}), *call.control);
}

class StopAtOnce final : public WorkControl {
 public:
  bool stopRequested() const override { return true; }
};

/// Of all its transitions but the first token's past.
double rewardOf(const ContextPrompt& prompt) {
  const auto& rewards = prompt.tokens.previous_rewards;
  return std::accumulate(rewards.begin() + 1, rewards.end(), static_cast<double>(prompt.last_reward));
}

}  // namespace

class SourcePromptsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void thereIsOneForEveryPercentageAndStream() {
    const auto made = prompts();
    QCOMPARE(made.size(), std::size_t{3});
    for (const auto& streams : made) {
      QCOMPARE(streams.size(), std::size_t{4});  // 2 tasks, twice
      for (const ContextPrompt& prompt : streams) QVERIFY(prompt.last_end == End::Truncated);
    }
  }

  // 24 episodes of 5: 5 % are 1.2 of them, 50 % are 12 and 100 % all; 40 transitions are 8 episodes.
  void promptIsWhatEndsAtThePercentageAsMuchAsFits() {
    const auto made = prompts();
    for (const ContextPrompt& early : made[0]) {
      QCOMPARE(early.tokens.length, 5);
      QCOMPARE(early.tokens.previous_actions.front(), std::uint8_t{5});  // the history began there
    }
    for (const auto percent : {1, 2}) {
      for (const ContextPrompt& prompt : made[static_cast<std::size_t>(percent)]) {
        QCOMPARE(prompt.tokens.length, 40);
        QVERIFY(prompt.tokens.previous_actions.front() < 5);  // something came before
        QCOMPARE(prompt.tokens.previous_ends.front(), std::uint8_t{1});
      }
    }
    const auto longer = prompts({}, cutAt({50}, 2, 1, 1000));
    for (const ContextPrompt& prompt : longer[0]) QCOMPARE(prompt.tokens.length, 60);
    const auto odd = prompts({}, cutAt({50}, 1, 1, 13));
    QCOMPARE(odd[0][0].tokens.length, 13);  // begins within an episode, as training windows do
    QVERIFY(
        std::ranges::equal(odd[0][0].tokens.observations, std::span(longer[0][0].tokens.observations).last(2 * 13)));
  }

  void everyKthEpisodeIsKept() {
    // Of 24 episodes every fifth leaves 5 or, of the last phase, 4; the half of them are 3 (2.5 is rounded up) or 2.
    const auto made = prompts({}, cutAt({50}, 30, 5));
    std::set<int> lengths;
    for (const ContextPrompt& prompt : made[0]) lengths.insert(prompt.tokens.length);
    QCOMPARE(lengths, (std::set<int>{10, 15}));
  }

  void oracleShowsTheOptimumOfItsTask() {
    const auto made = prompts({.algorithm = "oracle"});
    for (std::size_t stream = 0; stream < 4; ++stream) {
      const double optimum = computeReferenceReturns(room()->makeTask(kTasks[stream / 2])).optimal;
      QCOMPARE(rewardOf(made[2][stream]), 8 * optimum);
      QCOMPARE(rewardOf(made[0][stream]), optimum);
    }
  }

  void episodesMayEndEarly() {
    const auto made = prompts({.algorithm = "oracle", .ends_at_goal = true});
    for (const ContextPrompt& prompt : made[2]) QVERIFY(prompt.last_end == End::Terminated);
    QCOMPARE(made[0][0].tokens.length, 2);  // task 0 is a corner: two steps from the centre
  }

  void sameSeedGivesTheSameAndATaskDoesNotDependOnItsNeighbours() {
    const auto all = prompts();
    const auto alone = prompts({.tasks = std::span(kTasks).last(1)});
    QCOMPARE(alone[1][1].tokens.actions, all[1][3].tokens.actions);
    QVERIFY(all[1][2].tokens.actions != all[1][3].tokens.actions);  // repeats differ
    QVERIFY(prompts({.seed = 2})[1][3].tokens.actions != all[1][3].tokens.actions);
    // More repeats than are learned side by side change nothing for the first ones.
    const auto many = prompts({}, cutAt({5, 50}, 7));
    QCOMPARE(many[1].size(), std::size_t{14});
    QCOMPARE(many[1][1].tokens.actions, all[1][1].tokens.actions);
  }

  void stopIsObeyed() {
    StopAtOnce stop;
    QVERIFY_EXCEPTION_THROWN(prompts({.control = &stop}), Cancelled);
  }
};

QTEST_APPLESS_MAIN(SourcePromptsTest)
#include "source_prompts_test.moc"
