// SPDX-License-Identifier: GPL-3.0-or-later
// The optional column of a shard: what the oracle would have done.
#include <QtTest>
#include <algorithm>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/core/data/made_history.h"
#include "tests/support/scratch_folder.h"

using namespace limbeck;
namespace fs = std::filesystem;

namespace {

void expectCorrupt(const fs::path& directory, const std::vector<std::string>& parts,
                   Verify verify = Verify::Checksums) {
  try {
    const Shard shard(directory, verify);
    QFAIL("was opened");
  } catch (const Error& error) {
    QVERIFY2(error.code() == ErrorCode::Corrupt, error.what());
    for (const std::string& part : parts) {
      QVERIFY2(std::string(error.what()).find(part) != std::string::npos, error.what());
    }
  }
}

}  // namespace

class ShardLabelsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void labelsAreReadBackWhereTheyWereStored() {
    const test::ScratchFolder folder;
    const std::vector<MadeHistory> histories = {MadeHistory(0, {4, 9, 2}), MadeHistory(1, {9, 9})};
    writeMadeShard(pathIn(folder, "with"), histories, OracleLabels::Stored);
    writeMadeShard(pathIn(folder, "without"), histories);
    const Shard with(pathIn(folder, "with"));
    const Shard without(pathIn(folder, "without"));
    for (int history = 0; history < 2; ++history) {
      QVERIFY(std::ranges::equal(with.columns(history).labels, histories[history].labels));
      QVERIFY(std::ranges::equal(with.columns(history).actions, without.columns(history).actions));
      QVERIFY(without.columns(history).labels.empty());
    }
    // The same format: whoever knows nothing of labels finds everything else where it always was.
    QCOMPARE(with.manifest().at("format_version").get<int>(), 1);
    for (const char* file : {"observations.npy", "actions.npy", "rewards.npy", "ends.npy", "history_offsets.npy"}) {
      QVERIFY(readTextFile(pathIn(folder, "with") / file) == readTextFile(pathIn(folder, "without") / file));
    }
    QVERIFY(!fs::exists(pathIn(folder, "without") / "labels.npy"));
  }

  void damagedLabelsAreNoticed() {
    const test::ScratchFolder folder;
    MadeHistory history(0, {4, 9, 2});
    const fs::path path = pathIn(folder, "shard_00000");
    writeMadeShard(path, {history}, OracleLabels::Stored);
    const std::string content = readTextFile(path / "labels.npy");
    writeFileAtomically(path / "labels.npy",
                        content.substr(0, content.size() - 1) + static_cast<char>(content.back() ^ 1));
    expectCorrupt(path, {"shard_00000", "labels", "checksum"});
    fs::remove(path / "labels.npy");
    expectCorrupt(path, {"shard_00000", "labels", "missing"});
    history.labels[3] = 5;
    writeMadeShard(pathIn(folder, "range"), {history}, OracleLabels::Stored);
    expectCorrupt(pathIn(folder, "range"), {"labels", "5 actions"}, Verify::StructureOnly);
  }

  void labelsAreWrittenForAllOrForNone() {
    const test::ScratchFolder folder;
    const MadeHistory history(0, {3});
    ShardWriter with(pathIn(folder, "with"), madeSpec(), nlohmann::json::object(), OracleLabels::Stored);
    QVERIFY_THROWS_EXCEPTION(BugError, with.append({}, history.columns()));
    ShardWriter without(pathIn(folder, "without"), madeSpec(), nlohmann::json::object());
    QVERIFY_THROWS_EXCEPTION(BugError, without.append({}, history.labelledColumns()));
  }

  void rowsFromTheMiddleOn() {
    const MadeHistory history(0, {4, 9, 2});
    const TransitionColumns rest = history.labelledColumns().from(4);
    QCOMPARE(rest.rows(), 11);
    QCOMPARE(rest.observations.size(), std::size_t{22});
    QVERIFY(rest.observations.data() == history.observations.data() + 8);
    QVERIFY(rest.actions.data() == history.actions.data() + 4 && rest.labels.data() == history.labels.data() + 4);
    QCOMPARE(rest.rewards.front(), 4.0F);
    QCOMPARE(rest.ends.size(), std::size_t{11});
    QVERIFY(history.columns().from(15).observations.empty());
  }
};

QTEST_APPLESS_MAIN(ShardLabelsTest)
#include "shard_labels_test.moc"
