// SPDX-License-Identifier: GPL-3.0-or-later
// The board of a bandit: counts, light, the hidden truth.
#include <QtTest>

#include <QPainter>

#include "tests/widgets/board/walks.h"
#include "widgets/board/board_words.h"

using namespace limbeck;

namespace {

constexpr int kArms = 10;

std::shared_ptr<const BoardTrack> trackOf(const std::vector<Action>& pulls) {
  const std::shared_ptr<const Environment> environment = makeEnvironment(defaultOptions("bandit"));
  return std::make_shared<const BoardTrack>(environment, TaskId{5}, test::play(*environment, TaskId{5}, pulls));
}

ArmsScene sceneAt(const BoardTrack& track, int episode, double step, bool has_means = true) {
  return armsUpTo(track, track.momentAt(episode, step), has_means);
}

QImage paint(const ArmsScene& scene, const Theme& theme, QSize size = {400, 320}) {
  QImage image(size, QImage::Format_RGB32);
  image.fill(theme.window);
  QPainter painter(&image);
  paintArms(painter, fitArms(QRectF(QPointF(), QSizeF(size)), kArms), scene, QFont(), theme);
  return image;
}

int count(const QImage& image, const QRect& within, const QColor& colour) {
  int found = 0;
  for (int y = within.top(); y <= within.bottom(); ++y) {
    for (int x = within.left(); x <= within.right(); ++x) found += image.pixelColor(x, y) == colour ? 1 : 0;
  }
  return found;
}

}  // namespace

class ArmsPainterTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void pullsAreCountedUpToTheMoment();
  void whatPaidIsCountedToo();
  void latestPullStaysLitUntilTheNext();
  void oftenerPulledArmsHaveHigherBars();
  void truthIsDrawnOnlyWhenTheGoalIsShown();
  void pointsFindTheirArm();
  void wordsSayPulls();
  void twoHundredArmsArePainted();
};

void ArmsPainterTest::pullsAreCountedUpToTheMoment() {
  const auto track = trackOf({3, 3, 7, 3});
  QVERIFY(track->kind() == BoardKind::Arms);
  QCOMPARE(sceneAt(*track, 0, 0.0).pulls[3], 0);
  QCOMPARE(sceneAt(*track, 1, 1.0).pulls[3], 2);
  QCOMPARE(sceneAt(*track, 3, 0.5).pulls[3], 2);  // the fourth pull is not done
  QCOMPARE(sceneAt(*track, 3, 1.0).pulls, (std::vector<std::int64_t>{0, 0, 0, 3, 0, 0, 0, 1, 0, 0}));
}

void ArmsPainterTest::whatPaidIsCountedToo() {
  const auto track = trackOf(std::vector<Action>(50, 4));
  const ArmsScene scene = sceneAt(*track, 49, 1.0);
  double paid = 0.0;
  for (const float reward : track->stream().columns().rewards) paid += static_cast<double>(reward);
  QVERIFY(paid > 0.0 && paid < 50.0);  // by chance, with a fixed seed
  QCOMPARE(static_cast<double>(scene.paid[4]), paid);
}

void ArmsPainterTest::latestPullStaysLitUntilTheNext() {
  const auto track = trackOf({3, 7});
  QVERIFY(!sceneAt(*track, 0, 0.0).pulled);
  QCOMPARE(sceneAt(*track, 0, 1.0).pulled, std::optional(3));
  QCOMPARE(sceneAt(*track, 1, 0.0).pulled, std::optional(3));
  QCOMPARE(sceneAt(*track, 1, 1.0).pulled, std::optional(7));
}

void ArmsPainterTest::oftenerPulledArmsHaveHigherBars() {
  ArmsScene scene;
  scene.pulls.assign(kArms, 0);
  scene.pulls[2] = 20;
  scene.pulls[5] = 5;
  scene.paid = scene.pulls;
  const QImage image = paint(scene, lightTheme());
  const auto column = [&](int arm) {
    return fitArms(QRectF(0, 0, 400, 320), kArms).columnRect(arm).toAlignedRect().intersected(QRect(0, 0, 400, 170));
  };
  const QColor colour = lightTheme().role(PlotRole::AD);
  const int high = count(image, column(2), colour);
  const int low = count(image, column(5), colour);
  QVERIFY2(high > 3 * low && low > 0, qPrintable(QString("%1, %2").arg(high).arg(low)));
  QCOMPARE(count(image, column(8), colour), 0);
}

void ArmsPainterTest::truthIsDrawnOnlyWhenTheGoalIsShown() {
  const auto track = trackOf({3});
  const Theme& theme = darkTheme();
  const QRect everything(0, 0, 400, 320);
  QCOMPARE(count(paint(sceneAt(*track, 0, 1.0, false), theme), everything, theme.goal_inner), 0);
  QVERIFY(count(paint(sceneAt(*track, 0, 1.0, true), theme), everything, theme.goal_inner) >= kArms * 10);
}

void ArmsPainterTest::pointsFindTheirArm() {
  const ArmsGeometry geometry = fitArms(QRectF(0, 0, 400, 320), kArms);
  for (int arm = 0; arm < kArms; ++arm) QCOMPARE(geometry.armAt(geometry.columnRect(arm).center()), std::optional(arm));
  QVERIFY(!geometry.armAt({-1.0, 20.0}));
  QVERIFY(!ArmsGeometry{}.armAt({0.0, 0.0}));
}

void ArmsPainterTest::wordsSayPulls() {
  const auto track = trackOf({3, 3, 7});
  const BoardMoment end = track->momentAt(2, 1.0);
  QVERIFY(statusText(*track, end, StatusForm::Short).startsWith("pull 3 · "));
  QVERIFY(spokenText("AD", *track, end).contains("arm 8"));
  QVERIFY(armTip(sceneAt(*track, 2, 1.0), 3).startsWith("arm 4 · "));
  QVERIFY(armTip(sceneAt(*track, 2, 1.0), 3).contains("of 2 pulls paid · pays with probability 0."));
  QVERIFY(armTip(sceneAt(*track, 2, 1.0, false), 0) == "arm 1 · not pulled yet");
}

void ArmsPainterTest::twoHundredArmsArePainted() {
  ArmsScene scene;
  scene.pulls.assign(200, 1);
  scene.paid.assign(200, 1);
  scene.means.assign(200, 0.5F);
  QImage image(210, 200, QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  paintArms(painter, fitArms(QRectF(0, 0, 210, 200), 200), scene, QFont(), lightTheme());
  QVERIFY(count(image, image.rect(), lightTheme().goal_inner) > 100);
}

QTEST_MAIN(ArmsPainterTest)
#include "arms_painter_test.moc"
