// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_edits.h"

#include <QUndoStack>
#include <QtTest>

#include "tests/widgets/runs/stored_runs.h"
#include "widgets/base/background.h"
#include "widgets/runs/run_table_model.h"

using namespace limbeck;
using namespace limbeck::test;

class RunEditsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    stored_ = std::make_unique<StoredRuns>();
    background_ = std::make_unique<Background>();
    stack_ = std::make_unique<QUndoStack>();
    model_ = std::make_unique<RunTableModel>();
    open();
  }

  void cleanup() {
    edits_.reset();
    background_.reset();
    stack_.reset();
    model_.reset();
    stored_.reset();
  }

  void editIsSeenAtOnceWrittenAndUndone_data() {
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("after");
    QTest::newRow("rename") << "rename"
                            << "rename AD-3"
                            << "title new";
    QTest::newRow("notes") << "notes"
                           << "edit notes of AD-3"
                           << "notes new";
    QTest::newRow("tags") << "tags"
                          << "tag AD-3"
                          << "tags best,paper";
    QTest::newRow("star") << "star"
                          << "star AD-3"
                          << "starred";
    QTest::newRow("trash") << "trash"
                           << "trash AD-3"
                           << "trashed";
  }

  void editIsSeenAtOnceWrittenAndUndone() {
    QFETCH(QString, what);
    QFETCH(QString, after);
    const RunId run{3};
    const QString before = describe(stored_->store().run(run));
    if (what == "rename") edits_->rename({run}, " new ");
    if (what == "notes") edits_->setNotes(run, "new");
    if (what == "tags") edits_->changeTags({run}, {"paper", "best", "paper"}, {});
    if (what == "star") edits_->setStarred({run}, true);
    if (what == "trash") edits_->trash({run});
    QTEST(stack_->undoText(), "text");
    if (what == "trash") {
      QVERIFY(model_->record(run) == nullptr);
    } else {
      QVERIFY(describe(*model_->record(run)).contains(after));
    }
    QTRY_VERIFY(describe(stored_->store().run(run)).contains(after));
    stack_->undo();
    QCOMPARE(describe(*model_->record(run)), before);
    QTRY_COMPARE(describe(stored_->store().run(run)), before);
    stack_->redo();
    QTRY_VERIFY(describe(stored_->store().run(run)).contains(after));
  }

  void severalRunsAreOneCommandAndKeepTheirOtherTags() {
    edits_->changeTags({RunId{1}}, {"own"}, {});
    edits_->changeTags({RunId{1}, RunId{2}, RunId{3}}, {"best"}, {});
    QCOMPARE(stack_->undoText(), "tag 3 runs");
    edits_->changeTags({RunId{1}, RunId{2}}, {}, {"best"});
    QTRY_VERIFY(background_->isIdle());
    QCOMPARE(describe(stored_->store().run(RunId{1})), "title quick notes  tags own");
    QCOMPARE(describe(stored_->store().run(RunId{2})), "title quick notes  tags ");
    QCOMPARE(describe(stored_->store().run(RunId{3})), "title other notes  tags best");
    stack_->undo();
    stack_->undo();
    QTRY_COMPARE(describe(stored_->store().run(RunId{1})), "title quick notes  tags own");
    QTRY_COMPARE(describe(stored_->store().run(RunId{3})), "title other notes  tags ");
  }

  void changeThatChangesNothingIsNone() {
    edits_->rename({RunId{1}}, "quick");
    edits_->setStarred({RunId{1}}, false);
    edits_->changeTags({RunId{1}}, {}, {"never"});
    edits_->rename({RunId{99}}, "no such run");
    QCOMPARE(stack_->count(), 0);
  }

  void restoreTakesOutOfTheTrash() {
    stored_->store().trash(RunId{2});
    model_->setListing(loadListing(stored_->store(), true));
    edits_->restore({RunId{2}});
    QCOMPARE(model_->runCount(), 0);
    QTRY_VERIFY(!stored_->store().run(RunId{2}).trashed_ms);
  }

  void whatCannotBeWrittenIsTakenBackAndTold() {
    QSignalSpy failed(edits_.get(), &RunEdits::failed);
    edits_->changeTags({RunId{1}, RunId{2}}, {QString(65, 'x')}, {});  // a tag has at most 64 bytes
    QCOMPARE(model_->record(RunId{1})->tags.size(), std::size_t{1});
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(failed[0][0].toString().contains("a tag is 1 to 64 bytes"));
    QVERIFY(model_->record(RunId{1})->tags.empty());
    QVERIFY(model_->record(RunId{2})->tags.empty());
    // Undo finds nothing to do and drops the command.
    stack_->undo();
    QTRY_VERIFY(background_->isIdle());
    QCOMPARE(stack_->count(), 0);
  }

  void commandsOutliveTheirEditsHarmlessly() {
    edits_->rename({RunId{1}}, "new");
    QTRY_COMPARE(describe(stored_->store().run(RunId{1})), "title new notes  tags ");
    edits_.reset();
    stack_->undo();
    QTest::qWait(20);
    QCOMPARE(describe(stored_->store().run(RunId{1})), "title new notes  tags ");
  }

  void readOnlyStoreSaysWhy() {
    QVERIFY(edits_->readOnlyReason().isEmpty());
    edits_.reset();
    stored_->reopen(OpenMode::ReadOnly);
    open();
    QVERIFY(edits_->readOnlyReason().contains("read-only"));
  }

 private:
  void open() {
    edits_ = std::make_unique<RunEdits>(stored_->store(), *background_, *stack_);
    edits_->setModel(model_.get());
    model_->setListing(loadListing(stored_->store(), false));
  }

  static QString describe(const RunRecord& run) {
    QStringList tags;
    for (const std::string& tag : run.tags) tags << QString::fromStdString(tag);
    QString text = QString("title %1 notes %2 tags %3")
                       .arg(QString::fromStdString(run.title), QString::fromStdString(run.notes), tags.join(','));
    if (run.is_starred) text += " starred";
    if (run.trashed_ms) text += " trashed";
    return text;
  }

  std::unique_ptr<StoredRuns> stored_;
  std::unique_ptr<Background> background_;
  std::unique_ptr<QUndoStack> stack_;
  std::unique_ptr<RunTableModel> model_;
  std::unique_ptr<RunEdits> edits_;
};

QTEST_MAIN(RunEditsTest)
#include "run_edits_test.moc"
