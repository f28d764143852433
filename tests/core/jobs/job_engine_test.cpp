// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_engine.h"

#include <QTest>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include "core/base/check.h"
#include "core/base/error.h"

using namespace limbeck;

class JobEngineTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void jobRunsOnceAndIsDone();
  void failureEndsItsJobOnly_data();
  void failureEndsItsJobOnly();
  void jobsRunInOrderOneAtATime();
  void asManyRunAtOnceAsAllowed();
  void reorderedJobGoesFirst();
  void pausedJobStandsStillUntilResumed();
  void pausedTimeIsNotCounted();
  void pausedWaitingJobLetsOthersGoFirst();
  void stoppedJobSaysWhatItKept();
  void pausedJobCanBeStopped();
  void discardRunsAfterTheWorkReturned();
  void discardAfterStopStillDiscards();
  void failedDiscardIsShown();
  void waitingJobStopsWithoutRunning();
  void workThatFinishesDespiteAStopIsDone();
  void snapshotShowsProgressDuringTheRun();
  void snapshotsAreEndedThenAtWorkThenWaiting();
  void eventsComeInOrder();
  void callbackMayUseTheEngine();
  void destructionStopsEverything();
  void unknownAndForgottenJobsAreNotFound();
};

namespace {

using namespace std::chrono_literals;

/// Opened once, waited for by name.
class Gate {
 public:
  void open() { semaphore_.release(); }
  /// False when it stayed shut for ten seconds.
  bool pass() { return semaphore_.try_acquire_for(10s); }

 private:
  std::counting_semaphore<> semaphore_{0};
};

/// Works until it is stopped, saying that it began; throws Cancelled as real work does.
void workUntilStopped(WorkControl& control, Gate& began) {
  began.open();
  while (!control.stopRequested()) {
    control.pauseIfAsked();
    std::this_thread::sleep_for(200us);
  }
  throw Cancelled("checkpoint at step 400");
}

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(200us);
  }
  return true;
}

JobSpec simple(std::string title, std::function<void()> work) {
  return {.title = std::move(title), .work = [work = std::move(work)](WorkControl&) { work(); }, .discard = {}};
}

QByteArray text(const std::string& value) {
  return QByteArray::fromStdString(value);
}

}  // namespace

void JobEngineTest::jobRunsOnceAndIsDone() {
  JobEngine engine;
  std::atomic<int> calls = 0;
  const JobId id = engine.submit(simple("once", [&] { ++calls; }));
  const JobSnapshot job = engine.wait(id);
  QCOMPARE(calls.load(), 1);
  QVERIFY(job.state == JobState::Done && job.id == id && job.failure_code.empty());
  QCOMPARE(text(job.title), QByteArray("once"));
}

Q_DECLARE_METATYPE(std::function<void()>)

void JobEngineTest::failureEndsItsJobOnly_data() {
  QTest::addColumn<std::function<void()>>("work");
  QTest::addColumn<QByteArray>("code");
  QTest::addColumn<QByteArray>("message");
  const auto row = [](const char* name, std::function<void()> work, const char* code, const char* message) {
    QTest::newRow(name) << std::move(work) << QByteArray(code) << QByteArray(message);
  };
  row(
      "error", [] { throw Error(ErrorCode::Diverged, "loss is NaN"); }, "Diverged", "loss is NaN");
  row(
      "bug", [] { throw BugError("oops"); }, "Bug", "oops");
  row(
      "exception", [] { throw std::runtime_error("what"); }, "Unknown", "what");
  row(
      "no exception class", [] { throw 7; }, "Unknown", "an unknown exception");
}

void JobEngineTest::failureEndsItsJobOnly() {
  QFETCH(std::function<void()>, work);
  QFETCH(QByteArray, code);
  QFETCH(QByteArray, message);
  JobEngine engine;
  const JobId failing = engine.submit(simple("fails", work));
  const JobId next = engine.submit(simple("goes on", [] {}));
  const JobSnapshot failed = engine.wait(failing);
  QVERIFY(failed.state == JobState::Failed);
  QCOMPARE(text(failed.failure_code), code);
  QCOMPARE(text(failed.failure_message), message);
  QVERIFY(engine.wait(next).state == JobState::Done);
}

void JobEngineTest::jobsRunInOrderOneAtATime() {
  JobEngine engine;
  std::vector<int> order;  // plain: one at a time, and each job sees what the last one did
  for (int i = 0; i < 20; ++i) engine.submit(simple("job", [&order, i] { order.push_back(i); }));
  engine.waitForAll();
  for (int i = 0; i < 20; ++i) QCOMPARE(order.at(static_cast<std::size_t>(i)), i);
}

