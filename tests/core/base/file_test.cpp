// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include <sys/resource.h>

#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>

#include "core/base/error.h"

using namespace limbeck;
namespace fs = std::filesystem;

namespace {

/// The code of the Error that `work` throws; its message must name `path`.
std::optional<ErrorCode> failureNaming(const fs::path& path, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    if (!QString(error.what()).contains(path.string().c_str())) qWarning("message: %s", error.what());
    return QString(error.what()).contains(path.string().c_str()) ? std::optional(error.code()) : std::nullopt;
  }
  return std::nullopt;
}

int entryCount(const fs::path& directory) {
  return static_cast<int>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

/// As on a full disk, but also for root: writes past `bytes` fail with EFBIG until the end of the scope.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_limit_);
    const rlimit limit = {bytes, old_limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_limit_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_limit_ = {};
  void (*old_handler_)(int);
};

}  // namespace

class FileTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() { folder_.emplace(); }
  void writtenFileIsReadBackAndReplaced();
  void failedWriteLeavesTheOldFileAndNothingElse();
  void writeOverAFolderLeavesTheFolderAndNothingElse();
  void writeIntoAMissingFolderNamesThePath();
  void readingRefusesWhatIsNoReadableFile();
  void emptyFileMapsToNoBytes();
  void movedMapStaysReadable();
  void createdFolderMayExistButNotBeAFile();
  void committedFolderAppearsUnderItsName();
  void committingWhatIsThereKeepsTheFirst();

 private:
  /// With a space and an umlaut: such paths must work everywhere.
  fs::path path(const char* name) const { return fs::path(folder_->path().toStdString()) / "a ü" / name; }
  std::optional<QTemporaryDir> folder_;
};

void FileTest::writtenFileIsReadBackAndReplaced() {
  createDirectories(path("."));
  writeFileAtomically(path("x.txt"), "old");
  writeFileAtomically(path("x.txt"), std::string_view("new\0content", 11));
  QCOMPARE(readTextFile(path("x.txt")), std::string("new\0content", 11));
  QCOMPARE(entryCount(path(".")), 1);
}

void FileTest::failedWriteLeavesTheOldFileAndNothingElse() {
  createDirectories(path("."));
  writeFileAtomically(path("x.txt"), "old");
  {
    const FileSizeLimit limit(100);
    QCOMPARE(failureNaming(path("x.txt"), [&] { writeFileAtomically(path("x.txt"), std::string(1000, 'n')); }),
             std::optional(ErrorCode::IoFailure));
  }
  QCOMPARE(readTextFile(path("x.txt")), std::string("old"));
  QCOMPARE(entryCount(path(".")), 1);
}

void FileTest::writeOverAFolderLeavesTheFolderAndNothingElse() {
  createDirectories(path("folder/inside"));
  QCOMPARE(failureNaming(path("folder"), [&] { writeFileAtomically(path("folder"), "content"); }),
           std::optional(ErrorCode::IoFailure));
  QVERIFY(fs::is_directory(path("folder/inside")));
  QCOMPARE(entryCount(path(".")), 1);
}

void FileTest::writeIntoAMissingFolderNamesThePath() {
  QCOMPARE(failureNaming(path("x.txt"), [&] { writeFileAtomically(path("x.txt"), "content"); }),
           std::optional(ErrorCode::NotFound));
}

void FileTest::readingRefusesWhatIsNoReadableFile() {
  createDirectories(path("."));
  writeFileAtomically(path("x.txt"), "12345");
  QCOMPARE(failureNaming(path("none"), [&] { readTextFile(path("none")); }), std::optional(ErrorCode::NotFound));
  QCOMPARE(failureNaming(path("."), [&] { readTextFile(path(".")); }), std::optional(ErrorCode::InvalidArgument));
  QCOMPARE(failureNaming("/dev/null", [&] { readTextFile("/dev/null"); }), std::optional(ErrorCode::InvalidArgument));
  QCOMPARE(failureNaming(path("x.txt"), [&] { readTextFile(path("x.txt"), 4); }),
           std::optional(ErrorCode::InvalidArgument));
  QCOMPARE(readTextFile(path("x.txt"), 5), std::string("12345"));
}

void FileTest::emptyFileMapsToNoBytes() {
  createDirectories(path("."));
  writeFileAtomically(path("empty"), "");
  QCOMPARE(MappedFile(path("empty")).bytes().size(), std::size_t{0});
  QCOMPARE(readTextFile(path("empty")), std::string());
}

void FileTest::movedMapStaysReadable() {
  createDirectories(path("."));
  writeFileAtomically(path("one"), "1");
  writeFileAtomically(path("two"), "2");
  MappedFile one(path("one"));
  MappedFile target(path("two"));
  target = std::move(one);
  const MappedFile last(std::move(target));
  QCOMPARE(static_cast<char>(last.bytes()[0]), '1');
}

void FileTest::createdFolderMayExistButNotBeAFile() {
  createDirectories(path("deep/er"));
  createDirectories(path("deep/er"));
  writeFileAtomically(path("file"), "content");
  QCOMPARE(failureNaming(path("file/sub"), [&] { createDirectories(path("file/sub")); }),
           std::optional(ErrorCode::IoFailure));
}

void FileTest::committedFolderAppearsUnderItsName() {
  createDirectories(path("shard.tmp"));
  writeFileAtomically(path("shard.tmp/a.npy"), "rows");
  commitDirectory(path("shard.tmp"), path("shard"));
  QCOMPARE(readTextFile(path("shard/a.npy")), std::string("rows"));
  QVERIFY(!fs::exists(path("shard.tmp")));
}

void FileTest::committingWhatIsThereKeepsTheFirst() {
  for (const char* content : {"first", "second"}) {
    createDirectories(path("shard.tmp"));
    writeFileAtomically(path("shard.tmp/a.npy"), content);
    commitDirectory(path("shard.tmp"), path("shard"));
    QVERIFY(!fs::exists(path("shard.tmp")));
  }
  QCOMPARE(readTextFile(path("shard/a.npy")), std::string("first"));
}

QTEST_APPLESS_MAIN(FileTest)
#include "file_test.moc"
