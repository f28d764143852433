// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/checkpoint.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <set>

#include "core/base/file.h"
#include "core/model/parameter_layout.h"
#include "tests/support/caught_error.h"

using namespace limbeck;
using test::caughtError;
using test::caughtMessage;

namespace {

Checkpoint made(std::int64_t step) {
  Checkpoint checkpoint;
  checkpoint.config.spec = {{2}, 2, 3};
  checkpoint.config.context_length = 3;
  checkpoint.config.layers = 1;
  checkpoint.config.heads = 1;
  checkpoint.config.width = 2;
  checkpoint.config.feed_forward = 2;
  checkpoint.step = step;
  checkpoint.extra = {{"seed", "17"}};
  checkpoint.tensors = initialParameters(checkpoint.config, Rng(Seed{17}));
  checkpoint.tensors["head.bias"].values = {0.5F, static_cast<float>(step)};
  return checkpoint;
}

void spoil(const std::filesystem::path& path) {
  std::string content = readTextFile(path);
  content.back() = static_cast<char>(content.back() ^ 1);
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace

class CheckpointTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everythingComesBack() {
    const QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "c.safetensors";
    writeCheckpoint(path, made(400));
    const Checkpoint read = readCheckpoint(path);
    QVERIFY(read.config == made(400).config);
    QCOMPARE(read.step, std::int64_t{400});
    QVERIFY(read.extra == made(400).extra);
    QCOMPARE(read.tensors.at("head.bias").values, (std::vector<float>{0.5F, 400.0F}));
  }

  void theFileJustWrittenOutlivesDamagedLaterOnes() {
    const QTemporaryDir folder;
    CheckpointFolder checkpoints(folder.path().toStdString());
    for (const std::int64_t step : {100, 200, 300}) {
      checkpoints.save(made(step));
      spoil(checkpoints.pathOf(step));
    }
    checkpoints.save(made(50));  // Training began again, because nothing that stood there could be read.
    QCOMPARE(checkpoints.latest()->step, std::int64_t{50});
    QVERIFY(!std::filesystem::exists(checkpoints.pathOf(300)));
  }

  void theFolderKeepsTheLastThreeAndTheBest() {
    const QTemporaryDir folder;
    const std::filesystem::path directory = std::filesystem::path(folder.path().toStdString()) / "new" / "checkpoints";
    CheckpointFolder checkpoints(directory);
    QVERIFY(!checkpoints.latest());
    checkpoints.saveBest(made(2));
    for (const std::int64_t step : {1, 2, 9, 10, 1000000000}) checkpoints.save(made(step));  // by number, not by name
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory))
      names.insert(entry.path().filename().string());
    QVERIFY((names == std::set<std::string>{"best.safetensors", "step_000000009.safetensors",
                                            "step_000000010.safetensors", "step_1000000000.safetensors"}));
    QCOMPARE(checkpoints.latest()->step, std::int64_t{1000000000});
    QCOMPARE(readCheckpoint(checkpoints.bestPath()).step, std::int64_t{2});
  }

  void aDamagedCheckpointIsPassedOver() {
    const QTemporaryDir folder;
    CheckpointFolder checkpoints(folder.path().toStdString());
    for (const std::int64_t step : {1, 2, 3}) checkpoints.save(made(step));
    spoil(checkpoints.pathOf(3));
    QCOMPARE(checkpoints.latest()->step, std::int64_t{2});
    std::ofstream(checkpoints.pathOf(2)) << "";
    QCOMPARE(checkpoints.latest()->step, std::int64_t{1});
    spoil(checkpoints.pathOf(1));
    QVERIFY(!checkpoints.latest());
  }

  void aNewerFormatIsRefusedAndNotPassedOver() {
    const QTemporaryDir folder;
    CheckpointFolder checkpoints(folder.path().toStdString());
    checkpoints.save(made(1));
    checkpoints.save(made(2));
    TensorFile file = readTensorFile(checkpoints.pathOf(2));
    file.metadata.at("format_version") = std::string("2");
    writeTensorFile(checkpoints.pathOf(2), file);
    QCOMPARE(caughtError([&] { readCheckpoint(checkpoints.pathOf(2)); })->code(), ErrorCode::UnsupportedVersion);
    QCOMPARE(caughtError([&] { checkpoints.latest(); })->code(), ErrorCode::UnsupportedVersion);
  }

  void aTensorFileThatIsNoCheckpointIsNamed() {
    const QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "weights.safetensors";
    const auto messageWith = [&](const char* key, const char* value) {
      writeCheckpoint(path, made(4));
      TensorFile file = readTensorFile(path);
      file.metadata.erase(key);
      if (value != nullptr) file.metadata.emplace(key, value);
      writeTensorFile(path, file);
      return caughtMessage([&] { readCheckpoint(path); });
    };
    QVERIFY(messageWith("format", nullptr).contains("'format'"));
    QVERIFY(messageWith("format", "other").contains("not a checkpoint"));
    QVERIFY(messageWith("step", "-4").contains("step"));
    QVERIFY(messageWith("step", "4x").contains("step"));
    QVERIFY(messageWith("architecture", "[").contains("architecture"));
    QVERIFY(messageWith("architecture", "{}").contains("weights.safetensors"));
  }

  // A checkpoint that version 1 of the format wrote; later versions must go on reading it.
  void theGoldenFileOfVersion1Reads() {
    const std::filesystem::path path =
        std::filesystem::path(LIMBECK_SOURCE_DIR) / "tests/golden/model/checkpoint_v1.safetensors";
    const Checkpoint golden = readCheckpoint(path);
    QVERIFY(golden.config == made(400).config);
    QCOMPARE(golden.step, std::int64_t{400});
    QCOMPARE(golden.extra.at("seed"), std::string("17"));
    QCOMPARE(golden.tensors.at("head.bias").values, (std::vector<float>{0.5F, 400.0F}));
    const QTemporaryDir folder;
    const std::filesystem::path now = std::filesystem::path(folder.path().toStdString()) / "now";
    writeCheckpoint(now, golden);
    QCOMPARE(readTextFile(now), readTextFile(path));
  }
};

QTEST_APPLESS_MAIN(CheckpointTest)
#include "checkpoint_test.moc"
