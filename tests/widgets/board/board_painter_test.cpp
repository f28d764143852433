// SPDX-License-Identifier: GPL-3.0-or-later
// What stands on a painted board, pixel by pixel.
#include <QtTest>

#include <QPainter>
#include <algorithm>
#include <set>

#include "widgets/board/board_painter.h"

using namespace limbeck;

namespace {

struct Painted {
  QImage image;
  BoardGeometry geometry;  ///< in logical coordinates

  QColor at(QPointF cells) const {
    const QPointF pixel = geometry.centre(cells) * image.devicePixelRatio();
    return image.pixelColor(static_cast<int>(pixel.x()), static_cast<int>(pixel.y()));
  }
  int count(const QColor& colour) const {
    int found = 0;
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) found += image.pixelColor(x, y) == colour ? 1 : 0;
    }
    return found;
  }
};

Painted paint(const BoardScene& scene, const Theme& theme, int side = 240, double scale = 1.0) {
  Painted painted;
  const int pixels = static_cast<int>(side * scale);
  painted.image = QImage(pixels, pixels, QImage::Format_RGB32);
  painted.image.setDevicePixelRatio(scale);
  painted.image.fill(Qt::magenta);
  QPainter painter(&painted.image);
  painted.geometry = fitBoard(QRectF(0, 0, side, side), scene.grid, painter.deviceTransform());
  paintBoard(painter, painted.geometry, scene, theme);
  return painted;
}

BoardScene sceneOf(int size) {
  BoardScene scene;
  scene.grid = {size, size};
  return scene;
}

BoardScene markerScene(TaskMarker::Kind kind) {
  BoardScene scene = sceneOf(9);
  scene.markers = {{{kind, 4, 4}, false}};
  return scene;
}

}  // namespace

class BoardPainterTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void cellsAreWholePixelsAndSquareAtAnyScale_data();
  void cellsAreWholePixelsAndSquareAtAnyScale();
  void visitedCellsAreOneColourToTheirEdges_data() { cellsAreWholePixelsAndSquareAtAnyScale_data(); }
  void visitedCellsAreOneColourToTheirEdges();
  void moreVisitsLookHotter();
  void pointsFindTheirCell();
  void agentGlidesBetweenTwoCells();
  void rolesHaveDifferentShapes();
  void goalShowsOnEveryHeatColour_data();
  void goalShowsOnEveryHeatColour();
  void goalKeyAndDoorHaveDifferentShapes();
  void markersAreSeenOnTheSmallestCells();
  void rectanglesHaveSquareCells();
  void wallsAndSlipperyFloorAreTold_data();
  void wallsAndSlipperyFloorAreTold();
  void slipperyFloorShowsOnEveryHeat_data() { wallsAndSlipperyFloorAreTold_data(); }
  void slipperyFloorShowsOnEveryHeat();
  void trailFadesWithAge();
  void highlightIsInTheAccent();
};

void BoardPainterTest::cellsAreWholePixelsAndSquareAtAnyScale_data() {
  QTest::addColumn<int>("size");
  QTest::addColumn<double>("scale");
  for (const int size : {9, 17, 40, 64}) {
    for (const double scale : {1.0, 1.5, 2.0}) QTest::addRow("%d at %g", size, scale) << size << scale;
  }
}

void BoardPainterTest::cellsAreWholePixelsAndSquareAtAnyScale() {
  QFETCH(int, size);
  QFETCH(double, scale);
  QTransform device = QTransform::fromScale(scale, scale);
  device.translate(7, 11);  // of a child widget: at 1.5 its corner is no whole pixel
  const BoardGeometry geometry = fitBoard(QRectF(0, 0, 211, 230), {size, size}, device);
  const double pixels = geometry.cell * scale;
  QCOMPARE(pixels, std::floor(211 * scale / size));
  const QPointF corner = device.map(geometry.origin);
  QVERIFY(qAbs(corner.x() - std::round(corner.x())) < 1e-6 && qAbs(corner.y() - std::round(corner.y())) < 1e-6);
  QVERIFY(geometry.board().right() <= 211.0 + 1.0 / scale && geometry.board().bottom() <= 230.0 + 1.0 / scale);
}

