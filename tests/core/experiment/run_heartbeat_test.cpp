// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include "core/experiment/run_heartbeat.h"
#include "core/store/workspace.h"

using namespace limbeck;

namespace {

/// Remembers what came through.
class RecordingControl final : public WorkControl {
 public:
  bool stopRequested() const override { return true; }
  void pauseIfAsked() override { ++pauses; }
  void report(const Progress& progress) override { done = progress.done; }

  int pauses = 0;
  std::int64_t done = 0;
};

class RunHeartbeatTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void progressBeatsAndEverythingIsPassedOn() {
    const QTemporaryDir folder;
    const Workspace workspace(folder.path().toStdString());
    RunStore& store = workspace.store();
    const RunId run = store.createRun({});
    QVERIFY(!store.run(run).heartbeat_ms);
    RecordingControl inner;
    RunHeartbeat heartbeat(inner, store, run);
    heartbeat.pauseIfAsked();
    QVERIFY(heartbeat.stopRequested());
    QCOMPARE(inner.pauses, 1);
    QVERIFY(!store.run(run).heartbeat_ms);  // Waiting is no sign of progress.
    heartbeat.report({.what = "steps", .done = 7});
    QCOMPARE(inner.done, 7);
    QVERIFY(store.run(run).heartbeat_ms.has_value());
  }
};

}  // namespace

QTEST_APPLESS_MAIN(RunHeartbeatTest)
#include "run_heartbeat_test.moc"
