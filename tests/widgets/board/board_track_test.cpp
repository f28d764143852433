// SPDX-License-Identifier: GPL-3.0-or-later
// Where the agent stands at which moment, what it was paid, and how often cells were visited.
#include <QtTest>

#include "tests/widgets/board/walks.h"
#include "widgets/board/visit_counts.h"

using namespace limbeck;
using test::makeRoom;
using test::taskNamed;

namespace {

std::shared_ptr<const BoardTrack> trackOf(std::shared_ptr<const Environment> environment, const std::string& task,
                                          const QString& moves) {
  const TaskId id = taskNamed(*environment, task);
  return std::make_shared<const BoardTrack>(environment, id, test::walk(*environment, id, moves));
}

}  // namespace

class BoardTrackTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void agentStandsWhereTheRowsSay();
  void arrivalAfterTheLastActionComesFromTheTables();
  void unfinishedLastEpisodeArrivesToo();
  void agentOnSlipperyFloorStaysWhereItWasSeen();
  void presentIsWhereTheAgentIs();
  void visitsOfARectangleAreCountedRowByRow();
  void fractionsAreSharesOfAStep();
  void momentsAreClampedToTheStream();
  void returnGrowsWithTheSteps();
  void keyIsDoneOnceTakenAndThenTheDoorPays();
  void goalThatPaysOnEveryStepIsNeverDone();
  void visitsAgreeWithASlowCount_data();
  void visitsAgreeWithASlowCount();
  void scrubbingAThousandEpisodesIsImmediate();
};

void BoardTrackTest::agentStandsWhereTheRowsSay() {
  const auto track = trackOf(makeRoom("darkroom", 5, 4), "goal (4,4)", "RRUULLD.");
  // From the centre (2,2).
  QCOMPARE(track->cellAt(0, 0), QPoint(2, 2));
  QCOMPARE(track->cellAt(0, 2), QPoint(4, 2));
  QCOMPARE(track->cellAt(0, 3), QPoint(4, 1));
  QCOMPARE(track->cellAt(1, 0), QPoint(2, 2));
  QCOMPARE(track->cellAt(1, 3), QPoint(0, 3));
}

void BoardTrackTest::arrivalAfterTheLastActionComesFromTheTables() {
  const auto track = trackOf(makeRoom("darkroom", 5, 4), "goal (4,4)", "RRUULLD.");
  QCOMPARE(track->cellAt(0, 4), QPoint(4, 0));  // the row after it is the next episode's start
  QCOMPARE(track->cellAt(1, 4), QPoint(0, 3));
  QCOMPARE(track->cellsUpTo(0, 4), (std::vector<QPoint>{{2, 2}, {3, 2}, {4, 2}, {4, 1}, {4, 0}}));
  const auto into_wall = trackOf(makeRoom("darkroom", 5, 4), "goal (4,4)", "RRRR");
  QCOMPARE(into_wall->cellAt(0, 4), QPoint(4, 2));
}

void BoardTrackTest::unfinishedLastEpisodeArrivesToo() {
  const auto track = trackOf(makeRoom("darkroom", 5, 4), "goal (4,4)", "RRUUDD");
  QCOMPARE(track->stream().episodes(), 2);
  QCOMPARE(track->cellAt(1, 2), QPoint(2, 4));
}

// "Right" from (0,0), which is slippery: within the episode the rows tell where that led, after its end nobody does.
void BoardTrackTest::agentOnSlipperyFloorStaysWhereItWasSeen() {
  const auto environment = test::makeMap("~~G\nS~~\n", 0.5, 3);
  const TaskId task{0};
  OwnedTransitions rows;
  rows.observations = {0, 1, 0, 0, 0, 1, 1, 1};  // up to (0,0); then, in the second episode, right to (1,1)
  rows.actions = {2, 1, 1, 1};
  rows.rewards = {0.0F, 0.0F, 0.0F, 0.0F};
  rows.ends = {End::None, End::Truncated, End::None, End::Truncated};
  const auto stream = RecordedStream::fromColumns(environment->spec(), {0, 0}, std::move(rows));
  const BoardTrack track(environment, task, stream);
  QVERIFY(track.observationAt(0, 2).empty());
  QCOMPARE(track.cellAt(0, 2), QPoint(0, 0));
  QCOMPARE(track.cellsUpTo(0, 2), (std::vector<QPoint>{{0, 1}, {0, 0}, {0, 0}}));
  QCOMPARE(track.cellAt(1, 1), QPoint(1, 1));  // recorded
  QCOMPARE(episodeVisits(track, 0, 2),
           (std::vector<std::uint32_t>{1, 0, 0, 1, 0, 0}));  // the unknown place is no visit
}

