// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/queue/queue_words.h"

#include <QTest>

#include "core/base/error.h"
#include "widgets/base/icons.h"

namespace limbeck {

class QueueWordsTest final : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyStateHasItsIconAndWord_data() {
    QTest::addColumn<int>("state");
    QTest::addColumn<bool>("is_pause_requested");
    QTest::addColumn<QString>("word");
    const auto row = [](JobState state, bool is_pause_requested, const char* word) {
      QTest::addRow("%s", word) << static_cast<int>(state) << is_pause_requested << word;
    };
    row(JobState::Waiting, false, "waiting");
    row(JobState::Waiting, true, "on hold");
    row(JobState::Running, false, "running");
    row(JobState::Running, true, "pausing");
    row(JobState::Paused, true, "paused");
    row(JobState::Stopping, false, "stopping");
    row(JobState::Done, false, "done");
    row(JobState::Stopped, false, "stopped");
    row(JobState::Failed, false, "failed");
  }

  void everyStateHasItsIconAndWord() {
    QFETCH(int, state);
    QFETCH(bool, is_pause_requested);
    QFETCH(QString, word);
    QueueEntry entry;
    entry.job.state = static_cast<JobState>(state);
    entry.job.is_pause_requested = is_pause_requested;
    const StateLook look = stateLook(entry);
    QCOMPARE(look.word, word);
    QVERIFY(!icon(look.icon).isNull());  // throws for a name that is not drawn
  }

  void aRunLeftByAnEarlierStartSaysHow() {
    QueueEntry entry;
    entry.is_recoverable = true;
    entry.recover_text = "interrupted at 62 %";
    QCOMPARE(stateLook(entry).word, "interrupted");
    entry.recover_text = "paused at 10 %";
    QCOMPARE(stateLook(entry).word, "paused");
  }

  void progressNamesTheStageThatCountsInItsUnits() {
    QCOMPARE(progressText({}), "Starting");
    QCOMPARE(progressText({.what = "histories", .done = 3, .total = 56}), "Histories · 3 of 56");
    // A narrow space parts the thousands.
    QCOMPARE(progressText({.what = "steps", .done = 410, .total = 1000, .detail = "loss 0.812"}),
             "Training · 410 of 1\u202F000 steps · loss 0.812");
    QCOMPARE(progressText({.what = "episodes", .done = 7}), "Evaluation · 7 episodes");
    QCOMPARE(progressText({.what = "files", .done = 1, .total = 2}), "Files · 1 of 2");
  }

  void ratesAreRoundedToTwoDigitsOrThree_data() {
    QTest::addColumn<double>("rate");
    QTest::addColumn<QString>("text");
    QTest::newRow("unknown") << 0.0 << "";
    QTest::newRow("slow") << 1.24 << "1.2 tokens/s";
    QTest::newRow("plain") << 950.4 << "950 tokens/s";
    QTest::newRow("not 1000") << 999.6 << "1.0 k tokens/s";
    QTest::newRow("thousands") << 83240.0 << "83 k tokens/s";
    QTest::newRow("not 1000 k") << 999600.0 << "1.0 M tokens/s";
    QTest::newRow("millions") << 12.6e6 << "13 M tokens/s";
  }

  void ratesAreRoundedToTwoDigitsOrThree() {
    QFETCH(double, rate);
    QTEST(rateText(rate, "tokens"), "text");
  }

  void timeLeftStandsFirstAndRateOnlyWhileRunning() {
    JobSnapshot job;
    job.state = JobState::Running;
    job.elapsed_seconds = 62.0;
    QCOMPARE(timeText(job), "1 min 02 s so far");
    job.remaining_seconds = 38.0;
    job.progress.rate = 83000.0;
    job.progress.rate_unit = "tokens";
    QCOMPARE(timeText(job), "38 s left · 83 k tokens/s · 1 min 02 s so far");
    job.state = JobState::Paused;
    QCOMPARE(timeText(job), "38 s left · 1 min 02 s so far");
  }

  void causeIsTheFirstSentenceOfTheMessage() {
    QCOMPARE(failureCause("training diverged at step 812: loss nan, learning rate 0.003; lower training.learning_rate"),
             "Training diverged at step 812: loss nan, learning rate 0.003.");
    QCOMPARE(failureCause("runs/a.npy: no space left"), "runs/a.npy: no space left.");
    QCOMPARE(failureCause("no space left"), "No space left.");
    QCOMPARE(failureCause("It ended.\nAt line 3"), "It ended.");
    QCOMPARE(failureCause(""), "No cause was given.");
  }

  void everyFailureCodeHasItsAdvice_data() {
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QString>("word");
    QTest::addColumn<bool>("is_retry_useful");
    const auto row = [](ErrorCode code, const char* word, bool is_retry_useful) {
      const std::string_view name = errorCodeName(code);
      QTest::addRow("%s", name.data()) << QByteArray(name.data(), static_cast<qsizetype>(name.size())) << word
                                       << is_retry_useful;
    };
    row(ErrorCode::InvalidArgument, "correct the value", false);
    row(ErrorCode::NotFound, "Put back", true);
    row(ErrorCode::IoFailure, "Free some space", true);
    row(ErrorCode::Corrupt, "made anew", true);
    row(ErrorCode::UnsupportedVersion, "version of Limbeck", false);
    row(ErrorCode::Locked, "Close the other", true);
    row(ErrorCode::DeviceFailure, "device", true);
    row(ErrorCode::Diverged, "lower learning rate", false);
    QTest::newRow("Bug") << QByteArray("Bug") << "mistake in Limbeck" << false;
    QTest::newRow("Unknown") << QByteArray("Unknown") << "Try again" << true;
  }

  void everyFailureCodeHasItsAdvice() {
    QFETCH(QByteArray, code);
    QFETCH(QString, word);
    const FailureAdvice advice = failureAdvice(code.toStdString());
    QVERIFY2(advice.text.contains(word), qPrintable(advice.text));
    QTEST(advice.is_retry_useful, "is_retry_useful");
  }

  void stoppingSaysWhatIsKeptOfTheStage() {
    QVERIFY(stoppingText({.what = "steps"}, false).contains("checkpoint"));
    QVERIFY(stoppingText({.what = "histories"}, false).contains("histories are kept"));
    QVERIFY(stoppingText({.what = "steps"}, true).contains("removed"));
    QVERIFY(slowStopText({.what = "steps"}).contains("validation play"));
    QVERIFY(!slowStopText({}).isEmpty());
  }
};

}  // namespace limbeck

QTEST_MAIN(limbeck::QueueWordsTest)
#include "queue_words_test.moc"
