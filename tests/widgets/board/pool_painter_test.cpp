// SPDX-License-Identifier: GPL-3.0-or-later
// The board of a pool: from above, and what the swimmer sees.
#include <QtTest>

#include <QPainter>

#include "tests/widgets/board/walks.h"
#include "widgets/board/board_words.h"

using namespace limbeck;

namespace {

constexpr Action kForward = 0;
constexpr Action kTurnRight = 5;

std::shared_ptr<const BoardTrack> trackOf(const std::vector<Action>& strokes) {
  static const std::shared_ptr<const Environment> kPool = test::makePool();
  return std::make_shared<const BoardTrack>(kPool, TaskId{2}, test::play(*kPool, TaskId{2}, strokes));
}

PoolScene sceneAt(const BoardTrack& track, double step, bool has_goal = true) {
  BoardLook look;
  look.has_goal = has_goal;
  return std::get<PoolScene>(makePicture(track, nullptr, track.momentAt(0, step), look));
}

QImage paint(const PoolScene& scene, const Theme& theme) {
  QImage image(300, 460, QImage::Format_RGB32);
  image.fill(theme.window);
  QPainter painter(&image);
  paintPool(painter, layOutPool(QRectF(image.rect()), FrameShape{}), scene, theme);
  return image;
}

int count(const QImage& image, const QColor& colour) {
  int found = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) found += image.pixelColor(x, y) == colour ? 1 : 0;
  }
  return found;
}

}  // namespace

class PoolPainterTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void swimmerIsWhereTheObservationSays();
  void frameIsTheOneOfTheMoment();
  void turnsGoTheShorterWay_data();
  void turnsGoTheShorterWay();
  void platformIsHiddenWithTheGoal();
  void partsFitAndDoNotOverlap_data();
  void partsFitAndDoNotOverlap();
  void spokenWordsTellTheHeading();
};

// The first start faces right from the middle of 17 points; a stroke is 4, a turn an eighth of a circle.
void PoolPainterTest::swimmerIsWhereTheObservationSays() {
  const auto track = trackOf({kForward, kTurnRight, kTurnRight, kForward});
  QVERIFY(track->kind() == BoardKind::Pool);
  QCOMPARE(track->poseAt(0, 0), (ViewPose{8, 8, 0}));
  QCOMPARE(track->poseAt(0, 1), (ViewPose{12, 8, 0}));
  QCOMPARE(track->poseAt(0, 3), (ViewPose{12, 8, 2}));
  QCOMPARE(track->poseAt(0, 4), (ViewPose{12, 12, 2}));  // no row records the last arrival
  QCOMPARE(sceneAt(*track, 0.5).agent->place(), QPointF(10.0, 8.0));
}

void PoolPainterTest::frameIsTheOneOfTheMoment() {
  const auto track = trackOf({kForward, kTurnRight, kForward});
  const QImage first = sceneAt(*track, 0.0).frame;
  QCOMPARE(first.size(), QSize(96, 72));
  QCOMPARE(sceneAt(*track, 0.5).frame, first);  // a stroke shows nothing until it is done
  QVERIFY(sceneAt(*track, 1.0).frame != first);
}

void PoolPainterTest::turnsGoTheShorterWay_data() {
  QTest::addColumn<int>("from");
  QTest::addColumn<int>("to");
  QTest::addColumn<double>("halfway");
  QTest::newRow("right") << 1 << 2 << 67.5;
  QTest::newRow("left") << 2 << 1 << 67.5;
  QTest::newRow("over the beginning") << 7 << 0 << 337.5;
  QTest::newRow("back over it") << 0 << 7 << -22.5;
}

void PoolPainterTest::turnsGoTheShorterWay() {
  QFETCH(int, from);
  QFETCH(int, to);
  QFETCH(double, halfway);
  QCOMPARE((PoolAgent{{0, 0, from}, {0, 0, to}, 0.5}).degrees(), halfway);
}

void PoolPainterTest::platformIsHiddenWithTheGoal() {
  const auto track = trackOf({kForward});
  const Theme& theme = darkTheme();
  PoolScene scene = sceneAt(*track, 0.0, false);
  scene.frame = QImage();  // its own colours do not count
  QCOMPARE(count(paint(scene, theme), theme.goal_inner), 0);
  scene.has_goal = true;
  QVERIFY(count(paint(scene, theme), theme.goal_inner) > 10);
}

void PoolPainterTest::partsFitAndDoNotOverlap_data() {
  QTest::addColumn<QRectF>("area");
  for (const QSizeF size : {QSizeF(140, 140), QSizeF(240, 240), QSizeF(300, 460), QSizeF(700, 260), QSizeF(260, 700)}) {
    QTest::addRow("%g x %g", size.width(), size.height()) << QRectF(QPointF(5, 40), size);
  }
}

void PoolPainterTest::partsFitAndDoNotOverlap() {
  QFETCH(QRectF, area);
  const PoolLayout layout = layOutPool(area, FrameShape{});
  QVERIFY(area.adjusted(-1, -1, 1, 1).contains(layout.board()));
  QVERIFY(!layout.pool.intersects(layout.frame));
  QVERIFY(layout.pool.width() >= 0.5 * std::min(area.width(), area.height()));
  QVERIFY(layout.frame.width() >= 0.5 * layout.pool.width());
  QVERIFY(qAbs(layout.frame.width() / layout.frame.height() - 96.0 / 72.0) < 0.05);
}

void PoolPainterTest::spokenWordsTellTheHeading() {
  const auto track = trackOf({kForward, kTurnRight});
  const QString words = spokenText("AD", *track, track->momentAt(0, 2.0));
  QVERIFY2(words.startsWith("AD, episode 1, step 2, agent at 12,8 looking down and right, return "), qPrintable(words));
  QCOMPARE(placeText(track->environment(), track->observationAt(0, 0)), QString("(8,8) looking right"));
}

QTEST_MAIN(PoolPainterTest)
#include "pool_painter_test.moc"
