// SPDX-License-Identifier: GPL-3.0-or-later
// Whole tiny runs with other training windows and other beginnings than Algorithm Distillation's.
#include <QTest>
#include <algorithm>
#include <memory>
#include <set>

#include "core/data/history_dataset.h"
#include "core/experiment/evaluation_stage.h"
#include "core/experiment/histories_stage.h"
#include "core/experiment/replay.h"
#include "core/experiment/run_estimate.h"
#include "core/experiment/stored_run.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/tiny_run.h"

using namespace limbeck;
using namespace limbeck::test;

class ContextKindsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    scratch_ = std::make_unique<ScratchFolder>();
    workspace_ = std::make_unique<Workspace>(scratch_->path().toStdString());
  }
  void cleanup() {
    workspace_.reset();
    scratch_.reset();
  }

  void promptedPlaysAreKeptScoredAndFoundAgain() {
    const RunRequest request = tinyRequest({"evaluation.prompts=95,5"});
    const SeedOutcome first = runTiny(*workspace_, request);
    std::vector<std::string> names;
    for (const PolicyEvaluation& policy : first.policies) names.push_back(policy.policy);
    QCOMPARE(names, (std::vector<std::string>{"ad", "ad_cleared", "ad_prompt_95", "ad_prompt_5", "source"}));
    const PolicyEvaluation& prompted = first.policies[2];
    QCOMPARE(prompted.scored.result.tasks, first.policies[0].scored.result.tasks);
    QCOMPARE(prompted.scored.result.episodes, 10);

    const RunId run = openRun(*workspace_, request);
    std::set<std::string> scored;
    for (const ScoreRecord& score : workspace_->store().scores(run)) scored.insert(score.policy);
    QVERIFY(scored.contains("ad_prompt_95") && scored.contains("ad_prompt_5"));
    const ExperimentReport report = loadReport(workspace_->store(), workspace_->store().run(run), ReportScope::Run);
    QVERIFY(describeReport(report).find("AD from 95 %") != std::string::npos);
    const Replay replay = openReplay(*workspace_, workspace_->store().run(run));
    QCOMPARE(replay.policies.size(), std::size_t{5});
    QVERIFY(replay.policies.front().policy == kPolicyAd);
    QVERIFY(replay.stream("ad_prompt_5", replay.tasks().front(), 1) != nullptr);
    QVERIFY(std::filesystem::exists(rolloutDirectory(*workspace_, request.config) / "ad_prompt_5" / "manifest.json"));

    const SeedOutcome second = runTiny(*workspace_, request);
    for (const StageTiming& timing : second.timings) QVERIFY(timing.skipped);
    QCOMPARE(second.policies[2].scored.result.returns, prompted.scored.result.returns);
  }

  // What a play begins with changes neither the model nor the other plays.
  void promptsLeaveTheRestAlone() {
    const SeedOutcome plain = runTiny(*workspace_, tinyRequest());
    const RunRequest request = tinyRequest({"evaluation.prompts=50"});
    const SeedOutcome prompted = runTiny(*workspace_, request);
    QVERIFY(prompted.timings[0].skipped && prompted.timings[1].skipped && !prompted.timings[2].skipped);
    QCOMPARE(prompted.policies[0].scored.result.returns, plain.policies[0].scored.result.returns);
    QCOMPARE(prompted.policies.back().scored.result.returns, plain.policies.back().scored.result.returns);
    // And it does change the play itself: the same draws from other probabilities.
    const std::filesystem::path rollouts = rolloutDirectory(*workspace_, request.config);
    const Shard from_nothing(rollouts / "ad");
    const Shard from_prompt(rollouts / "ad_prompt_50");
    QVERIFY(!std::ranges::equal(from_nothing.columns(0).actions, from_prompt.columns(0).actions));
  }

  void expertsLastEpisodesAndShuffledOnesTrainOtherModels() {
    const SeedOutcome plain = runTiny(*workspace_, tinyRequest());
    // 24 episodes of which every third is kept: the last 18 leave 6, which fill the context of 30.
    for (const char* change : {"context.last_episodes=18", "context.episode_order=shuffled"}) {
      const SeedOutcome other = runTiny(*workspace_, tinyRequest({change}));
      QVERIFY2(other.timings[0].skipped && !other.timings[1].skipped, change);  // the histories are the same
      QVERIFY2(other.policies[0].scored.result.returns != plain.policies[0].scored.result.returns, change);
    }
  }

  // The labels of a Dark Room can be learned from what is seen alone once the goal was found, so the loss falls below
  // that of a guess among five, ln 5.
  void oraclesLabelsAreStoredAndTrainedOn() {
    const RunRequest request = tinyRequest({"histories.oracle_labels=true", "context.labels=oracle"});
    const SeedOutcome outcome = runTiny(*workspace_, request);
    const HistoryDataset dataset(historiesDirectory(*workspace_, request.config));
    QCOMPARE(dataset.columns(0).labels.size(), dataset.columns(0).actions.size());
    const MetricSeries loss = workspace_->store().metrics(openRun(*workspace_, request), "loss");
    QVERIFY(loss.values.back() < 1.5);
    QCOMPARE(outcome.policies.size(), std::size_t{3});
    const SeedOutcome again = runTiny(*workspace_, request);
    for (const StageTiming& timing : again.timings) QVERIFY(timing.skipped);
  }

  void estimateCountsPrompts() {
    SoloTeam team;
    const RunEstimate plain = estimateRun(tinyRequest().config, team, uninterrupted());
    const RunEstimate more = estimateRun(
        tinyRequest({"evaluation.prompts=5,50", "histories.oracle_labels=true"}).config, team, uninterrupted());
    // 4 streams of 10 episodes of 5 steps for each of two prompts, 2 + 1 + 4 + 1 bytes a step, and a byte a transition.
    QCOMPARE(more.disk_bytes - plain.disk_bytes, 2 * 4 * 50 * 8 + plain.transitions);
    QCOMPARE(more.transitions, plain.transitions);
  }

 private:
  std::unique_ptr<ScratchFolder> scratch_;
  std::unique_ptr<Workspace> workspace_;
};

QTEST_APPLESS_MAIN(ContextKindsTest)
#include "context_kinds_test.moc"
