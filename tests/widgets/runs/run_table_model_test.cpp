// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_table_model.h"

#include <fmt/format.h>

#include <QAbstractItemModelTester>
#include <QtTest>

#include "tests/widgets/runs/made_runs.h"
#include "widgets/runs/run_proxy_model.h"

using namespace limbeck;
using namespace limbeck::test;

using FailureMode = QAbstractItemModelTester::FailureReportingMode;

class RunTableModelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    model_ = std::make_unique<RunTableModel>();
    model_->setNow(kNoon);
    proxy_ = std::make_unique<RunProxyModel>(*model_);
    proxy_->sort(RunTableModel::RunColumn, Qt::DescendingOrder);
    testers_[0] = std::make_unique<QAbstractItemModelTester>(model_.get(), FailureMode::QtTest);
    testers_[1] = std::make_unique<QAbstractItemModelTester>(proxy_.get(), FailureMode::QtTest);
  }

  void cleanup() {
    for (auto& tester : testers_) tester.reset();
    proxy_.reset();
    model_.reset();
  }

  void seedsAreMembersAndARunAloneIsItself() {
    model_->setListing(madeListing());
    QCOMPARE(names(), "AD-7 | AD-6 | AD × 2 (AD-5 AD-4) | AD × 3 (AD-3 AD-2 AD-1)");
    QCOMPARE(cell(1, RunTableModel::TitleColumn), "darkroom_quick");
    const QModelIndex quick = proxy_->index(3, 0);
    QCOMPARE(proxy_->index(0, RunTableModel::TitleColumn, quick).data().toString(), "seed 3");
  }

  void memberWithATitleOfItsOwnSaysIt() {
    RunListing listing = madeListing();
    listing.runs[4].title = "the good one";
    model_->setListing(listing);
    const QModelIndex quick = proxy_->index(3, 0);
    QCOMPARE(proxy_->index(0, RunTableModel::TitleColumn, quick).data().toString(), "seed 3 · the good one");
  }

  void returnHasItsInterval() {
    model_->setListing(madeListing());
    const QModelIndex member = proxy_->index(2, RunTableModel::ReturnColumn, proxy_->index(3, 0));
    QCOMPARE(member.data().toString(), "14.00");
    QCOMPARE(member.data(RunTableModel::DetailRole).toString(), "[12.00, 16.00]");
    QCOMPARE(cell(0, RunTableModel::ReturnColumn), "–");
  }

  void returnOfAGroupIsTheMeanUntilItsIntervalIsGiven() {
    model_->setListing(madeListing());
    // (14 + 15 + 10) / 3
    QCOMPARE(cell(3, RunTableModel::ReturnColumn), "13.00");
    QCOMPARE(detail(3, RunTableModel::ReturnColumn), "3 seeds");
    model_->setGroupReturn("quick", 13.0, 9.5, 15.25);
    QCOMPARE(detail(3, RunTableModel::ReturnColumn), "[9.50, 15.25]");
    // It stays with the same listing, and goes when a seed was evaluated anew: the mean is (14 + 15 + 13) / 3 then.
    RunListing listing = madeListing();
    model_->setListing(listing);
    QCOMPARE(detail(3, RunTableModel::ReturnColumn), "[9.50, 15.25]");
    listing.returns[RunId{3}] = {13.0, 12.0, 14.0};
    model_->setListing(listing);
    QCOMPARE(cell(3, RunTableModel::ReturnColumn), "14.00");
    QCOMPARE(detail(3, RunTableModel::ReturnColumn), "3 seeds");
  }

  void stateHasItsAgeAndAGroupCounts() {
    RunListing listing = madeListing();
    listing.runs[4].state = RunState::Stopped;
    model_->setListing(listing);
    QCOMPARE(cell(1, RunTableModel::StateColumn), "failed");
    QCOMPARE(detail(1, RunTableModel::StateColumn), "10 min ago");
    QCOMPARE(cell(2, RunTableModel::StateColumn), "done");
    QCOMPARE(cell(3, RunTableModel::StateColumn), "1 stopped, 2 done");
    model_->setNow(kNoon + 3'600'000);
    QCOMPARE(detail(1, RunTableModel::StateColumn), "1 h ago");
  }

  void progressStandsInTheStateUntilTheRunHasEnded() {
    model_->setListing(madeListing());
    model_->setProgress(RunId{7}, 0.419, "training");
    QCOMPARE(cell(0, RunTableModel::StateColumn), "41 % training");
    QCOMPARE(proxy_->index(0, RunTableModel::StateColumn).data(RunTableModel::ProgressRole).toDouble(), 0.419);
    RunListing listing = madeListing();
    listing.runs[0].state = RunState::Done;
    listing.runs[0].finished_ms = kNoon;
    model_->setListing(listing);
    QCOMPARE(cell(0, RunTableModel::StateColumn), "done");
    model_->setProgress(RunId{7}, 0.5, "training");  // a late word
    QCOMPARE(cell(0, RunTableModel::StateColumn), "done");
  }

  void progressTellsTheStateColumnOnly() {
    model_->setListing(madeListing());
    QSignalSpy changed(model_.get(), &QAbstractItemModel::dataChanged);
    model_->setProgress(RunId{7}, 0.5, "training");
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed[0][0].toModelIndex().column(), static_cast<int>(RunTableModel::StateColumn));
    QCOMPARE(changed[0][1].toModelIndex().column(), static_cast<int>(RunTableModel::StateColumn));
  }

  void keysThatDifferAmongTheShownGroupsAreColumns() {
    model_->setListing(madeListing());
    QCOMPARE(shownKeys(), "environment size training.learning_rate");
    // Without key_to_door all names are equal; the two darkroom_quick differ in the learning rate only; one group
    // differs from none.
    setFilter("env:darkroom");
    QCOMPARE(shownKeys(), "size training.learning_rate");
    setFilter("title:quick");
    QCOMPARE(shownKeys(), "training.learning_rate");
    setFilter("tag:best");
    QCOMPARE(shownKeys(), "");
    setFilter("");
    QCOMPARE(shownKeys(), "environment size training.learning_rate");
    QCOMPARE(proxy_->index(2, 5).data().toString(), "17");
    QCOMPARE(proxy_->index(0, 5, proxy_->index(2, 0)).data().toString(), "");  // a member's are its group's
  }

  void configurationsMayComeLater() {
    RunListing listing = madeListing();
    GroupConfigs configs = std::move(listing.configs);
    listing.configs.clear();
    model_->setListing(listing);
    QCOMPARE(shownKeys(), "");
    setFilter("size:17");
    QCOMPARE(names(), "");
    model_->setConfigs(std::move(configs));
    QCOMPARE(names(), "AD × 2 (AD-5 AD-4)");
    setFilter("");
    QCOMPARE(shownKeys(), "environment size training.learning_rate");
  }

  void keyThatTheSchemaDoesNotKnowIsAColumnToo() {
    model_->setListing(madeListing());
    model_->setConfigs({{"g6", {{"engine.warp", "9"}}}});
    QVERIFY(shownKeys().endsWith(" warp"));
    QCOMPARE(model_->extraKeys(), QStringList{"engine.warp"});
    QCOMPARE(model_->valuesOf("engine.warp"), QStringList{"9"});
  }

  void filterHidesMembersAndCountsRuns() {
    model_->setListing(madeListing());
    setFilter("seed:1");
    QCOMPARE(names(), "AD-7 | AD-6 | AD × 2 (AD-4) | AD × 3 (AD-1)");
    QCOMPARE(proxy_->shownRuns(), 4);
    QCOMPARE(proxy_->hiddenRuns(), 3);
  }

  void numbersSortAsNumbersAndNothingStandsLast() {
    model_->setListing(madeListing());
    proxy_->sort(RunTableModel::ReturnColumn, Qt::AscendingOrder);
    QCOMPARE(names(), "AD × 2 (AD-4 AD-5) | AD × 3 (AD-3 AD-1 AD-2) | AD-7 | AD-6");  // 2.5, 13, none, none
    proxy_->sort(RunTableModel::ReturnColumn, Qt::DescendingOrder);
    QCOMPARE(names(), "AD × 3 (AD-2 AD-1 AD-3) | AD × 2 (AD-4 AD-5) | AD-7 | AD-6");
    const int size = 5;
    proxy_->sort(size, Qt::AscendingOrder);  // 9 before 17; equals newest first
    QCOMPARE(names(), "AD-7 | AD-6 | AD × 3 (AD-3 AD-2 AD-1) | AD × 2 (AD-5 AD-4)");
  }

  void sweepHoldsItsPointsAndTheyTheirSeeds() {
    model_->setListing(madeSweep());
    QCOMPARE(tree(), "AD-4 | 2 points (AD × 2 (AD-3 AD-1) AD-2)");
    const QModelIndex sweep = proxy_->index(1, 0);
    QCOMPARE(cell(1, RunTableModel::TitleColumn), "arms");
    QCOMPARE(proxy_->index(0, RunTableModel::TitleColumn, sweep).data().toString(), "odd");
    QCOMPARE(proxy_->index(1, RunTableModel::TitleColumn, sweep).data().toString(), "even");
    QCOMPARE(proxy_->index(1, RunTableModel::TitleColumn, proxy_->index(0, 0, sweep)).data().toString(), "seed 1");
    // The mean over points that differ would say nothing.
    QCOMPARE(cell(1, RunTableModel::ReturnColumn), "20.00");
    QCOMPARE(detail(1, RunTableModel::ReturnColumn), "best of 2");
    QCOMPARE(proxy_->index(0, RunTableModel::ReturnColumn, sweep).data().toString(), "11.00");
    QCOMPARE(shownKeys(), "held_out_from");
    QVERIFY(!proxy_->index(1, RunTableModel::TitleColumn).flags().testFlag(Qt::ItemIsEditable));
    QCOMPARE(model_->runsAt(proxy_->mapToSource(sweep)).size(), 3);
  }

  void pointsAreSortedWithinTheirSweep() {
    model_->setListing(madeSweep());
    proxy_->sort(RunTableModel::ReturnColumn, Qt::DescendingOrder);
    QCOMPARE(tree(), "2 points (AD-2 AD × 2 (AD-3 AD-1)) | AD-4");
    proxy_->sort(RunTableModel::TitleColumn, Qt::DescendingOrder);
    QCOMPARE(tree(), "AD-4 | 2 points (AD × 2 (AD-3 AD-1) AD-2)");  // darkroom, arms; odd, even
  }

  void filterFindsSweepsAndPoints() {
    model_->setListing(madeSweep());
    setFilter("sweep:arms point:\"odd\" seed:1");
    QCOMPARE(tree(), "2 points (AD × 2 (AD-1))");
    QCOMPARE(proxy_->hiddenRuns(), 3);
    setFilter("point=even");
    QCOMPARE(tree(), "2 points (AD-2)");
    setFilter("-sweep:arms");
    QCOMPARE(tree(), "AD-4");
    setFilter("even");  // a point's name is text like a title's
    QCOMPARE(tree(), "2 points (AD-2)");
    QCOMPARE(model_->valuesOf("point"), (QStringList{"even", "odd"}));
    QCOMPARE(model_->valuesOf("sweep"), QStringList{"arms"});
  }

  void sweepGrowsAndGoesByItsRuns() {
    RunListing listing = madeSweep();
    const RunRecord alone = listing.runs[0];
    std::vector<RunRecord> sweep(listing.runs.begin() + 1, listing.runs.end());
    const auto list = [&](std::vector<RunRecord> runs) {
      RunListing now;
      now.runs = std::move(runs);
      model_->setListing(std::move(now));
    };
    list({alone});
    list({alone, sweep[2]});
    QCOMPARE(tree(), "AD-4 | 1 point (AD-1)");
    list({alone, sweep[1], sweep[2]});
    QCOMPARE(tree(), "AD-4 | 2 points (AD-2 AD-1)");
    list({alone, sweep[0], sweep[1], sweep[2]});
    QCOMPARE(tree(), "AD-4 | 2 points (AD × 2 (AD-3 AD-1) AD-2)");
    list({alone, sweep[0], sweep[1]});
    QCOMPARE(tree(), "AD-4 | 2 points (AD-3 AD-2)");
    list({alone, sweep[1]});
    list({alone});
    QCOMPARE(tree(), "AD-4");
    QCOMPARE(model_->runCount(), 1);
  }

  // As the command line does with a run that it finds done when a sweep needs it.
  void runTakenIntoASweepMovesThere() {
    RunListing listing = madeSweep();
    RunListing before = listing;
    before.runs[1].sweep.clear();
    model_->setListing(before);
    QCOMPARE(tree(), "AD-4 | AD-3 | 2 points (AD-2 AD-1)");
    model_->setListing(listing);
    QCOMPARE(tree(), "AD-4 | 2 points (AD × 2 (AD-3 AD-1) AD-2)");
  }

  void progressOfARunIsThatOfItsSweepToo() {
    RunListing listing = madeSweep();
    for (RunRecord& run : listing.runs) run.state = RunState::Running;
    model_->setListing(listing);
    model_->setProgress(RunId{2}, 0.9, "training");
    QCOMPARE(proxy_->index(1, RunTableModel::StateColumn).data(RunTableModel::ProgressRole).toDouble(), 0.9 / 3);
  }

  void sameListingAgainTellsNothing() {
    model_->setListing(madeListing());
    QSignalSpy changed(model_.get(), &QAbstractItemModel::dataChanged);
    QSignalSpy reset(model_.get(), &QAbstractItemModel::modelReset);
    RunListing listing = madeListing();
    listing.configs.clear();
    listing.runs[0].heartbeat_ms = kNoon;  // changes every few seconds and is not shown
    model_->setListing(listing);
    QCOMPARE(changed.count(), 0);
    QCOMPARE(reset.count(), 0);
  }

  void newRunIsInsertedAndPersistentIndexesStay() {
    model_->setListing(madeListing());
    const QPersistentModelIndex member = proxy_->mapFromSource(model_->indexOf(RunId{2}));
    QSignalSpy reset(model_.get(), &QAbstractItemModel::modelReset);
    RunListing listing = madeListing();
    listing.runs.insert(listing.runs.begin(), madeRun(8, "g8", 1));
    listing.runs.push_back(madeRun(9, "quick", 4));
    model_->setListing(listing);
    QCOMPARE(reset.count(), 0);
    // The group of the newest run stands first.
    QCOMPARE(names(), "AD × 4 (AD-9 AD-3 AD-2 AD-1) | AD-8 | AD-7 | AD-6 | AD × 2 (AD-5 AD-4)");
    QCOMPARE(member.data().toString(), "AD-2");
  }

  void secondSeedMakesAGroupAndTheLastOneLeavesIt() {
    model_->setListing(madeListing());
    const QPersistentModelIndex alone = proxy_->mapFromSource(model_->indexOf(RunId{6}));
    RunListing listing = madeListing();
    listing.runs.insert(listing.runs.begin(), madeRun(8, "g6", 2));
    model_->setListing(listing);
    QCOMPARE(names(), "AD × 2 (AD-8 AD-6) | AD-7 | AD × 2 (AD-5 AD-4) | AD × 3 (AD-3 AD-2 AD-1)");
    QCOMPARE(alone.data().toString(), "AD-6");
    QVERIFY(alone.parent().isValid());
    model_->setListing(madeListing());
    QCOMPARE(names(), "AD-7 | AD-6 | AD × 2 (AD-5 AD-4) | AD × 3 (AD-3 AD-2 AD-1)");
    QCOMPARE(alone.data().toString(), "AD-6");
    QVERIFY(!alone.parent().isValid());
  }

  void groupIsMadeAndLeftUnderAFilterToo() {
    model_->setListing(madeListing());
    setFilter("state:failed");
    RunListing listing = madeListing();
    listing.runs.insert(listing.runs.begin(), madeRun(8, "g6", 2));
    model_->setListing(listing);
    QCOMPARE(names(), "AD × 2 (AD-6)");
    model_->setListing(madeListing());
    QCOMPARE(names(), "AD-6");
  }

  void wholeGroupCanGoAtOnce() {
    model_->setListing(madeListing());
    RunListing listing = madeListing();
    std::erase_if(listing.runs, [](const RunRecord& run) { return run.group_key == "quick"; });
    model_->setListing(listing);
    QCOMPARE(names(), "AD-7 | AD-6 | AD × 2 (AD-5 AD-4)");
    model_->setListing(madeListing());
    QCOMPARE(names(), "AD-7 | AD-6 | AD × 2 (AD-5 AD-4) | AD × 3 (AD-3 AD-2 AD-1)");
  }

  void runsWithoutAGroupKeyAreNoSeedsOfEachOther() {
    RunListing listing;
    listing.runs = {madeRun(2, "", 1), madeRun(1, "", 2)};
    model_->setListing(listing);
    QCOMPARE(names(), "AD-2 | AD-1");
  }

  void heldEditIsShownOverOlderListings() {
    model_->setListing(madeListing());
    const int held = model_->holdEdits({{*model_->record(RunId{6}), [](RunRecord& run) { run.title = "renamed"; }}});
    QCOMPARE(cell(1, RunTableModel::TitleColumn), "renamed");
    model_->setListing(madeListing());  // read before the edit was written
    QCOMPARE(cell(1, RunTableModel::TitleColumn), "renamed");
    model_->releaseEdits(held);
    QCOMPARE(cell(1, RunTableModel::TitleColumn), "renamed");
    model_->setListing(madeListing());
    QCOMPARE(cell(1, RunTableModel::TitleColumn), "darkroom_quick");
  }

  void trashedRunLeavesTheListAndComesBack() {
    model_->setListing(madeListing());
    const RunRecord run = *model_->record(RunId{5});
    const int trashed = model_->holdEdits({{run, [](RunRecord& changed) { changed.trashed_ms = kNoon; }}});
    QCOMPARE(names(), "AD-7 | AD-6 | AD-4 | AD × 3 (AD-3 AD-2 AD-1)");
    RunListing without = madeListing();
    std::erase_if(without.runs, [](const RunRecord& listed) { return listed.id == RunId{5}; });
    model_->setListing(without);
    model_->releaseEdits(trashed);
    model_->holdEdits({{run, [](RunRecord& changed) { changed.trashed_ms.reset(); }}});
    QCOMPARE(names(), "AD-7 | AD-6 | AD × 2 (AD-5 AD-4) | AD × 3 (AD-3 AD-2 AD-1)");
    model_->setListing(without);  // still the older one
    QCOMPARE(names(), "AD-7 | AD-6 | AD × 2 (AD-5 AD-4) | AD × 3 (AD-3 AD-2 AD-1)");
  }

  void thousandsOfNewRunsAreOneReset() {
    model_->setListing(madeListing());
    RunListing listing = madeListing();
    for (int id = 8; id < 1008; ++id) listing.runs.push_back(madeRun(id, fmt::format("g{}", id / 2), id));
    QSignalSpy reset(model_.get(), &QAbstractItemModel::modelReset);
    QSignalSpy inserted(model_.get(), &QAbstractItemModel::rowsInserted);
    model_->setListing(listing);
    QCOMPARE(reset.count(), 1);
    QCOMPARE(inserted.count(), 0);
    QCOMPARE(model_->runCount(), 1007);
    QCOMPARE(proxy_->shownRuns(), 1007);
  }

  void toolTipHasEverything() {
    RunListing listing = madeListing();
    model_->setListing(listing);
    const QString failed = proxy_->index(1, 0).data(Qt::ToolTipRole).toString();
    for (const char* part :
         {"AD-6", "failed", "10 min ago", "loss became NaN at step 812", "training.learning_rate", "0.003"}) {
      QVERIFY2(failed.contains(part), part);
    }
    listing.runs[1].title = "<b>bold";
    model_->setListing(listing);
    QVERIFY(proxy_->index(1, 0).data(Qt::ToolTipRole).toString().contains("&lt;b&gt;bold"));
  }

 private:
  /// The rows as a person reads them.
  QString names() const {
    QStringList rows;
    for (int row = 0; row < proxy_->rowCount(); ++row) {
      const QModelIndex index = proxy_->index(row, 0);
      QStringList members;
      for (int member = 0; member < proxy_->rowCount(index); ++member) {
        members << proxy_->index(member, 0, index).data().toString();
      }
      rows << index.data().toString() + (members.isEmpty() ? QString() : " (" + members.join(' ') + ")");
    }
    return rows.join(" | ");
  }

  /// With all that is below them.
  QString tree(const QModelIndex& parent = {}) const {
    QStringList rows;
    for (int row = 0; row < proxy_->rowCount(parent); ++row) {
      const QModelIndex index = proxy_->index(row, 0, parent);
      rows << index.data().toString() + (proxy_->hasChildren(index) ? " (" + tree(index) + ")" : QString());
    }
    return rows.join(parent.isValid() ? " " : " | ");
  }

  QString shownKeys() const {
    QStringList keys;
    for (int column = RunTableModel::FirstKeyColumn; column < proxy_->columnCount(); ++column) {
      keys << proxy_->headerData(column, Qt::Horizontal).toString();
    }
    return keys.join(' ');
  }

  QString cell(int row, int column) const { return proxy_->index(row, column).data().toString(); }
  QString detail(int row, int column) const {
    return proxy_->index(row, column).data(RunTableModel::DetailRole).toString();
  }
  void setFilter(const QString& text) {
    proxy_->setQuery(std::get<RunQuery>(parseRunQuery(text, model_->extraKeys())));
  }

  std::unique_ptr<RunTableModel> model_;
  std::unique_ptr<RunProxyModel> proxy_;
  std::unique_ptr<QAbstractItemModelTester> testers_[2];
};

QTEST_GUILESS_MAIN(RunTableModelTest)
#include "run_table_model_test.moc"
