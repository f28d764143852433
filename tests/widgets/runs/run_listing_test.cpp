// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_listing.h"

#include <QtTest>
#include <fstream>

#include "core/base/error.h"
#include "tests/support/caught_error.h"
#include "tests/widgets/runs/stored_runs.h"
#include "widgets/runs/run_details.h"

using namespace limbeck;
using namespace limbeck::test;

class RunListingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void listsRunsNewestFirstWithTheirReturns() {
    StoredRuns stored;
    const RunListing listing = loadListing(stored.store(), false);
    QCOMPARE(listing.runs.size(), std::size_t{3});
    QCOMPARE(QString::fromStdString(listing.runs.front().name()), "AD-3");
    QCOMPARE(listing.returns.size(), std::size_t{1});
    QCOMPARE(listing.returns.at(RunId{1}).high, 16.0);
    QVERIFY(listing.configs.empty());
  }

  void trashIsAListingOfItsOwn() {
    StoredRuns stored;
    stored.store().trash(RunId{2});
    QCOMPARE(loadListing(stored.store(), false).runs.size(), std::size_t{2});
    const RunListing trash = loadListing(stored.store(), true);
    QVERIFY(trash.is_trash);
    QCOMPARE(trash.runs.size(), std::size_t{1});
    QVERIFY(trash.runs.front().id == RunId{2});
  }

  void configurationIsReadOnceAGroupAndNotAgain() {
    StoredRuns stored;
    std::set<std::string> known;
    const GroupConfigs configs = loadGroupConfigs(stored.store(), known);
    QCOMPARE(configs.size(), std::size_t{2});
    const ConfigMap expected{{"training.learning_rate", "0.001"},
                             {"training.steps", "700"},
                             {"evaluation.at_episodes", "1, 5"},
                             {"evaluation.source_control", "true"}};
    QVERIFY(configs.at("quick") == expected);  // without the seed
    QVERIFY(loadGroupConfigs(stored.store(), known).empty());
  }

  void configurationThatIsNoJsonIsRefused() {
    for (const char* text : {"", "[]", "{\"training\": 3}", "{\"training\": "}) {
      const std::optional<Error> error = caughtError([&] { configMap(text); });
      QVERIFY2(error && error->code() == ErrorCode::Corrupt, text);
    }
  }

  void detailsHaveTheSizesOfWhatTheStagesWrote() {
    StoredRuns stored;
    const QTemporaryDir workspace;
    QDir(workspace.path()).mkpath("histories/abc/deep");
    std::ofstream(workspace.path().toStdString() + "/histories/abc/deep/file") << std::string(1500, 'x');
    std::ofstream(workspace.path().toStdString() + "/histories/abc/file") << std::string(500, 'x');
    stored.store().putStage(
        RunId{1}, {.kind = "histories", .hash = "abc", .state = RunState::Done, .output_path = "histories/abc"});
    stored.store().putStage(
        RunId{1}, {.kind = "training", .hash = "def", .state = RunState::Failed, .output_path = "checkpoints/def"});
    const RunDetails details = loadRunDetails(stored.store(), workspace.path().toStdString(), RunId{1}, RunId{3});
    QCOMPARE(details.files.size(), 2);
    QCOMPARE(details.files[0].size, "2.0 kB");
    QCOMPARE(details.files[1].size, "not there");
    QCOMPARE(details.other_name, "AD-3");
    QVERIFY(details.config.at("training.learning_rate") == "0.001");
    QVERIFY(details.other_config.at("training.learning_rate") == "0.003");
    QCOMPARE(details.scores.size(), std::size_t{1});
  }
};

QTEST_GUILESS_MAIN(RunListingTest)
#include "run_listing_test.moc"