void BoardTrackTest::presentIsWhereTheAgentIs() {
  const auto environment = test::makeMap("~~G\nS~~\n", 0.5, 5);
  const TaskId task{0};
  OwnedTransitions rows;
  rows.observations = {0, 1, 0, 0};
  rows.actions = {2, 1};
  rows.rewards = {0.0F, 0.0F};
  rows.ends = {End::None, End::None};
  const auto stream = RecordedStream::fromColumns(environment->spec(), {0, 0}, std::move(rows));
  QCOMPARE(BoardTrack(environment, task, stream).cellAt(0, 2), QPoint(0, 0));
  QCOMPARE(BoardTrack(environment, task, stream, {0, 1}).cellAt(0, 2), QPoint(0, 1));  // it slipped down
}

void BoardTrackTest::visitsOfARectangleAreCountedRowByRow() {
  const auto environment = test::makeMap("S...\n#G..\n", 0.2, 4);
  const auto track =
      std::make_shared<const BoardTrack>(environment, TaskId{0}, test::walk(*environment, TaskId{0}, "RRDR"));
  QVERIFY(track->grid() == (GridSize{4, 2}));
  const std::vector<std::uint32_t> expected{1, 1, 1, 0, 0, 0, 1, 1};
  QCOMPARE(episodeVisits(*track, 0, 4), expected);
  QCOMPARE(VisitCounts(track).upTo(0, 4), expected);
}

void BoardTrackTest::fractionsAreSharesOfAStep() {
  const auto track = trackOf(makeRoom("darkroom", 5, 4), "goal (4,4)", "RRUU");
  QCOMPARE(track->momentAt(0, 2.25), (BoardMoment{0, 2, 0.25, false}));
  QCOMPARE(track->momentAt(0, 4.0), (BoardMoment{0, 4, 0.0, false}));
}

void BoardTrackTest::momentsAreClampedToTheStream() {
  const auto track = trackOf(makeRoom("darkroom", 5, 4), "goal (4,4)", "RRUULLD.");
  QCOMPARE(track->momentAt(-3, -1.5), (BoardMoment{0, 0, 0.0, false}));
  QCOMPARE(track->momentAt(1, 9.5), (BoardMoment{1, 4, 0.0, false}));
  QCOMPARE(track->momentAt(2, 1.5), (BoardMoment{1, 4, 0.0, true}));
}

void BoardTrackTest::returnGrowsWithTheSteps() {
  const auto track = trackOf(makeRoom("darkroom", 5, 4), "goal (3,2)", "R..L");
  // Arriving pays, and so does each step that stays: 1, 2, 3; leaving pays nothing.
  for (const auto& [step, expected] :
       std::vector<std::pair<int, double>>{{0, 0.0}, {1, 1.0}, {2, 2.0}, {3, 3.0}, {4, 3.0}}) {
    QCOMPARE(track->returnAt(0, step), expected);
  }
  QCOMPARE(track->rewardAt(0, 1), 1.0F);
  QCOMPARE(track->rewardAt(0, 4), 0.0F);
}

