// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/plot_view.h"

#include <QLabel>
#include <QSignalSpy>
#include <QWheelEvent>
#include <QtTest>
#include <cmath>
#include <limits>
#include <memory>

#include "tests/widgets/plot/plot_fixture.h"
#include "widgets/base/theme.h"
#include "widgets/plot/chart_canvas.h"

using namespace limbeck;
using test::returnPlot;

namespace {

std::unique_ptr<PlotView> shownView(PlotModel model) {
  auto view = std::make_unique<PlotView>();
  view->setPalette(lightTheme().palette());
  view->resize(640, 240);
  view->setModel(std::move(model));
  view->show();
  [[maybe_unused]] const bool is_exposed = QTest::qWaitForWindowExposed(view.get());
  view->grab();  // What is on the screen has been painted.
  return view;
}

/// The pixel of a value by the ranges that are displayed.
QPointF pixelOf(const PlotView& view, double x, double y) {
  const PlotModel shown = view.displayed();
  const QRectF area = view.plotArea();
  return {area.left() + (x - shown.x_axis.min) / (shown.x_axis.max - shown.x_axis.min) * area.width(),
          area.bottom() - (y - shown.y_axis.min) / (shown.y_axis.max - shown.y_axis.min) * area.height()};
}

void turnWheel(PlotView& view, const QPointF& at, int notches, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
  QWheelEvent event(at, view.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt::NoButton, modifiers,
                    Qt::NoScrollPhase, false);
  QApplication::sendEvent(&view, &event);
  view.grab();
}

void drag(PlotView& view, Qt::MouseButton button, Qt::KeyboardModifiers modifiers, const QPointF& from,
          const QPointF& to) {
  QTest::mousePress(&view, button, modifiers, from.toPoint());
  QMouseEvent move(QEvent::MouseMove, to.toPoint(), view.mapToGlobal(to.toPoint()), Qt::NoButton, button, modifiers);
  QApplication::sendEvent(&view, &move);
  QTest::mouseRelease(&view, button, modifiers, to.toPoint());
  view.grab();
}

bool isNear(double a, double b, double slack) {
  return std::abs(a - b) <= slack;
}

/// How much the pixels around a place tend to a colour: the least distance of a channel sum.
int distanceTo(const QImage& image, const QPointF& at, const QColor& colour) {
  int least = std::numeric_limits<int>::max();
  for (int dx = -1; dx <= 1; ++dx) {
    for (int dy = -1; dy <= 1; ++dy) {
      const QColor pixel = image.pixelColor(at.toPoint() + QPoint(dx, dy));
      least = std::min(least, std::abs(pixel.red() - colour.red()) + std::abs(pixel.green() - colour.green()) +
                                  std::abs(pixel.blue() - colour.blue()));
    }
  }
  return least;
}

}  // namespace

class PlotViewTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void linesAreDrawnWhereTheirValuesAre() {
    const auto view = shownView(returnPlot());
    const QImage image = view->grab().toImage();
    for (const double episode : {10.0, 30.0, 55.0}) {
      QVERIFY(distanceTo(image, pixelOf(*view, episode, 14.0 * episode / (episode + 8.0)),
                         lightTheme().role(PlotRole::AD)) < 40);
    }
  }

  void theChartAgreesWithTheAxes() {
    const PlotModel model = displayedModel(returnPlot());
    ChartCanvas canvas;
    const QRectF area(40.0, 20.0, 480.0, 170.0);
    canvas.setContents(model, lightTheme(), QSizeF(640, 240), area, 1.0);
    for (const auto& [x, y] : {std::pair{0.0, 1.0}, std::pair{60.0, 16.0}, std::pair{17.0, 3.0}}) {
      const QPointF expected(area.left() + (x - model.x_axis.min) / (model.x_axis.max - model.x_axis.min) * 480.0,
                             area.bottom() - (y - model.y_axis.min) / (model.y_axis.max - model.y_axis.min) * 170.0);
      const QPointF place = canvas.toPixels(x, y);
      QVERIFY(isNear(place.x(), expected.x(), 0.01) && isNear(place.y(), expected.y(), 0.01));
    }
  }

  void aGapSplitsTheLine() {
    PlotModel model = returnPlot();
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = 29; i < 34; ++i) {
      model.series[0].y[i] = nothing;
      model.series[0].band->low[i] = nothing;
      model.series[0].band->high[i] = nothing;
    }
    const auto view = shownView(model);
    const QImage image = view->grab().toImage();
    // Episodes 30 to 34 are missing: a bridge from 29 to 35 would pass at 32 near the value of 32.
    const QPointF in_the_gap = pixelOf(*view, 32.0, 14.0 * 32.0 / 40.0);
    QVERIFY(distanceTo(image, in_the_gap, lightTheme().role(PlotRole::AD)) > 200);
    QVERIFY(distanceTo(image, in_the_gap, lightTheme().base) < 10);  // and no band either
    QVERIFY(distanceTo(image, pixelOf(*view, 38.0, 14.0 * 38.0 / 46.0), lightTheme().role(PlotRole::AD)) < 40);
  }

  void noMoreThan600PointsAreDrawn() {
    const auto view = shownView(returnPlot(5000));
    for (const PlotSeries& series : view->displayed().series) QVERIFY(series.x.size() <= 600);
    turnWheel(*view, view->plotArea().center(), 2);
    QVERIFY(view->isZoomed());
    for (const PlotSeries& series : view->displayed().series) {
      QVERIFY(series.x.size() <= 600 && series.x.size() > 300);
    }
  }

  void theWheelZoomsAroundTheMouse() {
    const auto view = shownView(returnPlot());
    const QPointF at = pixelOf(*view, 20.0, 5.0);
    turnWheel(*view, at, 3);
    const PlotModel shown = view->displayed();
    QVERIFY(view->isZoomed());
    QVERIFY(isNear((shown.x_axis.max - shown.x_axis.min), 60.0 / std::pow(1.5, 3), 1e-9));
    // Wider tick labels may move the plot's left edge a little.
    QVERIFY(isNear(pixelOf(*view, 20.0, 5.0).x(), at.x(), 6.0));
    QCOMPARE(shown.y_axis.max, view->model().y_axis.max);
  }

  void controlAndTheWheelZoomY() {
    const auto view = shownView(returnPlot());
    turnWheel(*view, pixelOf(*view, 20.0, 5.0), 1, Qt::ControlModifier);
    const PlotModel shown = view->displayed();
    QCOMPARE(shown.x_axis.max, view->model().x_axis.max);
    QVERIFY(shown.y_axis.max < view->model().y_axis.max && shown.y_axis.min > view->model().y_axis.min);
  }

  void aLiveUpdateKeepsTheZoom() {
    const auto view = shownView(returnPlot(60));
    turnWheel(*view, view->plotArea().center(), 2);
    const PlotModel before = view->displayed();
    view->setModel(returnPlot(90));
    view->grab();
    const PlotModel after = view->displayed();
    QVERIFY(view->isZoomed());
    QCOMPARE(after.x_axis.min, before.x_axis.min);
    QCOMPARE(after.x_axis.max, before.x_axis.max);
    QCOMPARE(after.y_axis.min, before.y_axis.min);
    QCOMPARE(after.y_axis.max, before.y_axis.max);
    view->resetZoom();
    QCOMPARE(view->displayed().x_axis.max, 90.0);
  }

  void withoutZoomALiveUpdateShowsAll() {
    const auto view = shownView(returnPlot(60));
    view->setModel(returnPlot(90));
    QCOMPARE(view->displayed().x_axis.max, 90.0);
    QVERIFY(!view->isZoomed());
  }

  void anotherUnitOfXEndsTheZoom() {
    const auto view = shownView(returnPlot());
    turnWheel(*view, view->plotArea().center(), 2);
    PlotModel other = returnPlot();
    other.x_axis.label = "environment steps";
    view->setModel(other);
    QVERIFY(!view->isZoomed());
  }

  void aDoubleClickShowsAllAgain() {
    const auto view = shownView(returnPlot());
    QSignalSpy zoomed(view.get(), &PlotView::zoomChanged);
    turnWheel(*view, view->plotArea().center(), 2);
    QTest::mouseDClick(view.get(), Qt::LeftButton, Qt::NoModifier, view->plotArea().center().toPoint());
    QVERIFY(!view->isZoomed());
    QCOMPARE(zoomed.size(), 2);
  }

  void keysZoom() {
    const auto view = shownView(returnPlot());
    view->setCursor(10.0);
    QTest::keyClick(view.get(), Qt::Key_Plus);
    QVERIFY(view->isZoomed());
    QTest::keyClick(view.get(), Qt::Key_Plus);
    const PlotModel shown = view->displayed();
    QVERIFY(shown.x_axis.min < 10.0 && shown.x_axis.max > 10.0 && shown.x_axis.max < 40.0);  // around the cursor
    QTest::keyClick(view.get(), Qt::Key_Minus);
    QVERIFY(view->isZoomed());
    QTest::keyClick(view.get(), Qt::Key_0);
    QVERIFY(!view->isZoomed());
    QTest::keyClick(view.get(), Qt::Key_Plus);
    QTest::keyClick(view.get(), Qt::Key_R);
    QVERIFY(!view->isZoomed());
  }

  void clickAndDragTellWhereTheCursorShouldBe() {
    const auto view = shownView(returnPlot());
    QSignalSpy dragged(view.get(), &PlotView::cursorDragged);
    drag(*view, Qt::LeftButton, Qt::NoModifier, pixelOf(*view, 20.0, 5.0), pixelOf(*view, 45.0, 5.0));
    QCOMPARE(dragged.size(), 2);
    const double half_pixel = 0.6 * 60.0 / view->plotArea().width();
    QVERIFY(isNear(dragged[0][0].toDouble(), 20.0, half_pixel));
    QVERIFY(isNear(dragged[1][0].toDouble(), 45.0, half_pixel));
    QVERIFY(!view->cursorX().has_value());  // Whoever owns the time moves it.
    QVERIFY(!view->isZoomed());
  }

  void draggingBeyondThePlotStaysAtItsEnds() {
    const auto view = shownView(returnPlot());
    QSignalSpy dragged(view.get(), &PlotView::cursorDragged);
    drag(*view, Qt::LeftButton, Qt::NoModifier, pixelOf(*view, 20.0, 5.0), QPointF(639.0, 100.0));
    QCOMPARE(dragged.last()[0].toDouble(), 60.0);
  }

  void theCursorIsALine() {
    const auto view = shownView(returnPlot());
    view->setCursor(40.0);
    const QImage image = view->grab().toImage();
    QVERIFY(distanceTo(image, pixelOf(*view, 40.0, 13.9), lightTheme().text) < 60);
    view->setCursor(std::nullopt);
    QVERIFY(distanceTo(view->grab().toImage(), pixelOf(*view, 40.0, 13.9), lightTheme().text) > 200);
  }

  void shiftAndDragZoomToTheRectangle() {
    const auto view = shownView(returnPlot());
    QSignalSpy dragged(view.get(), &PlotView::cursorDragged);
    drag(*view, Qt::LeftButton, Qt::ShiftModifier, pixelOf(*view, 10.0, 12.0), pixelOf(*view, 30.0, 4.0));
    QCOMPARE(dragged.size(), 0);
    const PlotModel shown = view->displayed();
    QVERIFY(isNear(shown.x_axis.min, 10.0, 0.1) && isNear(shown.x_axis.max, 30.0, 0.1));
    QVERIFY(isNear(shown.y_axis.min, 4.0, 0.1) && isNear(shown.y_axis.max, 12.0, 0.1));
  }

  void theRightButtonPansWithinTheWhole() {
    const auto view = shownView(returnPlot());
    turnWheel(*view, view->plotArea().center(), 2);
    const PlotModel before = view->displayed();
    const QPointF centre = view->plotArea().center();
    drag(*view, Qt::RightButton, Qt::NoModifier, centre, centre - QPointF(40.0, 0.0));
    const PlotModel after = view->displayed();
    QVERIFY(after.x_axis.min > before.x_axis.min);
    QVERIFY(isNear(after.x_axis.max - after.x_axis.min, before.x_axis.max - before.x_axis.min, 1e-9));
    drag(*view, Qt::RightButton, Qt::NoModifier, centre, centre - QPointF(4000.0, 0.0));
    QCOMPARE(view->displayed().x_axis.max, 60.0);
  }

  void valuesUnderTheMouseAreDescribed() {
    const auto view = shownView(returnPlot());
    QTest::mouseMove(view.get(), pixelOf(*view, 24.0, 5.0).toPoint());
    QTRY_VERIFY(view->accessibleDescription().startsWith("in-context episode 24: AD 10.50"));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(view.get(), &leave);
    view->setCursor(12.0);
    QVERIFY(view->accessibleDescription().startsWith("in-context episode 12: AD 8.40"));
  }

  void withoutSeriesTheWordsAreShown() {
    PlotModel nothing;
    nothing.reference_lines = {{"optimum", PlotRole::Optimum, 3.0}};
    fitAxes(nothing);
    const auto view = shownView(nothing);
    view->setEmptyWords("No returns yet", "They come with the first test.");
    QStringList words;
    for (const QLabel* label : view->findChildren<QLabel*>()) {
      if (label->isVisible()) words << label->text();
    }
    QVERIFY(words.contains("No returns yet") && words.contains("They come with the first test."));
    view->setModel(returnPlot());
    for (const QLabel* label : view->findChildren<QLabel*>()) QVERIFY(!label->isVisible());
  }

  void aHiddenViewTellsWhatItWouldShow() {
    PlotView view;
    view.setModel(returnPlot());
    QCOMPARE(view.displayed().series[0].y, returnPlot().series[0].y);
    QVERIFY(view.tableText().startsWith("in-context episode\tAD"));
  }

  void itFollowsTheTheme() {
    const auto view = shownView(returnPlot());
    QCOMPARE(view->grab().toImage().pixelColor(2, 100), lightTheme().base);
    view->setPalette(darkTheme().palette());
    QCOMPARE(view->grab().toImage().pixelColor(2, 100), darkTheme().base);
    QVERIFY(distanceTo(view->grab().toImage(), pixelOf(*view, 30.0, 14.0 * 30.0 / 38.0),
                       darkTheme().role(PlotRole::AD)) < 40);
  }

  void tinySizesAreDrawn() {
    const auto view = shownView(returnPlot());
    for (const QSize size : {QSize(1, 1), QSize(60, 20), QSize(20, 300)}) {
      view->resize(size);
      QVERIFY(!view->grab().isNull());
    }
  }
};

QTEST_MAIN(PlotViewTest)
#include "plot_view_test.moc"
