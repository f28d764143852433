// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>

namespace limbeck::test {

/// A temporary folder for tests that write many synced files: in memory where the system has such a place, because a
/// sync costs some 10 ms on a disk and tells a test nothing.
class ScratchFolder : public QTemporaryDir {
 public:
  ScratchFolder() : QTemporaryDir(place() + "/limbeck-test-XXXXXX") {}

 private:
  static QString place() { return QFileInfo("/dev/shm").isWritable() ? QString("/dev/shm") : QDir::tempPath(); }
};

}  // namespace limbeck::test
