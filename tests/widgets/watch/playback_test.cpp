// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/playback.h"

#include <QSignalSpy>
#include <QtTest>
#include <cmath>

#include "tests/widgets/watch/recorded_episodes.h"
#include "widgets/watch/time_cursor.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

/// A player whose clock stands in the test's hand. 20 steps an episode are 21 moments: at 1x an episode takes 4.2 s.
struct Player {
  explicit Player(int episodes = 10) { cursor.setStream(improvingEpisodes(episodes, 20)); }
  /// Time passes at once, however late the timer then comes.
  void pass(std::int64_t ms) {
    now += ms;
    const QSignalSpy moved(&cursor, &TimeCursor::moved);
    QTRY_VERIFY(!moved.isEmpty() || !playback.isTicking());
  }
  double place() const { return static_cast<double>(cursor.moment()) + cursor.fraction(); }

  std::int64_t now = 1000;
  TimeCursor cursor;
  Playback playback{cursor, nullptr, [this] { return now; }};
};

}  // namespace

class PlaybackTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void placeFollowsFromTheTimeThatPassed_data() {
    QTest::addColumn<QList<int>>("steps_ms");
    QTest::newRow("smooth") << QList<int>{16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 240};
    QTest::newRow("one hiccup") << QList<int>{400};
    QTest::newRow("uneven") << QList<int>{1, 299, 7, 93};
  }
  void placeFollowsFromTheTimeThatPassed() {
    // 400 ms at 4 x 5 steps a second are 8 steps.
    QFETCH(QList<int>, steps_ms);
    Player player;
    player.playback.setSpeed(4);
    player.playback.play();
    for (const int ms : steps_ms) player.pass(ms);
    QCOMPARE(player.place(), 8.0);
  }

  void fractionIsForSlowSpeedsAndLivelyEyes() {
    Player player;
    player.playback.play();
    player.pass(300);  // 1.5 steps
    QCOMPARE(player.cursor.step(), 1);
    QCOMPARE(player.cursor.fraction(), 0.5);
    player.playback.setReducedMotion(true);
    player.pass(200);  // 2.5
    QCOMPARE(player.cursor.step(), 2);
    QCOMPARE(player.cursor.fraction(), 0.0);
    player.playback.setReducedMotion(false);
    player.playback.setSpeed(16);
    player.pass(20);  // 1.6 more: 4.1
    QCOMPARE(player.cursor.step(), 4);
    QCOMPARE(player.cursor.fraction(), 0.0);
  }

  void changeOfSpeedKeepsThePlace() {
    Player player;
    player.playback.play();
    player.now += 1000;  // 5 steps, not yet shown
    player.playback.setSpeed(8);
    QCOMPARE(player.place(), 5.0);
    player.pass(100);  // 4 more
    QCOMPARE(player.place(), 9.0);
  }

  void speedsAreAList() {
    Player player;
    QSignalSpy changed(&player.playback, &Playback::speedChanged);
    QList<int> speeds;
    for (int i = 0; i < 9; ++i) {
      speeds << player.playback.speed();
      player.playback.faster();
    }
    QCOMPARE(speeds, (QList<int>{1, 2, 4, 8, 16, 32, 64, 128, kMaxPlaybackSpeed}));
    QCOMPARE(changed.count(), 8);  // there is nothing above max
    player.playback.slower();
    QCOMPARE(player.playback.speed(), 128);
    player.playback.setSpeed(31);
    QCOMPARE(player.playback.speed(), 16);
    player.playback.setSpeed(0);
    QCOMPARE(player.playback.speed(), 1);
    QCOMPARE(speedText(4), QString("4×"));
    QCOMPARE(speedText(kMaxPlaybackSpeed), QString("max"));
  }

  void maxTakesThreeSecondsForALongRun() {
    // 1000 episodes are 20 999 moments away from their end.
    Player player(1000);
    player.playback.setSpeed(kMaxPlaybackSpeed);
    player.playback.play();
    player.pass(1500);
    QVERIFY(std::abs(player.place() - 10499.5) <= 1.0);
    player.pass(1501);
    QVERIFY(player.cursor.isAtEnd());
  }

  void stopsAtTheEndAndBeginsAgainFromThere() {
    Player player(2);  // 42 moments
    player.playback.setSpeed(16);
    player.cursor.moveTo(1, 10);
    player.playback.play();
    QSignalSpy playing(&player.playback, &Playback::playingChanged);
    player.pass(60'000);
    QVERIFY(player.cursor.isAtEnd());
    QVERIFY(!player.playback.isPlaying());
    QVERIFY(!player.playback.isTicking());
    QCOMPARE(playing.count(), 1);
    QVERIFY(!player.cursor.followsEnd());
    player.playback.toggle();
    QVERIFY(player.playback.isPlaying());
    QCOMPARE(player.cursor.moment(), std::int64_t{0});
  }

  void loopGoesRoundWithinItsEpisodes() {
    Player player;
    player.playback.setLoop(3, 2);
    QCOMPARE(player.playback.loop(), (std::optional<LoopRange>{{2, 3}}));
    player.playback.play();  // from outside: at its start
    QCOMPARE(std::pair(player.cursor.episode(), player.cursor.step()), std::pair(2, 0));
    // 42 moments at 5 a second are 8.4 s; its last moment is shown from 8.2 s on.
    player.pass(8200);
    QCOMPARE(std::pair(player.cursor.episode(), player.cursor.step()), std::pair(3, 20));
    player.pass(400);
    QCOMPARE(std::pair(player.cursor.episode(), player.cursor.step()), std::pair(2, 1));
    player.pass(84'000 + 200);  // ten times round
    QCOMPARE(std::pair(player.cursor.episode(), player.cursor.step()), std::pair(2, 2));
    QVERIFY(player.playback.isPlaying());
  }

  void wholeRunLoopsIfAsked() {
    Player player(2);
    player.playback.setLoopsWhole(true);
    player.playback.play();
    player.pass(8400 + 600);
    QCOMPARE(player.place(), 3.0);
  }

  void endsOfTheLoopMakeSenseTogether() {
    Player player;
    player.playback.setLoopFirst(4);
    QCOMPARE(player.playback.loop(), (std::optional<LoopRange>{{4, 9}}));
    player.playback.setLoopLast(6);
    QCOMPARE(player.playback.loop(), (std::optional<LoopRange>{{4, 6}}));
    player.playback.setLoopLast(2);  // before its start: from the first episode
    QCOMPARE(player.playback.loop(), (std::optional<LoopRange>{{0, 2}}));
    player.playback.clearLoop();
    QVERIFY(!player.playback.loop());
    player.playback.setLoop(8, 9);
    player.cursor.setStream(improvingEpisodes(5, 20));  // it lay beyond
    QVERIFY(!player.playback.loop());
  }

  void suspendedHasNoTimerAndLosesNoPlace() {
    Player player;
    player.playback.play();
    player.pass(400);
    QVERIFY(player.playback.isTicking());
    player.playback.setSuspended(true);
    QVERIFY(!player.playback.isTicking());
    QVERIFY(player.playback.isPlaying());
    player.now += 3'600'000;
    player.playback.setSuspended(false);
    QVERIFY(player.playback.isTicking());
    player.pass(200);
    QCOMPARE(player.place(), 3.0);
    player.playback.pause();
    QVERIFY(!player.playback.isTicking());
  }

  void goesOnFromWhereSomebodyMovedTheCursor() {
    Player player;
    player.playback.play();
    player.pass(1000);
    player.cursor.moveTo(7, 3);
    player.pass(400);
    QCOMPARE(std::pair(player.cursor.episode(), player.cursor.step()), std::pair(7, 5));
  }

  void pauseLeavesNobodyBetweenTwoCells() {
    Player player;
    player.playback.play();
    player.pass(340);  // 1.7 steps
    player.playback.pause();
    QCOMPARE(player.place(), 2.0);
  }

  void liveStreamThatGrowsOftenLosesNoTime() {
    Player player(3);
    player.playback.setReducedMotion(true);  // so that no fraction in the cursor could carry the time
    player.playback.play();
    for (int i = 0; i < 100; ++i) {
      player.now += 50;
      QTest::qWait(1);
      player.cursor.setStream(improvingEpisodes(4 + i, 20));
    }
    player.pass(200);  // 5.2 s in all: 26 steps
    QTRY_COMPARE(player.place(), 26.0);
  }

  void endMeansWatchingTheLiveEnd() {
    Player player;
    player.playback.play();
    player.cursor.toEnd();
    QVERIFY(!player.playback.isPlaying());
    QVERIFY(player.cursor.followsEnd());
  }

  void nothingPlaysWithoutAStream() {
    Player player;
    player.playback.play();
    player.cursor.setStream(nullptr);
    QVERIFY(!player.playback.isPlaying());
    player.playback.play();
    player.playback.setLoop(0, 3);
    player.playback.setSpeed(64);
    QVERIFY(!player.playback.isPlaying());
    QVERIFY(!player.playback.loop());
  }
};

QTEST_GUILESS_MAIN(PlaybackTest)
#include "playback_test.moc"
