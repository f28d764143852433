// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/thread_team.h"

#include <QTest>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "core/base/check.h"
#include "core/base/error.h"

using limbeck::ThreadTeam;

class ThreadTeamTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyWorkerRunsOnceAndWorkerZeroOnTheCaller_data();
  void everyWorkerRunsOnceAndWorkerZeroOnTheCaller();
  void manyQuickRunsLoseNoUpdate();
  void workersThatFellAsleepWakeAgain();
  void callerSleepsUntilASlowWorkerIsDone();
  void sharesJoinToTheWholeInOrder();
  void exceptionOfTheLowestWorkerComesOutAfterAllReturned();
  void teamWorksOnAfterAnException();
  void nestedRunIsABug();
  void runCost();
};

void ThreadTeamTest::everyWorkerRunsOnceAndWorkerZeroOnTheCaller_data() {
  QTest::addColumn<int>("size");
  for (const int size : {1, 2, 3, 8}) QTest::addRow("%d workers", size) << size;
}

void ThreadTeamTest::everyWorkerRunsOnceAndWorkerZeroOnTheCaller() {
  QFETCH(int, size);
  ThreadTeam team(size);
  QCOMPARE(team.size(), size);
  std::vector<int> calls(static_cast<std::size_t>(size), 0);
  std::vector<std::thread::id> threads(calls.size());
  team.run([&](int worker) {
    ++calls[static_cast<std::size_t>(worker)];
    threads[static_cast<std::size_t>(worker)] = std::this_thread::get_id();
  });
  QCOMPARE(calls, std::vector<int>(calls.size(), 1));
  QVERIFY(threads[0] == std::this_thread::get_id());
  for (std::size_t worker = 1; worker < threads.size(); ++worker) QVERIFY(threads[worker] != threads[0]);
}

void ThreadTeamTest::manyQuickRunsLoseNoUpdate() {
  ThreadTeam team(3);
  // Plain integers on purpose: run() has to order each worker's write before the caller's read and the next run.
  std::vector<std::int64_t> sums(3, 0);
  std::int64_t seen_by_caller = 0;
  for (int i = 0; i < 1500; ++i) {
    team.run([&](int worker) { sums[static_cast<std::size_t>((worker + i) % 3)] += i; });
    seen_by_caller += i;
    for (const std::int64_t sum : sums) QCOMPARE(sum, seen_by_caller);
  }
}

void ThreadTeamTest::workersThatFellAsleepWakeAgain() {
  ThreadTeam team(2);
  std::atomic<int> calls = 0;
  for (int i = 0; i < 20; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // 40 times the spin time
    team.run([&](int) { ++calls; });
  }
  QCOMPARE(calls.load(), 40);
}

void ThreadTeamTest::callerSleepsUntilASlowWorkerIsDone() {
  ThreadTeam team(2);
  for (int i = 0; i < 5; ++i) {
    bool is_done = false;
    team.run([&](int worker) {
      if (worker == 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      is_done = true;
    });
    QVERIFY(is_done);
  }
}

void ThreadTeamTest::sharesJoinToTheWholeInOrder() {
  constexpr std::int64_t kCount = 1003;  // divisible by no team size used here
  for (const int size : {1, 2, 4}) {
    ThreadTeam team(size);
    std::vector<std::int64_t> out(kCount, -1);
    team.run([&](int worker) {
      const auto begin = limbeck::shareBegin(kCount, worker, size);
      const auto end = limbeck::shareBegin(kCount, worker + 1, size);
      for (auto i = begin; i < end; ++i) out[static_cast<std::size_t>(i)] = i;
    });
    std::vector<std::int64_t> expected(kCount);
    std::iota(expected.begin(), expected.end(), 0);
    QCOMPARE(out, expected);
  }
}

void ThreadTeamTest::exceptionOfTheLowestWorkerComesOutAfterAllReturned() {
  ThreadTeam team(4);
  std::atomic<int> returned = 0;
  try {
    team.run([&](int worker) {
      // Worker 1 throws last in time, but is the first by number.
      std::this_thread::sleep_for(std::chrono::milliseconds(worker == 1 ? 10 : 1));
      ++returned;
      if (worker != 0) throw limbeck::Error(limbeck::ErrorCode::IoFailure, "worker " + std::to_string(worker));
    });
    QFAIL("no exception came out");
  } catch (const limbeck::Error& error) {
    QCOMPARE(QByteArray(error.what()), QByteArray("worker 1"));
  }
  QCOMPARE(returned.load(), 4);
}

void ThreadTeamTest::teamWorksOnAfterAnException() {
  ThreadTeam team(2);
  for (int thrower = 0; thrower < 2; ++thrower) {
    QVERIFY_EXCEPTION_THROWN(team.run([&](int worker) {
      if (worker == thrower) throw std::runtime_error("once");
    }),
                             std::runtime_error);
    std::atomic<int> calls = 0;
    team.run([&](int) { ++calls; });
    QCOMPARE(calls.load(), 2);
  }
}

void ThreadTeamTest::nestedRunIsABug() {
  ThreadTeam team(2);
  QVERIFY_EXCEPTION_THROWN(team.run([&](int worker) {
    if (worker == 0) team.run([](int) {});
  }),
                           limbeck::BugError);
}

void ThreadTeamTest::runCost() {
  ThreadTeam team(2);
  constexpr int kRuns = 5'000;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kRuns; ++i) team.run([](int) {});
  const std::chrono::duration<double, std::micro> elapsed = std::chrono::steady_clock::now() - start;
  qInfo("empty run of 2 workers: %.2f us", elapsed.count() / kRuns);
}

QTEST_APPLESS_MAIN(ThreadTeamTest)
#include "thread_team_test.moc"
