// SPDX-License-Identifier: GPL-3.0-or-later
// When a training step is recorded and replayed; what it is recorded with needs a GPU, this does not.
#include <QtTest>
#include <vector>

#include "core/model/torch/capture_plan.h"

using limbeck::torch_backend::CapturePlan;
using Plan = CapturePlan<int>;

namespace {

/// One letter a step: direct, record, play.
QString actions(Plan& plan, const std::vector<int>& shapes) {
  QString text;
  for (const int shape : shapes) {
    switch (plan.next(shape)) {
      case Plan::Action::Direct:
        text += 'd';
        break;
      case Plan::Action::Record:
        text += 'r';
        break;
      case Plan::Action::Replay:
        text += 'p';
        break;
    }
  }
  return text;
}

}  // namespace

class TorchCapturePlanTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void recordsOnceAfterTheFirstSteps() {
    Plan plan;
    QCOMPARE(actions(plan, {7, 7, 7, 7, 7, 7}), QString("dddrpp"));
  }

  // A recording knows the extents of its inputs: another shape begins anew, the old one too when it comes back.
  void anotherShapeIsNeverReplayed() {
    Plan plan;
    QCOMPARE(actions(plan, {7, 7, 7, 7, 8, 7, 7, 7, 7, 7}), QString("dddrddddrp"));
  }

  void shapesThatAlternateAreNeverRecorded() {
    Plan plan;
    QCOMPARE(actions(plan, {1, 2, 1, 2, 1, 2, 1, 2, 1, 2}), QString("dddddddddd"));
  }

  void givesUpForGood() {
    Plan plan;
    QCOMPARE(actions(plan, {7, 7, 7, 7}), QString("dddr"));
    plan.giveUp();
    QCOMPARE(actions(plan, {7, 7, 8, 8, 8, 8, 8}), QString("ddddddd"));
  }
};

QTEST_APPLESS_MAIN(TorchCapturePlanTest)
#include "torch_capture_plan_test.moc"
