// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/shard_plan.h"

#include <QtTest>

using namespace limbeck;

class ShardPlanTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void groupsOfTasksAreShards() {
    // 7 tasks of 5 histories, two tasks a shard: three whole shards and one of a single task.
    const auto shards = planShards(7, {.histories_per_task = 5, .tasks_per_shard = 2}, 2100);
    QCOMPARE(shards.size(), 4U);
    QCOMPARE(shards[1].first_history, 10);
    QCOMPARE(shards[1].histories, 10);
    QCOMPARE(shards[3].first_history, 30);
    QCOMPARE(shards[3].histories, 5);
  }

  void largeShardsAreSplitEvenly() {
    // A shard of 10 histories of 100 rows, at most 350 rows: three histories fit, so four parts of 2 or 3.
    const auto shards = planShards(4, {.histories_per_task = 5, .tasks_per_shard = 2}, 100, 1, 350);
    QCOMPARE(shards.size(), 8U);
    std::int64_t next = 0;
    for (const ShardPlan& shard : shards) {
      QCOMPARE(shard.first_history, next);
      QVERIFY(shard.histories == 2 || shard.histories == 3);
      next += shard.histories;
    }
    QCOMPARE(next, 20);
    QCOMPARE(shards[4].first_history, 10);  // parts never reach over into the next shard's tasks
  }

  void historyAboveTheLimitIsAShardOfItsOwn() {
    const auto shards = planShards(1, {.histories_per_task = 3, .tasks_per_shard = 1}, 1000, 1, 10);
    QCOMPARE(shards.size(), 3U);
    for (int i = 0; i < 3; ++i) QVERIFY(shards[i].first_history == i && shards[i].histories == 1);
  }

  void historiesOfOneLearnerStayInOneShard() {
    // Two tasks a shard, 12 histories a task, 4 of them from one learner, 100 rows each. At most 900 rows: two
    // learners.
    const auto shards = planShards(3, {.histories_per_task = 12, .tasks_per_shard = 2}, 100, 4, 900);
    QCOMPARE(shards.size(), 5U);
    std::int64_t next = 0;
    for (const ShardPlan& shard : shards) {
      QCOMPARE(shard.first_history, next);
      QVERIFY(shard.histories == 8 || shard.histories == 4);
      next += shard.histories;
    }
    QCOMPARE(next, 36);
    QCOMPARE(shards[3].first_history, 24);
    // A learner that is above the limit by itself is a shard of its own.
    QCOMPARE(planShards(1, {.histories_per_task = 12, .tasks_per_shard = 1}, 100, 4, 10).size(), 3U);
    // What learners make together changes nothing where nothing is split.
    QCOMPARE(planShards(7, {.histories_per_task = 8, .tasks_per_shard = 2}, 100, 4).size(), 4U);
  }

  void ordinaryExperimentsAreNotSplit() {
    // The most histories of the ready experiments: their shards, and so the addresses of what was made, stay as they
    // were.
    QCOMPARE(planShards(16, {.histories_per_task = 256, .tasks_per_shard = 16}, 210 * 20).size(), 1U);
    QCOMPARE(planShards(16, {.histories_per_task = 64, .tasks_per_shard = 16}, 700 * 50).size(), 1U);
    // 10^10 transitions: no shard holds more than 2^26.
    for (const ShardPlan& shard : planShards(80, {.histories_per_task = 59524, .tasks_per_shard = 16}, 2100)) {
      QVERIFY(shard.histories * std::int64_t{2100} <= kMostShardRows);
    }
  }
};

QTEST_APPLESS_MAIN(ShardPlanTest)
#include "shard_plan_test.moc"
