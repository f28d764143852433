// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/history_dataset.h"

#include <QtTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/core/data/made_history.h"
#include "tests/support/scratch_folder.h"

using namespace limbeck;

class HistoryDatasetTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void shardsAreReadInNameOrder() {
    const test::ScratchFolder folder;
    writeMadeShard(pathIn(folder, "shard_00001"), {MadeHistory(2, {2})});
    writeMadeShard(pathIn(folder, "shard_00000"), {MadeHistory(0, {3, 2}), MadeHistory(1, {4})});
    std::filesystem::create_directory(pathIn(folder, ".shard_00002.1.0.tmp"));  // being written
    writeFileAtomically(pathIn(folder, "notes.txt"), std::string_view("no shard"));
    const HistoryDataset dataset(pathIn(folder, "."));
    QCOMPARE(dataset.histories(), 3);
    QCOMPARE(dataset.transitions(), 11);
    QVERIFY(dataset.spec() == madeSpec());
    QCOMPARE(dataset.columns(0).rewards[0], 0.0F);
    QCOMPARE(dataset.columns(1).rewards[0], 1000.0F);
    QCOMPARE(dataset.columns(2).rewards[0], 2000.0F);
    QCOMPARE(dataset.label(1).task, 1);
  }

  void unfinishedLastEpisodeIsLeftOut() {
    const test::ScratchFolder folder;
    writeMadeShard(pathIn(folder, "shard"), {MadeHistory(0, {3, 1, 2}), MadeHistory(1, {3, 2}, true)});
    const HistoryDataset dataset(pathIn(folder, "."));
    const auto whole = dataset.episodes(0);
    QCOMPARE(whole.size(), 3U);
    QVERIFY(whole[1].begin == 3 && whole[1].end == 4);
    QVERIFY(whole[2].begin == 4 && whole[2].end == 6);
    const auto cut = dataset.episodes(1);
    QCOMPARE(cut.size(), 1U);
    QVERIFY(cut[0].begin == 0 && cut[0].end == 3);
  }

  void emptyFolderIsNotFound() {
    const test::ScratchFolder folder;
    for (const char* name : {".", "nowhere"}) {
      try {
        const HistoryDataset dataset(pathIn(folder, name));
        QFAIL("was opened");
      } catch (const Error& error) {
        QVERIFY(error.code() == ErrorCode::NotFound);
      }
    }
  }

  void differentEnvironmentsAreNamed() {
    const test::ScratchFolder folder;
    writeMadeShard(pathIn(folder, "shard_a"), {MadeHistory(0, {3})});
    EnvironmentSpec other = madeSpec();
    other.horizon = 10;
    ShardWriter writer(pathIn(folder, "shard_b"), other, nlohmann::json::object());
    writer.append({}, MadeHistory(0, {3}).columns());
    writer.commit();
    try {
      const HistoryDataset dataset(pathIn(folder, "."));
      QFAIL("was opened");
    } catch (const Error& error) {
      const std::string message = error.what();
      QVERIFY2(message.find("shard_a") != std::string::npos && message.find("shard_b") != std::string::npos,
               error.what());
    }
  }
};

QTEST_APPLESS_MAIN(HistoryDatasetTest)
#include "history_dataset_test.moc"