void JobEngineTest::asManyRunAtOnceAsAllowed() {
  JobEngine engine({.concurrent_jobs = 2});
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  for (int i = 0; i < 6; ++i) {
    engine.submit(simple("job", [&] {
      const int here = ++now;
      int seen = most.load();
      while (here > seen && !most.compare_exchange_weak(seen, here)) {
      }
      std::this_thread::sleep_for(10ms);
      --now;
    }));
  }
  engine.waitForAll();
  QCOMPARE(most.load(), 2);
}

void JobEngineTest::reorderedJobGoesFirst() {
  JobEngine engine;
  Gate began;
  const JobId first = engine.submit({"first", [&](WorkControl& control) { workUntilStopped(control, began); }, {}});
  QVERIFY(began.pass());
  std::string order;
  const JobId a = engine.submit(simple("a", [&] { order += 'a'; }));
  engine.submit(simple("b", [&] { order += 'b'; }));
  const JobId c = engine.submit(simple("c", [&] { order += 'c'; }));
  engine.reorder(c, 0);      // c a b
  engine.reorder(a, 99);     // c b a
  engine.reorder(first, 0);  // at work: stays
  engine.stopAndKeep(first);
  engine.waitForAll();
  QCOMPARE(text(order), QByteArray("cba"));
}

void JobEngineTest::pausedJobStandsStillUntilResumed() {
  JobEngine engine;
  std::atomic<int> steps = 0;
  const JobId id = engine.submit({"steps",
                                  [&](WorkControl& control) {
                                    while (!control.stopRequested()) {
                                      control.pauseIfAsked();
                                      ++steps;
                                      std::this_thread::sleep_for(200us);
                                    }
                                  },
                                  {}});
  QVERIFY(eventually([&] { return steps > 3; }));
  engine.pause(id);
  QVERIFY(engine.snapshot(id).is_pause_requested);
  QVERIFY(eventually([&] { return engine.snapshot(id).state == JobState::Paused; }));
  const int at_pause = steps;
  std::this_thread::sleep_for(20ms);
  QCOMPARE(steps.load(), at_pause);
  engine.resume(id);
  QVERIFY(eventually([&] { return steps > at_pause + 3; }));
  QVERIFY(engine.snapshot(id).state == JobState::Running);
  engine.stopAndKeep(id);
  engine.wait(id);
}

void JobEngineTest::pausedTimeIsNotCounted() {
  JobEngine engine;
  Gate began;
  const JobId id = engine.submit({"work", [&](WorkControl& control) { workUntilStopped(control, began); }, {}});
  QVERIFY(began.pass());
  engine.pause(id);
  QVERIFY(eventually([&] { return engine.snapshot(id).state == JobState::Paused; }));
  const double at_pause = engine.snapshot(id).elapsed_seconds;
  std::this_thread::sleep_for(30ms);
  QCOMPARE(engine.snapshot(id).elapsed_seconds, at_pause);
  engine.stopAndKeep(id);
  const double at_end = engine.wait(id).elapsed_seconds;
  QVERIFY(at_end >= at_pause);
  QCOMPARE(engine.snapshot(id).elapsed_seconds, at_end);
}

void JobEngineTest::pausedWaitingJobLetsOthersGoFirst() {
  JobEngine engine;
  Gate began;
  const JobId blocker = engine.submit({"blocker", [&](WorkControl& control) { workUntilStopped(control, began); }, {}});
  QVERIFY(began.pass());
  const JobId held = engine.submit(simple("held", [] {}));
  const JobId other = engine.submit(simple("other", [] {}));
  engine.pause(held);
  engine.stopAndKeep(blocker);
  QVERIFY(engine.wait(other).state == JobState::Done);
  QVERIFY(engine.snapshot(held).state == JobState::Waiting);
  engine.resume(held);
  QVERIFY(engine.wait(held).state == JobState::Done);
}

