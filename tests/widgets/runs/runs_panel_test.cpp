// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_panel.h"

#include <fmt/format.h>

#include <QAction>
#include <QClipboard>
#include <QCompleter>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QUndoStack>
#include <QtTest>

#include "tests/widgets/runs/made_runs.h"
#include "tests/widgets/runs/stored_runs.h"
#include "widgets/base/background.h"
#include "widgets/runs/run_delegate.h"
#include "widgets/runs/run_edits.h"
#include "widgets/runs/run_proxy_model.h"
#include "widgets/runs/run_table_model.h"
#include "widgets/runs/run_view.h"

using namespace limbeck;
using namespace limbeck::test;

class RunsPanelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    panel_ = std::make_unique<RunsPanel>();
    panel_->resize(640, 480);
    panel_->show();
    QVERIFY(QTest::qWaitForWindowActive(panel_.get()));
  }

  void cleanup() {
    panel_.reset();
    edits_.reset();
    background_.reset();
    stack_.reset();
    stored_.reset();
  }

  void typedFilterIsAppliedAfterAPause() {
    panel_->setListing(madeListing());
    panel_->focusFilter();
    QTest::keyClicks(filter(), "state:failed");
    QCOMPARE(panel_->proxy().shownRuns(), 7);
    QTRY_COMPARE(panel_->proxy().shownRuns(), 1);
    QCOMPARE(text("run_count"), "1 run, 6 hidden");
    QTest::keyClick(filter(), Qt::Key_Escape);
    QCOMPARE(panel_->proxy().shownRuns(), 7);
  }

  void wrongFilterSaysSoAndLeavesTheListAsItWas() {
    panel_->setListing(madeListing());
    panel_->setFilterText("state:failed");
    panel_->focusFilter();
    QTest::keyClick(filter(), Qt::Key_End);  // the filter is selected, so that typing replaces it
    QTest::keyClicks(filter(), " lrr<1");
    QTest::keyClick(filter(), Qt::Key_Return);
    QCOMPARE(text("run_filter_problem"), "At character 14: unknown key \"lrr\", did you mean \"lr\"?");
    QCOMPARE(panel_->proxy().shownRuns(), 1);
    panel_->setFilterText("");
    QVERIFY(!panel_->findChild<QLabel*>("run_filter_problem")->isVisible());
  }

  void completionIsChosenByKeys() {
    panel_->setListing(madeListing());
    panel_->focusFilter();
    QTest::keyClicks(filter(), "hard ta");
    QWidget* popup = QApplication::activePopupWidget();
    QVERIFY(popup != nullptr);
    QTest::keyClick(popup, Qt::Key_Down);
    QTest::keyClick(popup, Qt::Key_Return);
    QCOMPARE(filter()->text(), "hard tag:");
    QTRY_VERIFY(QApplication::activePopupWidget() != nullptr);
    QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Down);
    QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Return);
    QCOMPARE(filter()->text(), "hard tag:best ");
    QTest::keyClick(filter(), Qt::Key_Space, Qt::ControlModifier);  // all keys
    QVERIFY(QApplication::activePopupWidget() != nullptr);
  }

  void filterWithoutAMatchCanBeClearedByAClick() {
    panel_->setListing(madeListing());
    panel_->setFilterText("nowhere");
    QVERIFY(!panel_->view().isVisible());
    QPushButton* clear = button("Clear the filter");
    QVERIFY(clear != nullptr);
    QVERIFY(labelWith("Nothing matches \"nowhere\"") && labelWith("7 runs hidden by the filter"));
    QTest::mouseClick(clear, Qt::LeftButton);
    QVERIFY(panel_->view().isVisible());
    QCOMPARE(panel_->proxy().shownRuns(), 7);
  }

  void emptyListOffersWhatToDo() {
    QAction train("Train one yourself");
    panel_->setStartActions({&train});
    QVERIFY(panel_->view().isVisible());  // before the first listing nobody knows whether there are runs
    panel_->setListing({});
    QVERIFY(labelWith("No runs yet"));
    QSignalSpy triggered(&train, &QAction::triggered);
    QTest::mouseClick(button("Train one yourself"), Qt::LeftButton);
    QCOMPARE(triggered.count(), 1);
    panel_->setListing(madeListing());
    QVERIFY(panel_->view().isVisible());
  }

  void keysSelectRangesAndAGroupMeansItsMembers() {
    panel_->setListing(madeListing());
    QSignalSpy selected(panel_.get(), &RunsPanel::selectionChanged);
    panel_->focusFilter();
    QTest::keyClick(filter(), Qt::Key_Down);
    QCOMPARE(selectedNames(), "7");
    QTest::keyClick(&panel_->view(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(selectedNames(), "7 6");
    QTest::keyClick(&panel_->view(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(selectedNames(), "7 6 5 4");
    QCOMPARE(selected.count(), 3);
    panel_->setFilterText("seed:1");
    QCOMPARE(selectedNames(), "7 6 4");  // not the member that the filter hides
  }

  void newListingLeavesSelectionExpansionAndScroll() {
    RunListing listing = madeListing();
    for (int id = 100; id < 160; ++id) listing.runs.push_back(madeRun(id, fmt::format("g{}", id), 1));
    panel_->setListing(listing);
    panel_->selectRun(RunId{2});
    QVERIFY(panel_->view().isExpanded(panel_->view().currentIndex().parent()));
    const int scroll = panel_->view().verticalScrollBar()->value();
    QVERIFY(scroll > 0);
    QSignalSpy selected(panel_.get(), &RunsPanel::selectionChanged);
    listing.runs.push_back(madeRun(1, "quick", 1));  // the same once more is no harm
    listing.runs[0].state = RunState::Done;
    listing.runs.erase(listing.runs.begin() + 1);
    panel_->setListing(listing);
    QCOMPARE(selectedNames(), "2");
    QVERIFY(panel_->view().isExpanded(panel_->view().currentIndex().parent()));
    QCOMPARE(selected.count(), 0);
    // Also over a reset, which hundreds of new runs are.
    for (int id = 1000; id < 1400; ++id) listing.runs.push_back(madeRun(id, fmt::format("g{}", id), 1));
    panel_->setListing(listing);
    QCOMPARE(selectedNames(), "2");
    QVERIFY(panel_->view().isExpanded(panel_->view().currentIndex().parent()));
    QCOMPARE(selected.count(), 0);
  }

  void doubleClickAndEnterOpenARun() {
    panel_->setListing(madeListing());
    QSignalSpy activated(panel_.get(), &RunsPanel::runActivated);
    const QPoint place = rowCenter(RunId{6});
    QTest::mouseClick(panel_->view().viewport(), Qt::LeftButton, {}, place);
    QTest::mouseDClick(panel_->view().viewport(), Qt::LeftButton, {}, place);
    QCOMPARE(activated.count(), 1);
    QVERIFY(activated[0][0].value<RunId>() == RunId{6});
    QTest::keyClick(&panel_->view(), Qt::Key_Return);
    QCOMPARE(activated.count(), 2);
    QTest::keyClick(&panel_->view(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(activated.count() >= 3);
  }

  void selectRunTakesAFilterAwayThatHidesIt() {
    panel_->setListing(madeListing());
    panel_->setFilterText("state:failed");
    panel_->selectRun(RunId{4});
    QCOMPARE(panel_->filterText(), "");
    QCOMPARE(selectedNames(), "4");
    panel_->selectRun(RunId{99});
    QCOMPARE(selectedNames(), "4");
  }

  void listSortedByAColumnThatGoesIsSortedByRunAgain() {
    panel_->setListing(madeListing());
    panel_->view().sortByColumn(RunTableModel::FirstKeyColumn, Qt::AscendingOrder);
    panel_->setFilterText("title:quick");
    panel_->setFilterText("tag:best");
    QCOMPARE(panel_->view().header()->sortIndicatorSection(), static_cast<int>(RunTableModel::RunColumn));
    QCOMPARE(panel_->proxy().sortColumn(), static_cast<int>(RunTableModel::RunColumn));
  }

  void clickOnTheStarStarsAndUndoTakesItOff() {
    openStore();
    const QModelIndex row = panel_->proxy().mapFromSource(panel_->model().indexOf(RunId{3}));
    QStyleOptionViewItem option;
    option.rect = panel_->view().visualRect(row);
    option.fontMetrics = panel_->view().fontMetrics();
    QTest::mouseClick(panel_->view().viewport(), Qt::LeftButton, {}, RunDelegate::starRect(option).center());
    QTRY_VERIFY(stored_->store().run(RunId{3}).is_starred);
    QCOMPARE(stack_->undoText(), "star AD-3");
    stack_->undo();
    QTRY_VERIFY(!stored_->store().run(RunId{3}).is_starred);
  }

  void f2RenamesInPlaceAndNewsDoNotDisturbTheTyping() {
    openStore();
    panel_->selectRun(RunId{3});
    QTest::keyClick(&panel_->view(), Qt::Key_F2);
    auto* editor = panel_->findChild<QLineEdit*>("title_editor");
    QVERIFY(editor != nullptr);
    QCOMPARE(editor->text(), "other");
    QTest::keyClicks(editor, "a better title");
    stored_->store().setTags(RunId{3}, std::vector<std::string>{"best"});
    panel_->setListing(loadListing(stored_->store(), false));
    QCOMPARE(editor->text(), "a better title");
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(QString::fromStdString(stored_->store().run(RunId{3}).title), "a better title");
  }

  void delMovesToTheTrashAndTheTrashViewRestores() {
    openStore();
    connect(panel_.get(), &RunsPanel::trashViewToggled, panel_.get(),
            [this](bool is_trash) { panel_->setListing(loadListing(stored_->store(), is_trash)); });
    panel_->selectRun(RunId{3});
    QTest::keyClick(&panel_->view(), Qt::Key_Delete);
    QCOMPARE(panel_->model().runCount(), 2);
    QTRY_VERIFY(stored_->store().run(RunId{3}).trashed_ms.has_value());
    QTest::keyClick(&panel_->view(), Qt::Key_Delete, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(text("run_count"), "Trash: 1 run");
    QVERIFY(!panel_->runActions().trash->isVisible());
    panel_->view().selectAll();
    QTest::keyClick(&panel_->view(), Qt::Key_T, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(!stored_->store().run(RunId{3}).trashed_ms.has_value());
    QVERIFY(labelWith("The trash is empty"));
    QTest::mouseClick(button("Leave trash"), Qt::LeftButton);
    QCOMPARE(panel_->model().runCount(), 3);
  }

  void tagEditorChangesWhatTheSelectedRunsShare() {
    openStore();
    stored_->store().setTags(RunId{1}, std::vector<std::string>{"best", "own"});
    stored_->store().setTags(RunId{2}, std::vector<std::string>{"best"});
    panel_->setListing(loadListing(stored_->store(), false));
    panel_->selectRun(RunId{2});
    panel_->view().setCurrentIndex(panel_->view().currentIndex().parent());  // the group
    QTest::keyClick(&panel_->view(), Qt::Key_T, Qt::ControlModifier);
    auto* line = panel_->findChild<QLineEdit*>("tag_line");
    QVERIFY(line != nullptr);
    QCOMPARE(line->text(), "best, ");
    line->setText("paper, ");
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_COMPARE(stored_->store().run(RunId{1}).tags, (std::vector<std::string>{"own", "paper"}));
    QTRY_COMPARE(stored_->store().run(RunId{2}).tags, (std::vector<std::string>{"paper"}));
    QCOMPARE(stack_->undoText(), "tag 2 runs");
  }

  void tagEditorCompletesTheTagAtTheCursor() {
    openStore();
    stored_->store().setTags(RunId{1}, std::vector<std::string>{"paper"});
    panel_->setListing(loadListing(stored_->store(), false));
    panel_->selectRun(RunId{3});
    QTest::keyClick(&panel_->view(), Qt::Key_T, Qt::ControlModifier);
    auto* line = panel_->findChild<QLineEdit*>("tag_line");
    QTest::keyClicks(line, "best, pa");
    QWidget* popup = line->findChild<QCompleter*>()->popup();
    QVERIFY(popup->isVisible());
    QTest::keyClick(popup, Qt::Key_Down);
    QTest::keyClick(popup, Qt::Key_Return);
    QCOMPARE(line->text(), "best, paper");
    QVERIFY(panel_->findChild<QWidget*>("tag_editor")->isVisible());  // that Enter chose; the next one takes the tags
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_COMPARE(stored_->store().run(RunId{3}).tags, (std::vector<std::string>{"best", "paper"}));
  }

  void disabledActionsSayWhy() {
    RunListing listing = madeListing();
    panel_->setListing(listing);
    RunActions& actions = panel_->runActions();
    QVERIFY(!actions.watch->isEnabled());
    QVERIFY(actions.watch->toolTip().startsWith("Select a run first"));
    panel_->selectRun(RunId{7});
    QVERIFY(actions.watch->isEnabled());
    QVERIFY(actions.trash->toolTip().startsWith("No workspace is open for writing"));
    openStore(OpenMode::ReadOnly);
    panel_->selectRun(RunId{3});
    for (const QAction* action : {actions.rename, actions.tag, actions.star, actions.trash, actions.restore}) {
      QVERIFY2(!action->isEnabled() && action->toolTip().contains("read-only"), qPrintable(action->objectName()));
    }
    QVERIFY(actions.copy->isEnabled());
  }

  void runAtWorkCannotBeTrashed() {
    openStore();
    stored_->store().updateState(RunId{3}, RunState::Running);
    panel_->setListing(loadListing(stored_->store(), false));
    panel_->selectRun(RunId{3});
    QVERIFY(!panel_->runActions().trash->isEnabled());
    QVERIFY(panel_->runActions().trash->toolTip().startsWith("AD-3 is at work: stop it first"));
  }

  void everyActionHasAllThatMenusAndThePaletteNeed() {
    const QList<QAction*> actions = panel_->actions();
    QVERIFY(actions.size() >= 10);
    QStringList shortcuts;
    for (const QAction* action : actions) {
      QVERIFY(!action->objectName().isEmpty() && !action->text().isEmpty() && !action->icon().isNull());
      QVERIFY(!action->toolTip().isEmpty() && action->shortcutContext() == Qt::WidgetWithChildrenShortcut);
      shortcuts << action->shortcut().toString();
    }
    QVERIFY(!shortcuts.contains(QString()));
    QCOMPARE(shortcuts.removeDuplicates(), 0);
  }

  void contextMenuHasTheActionsAndTheyAskTheApp() {
    panel_->setListing(madeListing());
    panel_->selectRun(RunId{6});
    QSignalSpy duplicate(panel_.get(), &RunsPanel::duplicateRequested);
    QSignalSpy exported(panel_.get(), &RunsPanel::exportRequested);
    Q_EMIT panel_->view().customContextMenuRequested(rowCenter(RunId{6}));
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu != nullptr);
    QVERIFY(menu->actions().contains(panel_->runActions().trash));
    menu->close();
    panel_->runActions().duplicate->trigger();
    panel_->runActions().export_record->trigger();
    QVERIFY(duplicate.count() == 1 && duplicate[0][0].value<RunId>() == RunId{6});
    QVERIFY(exported.count() == 1 && exported[0][0].value<RunId>() == RunId{6});
  }

  void groupStandsForItsNewestRun() {
    panel_->setListing(madeListing());
    panel_->selectRun(RunId{1});
    panel_->view().selectionModel()->setCurrentIndex(panel_->view().currentIndex().parent(),
                                                     QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    QSignalSpy duplicate(panel_.get(), &RunsPanel::duplicateRequested);
    panel_->runActions().duplicate->trigger();
    QVERIFY(duplicate.count() == 1 && duplicate[0][0].value<RunId>() == RunId{3});
    panel_->view().selectAll();
    QVERIFY(panel_->runActions().duplicate->toolTip().startsWith("Select one run or one group only"));
  }

  void sweepOffersItsVerdictsAndStaysUnfolded() {
    panel_->setListing(madeSweep());
    panel_->selectRun(RunId{1});  // two levels down
    RunView& view = panel_->view();
    const QModelIndex sweep = view.currentIndex().parent().parent();
    QVERIFY(view.isExpanded(sweep));
    view.selectionModel()->setCurrentIndex(sweep, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    QSignalSpy wanted(panel_.get(), &RunsPanel::verdictsRequested);
    panel_->runActions().verdicts->trigger();
    QVERIFY(wanted.count() == 1 && wanted[0][0].value<RunId>() == RunId{3});
    panel_->runActions().rename->trigger();  // it has no title to change
    QVERIFY(view.findChild<QLineEdit*>("title_editor") == nullptr);
    RunListing trash;
    trash.is_trash = true;
    panel_->setListing(trash);
    panel_->setListing(madeSweep());  // a reset
    panel_->selectRun(RunId{1});
    RunListing newer = madeSweep();
    for (int id = 10; id < 400; ++id) newer.runs.push_back(madeRun(id, std::to_string(id), 1));
    panel_->setListing(newer);  // another
    QVERIFY(view.isExpanded(view.currentIndex().parent()) && view.isExpanded(view.currentIndex().parent().parent()));
  }

  void copyTakesTheRowsAsTheyAreShown() {
    panel_->setListing(madeListing());
    panel_->setFilterText("title:hard");
    panel_->view().selectAll();
    QTest::keyClick(&panel_->view(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(),
             "Run\tTitle\tReturn\tState\nAD × 2\tdarkroom_hard\t2.50 1 seed\tdone");
  }

 private:
  void openStore(OpenMode mode = OpenMode::ReadWrite) {
    stored_ = std::make_unique<StoredRuns>();
    if (mode == OpenMode::ReadOnly) stored_->reopen(mode);
    background_ = std::make_unique<Background>();
    stack_ = std::make_unique<QUndoStack>();
    edits_ = std::make_unique<RunEdits>(stored_->store(), *background_, *stack_);
    panel_->setEdits(edits_.get());
    panel_->setListing(loadListing(stored_->store(), false));
    panel_->view().setFocus();
  }

  QLineEdit* filter() const { return panel_->findChild<QLineEdit*>("run_filter"); }
  QString text(const char* label) const { return panel_->findChild<QLabel*>(label)->text(); }

  QPushButton* button(const QString& text) const {
    for (auto* found : panel_->findChildren<QPushButton*>()) {
      if (found->isVisible() && found->text().remove('&') == text) return found;
    }
    return nullptr;
  }

  bool labelWith(const QString& text) const {
    for (const auto* label : panel_->findChildren<QLabel*>()) {
      if (label->isVisible() && label->text() == text) return true;
    }
    return false;
  }

  QString selectedNames() const {
    QStringList names;
    for (const RunId run : panel_->selectedRuns()) names << QString::number(static_cast<qlonglong>(run));
    return names.join(' ');
  }

  QPoint rowCenter(RunId run) const {
    const QModelIndex index = panel_->proxy().mapFromSource(panel_->model().indexOf(run));
    return panel_->view().visualRect(index.siblingAtColumn(RunTableModel::TitleColumn)).center();
  }

  std::unique_ptr<StoredRuns> stored_;
  std::unique_ptr<Background> background_;
  std::unique_ptr<QUndoStack> stack_;
  std::unique_ptr<RunEdits> edits_;
  std::unique_ptr<RunsPanel> panel_;
};

QTEST_MAIN(RunsPanelTest)
#include "runs_panel_test.moc"
