// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/task_split.h"

#include <QtTest>

#include <algorithm>
#include <functional>
#include <set>

#include "core/base/error.h"

using namespace limbeck;

namespace {

TaskSplit split(const TaskSplitOptions& options) {
  return splitTasks(*makeEnvironment(defaultOptions("darkroom")), options);
}

QString refusal(const TaskSplitOptions& options) {
  try {
    split(options);
  } catch (const Error& error) {
    return error.code() == ErrorCode::InvalidArgument ? error.what() : "another code";
  }
  return "accepted";
}

}  // namespace

class TaskSplitTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void partsAreDisjointSortedAndCoverAllByDefault();
  void smallerTrainingTakesSomeOfTheRest();
  void sameSeedSameSplitAndOtherSeedsDiffer();
  void otherNumbersLeaveHeldOutTasksAlone();
  void everyTaskIsHeldOutEquallyOften();
  void heldOutTasksComeFromTheirPool_data();
  void heldOutTasksComeFromTheirPool();
  void poolChangesNothingButTheHeldOutTasks();
  void impossiblePoolsAreRefused();
  void millionsOfTasksAreSplitLikeFew();
  void impossibleNumbersAreRefused_data();
  void impossibleNumbersAreRefused();
};

void TaskSplitTest::partsAreDisjointSortedAndCoverAllByDefault() {
  const TaskSplit parts = split({.training = 0, .validation = 8, .held_out = 16, .seed = Seed{1}});
  QCOMPARE(parts.validation.size(), std::size_t{8});
  QCOMPARE(parts.held_out.size(), std::size_t{16});
  QCOMPARE(parts.training.size(), std::size_t{56});
  std::set<TaskId> all;
  for (const auto* part : {&parts.training, &parts.validation, &parts.held_out}) {
    QVERIFY(std::ranges::is_sorted(*part));
    all.insert(part->begin(), part->end());
  }
  QCOMPARE(all.size(), std::size_t{80});
  QCOMPARE(*all.begin(), TaskId{0});
  QCOMPARE(*all.rbegin(), TaskId{79});
}

void TaskSplitTest::smallerTrainingTakesSomeOfTheRest() {
  const TaskSplit few = split({.training = 10, .validation = 8, .held_out = 16, .seed = Seed{1}});
  const TaskSplit all = split({.training = 0, .validation = 8, .held_out = 16, .seed = Seed{1}});
  QCOMPARE(few.training.size(), std::size_t{10});
  QVERIFY(std::ranges::includes(all.training, few.training));
  QCOMPARE(few.validation, all.validation);
}

void TaskSplitTest::sameSeedSameSplitAndOtherSeedsDiffer() {
  QCOMPARE(split({.seed = Seed{1}}).held_out, split({.seed = Seed{1}}).held_out);
  QVERIFY(split({.seed = Seed{1}}).held_out != split({.seed = Seed{2}}).held_out);
}

void TaskSplitTest::otherNumbersLeaveHeldOutTasksAlone() {
  const TaskSplit one = split({.training = 40, .validation = 4, .held_out = 16, .seed = Seed{1}});
  const TaskSplit other = split({.training = 20, .validation = 30, .held_out = 16, .seed = Seed{1}});
  QCOMPARE(one.held_out, other.held_out);
}

// 16 of 80 over 2000 seeds: each task is held out 400 times on average with a standard deviation of 17.9. Beyond 6 of
// them (107) one of 80 tasks falls with probability 2e-7.
void TaskSplitTest::everyTaskIsHeldOutEquallyOften() {
  std::vector<int> counts(80);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    for (const TaskId task : split({.held_out = 16, .seed = Seed{seed}}).held_out) ++counts[static_cast<int>(task)];
  }
  for (const int count : counts) QVERIFY2(std::abs(count - 400) <= 107, qPrintable(QString::number(count)));
}

void TaskSplitTest::heldOutTasksComeFromTheirPool_data() {
  QTest::addColumn<QString>("pool");
  QTest::addColumn<int>("first");
  QTest::newRow("the usual one") << "" << 100'000;
  QTest::newRow("odd") << "odd" << 100'000;
  QTest::newRow("even") << "even" << 110'000;
  QTest::newRow("uniform") << "uniform" << 120'000;
}