void BoardTrackTest::keyIsDoneOnceTakenAndThenTheDoorPays() {
  const auto track = trackOf(makeRoom("key_to_door", 5, 6), "key (3,2) door (2,2)", "RLRLLL");
  QCOMPARE(track->markersDone(0, 0), (std::vector<bool>{false, false}));
  QCOMPARE(track->markersDone(0, 1), (std::vector<bool>{true, false}));
  QCOMPARE(track->markersDone(0, 2), (std::vector<bool>{true, true}));
  QVERIFY(track->markerPaidAt(0, 1)->kind == TaskMarker::Kind::Key);
  QVERIFY(track->markerPaidAt(0, 2)->kind == TaskMarker::Kind::Door);
  QVERIFY(!track->markerPaidAt(0, 3));  // the key's cell again
}

void BoardTrackTest::goalThatPaysOnEveryStepIsNeverDone() {
  const auto track = trackOf(makeRoom("darkroom", 5, 4), "goal (3,2)", "R...");
  QCOMPARE(track->markersDone(0, 4), std::vector<bool>{false});
  QVERIFY(track->markerPaidAt(0, 4)->kind == TaskMarker::Kind::Goal);
}

void BoardTrackTest::visitsAgreeWithASlowCount_data() {
  QTest::addColumn<int>("size");
  QTest::addColumn<int>("horizon");
  QTest::addColumn<int>("steps");
  QTest::newRow("9x9, many kept counts") << 9 << 20 << 12345;
  QTest::newRow("2x2, one step an episode") << 2 << 1 << 5000;
  QTest::newRow("17x17, episodes longer than the distance of kept counts") << 17 << 3000 << 20000;
}

void BoardTrackTest::visitsAgreeWithASlowCount() {
  QFETCH(int, size);
  QFETCH(int, horizon);
  QFETCH(int, steps);
  const auto environment = makeRoom("darkroom", size, horizon);
  const auto track =
      std::make_shared<const BoardTrack>(environment, TaskId{0}, test::randomWalk(*environment, TaskId{0}, steps, 7));
  const VisitCounts counts(track);
  std::vector<std::uint32_t> slow(static_cast<std::size_t>(size) * size, 0);
  const int episodes = track->stream().episodes();
  for (int episode = 0; episode < episodes; ++episode) {
    const int length = track->stream().length(episode);
    const int looked_at = episode % 7 == 0 || episode + 1 == episodes ? length / 2 : -1;
    std::vector<std::uint32_t> own(slow.size(), 0);
    const std::vector<QPoint> cells = track->cellsUpTo(episode, length);
    for (int step = 0; step <= length; ++step) {
      const auto place = static_cast<std::size_t>(cells[step].y()) * size + cells[step].x();
      ++slow[place];
      ++own[place];
      if (step != looked_at) continue;
      QVERIFY(counts.upTo(episode, step) == slow);
      QVERIFY(episodeVisits(*track, episode, step) == own);
    }
  }
  QVERIFY(counts.upTo(episodes - 1, track->stream().length(episodes - 1)) == slow);
}

// 2 ms a scrub are asked for; the test allows a loaded machine five times as much, on the median of 500.
void BoardTrackTest::scrubbingAThousandEpisodesIsImmediate() {
  const auto environment = makeRoom("darkroom", 9, 20);
  const auto track =
      std::make_shared<const BoardTrack>(environment, TaskId{0}, test::randomWalk(*environment, TaskId{0}, 20000, 3));
  const VisitCounts counts(track);
  Rng rng(Seed{4});
  std::vector<qint64> times;
  for (int i = 0; i < 500; ++i) {
    QElapsedTimer timer;
    timer.start();
    const auto visits = counts.upTo(static_cast<int>(rng.below(1000)), static_cast<int>(rng.below(21)));
    times.push_back(timer.nsecsElapsed());
    QCOMPARE(visits.size(), std::size_t{81});
  }
  std::ranges::sort(times);
  qInfo() << "scrub: median" << static_cast<double>(times[250]) / 1e6 << "ms, worst"
          << static_cast<double>(times.back()) / 1e6 << "ms";
  QVERIFY(times[250] < 10'000'000);
}

QTEST_APPLESS_MAIN(BoardTrackTest)
#include "board_track_test.moc"
