// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_inspector.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTreeWidget>
#include <QUndoStack>
#include <QtTest>

#include "tests/widgets/runs/stored_runs.h"
#include "widgets/base/background.h"
#include "widgets/runs/run_edits.h"
#include "widgets/runs/run_table_model.h"

using namespace limbeck;
using namespace limbeck::test;

class RunInspectorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    stored_ = std::make_unique<StoredRuns>();
    background_ = std::make_unique<Background>();
    stack_ = std::make_unique<QUndoStack>();
    model_ = std::make_unique<RunTableModel>();
    model_->setListing(loadListing(stored_->store(), false));
    edits_ = std::make_unique<RunEdits>(stored_->store(), *background_, *stack_);
    edits_->setModel(model_.get());
    inspector_ = std::make_unique<RunInspector>();
    inspector_->setEdits(edits_.get());
    inspector_->show();
    QVERIFY(QTest::qWaitForWindowActive(inspector_.get()));
  }

  void cleanup() {
    inspector_.reset();
    edits_.reset();
    background_.reset();
    stack_.reset();
    model_.reset();
    stored_.reset();
  }

  void differingKeysStandFirstAndTheOthersAreFolded() {
    inspector_->setRun(details(1, 3));
    const QTreeWidgetItem* differing = tree()->topLevelItem(0);
    QCOMPARE(cells(differing), "Differs from AD-3|");
    QCOMPARE(differing->childCount(), 2);
    QCOMPARE(cells(differing->child(0)), "[training]|");
    QCOMPARE(cells(differing->child(1)), "learning_rate|0.003 → 0.001");
    QVERIFY(differing->isExpanded());
    const QTreeWidgetItem* same = tree()->topLevelItem(1);
    QCOMPARE(same->text(0), "The same in both (3)");
    QVERIFY(!same->isExpanded());
  }

  void seedsOfOneGroupDifferInNothingElse() {
    inspector_->setRun(details(1, 2));
    QCOMPARE(tree()->topLevelItem(0)->child(0)->text(0), "nothing but the seed");
  }

  void stagesScoresAndFilesAreShown() {
    stored_->store().putStage(RunId{1}, {.kind = "histories",
                                         .hash = "abc",
                                         .state = RunState::Done,
                                         .output_path = "histories/abc",
                                         .seconds = 0.1,
                                         .is_skipped = true});
    stored_->store().putStage(
        RunId{1}, {.kind = "training", .hash = "def", .state = RunState::Done, .output_path = "", .seconds = 38.2});
    stored_->store().putStage(
        RunId{1}, {.kind = "evaluation", .hash = "012", .state = RunState::Failed, .output_path = "", .seconds = 2.0});
    inspector_->setRun(details(1));
    QCOMPARE(section("AD"), "return, last|14.00 [12.00, 16.00]");
    QCOMPARE(section("Stages"), "histories|was there\ntraining|38 s\nevaluation|failed");
    QCOMPARE(section("Hashes"), "histories|abc\ntraining|def\nevaluation|012");
    QCOMPARE(section("Files"), "histories|not there");
  }

  void whatTheRunWasMadeForStandsBeforeWhatItIsComparedWith() {
    RunDetails given = details(1);
    given.config.emplace("evaluation.last_episodes", "5");
    given.scores = {{.policy = "optimum", .name = "last_returns", .mean = 16.375, .low = 14.875, .high = 17.875},
                    {.policy = "ad_cleared", .name = "last_returns", .mean = -0.001, .low = 0.0, .high = 0.4},
                    {.policy = "ad", .name = "return_at_20", .mean = 10.775, .low = 7.06, .high = 14.09},
                    {.policy = "ad", .name = "last_returns", .mean = 15.3, .low = 12.57, .high = 17.6}};
    inspector_->setRun(given);
    QStringList sections;
    QStringList unfolded;
    for (int i = 0; i < tree()->topLevelItemCount(); ++i) {
      const QTreeWidgetItem* item = tree()->topLevelItem(i);
      if (item->text(1).isEmpty()) continue;
      sections << cells(item);
      if (item->isExpanded()) unfolded << item->text(0);
    }
    QCOMPARE(sections, (QStringList{"AD|15.30 [12.57, 17.60]", "context cleared|0.00 [0.00, 0.40]",
                                    "optimum|16.38 [14.88, 17.88]"}));
    QCOMPARE(unfolded, QStringList{"AD"});
    QCOMPARE(section("AD"), "return at 20|10.78 [7.06, 14.09]\nreturn, last 5|15.30 [12.57, 17.60]");
  }

  void scoresHaveWordsAndWhatWasTrainedItsName() {
    RunDetails given = details(1);
    given.learner = "RL²";
    given.scores.clear();
    for (const char* name : {"first_return", "last_returns", "return_at_100", "normalized_last", "area_under_curve",
                             "interquartile_last_returns", "interquartile_normalized_last", "episodes_to_80_percent",
                             "never_reached_share"}) {
      given.scores.push_back({.policy = "ad", .name = name, .mean = 15.3, .low = 12.57, .high = 17.6});
    }
    inspector_->setRun(given);
    const QString scores = section("RL²");
    QVERIFY(!scores.isEmpty());
    QVERIFY2(!scores.contains('_'), qPrintable(scores));
  }

  void pointOfASweepIsNamed() {
    RunDetails given = details(1);
    given.run.sweep = "arms";
    given.run.point = "odd <arms>";
    inspector_->setRun(given);
    QVERIFY(inspector_->findChild<QLabel*>("inspector_name")->text().contains("arms · odd &lt;arms&gt;"));
  }

  void valuesAndNamesOfScoresAreReadableInANarrowInspector() {
    inspector_->resize(44 * inspector_->fontMetrics().averageCharWidth(), 600);
    RunDetails given = details(1);
    given.scores.clear();
    for (const char* name : {"first_return", "last_returns", "return_at_100", "normalized_last", "area_under_curve",
                             "interquartile_last_returns", "interquartile_normalized_last", "episodes_to_80_percent",
                             "never_reached_share"}) {
      given.scores.push_back({.policy = "ad", .name = name, .mean = 15.3, .low = 12.57, .high = 17.6});
    }
    inspector_->setRun(given);
    const int room = tree()->columnWidth(0) - 2 * tree()->indentation() - 6;
    for (int i = 0; i < tree()->topLevelItemCount(); ++i) {
      const QTreeWidgetItem* item = tree()->topLevelItem(i);
      for (int row = 0; item->text(0) == "AD" && row < item->childCount(); ++row) {
        QVERIFY2(tree()->fontMetrics().horizontalAdvance(item->child(row)->text(0)) <= room,
                 qPrintable(item->child(row)->text(0)));
        QVERIFY(tree()->fontMetrics().horizontalAdvance(item->child(row)->text(1)) <= tree()->columnWidth(1) - 6);
      }
    }
  }

  void foldedSectionStaysFoldedForTheNextRun() {
    inspector_->setRun(details(1, 3));
    tree()->topLevelItem(0)->setExpanded(false);
    tree()->topLevelItem(1)->setExpanded(true);
    inspector_->setRun(details(2, 3));
    QVERIFY(!tree()->topLevelItem(0)->isExpanded());
    QVERIFY(tree()->topLevelItem(1)->isExpanded());
  }

  void controlCCopiesTheSelectedRows() {
    inspector_->setRun(details(1, 3));
    tree()->setFocus();
    tree()->topLevelItem(0)->setSelected(true);
    QTest::keyClick(tree(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(),
             "Differs from AD-3\n[training]\ntraining.learning_rate\t0.003 → 0.001");
  }

  void notesAreWrittenWhenTheyLoseTheFocusAndCanBeUndone() {
    inspector_->setRun(details(1));
    notes()->setFocus();
    QTest::keyClicks(notes(), "solves it");
    QCOMPARE(stack_->count(), 0);
    title()->setFocus();
    QCOMPARE(stack_->undoText(), "edit notes of AD-1");
    QTRY_COMPARE(stored_->store().run(RunId{1}).notes, std::string("solves it"));
    stack_->undo();
    QCOMPARE(notes()->toPlainText(), "");
    QTRY_COMPARE(stored_->store().run(RunId{1}).notes, std::string());
  }

  void notesGoToTheRunThatTheyWereWrittenFor() {
    inspector_->setRun(details(1));
    notes()->setFocus();
    QTest::keyClicks(notes(), "of the first");
    inspector_->setRun(details(3));
    QCOMPARE(notes()->toPlainText(), "");
    QTRY_COMPARE(stored_->store().run(RunId{1}).notes, std::string("of the first"));
    QCOMPARE(stored_->store().run(RunId{3}).notes, std::string());
  }

  void newsOfTheRunDoNotOverwriteWhatIsBeingTyped() {
    inspector_->setRun(details(1));
    notes()->setFocus();
    QTest::keyClicks(notes(), "half a sen");
    RunDetails news = details(1);
    news.run.title = "renamed elsewhere";
    inspector_->setRun(news);
    QCOMPARE(notes()->toPlainText(), "half a sen");
    QCOMPARE(title()->text(), "renamed elsewhere");
  }

  void titleAndTagsAreEdits() {
    inspector_->setRun(details(1));
    title()->setText("new title");
    QTest::keyClick(title(), Qt::Key_Return);
    QTRY_COMPARE(stored_->store().run(RunId{1}).title, std::string("new title"));
    tags()->setText("paper,, best ,paper");
    QTest::keyClick(tags(), Qt::Key_Return);
    QCOMPARE(tags()->text(), "best, paper");
    QTRY_COMPARE(stored_->store().run(RunId{1}).tags, (std::vector<std::string>{"best", "paper"}));
    QCOMPARE(stack_->count(), 2);
  }

  void withoutEditsTheFieldsAreReadOnlyAndSayWhy() {
    inspector_->setEdits(nullptr);
    inspector_->setRun(details(1));
    QVERIFY(title()->isReadOnly() && tags()->isReadOnly() && notes()->isReadOnly());
    QVERIFY(notes()->toolTip().contains("No workspace is open for writing"));
  }

  void failedRunSaysItsCause() {
    RunDetails failed = details(1);
    failed.run.state = RunState::Failed;
    failed.run.failure_message = "loss became NaN at step 812";
    inspector_->setRun(failed);
    const auto* cause = inspector_->findChild<QLabel*>("inspector_failure");
    QVERIFY(cause->isVisible());
    QCOMPARE(cause->text(), "loss became NaN at step 812");
    QVERIFY(inspector_->findChild<QLabel*>("inspector_name")->text().contains("failed"));
    inspector_->clear();
    QVERIFY(!cause->isVisible());
    QVERIFY(!inspector_->run());
  }

 private:
  RunDetails details(int run, std::optional<int> other = {}) const {
    return loadRunDetails(stored_->store(), "/nowhere", RunId{run},
                          other ? std::optional(RunId{*other}) : std::nullopt);
  }

  QTreeWidget* tree() const { return inspector_->findChild<QTreeWidget*>("inspector_tree"); }
  QPlainTextEdit* notes() const { return inspector_->findChild<QPlainTextEdit*>("inspector_notes"); }
  QLineEdit* title() const { return inspector_->findChild<QLineEdit*>("inspector_title"); }
  QLineEdit* tags() const { return inspector_->findChild<QLineEdit*>("inspector_tags"); }

  static QString cells(const QTreeWidgetItem* item) { return QStringList{item->text(0), item->text(1)}.join('|'); }

  QString section(const QString& title) const {
    QStringList lines;
    for (int i = 0; i < tree()->topLevelItemCount(); ++i) {
      const QTreeWidgetItem* item = tree()->topLevelItem(i);
      for (int row = 0; item->text(0) == title && row < item->childCount(); ++row) {
        QString line = cells(item->child(row));
        while (line.endsWith('|')) line.chop(1);
        lines << line;
      }
    }
    return lines.join('\n');
  }

  std::unique_ptr<StoredRuns> stored_;
  std::unique_ptr<Background> background_;
  std::unique_ptr<QUndoStack> stack_;
  std::unique_ptr<RunTableModel> model_;
  std::unique_ptr<RunEdits> edits_;
  std::unique_ptr<RunInspector> inspector_;
};

QTEST_MAIN(RunInspectorTest)
#include "run_inspector_test.moc"