void JobEngineTest::stoppedJobSaysWhatItKept() {
  JobEngine engine;
  Gate began;
  std::atomic<bool> is_discarded = false;
  const JobId id = engine.submit(
      {"work", [&](WorkControl& control) { workUntilStopped(control, began); }, [&] { is_discarded = true; }});
  QVERIFY(began.pass());
  engine.stopAndKeep(id);
  const JobSnapshot job = engine.wait(id);
  QVERIFY(job.state == JobState::Stopped);
  QCOMPARE(text(job.kept), QByteArray("checkpoint at step 400"));
  QVERIFY(!is_discarded && job.failure_code.empty());
  engine.stopAndDiscard(id);  // it has ended: nothing happens
  QVERIFY(!is_discarded);
}

void JobEngineTest::pausedJobCanBeStopped() {
  JobEngine engine;
  Gate began;
  const JobId id = engine.submit({"work", [&](WorkControl& control) { workUntilStopped(control, began); }, {}});
  engine.pause(id);  // before it began, or at its first safe point
  engine.resume(id);
  QVERIFY(began.pass());
  engine.pause(id);
  QVERIFY(eventually([&] { return engine.snapshot(id).state == JobState::Paused; }));
  engine.stopAndKeep(id);
  QVERIFY(engine.wait(id).state == JobState::Stopped);
}

void JobEngineTest::discardRunsAfterTheWorkReturned() {
  JobEngine engine;
  Gate began;
  std::string order;
  const JobId id = engine.submit({"work",
                                  [&](WorkControl& control) {
                                    try {
                                      workUntilStopped(control, began);
                                    } catch (const Cancelled&) {
                                      order += "saved,";
                                      throw;
                                    }
                                  },
                                  [&] { order += "discarded"; }});
  QVERIFY(began.pass());
  engine.stopAndDiscard(id);
  const JobSnapshot job = engine.wait(id);
  QVERIFY(job.state == JobState::Stopped);
  QVERIFY(job.kept.empty());
  QCOMPARE(text(order), QByteArray("saved,discarded"));
}

void JobEngineTest::discardAfterStopStillDiscards() {
  JobEngine engine;
  Gate began;
  Gate may_end;
  std::atomic<int> discards = 0;
  const JobId id = engine.submit({"slow to stop",
                                  [&](WorkControl&) {
                                    began.open();
                                    may_end.pass();
                                  },
                                  [&] { ++discards; }});
  QVERIFY(began.pass());
  engine.stopAndKeep(id);
  QVERIFY(engine.snapshot(id).state == JobState::Stopping);
  engine.stopAndDiscard(id);
  may_end.open();
  QVERIFY(engine.wait(id).state == JobState::Stopped);
  QCOMPARE(discards.load(), 1);
}

void JobEngineTest::failedDiscardIsShown() {
  JobEngine engine;
  Gate began;
  const JobId id = engine.submit({"work", [&](WorkControl& control) { workUntilStopped(control, began); },
                                  [] { throw Error(ErrorCode::IoFailure, "cannot remove"); }});
  QVERIFY(began.pass());
  engine.stopAndDiscard(id);
  const JobSnapshot job = engine.wait(id);
  QVERIFY(job.state == JobState::Failed);
  QCOMPARE(text(job.failure_message), QByteArray("cannot remove"));
}

void JobEngineTest::waitingJobStopsWithoutRunning() {
  JobEngine engine;
  Gate began;
  engine.submit({"blocker", [&](WorkControl& control) { workUntilStopped(control, began); }, {}});
  QVERIFY(began.pass());
  std::atomic<bool> has_run = false;
  std::atomic<bool> is_discarded = false;
  const JobId id = engine.submit({"never", [&](WorkControl&) { has_run = true; }, [&] { is_discarded = true; }});
  engine.stopAndDiscard(id);
  QVERIFY(engine.wait(id).state == JobState::Stopped);
  QVERIFY(!has_run && is_discarded);
}

void JobEngineTest::workThatFinishesDespiteAStopIsDone() {
  JobEngine engine;
  Gate began;
  Gate may_end;
  const JobId id = engine.submit(simple("nearly done", [&] {
    began.open();
    may_end.pass();
  }));
  QVERIFY(began.pass());
  engine.stopAndKeep(id);
  may_end.open();
  QVERIFY(engine.wait(id).state == JobState::Done);
}

