// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process_tuning.h"

#include <unistd.h>

#include <QtTest>
#include <cerrno>
#include <csignal>
#include <cstdlib>

using namespace limbeck;

class ProcessTuningTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatTheUserChoseStays() {
    ::setenv("OPENBLAS_CORETYPE", "Nehalem", 1);
    ::unsetenv("OMP_NUM_THREADS");
    tuneProcess();
    QCOMPARE(QByteArray(std::getenv("OPENBLAS_CORETYPE")), QByteArray("Nehalem"));
    QCOMPARE(QByteArray(std::getenv("OMP_NUM_THREADS")), QByteArray("1"));
  }

  // Without it this test program would be ended by the signal.
  void aClosedPipeIsAnErrorOfTheWrite() {
    tuneProcess();
    int ends[2] = {};
    QCOMPARE(::pipe(ends), 0);
    ::close(ends[0]);
    QCOMPARE(::write(ends[1], "x", 1), ssize_t{-1});
    QCOMPARE(errno, EPIPE);
    ::close(ends[1]);
  }
};

QTEST_APPLESS_MAIN(ProcessTuningTest)
#include "process_tuning_test.moc"