// A checkerboard of visits: from one line to the next each cell has its own colour and no other.
void BoardPainterTest::visitedCellsAreOneColourToTheirEdges() {
  QFETCH(int, size);
  QFETCH(double, scale);
  BoardScene scene = sceneOf(size);
  for (int i = 0; i < size * size; ++i) scene.visits.push_back((i % size + i / size) % 2 == 0 ? 20 : 0);
  const Painted painted = paint(scene, lightTheme(), 240, scale);
  const int pixels = static_cast<int>(std::lround(painted.geometry.cell * scale));
  const QPointF origin = painted.geometry.origin * scale;
  const int line = pixels < 4 ? 0 : 2;  // left and above of each cell
  for (const QPoint cell : {QPoint(1, 1), QPoint(2, 1), QPoint(size - 2, size - 2), QPoint(size / 2, size - 2)}) {
    const QColor expected = (cell.x() + cell.y()) % 2 == 0 ? lightTheme().heat(1.0) : lightTheme().cell;
    for (int y = line; y < pixels; ++y) {
      for (int x = line; x < pixels; ++x) {
        const QColor found =
            painted.image.pixelColor(static_cast<int>(std::lround(origin.x())) + cell.x() * pixels + x,
                                     static_cast<int>(std::lround(origin.y())) + cell.y() * pixels + y);
        QCOMPARE(found, expected);
      }
    }
  }
}

void BoardPainterTest::moreVisitsLookHotter() {
  BoardScene scene = sceneOf(9);
  scene.visits.assign(81, 0);
  scene.visits[0] = 1;
  scene.visits[1] = 40;
  const Painted painted = paint(scene, lightTheme());
  QCOMPARE(painted.at({1, 0}), lightTheme().heat(1.0));
  QVERIFY(painted.at({0, 0}) != painted.at({1, 0}) && painted.at({0, 0}) != lightTheme().cell);
  QCOMPARE(painted.at({2, 0}), lightTheme().cell);
}

void BoardPainterTest::pointsFindTheirCell() {
  const BoardGeometry geometry = fitBoard(QRectF(0, 0, 90, 120), {9, 9}, {});
  QCOMPARE(geometry.cellAt({0.5, 0.5}), std::optional(QPoint(0, 0)));
  QCOMPARE(geometry.cellAt({89.5, 10.0}), std::optional(QPoint(8, 1)));
  QVERIFY(!geometry.cellAt({45.0, 91.0}));
}

void BoardPainterTest::agentGlidesBetweenTwoCells() {
  BoardScene scene = sceneOf(9);
  const QColor colour = lightTheme().role(PlotRole::AD);
  for (const double share : {0.0, 0.5, 1.0}) {
    scene.agent = BoardAgent{{2, 3}, {3, 3}, share};
    const Painted painted = paint(scene, lightTheme());
    QCOMPARE(painted.at({2.0 + share, 3.0}), colour);
    QCOMPARE(painted.at({2.0, 3.0}) == colour, share == 0.0);
    QCOMPARE(painted.at({3.0, 3.0}) == colour, share == 1.0);
  }
}

void BoardPainterTest::rolesHaveDifferentShapes() {
  const std::vector<PlotRole> roles{PlotRole::AD, PlotRole::Source, PlotRole::ExpertDistillation, PlotRole::Control};
  for (std::size_t a = 0; a < roles.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) QVERIFY(roleShape(roles[a], {}, 10.0) != roleShape(roles[b], {}, 10.0));
  }
}

void BoardPainterTest::goalShowsOnEveryHeatColour_data() {
  QTest::addColumn<bool>("is_dark");
  QTest::newRow("light") << false;
  QTest::newRow("dark") << true;
}

