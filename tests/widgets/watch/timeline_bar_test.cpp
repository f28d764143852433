// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/timeline_bar.h"

#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtTest>

#include "tests/widgets/watch/recorded_episodes.h"
#include "widgets/watch/fitting_label.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/time_cursor.h"
#include "widgets/watch/timeline_track.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

/// A page as Watch is: a board that takes the focus, controls beside it, the bar below; the bar's actions are added to
/// the page.
struct Page {
  explicit Page(int episodes = 100) {
    cursor.setStream(improvingEpisodes(episodes, 20));
    auto* layout = new QVBoxLayout(&window);
    for (QWidget* part : std::initializer_list<QWidget*>{board, button, choice, text, list, bar})
      layout->addWidget(part);
    board->setFocusPolicy(Qt::StrongFocus);
    choice->addItems({"one", "two"});
    list->addItems({"a", "b", "c"});
    window.addActions(bar->actions());
    window.resize(700, 500);
    window.show();
    board->setFocus();
  }
  QPoint inTrack(double episode) const {
    return {static_cast<int>(std::lround(track->xOf(episode))), track->height() / 2};
  }
  std::pair<int, int> place() const { return {cursor.episode(), cursor.step()}; }

  TimeCursor cursor;
  std::int64_t now = 0;
  Playback playback{cursor, nullptr, [this] { return now; }};
  QWidget window;
  QWidget* board = new QWidget;
  QPushButton* button = new QPushButton("Train one yourself");
  QComboBox* choice = new QComboBox;
  QLineEdit* text = new QLineEdit;
  QListWidget* list = new QListWidget;
  TimelineBar* bar = new TimelineBar(cursor, playback);
  TimelineTrack* track = bar->findChild<TimelineTrack*>();
};

}  // namespace

class TimelineBarTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void clickHitsTheRightEpisode_data() {
    QTest::addColumn<int>("episodes");
    QTest::addColumn<int>("episode");
    QTest::newRow("first") << 100 << 0;
    QTest::newRow("some") << 100 << 61;
    QTest::newRow("last") << 100 << 99;
    QTest::newRow("of a few") << 3 << 1;
    QTest::newRow("of one") << 1 << 0;
  }
  void clickHitsTheRightEpisode() {
    QFETCH(int, episodes);
    QFETCH(int, episode);
    Page page(episodes);
    QVERIFY(QTest::qWaitForWindowExposed(&page.window));
    QTest::mouseClick(page.track, Qt::LeftButton, {}, page.inTrack(episode + 0.5));
    QCOMPARE(page.cursor.episode(), episode);
    QVERIFY(qAbs(page.cursor.step() - 10) <= 2);  // an episode is 6 or more pixels wide here
  }

  void dragScrubsAtOnceAndHoldsPlayback() {
    Page page;
    QVERIFY(QTest::qWaitForWindowExposed(&page.window));
    page.playback.play();
    QTest::mousePress(page.track, Qt::LeftButton, {}, page.inTrack(20.5));
    QCOMPARE(page.cursor.episode(), 20);
    QVERIFY(!page.playback.isTicking());
    QTest::mouseMove(page.track, page.inTrack(80.5));
    QCOMPARE(page.cursor.episode(), 80);
    QTest::mouseMove(page.track, QPoint(page.track->width() + 50, 5));
    QVERIFY(page.cursor.isAtEnd());
    QTest::mouseMove(page.track, QPoint(-50, 5));
    QCOMPARE(page.place(), std::pair(0, 0));
    QTest::mouseRelease(page.track, Qt::LeftButton, {}, QPoint(-50, 5));
    QVERIFY(page.playback.isTicking());
  }

  void everyPixelOfAThousandEpisodesLeadsToWhatIsDrawnThere() {
    Page page(1000);
    QVERIFY(QTest::qWaitForWindowExposed(&page.window));
    for (int x = 20; x < page.track->width() - 20; x += 7) {
      QTest::mouseClick(page.track, Qt::LeftButton, {}, QPoint(x, 10));
      // What is drawn between x and x + 1, a rounding of a pixel allowed.
      QVERIFY(page.track->xOf(page.cursor.episode() + page.cursor.step() / 20.0) > x - 1);
      QVERIFY(page.track->xOf(page.cursor.episode() + page.cursor.step() / 20.0) < x + 1);
    }
  }

  void shiftDragSetsTheLoop() {
    Page page;
    QVERIFY(QTest::qWaitForWindowExposed(&page.window));
    page.cursor.moveTo(5, 5);
    QTest::mousePress(page.track, Qt::LeftButton, Qt::ShiftModifier, page.inTrack(60.5));
    QTest::mouseMove(page.track, page.inTrack(40.5));
    QTest::mouseRelease(page.track, Qt::LeftButton, Qt::ShiftModifier, page.inTrack(40.5));
    QCOMPARE(page.playback.loop(), (std::optional<LoopRange>{{40, 60}}));
    QCOMPARE(page.place(), std::pair(5, 5));
    QTest::keyClick(page.board, Qt::Key_Backslash);
    QVERIFY(!page.playback.loop());
  }

  void keysMoveTheCursor_data() {
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("modifiers");
    QTest::addColumn<int>("episode");
    QTest::addColumn<int>("step");
    // From episode 50, step 15 of 20.
    QTest::newRow("Left") << int{Qt::Key_Left} << 0 << 50 << 14;
    QTest::newRow("Right") << int{Qt::Key_Right} << 0 << 50 << 16;
    QTest::newRow("Shift+Left") << int{Qt::Key_Left} << int{Qt::ShiftModifier} << 50 << 5;
    QTest::newRow("Shift+Right") << int{Qt::Key_Right} << int{Qt::ShiftModifier} << 51 << 4;
    QTest::newRow("Ctrl+Left") << int{Qt::Key_Left} << int{Qt::ControlModifier} << 49 << 0;
    QTest::newRow("Ctrl+Right") << int{Qt::Key_Right} << int{Qt::ControlModifier} << 51 << 0;
    QTest::newRow("Home") << int{Qt::Key_Home} << 0 << 0 << 0;
    QTest::newRow("End") << int{Qt::Key_End} << 0 << 99 << 20;
  }
  void keysMoveTheCursor() {
    QFETCH(int, key);
    QFETCH(int, modifiers);
    QFETCH(int, episode);
    QFETCH(int, step);
    Page page;
    QVERIFY(QTest::qWaitForWindowActive(&page.window));
    page.cursor.moveTo(50, 15);
    QTest::keyClick(page.board, static_cast<Qt::Key>(key), Qt::KeyboardModifiers(modifiers));
    QCOMPARE(page.place(), std::pair(episode, step));
    QCOMPARE(page.cursor.followsEnd(), key == Qt::Key_End);
  }

  void keysSetPlaySpeedAndLoop() {
    Page page;
    QVERIFY(QTest::qWaitForWindowActive(&page.window));
    QTest::keyClick(page.board, Qt::Key_Space);
    QVERIFY(page.playback.isPlaying());
    QTest::keyClick(page.board, Qt::Key_Space);
    QVERIFY(!page.playback.isPlaying());
    const std::pair<Qt::Key, int> speeds[] = {
        {Qt::Key_2, 4}, {Qt::Key_3, 16},     {Qt::Key_4, 64},   {Qt::Key_5, kMaxPlaybackSpeed},
        {Qt::Key_1, 1}, {Qt::Key_Period, 2}, {Qt::Key_Comma, 1}};
    for (const auto& [key, speed] : speeds) {
      QTest::keyClick(page.board, key);
      QCOMPARE(page.playback.speed(), speed);
    }
    page.cursor.moveToEpisode(10);
    QTest::keyClick(page.board, Qt::Key_BracketLeft);
    page.cursor.moveToEpisode(20);
    QTest::keyClick(page.board, Qt::Key_BracketRight);
    QCOMPARE(page.playback.loop(), (std::optional<LoopRange>{{10, 20}}));
  }

  void keysWorkInTheBarItself() {
    Page page;
    QVERIFY(QTest::qWaitForWindowActive(&page.window));
    page.track->setFocus();
    QTest::keyClick(page.track, Qt::Key_Right);
    QCOMPARE(page.place(), std::pair(0, 1));  // once, though bar and page both have the action
  }

  void spaceOnAFocusedButtonClicksThatButton() {
    Page page;
    QVERIFY(QTest::qWaitForWindowActive(&page.window));
    QSignalSpy clicked(page.button, &QPushButton::clicked);
    page.button->setFocus();
    QTest::keyClick(page.button, Qt::Key_Space);
    QCOMPARE(clicked.count(), 1);
    QVERIFY(!page.playback.isPlaying());
    QTest::keyClick(page.button, Qt::Key_Right);  // a button has no use for it
    QCOMPARE(page.place(), std::pair(0, 1));
  }

  void spaceOnAFocusedButtonOfTheBarClicksThatButton() {
    Page page;
    QVERIFY(QTest::qWaitForWindowActive(&page.window));
    QToolButton* next = nullptr;
    for (QToolButton* button : page.bar->findChildren<QToolButton*>()) {
      if (button->defaultAction()->objectName() == "playback_episode_forward") next = button;
    }
    QVERIFY(next != nullptr);
    next->setFocus();
    QTest::keyClick(next, Qt::Key_Space);
    QCOMPARE(page.place(), std::pair(1, 0));
    QVERIFY(!page.playback.isPlaying());
  }

  void clickOnAButtonOfTheBarLeavesTheFocusOnTheBoard() {
    Page page;
    QVERIFY(QTest::qWaitForWindowActive(&page.window));
    for (QToolButton* button : page.bar->findChildren<QToolButton*>()) {
      if (button->isVisible()) QTest::mouseClick(button, Qt::LeftButton);
      QVERIFY(page.board->hasFocus());
    }
  }

  void otherControlsKeepTheirKeys() {
    Page page;
    QVERIFY(QTest::qWaitForWindowActive(&page.window));
    page.text->setFocus();
    QTest::keyClicks(page.text, "1 , [");
    QTest::keyClick(page.text, Qt::Key_Home);
    QTest::keyClick(page.text, Qt::Key_Right);
    QCOMPARE(page.text->text(), QString("1 , ["));
    QCOMPARE(page.text->cursorPosition(), 1);
    page.choice->setFocus();
    QTest::keyClick(page.choice, Qt::Key_End);
    QCOMPARE(page.choice->currentIndex(), 1);
    page.list->setFocus();
    page.list->setCurrentRow(0);
    QTest::keyClick(page.list, Qt::Key_End);
    QCOMPARE(page.list->currentRow(), 2);
    QCOMPARE(page.place(), std::pair(0, 0));
    QVERIFY(!page.playback.isPlaying());
    QCOMPARE(page.playback.speed(), 1);
  }

  void everyActionSaysWhatItIs() {
    Page page;
    QStringList names;
    QStringList keys;
    for (const QAction* action : page.bar->actions()) {
      QVERIFY(!action->text().isEmpty() && !action->toolTip().isEmpty() && !action->icon().isNull());
      QVERIFY(!action->shortcut().isEmpty());
      names << action->objectName();
      keys << action->shortcut().toString();
    }
    QCOMPARE(names.size(), 19);
    QCOMPARE(names.removeDuplicates(), 0);
    QCOMPARE(keys.removeDuplicates(), 0);
  }

  void placeSpeedAndLoopAreWritten() {
    Page page;
    page.cursor.moveTo(61, 7);
    const auto shows = [&page](const QString& text) {
      for (const FittingLabel* label : page.bar->findChildren<FittingLabel*>()) {
        if (label->isVisible() && label->shownText() == text) return true;
      }
      return false;
    };
    QVERIFY(QTest::qWaitForWindowExposed(&page.window));
    QVERIFY(shows("episode 62 / 100 · step 7 / 20"));
    page.playback.setLoop(9, 19);
    QTRY_VERIFY(shows("loop 10–20"));
    page.cursor.toEnd();
    QTRY_VERIFY(shows("episode 100 / 100 · step 20 / 20 · following the end"));
    auto* speed = page.bar->findChild<QComboBox*>("playback_speed");
    page.playback.setSpeed(8);
    QCOMPARE(speed->currentText(), QString("8×"));
    speed->setFocus();
    QTest::keyClick(speed, Qt::Key_Down);
    QCOMPARE(page.playback.speed(), 16);
    QTRY_COMPARE(page.track->accessibleDescription(), QString("episode 100 / 100 · step 20 / 20 · following the end"));
  }

  void narrowBarLosesWordsAndNotHalfLetters() {
    FittingLabel label;
    label.setTexts({"episode 62 / 100 · step 7 / 20", "62 / 100 · 7 / 20", "62 / 100"});
    label.resize(label.sizeHint());
    QCOMPARE(label.shownText(), QString("episode 62 / 100 · step 7 / 20"));
    label.resize(label.width() - 1, label.height());
    QCOMPARE(label.shownText(), QString("62 / 100 · 7 / 20"));
    label.resize(label.minimumSizeHint());
    QCOMPARE(label.shownText(), QString("62 / 100"));
  }

  void withoutAStreamNothingCanBePressed() {
    Page page;
    page.cursor.setStream(nullptr);
    for (const QAction* action : page.bar->actions()) QVERIFY(!action->isEnabled());
    QVERIFY(QTest::qWaitForWindowExposed(&page.window));
    QTest::mouseClick(page.track, Qt::LeftButton, {}, page.track->rect().center());
    page.window.grab();
    QCOMPARE(page.cursor.row(), std::int64_t{0});
  }
};

QTEST_MAIN(TimelineBarTest)
#include "timeline_bar_test.moc"
