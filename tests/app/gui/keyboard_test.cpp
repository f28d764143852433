// SPDX-License-Identifier: GPL-3.0-or-later
// The window by keys alone: what a key does, where it does it, and that it does nothing where letters are typed.
#include <QAbstractItemView>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTextBrowser>
#include <QTimer>

#include "app/gui/hand_play_controller.h"
#include "app/gui/live_controller.h"
#include "app/gui/replay_controller.h"
#include "app/gui/run_queue.h"
#include "app/gui/watch_page.h"
#include "tests/app/gui/gui_fixture.h"
#include "widgets/board/board_view.h"
#include "widgets/form/new_run_page.h"
#include "widgets/plot/plot_view.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/shell/command_palette.h"
#include "widgets/shell/key_sheet.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/time_cursor.h"
#include "widgets/watch/timeline_bar.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

bool isWidgetContext(const QAction& action) {
  return action.shortcutContext() == Qt::WidgetShortcut || action.shortcutContext() == Qt::WidgetWithChildrenShortcut;
}

/// The widgets that give an action its keys: menus and buttons only show it.
QList<QWidget*> placesOf(const QAction& action) {
  QList<QWidget*> places;
  for (QObject* object : action.associatedObjects()) {
    auto* widget = qobject_cast<QWidget*>(object);
    const bool only_shows =
        qobject_cast<QMenu*>(widget) != nullptr || qobject_cast<QAbstractButton*>(widget) != nullptr;
    if (widget != nullptr && !(only_shows && isWidgetContext(action))) places.append(widget);
  }
  return places;
}

/// Whether there is a place for the focus where both would answer to their keys.
bool meet(const QAction& a, const QAction& b) {
  const QList<QWidget*> places_of_a = placesOf(a);
  const QList<QWidget*> places_of_b = placesOf(b);
  if (places_of_a.isEmpty() || places_of_b.isEmpty()) return false;
  if (!isWidgetContext(a) || !isWidgetContext(b)) return true;
  for (QWidget* one : places_of_a) {
    for (QWidget* other : places_of_b) {
      const bool reaches_down = a.shortcutContext() == Qt::WidgetWithChildrenShortcut && one->isAncestorOf(other);
      const bool reaches_up = b.shortcutContext() == Qt::WidgetWithChildrenShortcut && other->isAncestorOf(one);
      if (one == other || reaches_down || reaches_up) return true;
    }
  }
  return false;
}

/// "Ctrl+N: new_run, open", of all enabled actions in the window.
QStringList ambiguousKeys(const MainWindow& window) {
  QList<QAction*> actions = window.findChildren<QAction*>();
  QStringList found;
  for (qsizetype i = 0; i < actions.size(); ++i) {
    for (qsizetype j = i + 1; j < actions.size(); ++j) {
      if (!actions[i]->isEnabled() || !actions[j]->isEnabled() || !meet(*actions[i], *actions[j])) continue;
      for (const QKeySequence& key : actions[i]->shortcuts()) {
        if (actions[j]->shortcuts().contains(key)) {
          found << QString("%1: %2, %3").arg(key.toString(), actions[i]->objectName(), actions[j]->objectName());
        }
      }
    }
  }
  return found;
}

}  // namespace

class KeyboardTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    gui_ = std::make_unique<GuiFixture>();
    gui_->openDemo();
    QTRY_VERIFY_WITH_TIMEOUT(window().replay().subject() != nullptr, kPatience);
    page().playback().pause();
    page().board(0).setFocus();
    QTRY_VERIFY(page().board(0).hasFocus());
  }
  void cleanup() { gui_.reset(); }

  void spacePlaysAndPausesWithABoardFocused() {
    for (int i = 0; i < WatchPage::kBoards; ++i) {
      page().board(i).setFocus();
      QTest::keyClick(&page().board(i), Qt::Key_Space);
      QVERIFY(page().playback().isPlaying());
      QTest::keyClick(&page().board(i), Qt::Key_Space);
      QVERIFY(!page().playback().isPlaying());
    }
  }

  void spaceOnAButtonPressesItAndDoesNotPlay() {
    auto* button = window().findChild<QPushButton*>("call_hand_play");
    button->setFocus();
    QSignalSpy clicked(button, &QPushButton::clicked);
    QSignalSpy playing(&page().playback(), &Playback::playingChanged);
    QTest::keyClick(button, Qt::Key_Space);
    QCOMPARE(clicked.count(), 1);
    QCOMPARE(playing.count(), 0);
  }

  void spaceOnAComboBoxOpensItAndDoesNotPlay() {
    QComboBox& box = page().taskPicker();
    box.setFocus();
    QSignalSpy playing(&page().playback(), &Playback::playingChanged);
    QTest::keyClick(&box, Qt::Key_Space);
    QTRY_VERIFY(box.view()->isVisible());
    box.hidePopup();
    QCOMPARE(playing.count(), 0);
  }

  void spaceInATextFieldIsALetterAndDoesNotPlay() {
    QSignalSpy playing(&page().playback(), &Playback::playingChanged);
    QTest::keyClick(filter(), Qt::Key_Space);
    QCOMPARE(filter()->text(), QString(" "));
    QCOMPARE(playing.count(), 0);
  }

  void spaceInAListDoesNotPlay() {
    for (auto* list : window().findChildren<QAbstractItemView*>()) {
      if (!list->isVisible() || list->focusPolicy() == Qt::NoFocus) continue;
      list->setFocus();
      QSignalSpy playing(&page().playback(), &Playback::playingChanged);
      QTest::keyClick(list, Qt::Key_Space);
      QVERIFY2(playing.isEmpty(), qPrintable(list->accessibleName()));
    }
  }

  void arrowsStepThroughTimeAndStopPlaying() {
    TimeCursor& cursor = page().cursor();
    cursor.moveTo(3, 5);
    press(Qt::Key_Right);
    QCOMPARE(at(), (std::pair{3, 6}));
    press(Qt::Key_Left);
    press(Qt::Key_Left);
    QCOMPARE(at(), (std::pair{3, 4}));
    press(Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(at(), (std::pair{3, 14}));
    press(Qt::Key_Left, Qt::ShiftModifier);
    QCOMPARE(at(), (std::pair{3, 4}));
    press(Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(cursor.episode(), 4);
    press(Qt::Key_Left, Qt::ControlModifier);
    press(Qt::Key_Left, Qt::ControlModifier);
    QVERIFY(cursor.episode() < 4);
    press(Qt::Key_End);
    QCOMPARE(cursor.episode(), cursor.episodes() - 1);
    press(Qt::Key_Home);
    QCOMPARE(at(), (std::pair{0, 0}));
  }

  void digitsCommaAndFullStopSetTheSpeed() {
    const Playback& playback = page().playback();
    const int expected[] = {1, 4, 16, 64};
    for (int i = 0; i < 4; ++i) {
      press(static_cast<Qt::Key>(Qt::Key_1 + i));
      QCOMPARE(playback.speed(), expected[i]);
    }
    press(Qt::Key_5);
    QVERIFY(playback.speed() > 64);
    press(Qt::Key_3);
    press(Qt::Key_Period);
    QVERIFY(playback.speed() > 16);
    press(Qt::Key_Comma);
    QCOMPARE(playback.speed(), 16);
  }

  void bracketsLoopAndBackslashClears() {
    page().cursor().moveTo(4, 0);
    press(Qt::Key_BracketLeft);
    page().cursor().moveTo(9, 0);
    press(Qt::Key_BracketRight);
    QVERIFY(page().playback().loop().has_value());
    QCOMPARE(page().playback().loop()->first, 4);
    QCOMPARE(page().playback().loop()->last, 9);
    press(Qt::Key_Backslash);
    QVERIFY(!page().playback().loop());
  }

  void lettersActOnTheWatchPage() {
    const WindowActions& actions = window().actions();
    const std::pair<Qt::Key, QAction*> switches[] = {{Qt::Key_A, actions.attention}, {Qt::Key_T, actions.trail},
                                                     {Qt::Key_S, actions.seeds},     {Qt::Key_B, actions.bands},
                                                     {Qt::Key_M, actions.marks},     {Qt::Key_X, actions.x_steps}};
    for (const auto& [key, action] : switches) {
      const bool before = action->isChecked();
      press(key);
      QVERIFY2(action->isChecked() != before, qPrintable(action->objectName()));
      press(key);
      QCOMPARE(action->isChecked(), before);
    }
    press(Qt::Key_T);
    QVERIFY(!page().board(1).look().has_trail);
    const BoardHeat heat = page().board(0).look().heat;
    press(Qt::Key_V);
    QVERIFY(page().board(0).look().heat != heat);
    page().plot().zoomIn();
    QVERIFY(page().plot().isZoomed());
    press(Qt::Key_R);
    QVERIFY(!page().plot().isZoomed());
  }

  void lettersInTheFilterAreLetters() {
    const BoardHeat heat = page().board(0).look().heat;
    QList<bool> before;
    for (const QAction* action : window().actions().pageKeys()) before << action->isChecked();
    QSignalSpy playing(&page().playback(), &Playback::playingChanged);
    QTest::keyClicks(filter(), "avtsbmxrh 1,.[]");
    QCOMPARE(filter()->text(), QString("avtsbmxrh 1,.[]"));
    QList<bool> after;
    for (const QAction* action : window().actions().pageKeys()) after << action->isChecked();
    QCOMPARE(after, before);
    QCOMPARE(page().board(0).look().heat, heat);
    QCOMPARE(playing.count(), 0);
    QVERIFY(!window().handPlay().isActive());
  }

  void ctrlKRunsACommandByItsName() {
    press(Qt::Key_K, Qt::ControlModifier);
    auto* palette = window().findChild<CommandPalette*>();
    QVERIFY(palette != nullptr && palette->isVisible());
    auto* line = palette->findChild<QLineEdit*>();
    QTest::keyClicks(line, "theme dark");
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_VERIFY(gui_->theme.isDark());
    QVERIFY(window().actions().theme_dark->isChecked());
  }

  void f1ShowsEveryKey() {
    QString sheet;
    // The sheet is modal: this runs while it is open.
    QTimer::singleShot(0, this, [&sheet] {
      auto* dialog = qobject_cast<KeySheet*>(QApplication::activeModalWidget());
      if (dialog == nullptr) return;
      sheet = dialog->findChild<QTextBrowser*>()->toPlainText();
      QTest::keyClick(dialog, Qt::Key_Escape);
    });
    press(Qt::Key_F1);
    QVERIFY(!sheet.isEmpty());
    QVERIFY2(!sheet.contains(QChar(0xE2)), "a text was read in the wrong encoding");
    for (const ActionGroup& group : window().actionGroups()) {
      for (const QAction* action : group.actions) {
        if (action->shortcuts().isEmpty()) continue;
        QVERIFY2(sheet.contains(plainText(*action)), qPrintable(action->objectName()));
        QVERIFY2(sheet.contains(shortcutText(*action)), qPrintable(action->objectName()));
      }
    }
  }

  void pagesHaveTheirKeys() {
    press(Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(window().newRunPage().isVisible());
    QVERIFY(!page().isVisible());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_F5);
    QTRY_VERIFY(page().isVisible());
    QVERIFY(page().board(0).hasFocus());
    press(Qt::Key_F, Qt::ControlModifier);
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(filter()));
  }

  void f6FollowsTheRunAtWork() {
    window().openExperiment(gui_->tinyFile({{"steps = 60", "steps = 3000"}}));
    QVERIFY(!window().actions().follow->isEnabled());
    QTRY_VERIFY(window().newRunPage().request().has_value());
    QTest::keyClick(&window().newRunPage(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(window().queue().current().has_value(), kPatience);
    QTest::keyClick(&window(), Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(window().newRunPage().isVisible());
    QTRY_VERIFY(window().actions().follow->isEnabled());
    QTest::keyClick(&window(), Qt::Key_F6);
    QVERIFY(page().isVisible());
    QTRY_VERIFY(window().live().run().has_value());  // once its configuration has been read
    window().queue().stopAll();
    QTRY_VERIFY_WITH_TIMEOUT(!window().queue().isBusy(), kPatience);
  }

  void tabReachesStartWithoutLeavingTheNewRunPage() {
    press(Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(window().newRunPage().request().has_value());
    auto* first = window().newRunPage().findChild<QComboBox*>();
    first->setFocus();
    QStringList way;
    bool is_start_reached = false;
    for (int i = 0; i < 60 && !is_start_reached; ++i) {
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
      const QWidget* focused = QApplication::focusWidget();
      QVERIFY(focused != nullptr && focused->isVisible() && focused->isEnabled());
      QVERIFY2(window().newRunPage().isAncestorOf(focused), qPrintable(way.join(" > ")));
      auto* button = qobject_cast<const QPushButton*>(focused);
      way << (button != nullptr ? button->text() : focused->accessibleName());
      is_start_reached = button != nullptr && button->text().contains("Start");
    }
    QVERIFY2(is_start_reached, qPrintable(way.join(" > ")));
  }

  void noTwoActionsShareAKey() {
    QCOMPARE(ambiguousKeys(window()), QStringList());
    press(Qt::Key_H);
    QTRY_VERIFY_WITH_TIMEOUT(window().handPlay().isActive(), kPatience);
    QCOMPARE(ambiguousKeys(window()), QStringList());
    QTest::keyClick(&page().board(0), Qt::Key_Escape);  // nothing was done: back to the replay
    QTRY_VERIFY_WITH_TIMEOUT(window().replay().subject() != nullptr, kPatience);
    QCOMPARE(ambiguousKeys(window()), QStringList());
  }

  void aSharedKeyWouldBeFound() {
    QAction everywhere(&window());
    everywhere.setObjectName("everywhere");
    everywhere.setShortcut(Qt::Key_Space);
    window().addAction(&everywhere);
    QVERIFY(ambiguousKeys(window()).join(' ').contains("everywhere"));
    QAction elsewhere(&window());
    elsewhere.setObjectName("elsewhere");
    elsewhere.setShortcut(Qt::Key_Left);
    elsewhere.setShortcutContext(Qt::WidgetWithChildrenShortcut);
    window().runsPanel().addAction(&elsewhere);
    QVERIFY(!ambiguousKeys(window()).join(' ').contains("elsewhere"));
  }

  void arrowsMoveTheAgentInTheHandPlayOnly() {
    page().cursor().moveTo(3, 5);
    press(Qt::Key_H);
    QTRY_VERIFY_WITH_TIMEOUT(window().handPlay().isActive(), kPatience);
    QTest::keyClick(&page().board(0), Qt::Key_Right);
    QTRY_VERIFY(page().cursor().stream() != nullptr);
    QCOMPARE(page().cursor().stream()->columns().rows(), std::int64_t{1});
    QTest::keyClick(&page().board(0), Qt::Key_H);
    QTRY_VERIFY_WITH_TIMEOUT(window().replay().subject() != nullptr, kPatience);
    page().playback().pause();
    const std::int64_t rows = page().cursor().stream()->columns().rows();
    QVERIFY(rows > 100);  // the replay's again
    page().cursor().moveTo(3, 5);
    press(Qt::Key_Right);
    QCOMPARE(at(), (std::pair{3, 6}));
    QCOMPARE(page().cursor().stream()->columns().rows(), rows);
  }

 private:
  MainWindow& window() const { return gui_->window(); }
  WatchPage& page() const { return window().watchPage(); }
  QLineEdit* filter() const {
    auto* line = window().findChild<QLineEdit*>("run_filter");
    line->setFocus();
    return line;
  }
  std::pair<int, int> at() const { return {page().cursor().episode(), page().cursor().step()}; }
  void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const {
    QTest::keyClick(&page().board(0), key, modifiers);
  }

  std::unique_ptr<GuiFixture> gui_;
};

QTEST_MAIN(KeyboardTest)
#include "keyboard_test.moc"