// At least one of its two tones differs from what lies below by a contrast of 3, and both are there.
void BoardPainterTest::goalShowsOnEveryHeatColour() {
  QFETCH(bool, is_dark);
  const Theme& theme = is_dark ? darkTheme() : lightTheme();
  const auto luminance = [](const QColor& colour) {
    const auto linear = [](double part) {
      return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
  };
  const auto contrast = [&](const QColor& a, const QColor& b) {
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
  };
  for (int i = 0; i <= 20; ++i) {
    const QColor below = i == 0 ? theme.cell : theme.heat(i / 20.0);
    QVERIFY(std::max(contrast(theme.goal_inner, below), contrast(theme.goal_outer, below)) >= 3.0);
  }
  const Painted painted = paint(markerScene(TaskMarker::Kind::Goal), theme);
  const int frame = 4 * static_cast<int>(painted.geometry.cell);
  QVERIFY(painted.count(theme.goal_outer) > frame);
  QVERIFY(painted.count(theme.goal_inner) > frame / 2);
}

void BoardPainterTest::goalKeyAndDoorHaveDifferentShapes() {
  const auto lit = [](TaskMarker::Kind kind) {
    const Painted painted = paint(markerScene(kind), darkTheme());
    std::vector<bool> pixels;
    for (int y = 0; y < 240; ++y) {
      for (int x = 0; x < 240; ++x) pixels.push_back(painted.image.pixelColor(x, y) == darkTheme().goal_inner);
    }
    return pixels;
  };
  const auto goal = lit(TaskMarker::Kind::Goal);
  const auto key = lit(TaskMarker::Kind::Key);
  const auto door = lit(TaskMarker::Kind::Door);
  const auto differing = [](const std::vector<bool>& a, const std::vector<bool>& b) {
    int count = 0;
    for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
    return count;
  };
  for (const auto* shape : {&goal, &key, &door}) QVERIFY(std::ranges::count(*shape, true) > 40);
  QVERIFY(differing(goal, key) > 60);
  QVERIFY(differing(goal, door) > 60);
  QVERIFY(differing(key, door) > 60);
}

void BoardPainterTest::markersAreSeenOnTheSmallestCells() {
  for (const TaskMarker::Kind kind : {TaskMarker::Kind::Goal, TaskMarker::Kind::Key, TaskMarker::Kind::Door}) {
    BoardScene scene = sceneOf(64);  // 3 pixels a cell
    scene.markers = {{{kind, 30, 30}, false}};
    const QImage image = paint(scene, darkTheme(), 210).image;
    int bright = 0;  // its small edges are blended
    for (int y = 0; y < 190; ++y) {
      for (int x = 15; x < 195; ++x) bright += qGray(image.pixel(x, y)) > 170 ? 1 : 0;
    }
    QVERIFY2(bright >= 8, qPrintable(QString::number(bright)));
  }
}

void BoardPainterTest::rectanglesHaveSquareCells() {
  const BoardGeometry wide = fitBoard(QRectF(0, 0, 200, 200), {14, 8}, {});
  QCOMPARE(wide.cell, 14.0);  // 200 / 14, whole pixels
  QCOMPARE(wide.board().size(), QSizeF(14 * 14, 8 * 14));
  QCOMPARE(wide.cellAt({100.0, 8 * 14 - 1.0}), std::optional(QPoint(7, 7)));
  QVERIFY(!wide.cellAt({100.0, 8 * 14 + 1.0}));
  QCOMPARE(fitBoard(QRectF(0, 0, 200, 200), {3, 20}, {}).cell, 10.0);
}

void BoardPainterTest::wallsAndSlipperyFloorAreTold_data() {
  QTest::addColumn<bool>("is_dark");
  QTest::addColumn<int>("side");
  for (const int side : {240, 90}) {  // 26 and 10 pixels a cell
    QTest::addRow("light, %d", side) << false << side;
    QTest::addRow("dark, %d", side) << true << side;
  }
}

// A wall is one colour, floor another, slippery floor several: a pattern, and not a colour alone.
void BoardPainterTest::wallsAndSlipperyFloorAreTold() {
  QFETCH(bool, is_dark);
  QFETCH(int, side);
  const Theme& theme = is_dark ? darkTheme() : lightTheme();
  BoardScene scene = sceneOf(9);
  scene.kinds.assign(81, CellKind::Floor);
  scene.kinds[1] = CellKind::Wall;
  scene.kinds[9 + 2] = CellKind::Slippery;
  const Painted painted = paint(scene, theme, side);
  const auto coloursOf = [&](QPoint cell) {
    std::set<QRgb> colours;
    const QRect inner = painted.geometry.cellRect(cell).toRect().adjusted(2, 2, -2, -2);
    for (int y = inner.top(); y <= inner.bottom(); ++y) {
      for (int x = inner.left(); x <= inner.right(); ++x) colours.insert(painted.image.pixel(x, y));
    }
    return colours;
  };
  QCOMPARE(coloursOf({0, 0}), std::set<QRgb>{theme.cell.rgb()});
  QCOMPARE(coloursOf({1, 0}).size(), std::size_t{1});
  QVERIFY(coloursOf({1, 0}) != coloursOf({0, 0}));
  QCOMPARE(coloursOf({2, 1}).size(), std::size_t{3});  // floor, and a stripe of two tones
  for (int share = 0; share <= 10; ++share) {
    const QColor wall = painted.at({1, 0});
    const QColor heat = theme.heat(share / 10.0);
    const int difference =
        std::abs(wall.red() - heat.red()) + std::abs(wall.green() - heat.green()) + std::abs(wall.blue() - heat.blue());
    QVERIFY2(difference > 60, qPrintable(QString("a wall looks like heat %1").arg(share)));
  }
}

void BoardPainterTest::slipperyFloorShowsOnEveryHeat() {
  QFETCH(bool, is_dark);
  QFETCH(int, side);
  const Theme& theme = is_dark ? darkTheme() : lightTheme();
  BoardScene plain = sceneOf(9);
  for (std::uint32_t i = 0; i < 81; ++i) plain.visits.push_back(1U << (i % 9));
  BoardScene slippery = plain;
  slippery.kinds.assign(81, CellKind::Slippery);
  const Painted without = paint(plain, theme, side);
  const Painted with = paint(slippery, theme, side);
  for (int x = 0; x < 9; ++x) {
    const QRect cell = without.geometry.cellRect({x, 4}).toRect();
    int most = 0;
    for (int py = cell.top(); py <= cell.bottom(); ++py) {
      for (int px = cell.left(); px <= cell.right(); ++px) {
        most = std::max(most, std::abs(qGray(without.image.pixel(px, py)) - qGray(with.image.pixel(px, py))));
      }
    }
    QVERIFY2(most >= 25, qPrintable(QString("stripes of %1 grey levels on heat %2").arg(most).arg(x)));
  }
}

void BoardPainterTest::trailFadesWithAge() {
  BoardScene scene = sceneOf(9);
  for (int x = 0; x < 9; ++x) scene.trail.emplace_back(x, 4);
  const Painted painted = paint(scene, lightTheme());
  const QColor role = lightTheme().role(PlotRole::AD);
  const auto distance = [&](const QColor& colour) {
    return qAbs(colour.red() - role.red()) + qAbs(colour.green() - role.green()) + qAbs(colour.blue() - role.blue());
  };
  QVERIFY(distance(painted.at({1, 4})) > distance(painted.at({4, 4})));
  QVERIFY(distance(painted.at({4, 4})) > distance(painted.at({7, 4})));
  QCOMPARE(painted.at({4, 2}), lightTheme().cell);
}

void BoardPainterTest::highlightIsInTheAccent() {
  BoardScene scene = sceneOf(9);
  QCOMPARE(paint(scene, lightTheme()).count(lightTheme().accent), 0);
  scene.highlighted = QPoint(2, 2);
  QVERIFY(paint(scene, lightTheme()).count(lightTheme().accent) > 60);
}

QTEST_MAIN(BoardPainterTest)
#include "board_painter_test.moc"
