// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/shard.h"

#include <QProcess>
#include <QtTest>
#include <fstream>
#include <functional>
#include <limits>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "tests/core/data/made_history.h"
#include "tests/support/scratch_folder.h"

using namespace limbeck;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kColumns = {"observations", "actions", "rewards", "ends", "history_offsets"};

/// Expects an Error of `code` whose message holds every one of `parts`.
void expectRefused(const fs::path& directory, ErrorCode code, const std::vector<std::string>& parts,
                   Verify verify = Verify::Checksums) {
  try {
    const Shard shard(directory, verify);
    QFAIL("was opened");
  } catch (const Error& error) {
    QVERIFY2(error.code() == code, error.what());
    for (const std::string& part : parts) {
      QVERIFY2(std::string(error.what()).find(part) != std::string::npos, error.what());
    }
  }
}

fs::path madeShard(const QTemporaryDir& folder) {
  const fs::path path = pathIn(folder, "shard_00000");
  writeMadeShard(path, {MadeHistory(0, {4, 9, 2}), MadeHistory(1, {9, 9})});
  return path;
}

void changeByte(const fs::path& path, std::int64_t offset_from_end) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-offset_from_end, std::ios::end);
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(-offset_from_end, std::ios::end);
  file.put(byte);
}

/// Rewrites the manifest after `change`, with its own checksum made right again unless told otherwise.
void changeManifest(const fs::path& directory, const std::function<void(nlohmann::json&)>& change,
                    bool is_resealed = true) {
  nlohmann::json json = nlohmann::json::parse(readTextFile(directory / "manifest.json"));
  change(json);
  if (is_resealed) {
    json.erase("checksum");
    const std::string text = json.dump();
    json["checksum"] = hashBytes(std::as_bytes(std::span(text)));
  }
  writeFileAtomically(directory / "manifest.json", json.dump(1));
}

}  // namespace

class ShardTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatWasAppendedIsReadBack() {
    const test::ScratchFolder folder;
    const MadeHistory first(0, {4, 9, 2});
    const MadeHistory second(1, {9, 9});
    const fs::path path = pathIn(folder, "Scherbe ü 1");
    writeMadeShard(path, {first, second});
    const Shard shard(path);
    QVERIFY(shard.spec() == madeSpec());
    QCOMPARE(shard.histories(), 2);
    QCOMPARE(shard.rows(), 33);
    QVERIFY((shard.label(1) == HistoryLabel{1, 7}));
    QCOMPARE(shard.manifest().at("provenance").at("made_by").get<std::string>(), "test");
    const TransitionColumns columns = shard.columns(1);
    QVERIFY(std::ranges::equal(columns.observations, second.observations));
    QVERIFY(std::ranges::equal(columns.actions, second.actions));
    QVERIFY(std::ranges::equal(columns.rewards, second.rewards));
    QVERIFY(std::ranges::equal(columns.ends, second.ends));
    QVERIFY(std::ranges::equal(shard.columns(0).rewards, first.rewards));
  }

  void columnThatIsNotKnownIsLeftAlone() {
    const test::ScratchFolder folder;
    const fs::path path = madeShard(folder);
    changeManifest(path, [](nlohmann::json& json) { json["columns"]["weights"] = {{"type", "float64"}}; });
    QCOMPARE(Shard(path).rows(), 33);
  }

  void uncommittedShardLeavesNothing() {
    const test::ScratchFolder folder;
    {
      ShardWriter writer(pathIn(folder, "shard_00000"), madeSpec(), nlohmann::json::object());
      writer.append({}, MadeHistory(0, {3}).columns());
    }
    QVERIFY(fs::is_empty(folder.path().toStdString()));
  }

  void closedShardIsThereOnceCommitted() {
    const test::ScratchFolder folder;
    const MadeHistory history(0, {4, 9, 2});
    const fs::path path = pathIn(folder, "shard_00000");
    {
      ShardWriter writer(path, madeSpec(), nlohmann::json::object());
      writer.append({3, 8}, history.columns());
      writer.close();
      QVERIFY_THROWS_EXCEPTION(BugError, writer.append({}, history.columns()));
      QVERIFY(!fs::exists(path));
      writer.commit();
    }
    const Shard shard(path);
    QVERIFY(std::ranges::equal(shard.columns(0).rewards, history.rewards));
    QVERIFY((shard.label(0) == HistoryLabel{3, 8}));
    QVERIFY(!shard.manifest().contains("labels"));
    {
      ShardWriter writer(pathIn(folder, "shard_00001"), madeSpec(), nlohmann::json::object());
      writer.append({}, history.columns());
      writer.close();
    }
    QCOMPARE(std::distance(fs::directory_iterator(folder.path().toStdString()), {}), 1);
  }

  void flippedByteIsNamedByColumn_data() {
    QTest::addColumn<QString>("column");
    for (const std::string& column : kColumns) QTest::newRow(column.c_str()) << QString::fromStdString(column);
  }
  void flippedByteIsNamedByColumn() {
    QFETCH(QString, column);
    const test::ScratchFolder folder;
    const fs::path path = madeShard(folder);
    // 8 bytes from the end: the low byte of the last offset, the middle of a reward, anything in the others. Flipping
    // bit 0 there keeps every value in its range, so only the checksum can tell.
    changeByte(path / (column.toStdString() + ".npy"), 8);
    expectRefused(path, ErrorCode::Corrupt, {"shard_00000", column.toStdString(), "checksum"});
  }

  void cutColumnIsNamed_data() { flippedByteIsNamedByColumn_data(); }
  void cutColumnIsNamed() {
    QFETCH(QString, column);
    const test::ScratchFolder folder;
    const fs::path path = madeShard(folder);
    const fs::path file = path / (column.toStdString() + ".npy");
    fs::resize_file(file, fs::file_size(file) - 1);
    expectRefused(path, ErrorCode::Corrupt, {"shard_00000", column.toStdString(), "truncated"});
    fs::resize_file(file, 0);
    expectRefused(path, ErrorCode::Corrupt, {"shard_00000", column.toStdString()});
  }

  void missingColumnIsNamed_data() { flippedByteIsNamedByColumn_data(); }
  void missingColumnIsNamed() {
    QFETCH(QString, column);
    const test::ScratchFolder folder;
    const fs::path path = madeShard(folder);
    fs::remove(path / (column.toStdString() + ".npy"));
    expectRefused(path, ErrorCode::Corrupt, {"shard_00000", column.toStdString(), "missing"});
  }

  void columnOfAnotherShardIsRefused() {
    const test::ScratchFolder folder;
    const fs::path path = madeShard(folder);
    writeMadeShard(pathIn(folder, "other"), {MadeHistory(0, {4})});
    fs::copy_file(pathIn(folder, "other") / "actions.npy", path / "actions.npy", fs::copy_options::overwrite_existing);
    expectRefused(path, ErrorCode::Corrupt, {"actions", "shape"});
  }

  void newerVersionSaysWhatToDo() {
    const test::ScratchFolder folder;
    const fs::path path = madeShard(folder);
    // A newer version may have changed everything else, so nothing else may be looked at first.
    writeFileAtomically(path / "manifest.json", R"({"format": "limbeck-history", "format_version": 7})");
    expectRefused(path, ErrorCode::UnsupportedVersion,
                  {"shard_00000", "format 7 but this build reads 1", "generate it again"});
  }

  void editedManifestIsRefused_data() {
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("named");
    // With the manifest's own checksum made right again, so that the structure checks have to find it.
    QTest::newRow("rows") << "/rows"
                          << "34"
                          << "shape";
    QTest::newRow("rows negative") << "/rows"
                                   << "-1"
                                   << "rows";
    QTest::newRow("rows huge") << "/rows"
                               << "18446744073709551615"
                               << "rows";
    QTest::newRow("rows text") << "/rows"
                               << "\"33\""
                               << "rows";
    QTest::newRow("histories") << "/histories"
                               << "3"
                               << "labels";
    QTest::newRow("histories none") << "/histories"
                                    << "0"
                                    << "histories";
    QTest::newRow("label") << "/labels/0/task"
                           << "3000000000"
                           << "task";
    QTest::newRow("label seed") << "/labels/0/seed"
                                << "-1"
                                << "seed";
    QTest::newRow("labels") << "/labels"
                            << "7"
                            << "labels";
    QTest::newRow("classes") << "/spec/observation_classes"
                             << "[]"
                             << "observation_classes";
    QTest::newRow("classes too many") << "/spec/observation_classes/0"
                                      << "257"
                                      << "observation_classes";
    QTest::newRow("components") << "/spec/observation_classes"
                                << "[16]"
                                << "observations";
    QTest::newRow("actions none") << "/spec/action_count"
                                  << "0"
                                  << "action_count";
    QTest::newRow("type") << "/columns/rewards/type"
                          << "\"uint8\""
                          << "rewards";
    QTest::newRow("shape") << "/columns/ends/shape"
                           << "[33, 1]"
                           << "ends";
    QTest::newRow("checksum") << "/columns/ends/checksum"
                              << "\"00\""
                              << "ends";
    QTest::newRow("columns") << "/columns"
                             << "[]"
                             << "columns";
    QTest::newRow("format") << "/format"
                            << "\"limbeck-rollout\""
                            << "limbeck-rollout";
    QTest::newRow("spec") << "/spec"
                          << "null"
                          << "observation_classes";
    // Values that the sampler and the model would index tables with.
    QTest::newRow("observation above its classes") << "/spec/observation_classes/1"
                                                   << "8"
                                                   << "observations";
    QTest::newRow("action above the count") << "/spec/action_count"
                                            << "4"
                                            << "actions";
  }
  void editedManifestIsRefused() {
    QFETCH(QString, pointer);
    QFETCH(QString, value);
    QFETCH(QString, named);
    const test::ScratchFolder folder;
    const fs::path path = madeShard(folder);
    changeManifest(path, [&](nlohmann::json& json) {
      json[nlohmann::json::json_pointer(pointer.toStdString())] = nlohmann::json::parse(value.toStdString());
    });
    if (pointer == "/columns") {
      expectRefused(path, ErrorCode::Corrupt, {"shard_00000", "observations"});
    } else {
      expectRefused(path, ErrorCode::Corrupt, {"shard_00000", named.toStdString()});
    }
  }

  void editedProvenanceIsNoticed() {
    const test::ScratchFolder folder;
    const fs::path path = madeShard(folder);
    const auto forge = [](nlohmann::json& json) { json["provenance"]["made_by"] = "somebody else"; };
    changeManifest(path, forge, false);
    expectRefused(path, ErrorCode::Corrupt, {"manifest.json", "checksum"});
  }

  void manifestThatIsNoJsonIsCorrupt() {
    const test::ScratchFolder folder;
    const fs::path path = madeShard(folder);
    for (const char* content : {"", "{", "[]", "\x00\xFF\xFE", "{\"format\": 1}"}) {
      writeFileAtomically(path / "manifest.json", std::string_view(content));
      expectRefused(path, ErrorCode::Corrupt, {"shard_00000", "manifest.json"});
    }
    fs::remove(path / "manifest.json");
    expectRefused(path, ErrorCode::NotFound, {"manifest.json"});
  }

  void valuesOutOfRangeAreRefusedEvenWithoutChecksums() {
    const test::ScratchFolder folder;
    MadeHistory bad(0, {3});
    bad.ends[1] = static_cast<End>(3);
    writeMadeShard(pathIn(folder, "ends"), {bad});
    expectRefused(pathIn(folder, "ends"), ErrorCode::Corrupt, {"ends"}, Verify::StructureOnly);
    bad = MadeHistory(0, {3});
    bad.rewards[2] = std::numeric_limits<float>::quiet_NaN();
    writeMadeShard(pathIn(folder, "rewards"), {bad});
    expectRefused(pathIn(folder, "rewards"), ErrorCode::Corrupt, {"rewards"}, Verify::StructureOnly);
    bad = MadeHistory(0, {3});
    bad.actions[0] = 5;
    writeMadeShard(pathIn(folder, "actions"), {bad});
    expectRefused(pathIn(folder, "actions"), ErrorCode::Corrupt, {"actions"}, Verify::StructureOnly);
  }

  void offsetsThatFallAreRefused() {
    const test::ScratchFolder folder;
    const fs::path path = madeShard(folder);
    NpyWriter writer(path / "history_offsets.npy", NpyType::Int64, {});
    const std::vector<std::int64_t> offsets = {0, 34, 33};
    writer.append(std::as_bytes(std::span(offsets)));
    writer.close();
    expectRefused(path, ErrorCode::Corrupt, {"history_offsets"}, Verify::StructureOnly);
  }

  void missingShardIsNotFound() {
    const test::ScratchFolder folder;
    expectRefused(pathIn(folder, "shard_00009"), ErrorCode::NotFound, {"shard_00009"});
  }

  void abandonedTemporariesGoAndLivingOnesStay() {
    const test::ScratchFolder folder;
    // Process numbers on Linux stay below 2^22.
    fs::create_directory(pathIn(folder, ".shard_00000.4194305.3.tmp"));
    fs::create_directory(pathIn(folder, "..4194305.3.notes"));
    ShardWriter living(pathIn(folder, "shard_00001"), madeSpec(), nlohmann::json::object());
    removeAbandonedShards(pathIn(folder, "."));
    QVERIFY(!fs::exists(pathIn(folder, ".shard_00000.4194305.3.tmp")));
    QVERIFY(fs::exists(pathIn(folder, "..4194305.3.notes")));
    living.append({}, MadeHistory(0, {3}).columns());
    living.commit();
    QCOMPARE(Shard(pathIn(folder, "shard_00001")).rows(), 3);
  }

  void folderThatCannotBeMadeIsReported() {
    const test::ScratchFolder folder;
    writeFileAtomically(pathIn(folder, "file"), std::string_view("x"));
    try {
      const ShardWriter writer(pathIn(folder, "file") / "shard_00000", madeSpec(), nlohmann::json::object());
      QFAIL("was made");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::IoFailure);
      QVERIFY(std::string(error.what()).find("shard_00000") != std::string::npos);
    }
  }

  void numpyLoadsEveryColumn() {
    // Debian's own interpreter, because that is the one python3-numpy belongs to.
    const QString interpreter = "/usr/bin/python3";
    QProcess python;
    python.start(interpreter, {"-c", "import numpy"});
    if (!python.waitForStarted() || !python.waitForFinished() || python.exitCode() != 0)
      QSKIP("python3-numpy is not installed");
    const test::ScratchFolder folder;
    const fs::path path = madeShard(folder);
    python.start(
        interpreter,
        {"-c",
         "import numpy, sys\n"
         "for name in sys.argv[2:]:\n"
         "  a = numpy.load(sys.argv[1] + '/' + name + '.npy', mmap_mode='r', allow_pickle=False)\n"
         "  print(name, a.dtype, a.shape, int(a.sum(dtype='f8')))\n",
         QString::fromStdString(path.string()), "observations", "actions", "rewards", "ends", "history_offsets"});
    QVERIFY(python.waitForFinished());
    const Shard shard(path);
    std::int64_t sums[4] = {};
    for (int history = 0; history < 2; ++history) {
      const TransitionColumns columns = shard.columns(history);
      for (const std::uint8_t value : columns.observations) sums[0] += value;
      for (const Action value : columns.actions) sums[1] += value;
      for (const float value : columns.rewards) sums[2] += static_cast<std::int64_t>(value);
      for (const End value : columns.ends) sums[3] += static_cast<int>(value);
    }
    // 15 and 18 rows: offsets 0, 15, 33.
    const QString expected = QString(
                                 "observations uint8 (33, 2) %1\nactions uint8 (33,) %2\nrewards float32 (33,) %3\n"
                                 "ends uint8 (33,) %4\nhistory_offsets int64 (3,) 48\n")
                                 .arg(sums[0])
                                 .arg(sums[1])
                                 .arg(sums[2])
                                 .arg(sums[3]);
    QCOMPARE(QString::fromUtf8(python.readAllStandardOutput()), expected);
  }

  /// Written once by version 1 and checked in: two Dark Room histories on 3x3 cells, horizon 4, three episodes each.
  void versionOneIsStillRead() {
    const Shard shard(fs::path(LIMBECK_SOURCE_DIR) / "tests/golden/data/history_v1");
    QVERIFY((shard.spec() == EnvironmentSpec{{3, 3}, 5, 4}));
    QCOMPARE(shard.histories(), 2);
    QCOMPARE(shard.rows(), 24);
    QVERIFY((shard.label(1) == HistoryLabel{2, 0}));
    QCOMPARE(shard.manifest().at("provenance").at("environment").at("size").get<int>(), 3);
    for (int history = 0; history < 2; ++history) {
      const TransitionColumns columns = shard.columns(history);
      for (int row = 0; row < 12; ++row) {
        QVERIFY(columns.ends[row] == (row % 4 == 3 ? End::Truncated : End::None));
        // Every episode begins in the middle of the room.
        if (row % 4 == 0) QVERIFY(columns.observations[2 * row] == 1 && columns.observations[2 * row + 1] == 1);
      }
    }
  }
};

QTEST_APPLESS_MAIN(ShardTest)
#include "shard_test.moc"