void JobEngineTest::snapshotShowsProgressDuringTheRun() {
  JobEngine engine;
  Gate reported;
  Gate may_end;
  const JobId id = engine.submit({"work",
                                  [&](WorkControl& control) {
                                    control.report({.what = "steps", .done = 0, .total = 1200});
                                    control.report({.what = "steps", .done = 300, .total = 1200, .detail = "loss 0.8"});
                                    reported.open();
                                    may_end.pass();
                                  },
                                  {}});
  QVERIFY(reported.pass());
  const JobSnapshot job = engine.snapshot(id);
  QVERIFY(job.state == JobState::Running && job.progress.done == 300 && job.progress.total == 1200);
  QCOMPARE(text(job.progress.what + job.progress.detail), QByteArray("stepsloss 0.8"));
  std::this_thread::sleep_for(2ms);
  QVERIFY(engine.snapshot(id).elapsed_seconds >= job.elapsed_seconds + 0.002);
  may_end.open();
  QVERIFY(engine.wait(id).progress.done == 300);
}

void JobEngineTest::snapshotsAreEndedThenAtWorkThenWaiting() {
  JobEngine engine;
  Gate began;
  engine.wait(engine.submit(simple("a", [] {})));
  engine.submit({"b", [&](WorkControl& control) { workUntilStopped(control, began); }, {}});
  QVERIFY(began.pass());
  engine.submit(simple("c", [] {}));
  const JobId d = engine.submit(simple("d", [] {}));
  engine.reorder(d, 0);
  std::string order;
  for (const JobSnapshot& job : engine.snapshots())
    order += job.title + ":" + std::string(jobStateName(job.state)) + " ";
  QCOMPARE(text(order), QByteArray("a:done b:running d:waiting c:waiting "));
}

void JobEngineTest::eventsComeInOrder() {
  std::vector<JobEventKind> kinds;  // plain: one event at a time
  Gate paused;
  Gate resumed;
  Gate began;
  JobEngine engine({.on_event = [&](const JobEvent& event) {
    kinds.push_back(event.kind);
    if (event.kind == JobEventKind::Paused) paused.open();
    if (event.kind == JobEventKind::Resumed) resumed.open();
  }});
  const JobId id = engine.submit({"work", [&](WorkControl& control) { workUntilStopped(control, began); }, {}});
  QVERIFY(began.pass());
  engine.pause(id);
  QVERIFY(paused.pass());
  engine.resume(id);
  QVERIFY(resumed.pass());
  engine.stopAndKeep(id);
  engine.wait(id);  // returns after the last event
  using enum JobEventKind;
  QVERIFY((kinds == std::vector<JobEventKind>{Submitted, Started, Paused, Resumed, Stopping, Stopped}));
}

void JobEngineTest::callbackMayUseTheEngine() {
  JobEngine* engine_pointer = nullptr;
  std::atomic<int> runs = 0;
  JobEngine engine({.on_event = [&](const JobEvent& event) {
    // A second stage is submitted when the first is done.
    if (event.kind != JobEventKind::Done || event.job.title != "first") return;
    QVERIFY(engine_pointer->snapshot(event.job.id).state == JobState::Done);
    engine_pointer->submit(simple("second", [&] { ++runs; }));
  }});
  engine_pointer = &engine;
  engine.wait(engine.submit(simple("first", [&] { ++runs; })));
  engine.waitForAll();
  QCOMPARE(runs.load(), 2);
}

void JobEngineTest::destructionStopsEverything() {
  std::atomic<int> ran = 0;
  std::vector<std::string> ended;
  {
    Gate began;
    JobEngine engine({.on_event = [&](const JobEvent& event) {
      if (isFinal(event.job.state)) ended.push_back(event.job.title);
    }});
    engine.submit({"at work",
                   [&](WorkControl& control) {
                     ++ran;
                     workUntilStopped(control, began);
                   },
                   {}});
    QVERIFY(began.pass());
    for (int i = 0; i < 3; ++i) engine.submit(simple("waiting", [&] { ++ran; }));
  }
  QCOMPARE(ran.load(), 1);
  QCOMPARE(ended.size(), std::size_t{4});
}

void JobEngineTest::unknownAndForgottenJobsAreNotFound() {
  JobEngine engine;
  QVERIFY_EXCEPTION_THROWN(engine.pause(JobId{1}), Error);
  Gate began;
  const JobId id = engine.submit({"work", [&](WorkControl& control) { workUntilStopped(control, began); }, {}});
  QVERIFY(began.pass());
  engine.forget(id);  // still at work: stays
  engine.stopAndKeep(id);
  engine.wait(id);
  engine.forget(id);
  QVERIFY_EXCEPTION_THROWN(engine.snapshot(id), Error);
  QVERIFY(engine.snapshots().empty());
}

QTEST_APPLESS_MAIN(JobEngineTest)
#include "job_engine_test.moc"