// A bandit's pools of 10000 lie behind its 100000 training tasks.
void TaskSplitTest::heldOutTasksComeFromTheirPool() {
  QFETCH(QString, pool);
  QFETCH(int, first);
  const auto bandit = makeEnvironment(defaultOptions("bandit"));
  const TaskSplit parts =
      splitTasks(*bandit, {.validation = 8, .held_out = 500, .held_out_from = pool.toStdString(), .seed = Seed{1}});
  QCOMPARE(parts.held_out.size(), std::size_t{500});
  QCOMPARE(parts.training.size(), std::size_t{100'000 - 8});
  QCOMPARE(std::set(parts.held_out.begin(), parts.held_out.end()).size(), std::size_t{500});
  QVERIFY(std::ranges::is_sorted(parts.held_out));
  for (const TaskId task : parts.held_out) QVERIFY(task >= TaskId{first} && task < TaskId{first + 10'000});
  for (const auto* part : {&parts.training, &parts.validation}) {
    QVERIFY(std::ranges::all_of(*part, [](TaskId task) { return task < TaskId{100'000}; }));
  }
}

// Histories and training are shared by evaluations on all pools.
void TaskSplitTest::poolChangesNothingButTheHeldOutTasks() {
  const auto bandit = makeEnvironment(defaultOptions("bandit"));
  const TaskSplitOptions odd{.training = 300, .validation = 9, .held_out = 20, .held_out_from = "odd", .seed = Seed{3}};
  TaskSplitOptions even = odd;
  even.held_out_from = "even";
  const TaskSplit one = splitTasks(*bandit, odd);
  const TaskSplit other = splitTasks(*bandit, even);
  QCOMPARE(one.training, other.training);
  QCOMPARE(one.validation, other.validation);
  QVERIFY(one.held_out != other.held_out);
}

void TaskSplitTest::impossiblePoolsAreRefused() {
  const auto bandit = makeEnvironment(defaultOptions("bandit"));
  const auto refused = [&](const TaskSplitOptions& options) -> QString {
    try {
      splitTasks(*bandit, options);
    } catch (const Error& error) {
      return error.code() == ErrorCode::InvalidArgument ? error.what() : "another code";
    }
    return "accepted";
  };
  QCOMPARE(refused({.held_out_from = "evens", .seed = Seed{1}}),
           QString("task split: held_out_from is \"evens\", but bandit knows odd, even, uniform"));
  QCOMPARE(
      refused({.held_out = 10'001, .held_out_from = "even", .seed = Seed{1}}),
      QString("task split: 10001 held_out tasks are more than the 10000 in pool \"even\" of bandit; ask for fewer"));
  QCOMPARE(
      refused({.training = 99'993, .validation = 8, .seed = Seed{1}}),
      QString("task split: 8 validation + 99993 training tasks are more than the 100000 of bandit; ask for fewer or "
              "choose a larger environment"));
  QCOMPARE(refused({.training = 99'992, .validation = 8, .held_out = 10'000, .seed = Seed{1}}), QString("accepted"));
  QCOMPARE(refusal({.held_out_from = "even", .seed = Seed{1}}),
           QString("task split: held_out_from is \"even\", but darkroom has one pool of tasks only; leave it out"));
}

void TaskSplitTest::millionsOfTasksAreSplitLikeFew() {
  const auto large = makeEnvironment(defaultOptions("large_key_to_door"));
  const TaskSplit parts = splitTasks(*large, {.training = 0, .validation = 8, .held_out = 16, .seed = Seed{1}});
  QCOMPARE(parts.training.size(), std::size_t{1600 * 1599 - 24});
  QVERIFY(std::ranges::adjacent_find(parts.training, std::ranges::greater_equal()) == parts.training.end());
  for (const TaskId task : parts.held_out) QVERIFY(!std::ranges::binary_search(parts.training, task));
}

void TaskSplitTest::impossibleNumbersAreRefused_data() {
  QTest::addColumn<int>("training");
  QTest::addColumn<int>("validation");
  QTest::addColumn<int>("held_out");
  QTest::addColumn<QString>("message");
  QTest::newRow("nothing held out") << 0 << 8 << 0 << "task split: held_out tasks is 0, but must be at least 1";
  QTest::newRow("nothing validates") << 0 << 0 << 16 << "task split: validation tasks is 0, but must be at least 1";
  QTest::newRow("negative") << -1 << 8 << 16 << "task split: training tasks is -1, but must be at least 0";
  QTest::newRow("nothing left to train")
      << 0 << 40 << 40
      << "task split: 40 held_out + 40 validation + 1 training tasks are more than the 80 of "
         "darkroom; ask for fewer or choose a larger environment";
  QTest::newRow("one too many")
      << 57 << 8 << 16
      << "task split: 16 held_out + 8 validation + 57 training tasks are more than the 80 of darkroom; "
         "ask for fewer or choose a larger environment";
  QTest::newRow("sum above 32 bits")
      << 2147483647 << 2147483647 << 2147483647
      << "task split: 2147483647 held_out + 2147483647 validation + 2147483647 training tasks are "
         "more than the 80 of darkroom; ask for fewer or choose a larger environment";
  QTest::newRow("just enough") << 56 << 8 << 16 << "accepted";
  QTest::newRow("one to train") << 0 << 39 << 40 << "accepted";
}

void TaskSplitTest::impossibleNumbersAreRefused() {
  QFETCH(int, training);
  QFETCH(int, validation);
  QFETCH(int, held_out);
  QFETCH(QString, message);
  QCOMPARE(refusal({.training = training, .validation = validation, .held_out = held_out, .seed = Seed{1}}), message);
}

QTEST_APPLESS_MAIN(TaskSplitTest)
#include "task_split_test.moc"
