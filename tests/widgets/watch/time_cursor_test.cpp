// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/time_cursor.h"

#include <QSignalSpy>
#include <QtTest>

#include "tests/widgets/watch/recorded_episodes.h"

using namespace limbeck;
using namespace limbeck::test;

class TimeCursorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void withoutAStreamThereIsNoMoment() {
    TimeCursor cursor;
    cursor.stepBy(3);
    cursor.moveTo(4, 4);
    cursor.toEnd();
    QCOMPARE(cursor.episodes(), 0);
    QCOMPARE(cursor.moments(), std::int64_t{0});
    QCOMPARE(cursor.row(), std::int64_t{0});
    QCOMPARE(cursor.stepsOf(0), 0);
    cursor.setStream(recordedEpisodes({}));
    cursor.stepBy(1);
    QCOMPARE(cursor.row(), std::int64_t{0});
  }

  void stepsCrossTheBordersOfEpisodes() {
    // Moments: 0.0 0.1 0.2 | 1.0 1.1 1.2 1.3 | 2.0 2.1
    TimeCursor cursor;
    cursor.setStream(recordedEpisodes({{0, 1}, {0, 0, 1}, {1}}));
    QCOMPARE(cursor.moments(), std::int64_t{9});
    cursor.stepBy(2);
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(0, 2));
    QCOMPARE(cursor.row(), std::int64_t{2});
    cursor.stepBy(1);
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(1, 0));
    QCOMPARE(cursor.row(), std::int64_t{2});  // no transition lies between the two
    cursor.stepBy(5);
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(2, 1));
    QVERIFY(cursor.isAtEnd());
    QCOMPARE(cursor.row(), std::int64_t{6});
    cursor.stepBy(-4);
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(1, 1));
    cursor.stepBy(-100);
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(0, 0));
    cursor.stepBy(100);
    QVERIFY(cursor.isAtEnd());
  }

  void everyMomentIsReachedByItsNumber() {
    TimeCursor cursor;
    cursor.setStream(recordedEpisodes({{0, 1}, {0, 0, 1}, {1}}));
    for (std::int64_t moment = 0; moment < cursor.moments(); ++moment) {
      cursor.glideTo(moment, 0.0);
      QCOMPARE(cursor.moment(), moment);
    }
  }

  void episodeJumpsGoToFirstMomentsAndEndAtTheEnd() {
    TimeCursor cursor;
    cursor.setStream(recordedEpisodes({{0, 1}, {0, 0, 1}, {1}}));
    cursor.moveTo(1, 2);
    cursor.episodeBy(1);
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(2, 0));
    cursor.episodeBy(1);
    QVERIFY(cursor.isAtEnd());
    cursor.episodeBy(-2);
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(0, 0));
    cursor.episodeBy(-1);
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(0, 0));
  }

  void movesAreClampedToWhatThereIs() {
    TimeCursor cursor;
    cursor.setStream(recordedEpisodes({{0, 1}, {0, 0, 1}}));
    cursor.moveTo(0, 17);
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(0, 2));
    cursor.moveTo(-3, -3);
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(0, 0));
    cursor.moveTo(17, 0);
    QVERIFY(cursor.isAtEnd());
  }

  void growingStreamKeepsThePlace() {
    TimeCursor cursor;
    cursor.setStream(recordedEpisodes({{0, 1}, {0, 0}}, false));
    cursor.moveTo(1, 2);  // the last moment so far, reached without End
    QSignalSpy moved(&cursor, &TimeCursor::moved);
    QSignalSpy changed(&cursor, &TimeCursor::streamChanged);
    cursor.setStream(recordedEpisodes({{0, 1}, {0, 0, 1, 1}, {0}}, false));
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(1, 2));
    QVERIFY(!cursor.isAtEnd());
    QCOMPARE(moved.count(), 0);
    QCOMPARE(changed.count(), 1);
  }

  void shorterStreamHasThePlaceMendedBeforeAnybodyIsTold() {
    TimeCursor cursor;
    cursor.setStream(improvingEpisodes(10, 4));
    cursor.moveTo(8, 3);
    int episode_when_told = -1;
    connect(&cursor, &TimeCursor::streamChanged, this, [&] { episode_when_told = cursor.episode(); });
    QSignalSpy moved(&cursor, &TimeCursor::moved);
    cursor.setStream(improvingEpisodes(3, 4));
    QCOMPARE(episode_when_told, 2);
    QVERIFY(cursor.isAtEnd());
    QCOMPARE(moved.count(), 1);
  }

  void followingEndsWithAMoveAndReturnsWithEnd() {
    TimeCursor cursor;
    cursor.setStream(improvingEpisodes(2, 4));
    QVERIFY(!cursor.followsEnd());
    cursor.toEnd();
    QVERIFY(cursor.followsEnd());
    cursor.setStream(improvingEpisodes(5, 4));
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(4, 4));
    cursor.stepBy(1);  // there is nowhere to go, so nothing ends
    QVERIFY(cursor.followsEnd());

    QSignalSpy following(&cursor, &TimeCursor::followingChanged);
    cursor.stepBy(-1);
    QVERIFY(!cursor.followsEnd());
    cursor.setStream(improvingEpisodes(7, 4));
    QCOMPARE(std::pair(cursor.episode(), cursor.step()), std::pair(4, 3));
    cursor.toEnd();
    QVERIFY(cursor.followsEnd());
    QCOMPARE(cursor.episode(), 6);
    QCOMPARE(following.count(), 2);
  }

  void signalsAreSentForChangesOnly() {
    TimeCursor cursor;
    cursor.setStream(improvingEpisodes(3, 4));
    QSignalSpy moved(&cursor, &TimeCursor::moved);
    QSignalSpy episode(&cursor, &TimeCursor::episodeChanged);
    cursor.moveTo(0, 0);
    QCOMPARE(moved.count(), 0);
    cursor.moveTo(0, 2);
    QCOMPARE(moved.count(), 1);
    QCOMPARE(episode.count(), 0);
    cursor.glideTo(cursor.moment(), 0.5);
    QCOMPARE(moved.count(), 2);
    cursor.moveTo(1, 2);
    QCOMPARE(episode.count(), 1);
    QCOMPARE(episode.front().front().toInt(), 1);
  }

  void nothingGlidesFromAnEpisodeIntoTheNext() {
    TimeCursor cursor;
    cursor.setStream(improvingEpisodes(3, 4));
    cursor.glideTo(2, 0.5);
    QCOMPARE(cursor.fraction(), 0.5);
    cursor.glideTo(4, 0.5);  // episode 0, step 4: its last moment
    QCOMPARE(cursor.step(), 4);
    QCOMPARE(cursor.fraction(), 0.0);
  }
};

QTEST_GUILESS_MAIN(TimeCursorTest)
#include "time_cursor_test.moc"
