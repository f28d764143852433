// SPDX-License-Identifier: GPL-3.0-or-later
// The list of runs in the real window: filtered, edited and undone by keys and clicks, checked in the database.
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

#include "app/gui/replay_controller.h"
#include "core/env/environment.h"
#include "core/env/task_split.h"
#include "core/experiment/run_experiment.h"
#include "core/experiment/stored_run.h"
#include "tests/app/gui/gui_clicks.h"
#include "tests/app/gui/gui_fixture.h"
#include "widgets/base/text.h"
#include "widgets/runs/run_delegate.h"
#include "widgets/runs/run_proxy_model.h"
#include "widgets/runs/run_table_model.h"
#include "widgets/runs/run_view.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/shell/toast.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

constexpr int kEpisodes = 10;

RunRequest request(const std::vector<std::string>& overrides, std::uint64_t seed) {
  const ExperimentFile file =
      loadExperiment(std::string(LIMBECK_SOURCE_DIR) + "/tests/support/experiments/tiny.toml", overrides);
  RunRequest request{.config = file.config, .text = file.text, .overrides = overrides};
  request.config.seed = Seed{seed};
  request.config.threads = 1;
  return request;
}

/// AD on the two held-out goals, twice each: the first goal pays `first` in each episode, the second one `second`.
CurveRecord heldOutCurve(const ExperimentConfig& config, float first, float second) {
  const auto environment = makeEnvironment(config.environment);
  const std::vector<TaskId> tasks = splitTasks(*environment, config.tasks).held_out;
  CurveRecord curve{
      .policy = "ad", .split = "held_out", .step = config.training.steps, .streams = 4, .episodes = kEpisodes};
  for (int stream = 0; stream < curve.streams; ++stream) {
    curve.returns.insert(curve.returns.end(), kEpisodes, stream < 2 ? first : second);
    curve.task_ids.push_back(static_cast<std::int64_t>(tasks[static_cast<std::size_t>(stream / 2)]));
    curve.repeats.push_back(stream % 2);
    curve.optimal_returns.push_back(4.0);
    curve.random_returns.push_back(0.5);
  }
  return curve;
}

/// AD-1..3: learning rate 3e-3, AD-4..6: 1e-4, AD-7 and 8: 5e-4 on a context of 60, AD-9 and 10: two layers, all
/// finished; AD-11 failed, AD-12 waits. The first two groups differ from each other in the learning rate only.
void makeRuns(const std::filesystem::path& folder) {
  const Workspace workspace(folder);
  RunStore& store = workspace.store();
  const auto add = [&](const std::vector<std::string>& overrides, std::initializer_list<std::uint64_t> seeds) {
    for (const std::uint64_t seed : seeds) {
      const RunId run = openRun(workspace, request(overrides, seed));
      store.updateState(run, RunState::Running);
      store.updateState(run, RunState::Done);
      const ScoreRecord score{
          .policy = "ad", .name = "last_returns", .mean = static_cast<double>(run), .low = 0.5, .high = 20.0};
      store.putScores(run, std::vector{score});
    }
  };
  add({}, {1, 2, 3});
  add({"training.learning_rate=1e-4"}, {1, 2, 3});
  add({"training.learning_rate=5e-4", "context.context_length=60"}, {1, 2});
  add({"model.layers=2"}, {1, 2});
  add({"training.batch_size=16"}, {1});
  store.updateState(RunId{11}, RunState::Running);
  store.updateState(RunId{11}, RunState::Failed, {.failure_code = "Diverged", .failure_message = "the loss is NaN"});
  openRun(workspace, request({"training.batch_size=32"}, 1));
  store.setTags(RunId{4}, std::vector<std::string>{"best"});
  store.setTags(RunId{9}, std::vector<std::string>{"best", "paper"});
  const ExperimentConfig config = request({}, 1).config;
  store.putCurve(RunId{1}, heldOutCurve(config, 1.0F, 2.0F));
  store.putCurve(RunId{2}, heldOutCurve(config, 3.0F, 4.0F));
}

}  // namespace

class RunsEditingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    gui_ = std::make_unique<GuiFixture>();
    makeRuns(gui_->folder());
    gui_->open();
    QVERIFY(QTest::qWaitForWindowActive(gui_->program->window()));
    QTRY_COMPARE_WITH_TIMEOUT(panel().model().runCount(), 12, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!keyColumns().isEmpty(), kPatience);
    // The first run of the list has nothing to replay; what is said about that must not come between.
    QTRY_VERIFY_WITH_TIMEOUT(toast().text().contains("no rollouts"), kPatience);
  }
  void cleanup() { gui_.reset(); }

  void ctrlFTypesIntoTheFilter() {
    typeFilter("tag:best");
    QCOMPARE(QApplication::focusWidget(), filter());
    QTRY_COMPARE(shown(), "9 4");
    QVERIFY(isSaid(panel(), "2 runs, 10 hidden"));
    typeFilter("lr<1e-3");
    QTRY_COMPARE(shown(), "8 7 6 5 4");
    typeFilter("lr<1e-3 ctx>=60");
    QTRY_COMPARE(shown(), "8 7");
    typeFilter("state:failed or seed:3");
    QTRY_COMPARE(shown(), "11 6 3");
    QTest::keyClick(filter(), Qt::Key_Escape);
    QTRY_COMPARE(panel().proxy().shownRuns(), 12);
  }

  void wrongFilterSaysWhereAndLeavesTheList() {
    typeFilter("layers<<2");
    QTRY_VERIFY(isSaid(panel(), "At character 8"));
    QCOMPARE(panel().proxy().shownRuns(), 12);
    typeFilter("lrr<1");
    QTRY_VERIFY(isSaid(panel(), "did you mean \"lr\"?"));
    QCOMPARE(panel().proxy().shownRuns(), 12);
  }

  void nothingThatMatchesOffersToClear() {
    typeFilter("tag:nowhere");
    QTRY_VERIFY(isSaid(panel(), "Nothing matches \"tag:nowhere\""));
    QVERIFY(isSaid(panel(), "12 runs hidden by the filter"));
    QAbstractButton* clear = visibleButton(panel(), "Clear");
    QVERIFY(clear != nullptr);
    QTest::mouseClick(clear, Qt::LeftButton);
    QTRY_COMPARE(panel().proxy().shownRuns(), 12);
    QCOMPARE(filter()->text(), QString());
  }

  void columnsShowTheKeysThatDiffer() {
    QCOMPARE(keyColumns(), "batch_size context_length layers training.learning_rate");
    typeFilter("seed:3");  // of the first two groups only
    QTRY_COMPARE(keyColumns(), "training.learning_rate");
    const int column = panel().proxy().columnCount() - 1;
    QCOMPARE(panel().proxy().index(0, column).data().toString(), "0.0001");
    QCOMPARE(panel().proxy().index(1, column).data().toString(), "0.003");
  }

  void f2RenamesAndCtrlZTakesItBack() {
    clickRow(RunId{12});
    QTest::keyClick(&panel().view(), Qt::Key_F2);
    auto* editor = panel().findChild<QLineEdit*>("title_editor");
    QVERIFY(editor != nullptr);
    QCOMPARE(editor->text(), "tiny");
    editor->selectAll();
    QTest::keyClicks(editor, "large batches");
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(stored(RunId{12}).title, std::string("large batches"), kPatience);
    QTRY_VERIFY(toast().text().contains("rename AD-12"));
    QTest::keyClick(&panel().view(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(stored(RunId{12}).title, std::string("tiny"), kPatience);
    QTest::keyClick(&panel().view(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE_WITH_TIMEOUT(stored(RunId{12}).title, std::string("large batches"), kPatience);
    typeFilter("title:large");
    QTRY_COMPARE(shown(), "12");
  }

  void ctrlTTagsAWholeGroup() {
    panel().selectRun(RunId{7});
    click(panel().proxy().mapFromSource(panel().model().indexOf(RunId{7})).parent());
    QCOMPARE(panel().selectedRuns().size(), 2);
    QTest::keyClick(&panel().view(), Qt::Key_T, Qt::ControlModifier);
    auto* line = panel().findChild<QLineEdit*>("tag_line");
    QVERIFY(line != nullptr);
    QTest::keyClicks(line, "long, paper");
    QTest::keyClick(line, Qt::Key_Escape);  // closes the completion of "paper", which is a tag already
    QTest::keyClick(line, Qt::Key_Return);
    const std::vector<std::string> tags{"long", "paper"};
    QTRY_COMPARE_WITH_TIMEOUT(stored(RunId{8}).tags, tags, kPatience);
    QCOMPARE(stored(RunId{7}).tags, tags);
    typeFilter("tag:paper");
    QTRY_COMPARE(shown(), "9 8 7");
  }

  void clickOnTheStarIsKept() {
    QStyleOptionViewItem option;
    option.rect = panel().view().visualRect(panel().proxy().mapFromSource(panel().model().indexOf(RunId{11})));
    option.fontMetrics = panel().view().fontMetrics();
    QTest::mouseClick(panel().view().viewport(), Qt::LeftButton, {}, RunDelegate::starRect(option).center());
    QTRY_VERIFY_WITH_TIMEOUT(stored(RunId{11}).is_starred, kPatience);
    typeFilter("star:yes");
    QTRY_COMPARE(shown(), "11");
  }

  void delTrashesAndTheToastBringsItBack() {
    clickRow(RunId{11});
    QTest::keyClick(&panel().view(), Qt::Key_Delete);
    QTRY_VERIFY_WITH_TIMEOUT(stored(RunId{11}).trashed_ms.has_value(), kPatience);
    QTRY_COMPARE(panel().model().runCount(), 11);
    QTRY_VERIFY(toast().text().contains("trash AD-11"));
    QAbstractButton* undo = visibleButton(toast(), "Undo");
    QVERIFY(undo != nullptr);
    QTest::mouseClick(undo, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!stored(RunId{11}).trashed_ms.has_value(), kPatience);
    QTRY_COMPARE(panel().model().runCount(), 12);
  }

  void trashViewRestores() {
    clickRow(RunId{11});
    QTest::keyClick(&panel().view(), Qt::Key_Delete);
    QTRY_VERIFY_WITH_TIMEOUT(stored(RunId{11}).trashed_ms.has_value(), kPatience);
    QTest::mouseClick(visibleButton(panel(), "Show trash"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(panel().model().runCount(), 1, kPatience);
    QVERIFY(isSaid(panel(), "Trash: 1 run"));
    clickRow(RunId{11});
    QTest::keyClick(&panel().view(), Qt::Key_T, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!stored(RunId{11}).trashed_ms.has_value(), kPatience);
    QTRY_VERIFY(isSaid(panel(), "The trash is empty"));
    QTest::mouseClick(visibleButton(panel(), "Leave trash"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(panel().model().runCount(), 12, kPatience);
  }

  void groupShowsTheIntervalOfItsReport() {
    const Workspace workspace(gui_->folder(), OpenMode::ReadOnly);
    const ExperimentReport report = loadReport(workspace.store(), workspace.store().run(RunId{1}), ReportScope::Group);
    const Interval expected = report.policies.front().scores.last_returns;
    QCOMPARE(expected.mean, 2.5);  // of (1, 2) and (3, 4)
    QVERIFY(expected.low >= 1.0 && expected.low < 2.5 && expected.high > 2.5 && expected.high <= 4.0);
    const QString interval = QString("[%1, %2]").arg(returnText(expected.low), returnText(expected.high));
    const QModelIndex group = panel().model().indexOf(RunId{1}).parent();
    QVERIFY(group.isValid());
    const QModelIndex cell = group.siblingAtColumn(RunTableModel::ReturnColumn);
    QTRY_COMPARE_WITH_TIMEOUT(cell.data(RunTableModel::DetailRole).toString(), interval, kPatience);
    QCOMPARE(cell.data().toString(), returnText(2.5));
  }

 private:
  RunsPanel& panel() const { return gui_->window().runsPanel(); }
  Toast& toast() const { return gui_->window().toast(); }
  QLineEdit* filter() const { return panel().findChild<QLineEdit*>("run_filter"); }
  RunRecord stored(RunId run) const { return Workspace(gui_->folder(), OpenMode::ReadOnly).store().run(run); }

  void typeFilter(const QString& text) {
    QTest::keyClick(gui_->program->window(), Qt::Key_F, Qt::ControlModifier);
    filter()->selectAll();
    QTest::keyClicks(filter(), text);
    // The popup of completions would take the next keys.
    if (QWidget* popup = QApplication::activePopupWidget()) popup->close();
  }

  /// Numbers of the runs that the filter lets pass, newest first.
  QString shown() const {
    QStringList numbers;
    for (int number = 12; number > 0; --number) {
      const RunRecord* run = panel().model().record(RunId{number});
      if (run != nullptr && panel().proxy().matches(*run)) numbers << QString::number(number);
    }
    return numbers.join(' ');
  }

  QString keyColumns() const {
    QStringList names;
    for (int column = RunTableModel::FirstKeyColumn; column < panel().proxy().columnCount(); ++column) {
      names << panel().proxy().headerData(column, Qt::Horizontal).toString();
    }
    names.sort();
    return names.join(' ');
  }

  void click(const QModelIndex& row) {
    panel().view().scrollTo(row);
    const QRect cell = panel().view().visualRect(row.siblingAtColumn(RunTableModel::TitleColumn));
    QTest::mouseClick(panel().view().viewport(), Qt::LeftButton, {}, cell.center());
  }
  void clickRow(RunId run) { click(panel().proxy().mapFromSource(panel().model().indexOf(run))); }

  std::unique_ptr<GuiFixture> gui_;
};

QTEST_MAIN(RunsEditingTest)
#include "runs_editing_test.moc"
