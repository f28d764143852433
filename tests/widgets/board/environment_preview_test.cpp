// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "tests/widgets/board/walks.h"
#include "widgets/base/theme.h"
#include "widgets/board/environment_preview.h"

using namespace limbeck;

namespace {

std::unique_ptr<EnvironmentPreview> makePreview(int width = 300) {
  auto preview = std::make_unique<EnvironmentPreview>();
  preview->setPalette(lightTheme().palette());
  preview->resize(width, width + 80);
  return preview;
}

int countColour(EnvironmentPreview& preview, const QColor& colour) {
  const QImage image = preview.grab().toImage();
  int found = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) found += image.pixelColor(x, y) == colour ? 1 : 0;
  }
  return found;
}

}  // namespace

class EnvironmentPreviewTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void saysHowManyGoalsEachPartHas();
  void saysHowManyPairsAreHeldOut();
  void heldOutGoalsAreDrawn();
  void sixtyFourCellsASideFitAndShow();
  void mapIsDrawnAsItIs();
  void sharedGoalIsSaid();
  void armsAndPoolAreDrawn();
  void problemStaysUntilTheNextSplit();
  void heightLeavesRoomForTheLegend();
};

void EnvironmentPreviewTest::saysHowManyGoalsEachPartHas() {
  const auto environment = test::makeRoom("darkroom", 9, 20);
  const auto preview = makePreview();
  preview->setSplit(environment, splitTasks(*environment, {.validation = 8, .held_out = 16}));
  // 81 cells but for the start: 80 tasks.
  QCOMPARE(preview->accessibleDescription(),
           QString("grid of 9 by 9 cells, 56 training, 8 validation, 16 held out, start"));
}

void EnvironmentPreviewTest::saysHowManyPairsAreHeldOut() {
  const auto environment = test::makeRoom("key_to_door", 9, 50, StartRule::Random);
  const auto preview = makePreview();
  preview->setSplit(environment, splitTasks(*environment, {.training = 1000, .validation = 8, .held_out = 128}));
  const QString said = preview->accessibleDescription();
  QVERIFY2(said.contains(QString("128 of 6") + QChar(0x202F) + "480 pairs held out"), qPrintable(said));
  QVERIFY(said.contains("starts anywhere"));
}

void EnvironmentPreviewTest::heldOutGoalsAreDrawn() {
  const auto environment = test::makeRoom("darkroom", 9, 20);
  const auto preview = makePreview();
  preview->setSplit(environment, splitTasks(*environment, {.validation = 8, .held_out = 4}));
  const int few = countColour(*preview, lightTheme().accent);
  preview->setSplit(environment, splitTasks(*environment, {.validation = 8, .held_out = 40}));
  QVERIFY(countColour(*preview, lightTheme().accent) > 3 * few);
}

void EnvironmentPreviewTest::sixtyFourCellsASideFitAndShow() {
  const auto environment = test::makeRoom("darkroom", 64, 100);
  const auto preview = makePreview(200);
  preview->setSplit(environment, splitTasks(*environment, {.validation = 8, .held_out = 100}));
  // Three pixels a cell, all of them for a held-out goal.
  QVERIFY(countColour(*preview, lightTheme().accent) >= 900);
}

void EnvironmentPreviewTest::mapIsDrawnAsItIs() {
  const auto preview = makePreview();
  const auto open = test::makeMap("S...\nGG.G\n");
  const auto walled = test::makeMap("S.#.\nGG.G\n");
  const TaskSplitOptions parts{.training = 1, .validation = 1, .held_out = 1};
  preview->setSplit(open, splitTasks(*open, parts));
  QVERIFY(preview->accessibleDescription().startsWith("grid of 4 by 2 cells, 1 training"));
  const QImage without = preview->grab().toImage();
  preview->setSplit(walled, splitTasks(*walled, parts));
  QVERIFY(preview->grab().toImage() != without);
  QVERIFY(preview->heightForWidth(270) < 270);  // a wide map needs less
}

void EnvironmentPreviewTest::sharedGoalIsSaid() {
  const auto environment = test::makeRoom("darkroom_dynamic", 9, 20);
  const auto preview = makePreview();
  preview->setSplit(environment, splitTasks(*environment, {.validation = 8, .held_out = 10}));
  QCOMPARE(preview->accessibleDescription(),
           QString("grid of 9 by 9 cells, goal of every task, 10 held out, 8 validation, 102 training, start"));
}

void EnvironmentPreviewTest::armsAndPoolAreDrawn() {
  const std::shared_ptr<const Environment> bandit = makeEnvironment(defaultOptions("bandit"));
  const auto preview = makePreview();
  preview->setSplit(bandit, splitTasks(*bandit, {.training = 20, .validation = 5, .held_out = 5}));
  QVERIFY(preview->accessibleDescription().startsWith("10 arms, 20 training, 5 validation, 5 held out"));
  QVERIFY(countColour(*preview, lightTheme().accent) > 100);
  const auto pool = test::makePool();
  preview->setSplit(pool, splitTasks(*pool, {.training = 20, .validation = 5, .held_out = 5}));
  QVERIFY2(preview->accessibleDescription().startsWith(
               "pool of 17 points, 20 training, 5 validation, 5 held out, starts in the middle"),
           qPrintable(preview->accessibleDescription()));
  QVERIFY(countColour(*preview, lightTheme().accent) > 50);
}

void EnvironmentPreviewTest::problemStaysUntilTheNextSplit() {
  const auto environment = test::makeRoom("darkroom", 9, 20);
  const auto preview = makePreview();
  const TaskSplit split = splitTasks(*environment, {.validation = 8, .held_out = 4});
  preview->setSplit(environment, split);
  const QImage drawn = preview->grab().toImage();
  preview->setProblem("size is 1, but must be from 2 to 64");
  QVERIFY(preview->grab().toImage() != drawn);
  QCOMPARE(preview->accessibleDescription(), QString("size is 1, but must be from 2 to 64"));
  preview->setSplit(environment, split);
  QCOMPARE(preview->grab().toImage(), drawn);
}

void EnvironmentPreviewTest::heightLeavesRoomForTheLegend() {
  const auto environment = test::makeRoom("darkroom", 9, 20);
  const auto preview = makePreview();
  preview->setSplit(environment, splitTasks(*environment, {.validation = 8, .held_out = 4}));
  QVERIFY(preview->heightForWidth(200) >= 200 + preview->fontMetrics().height());
  QVERIFY(preview->heightForWidth(120) - 120 > preview->heightForWidth(270) - 270);  // a narrow legend has more lines
}

QTEST_MAIN(EnvironmentPreviewTest)
#include "environment_preview_test.moc"
