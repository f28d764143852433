// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/plot_readout.h"

#include <QtTest>
#include <limits>

#include "tests/widgets/plot/plot_fixture.h"

using namespace limbeck;
using test::returnPlot;

class PlotReadoutTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void valuesAreThoseOfTheNearestX() {
    const PlotModel model = displayedModel(returnPlot());
    const auto readout = readoutAt(model, 24.3);
    QVERIFY(readout.has_value());
    QCOMPARE(readout->x, 24.0);
    QCOMPARE(readout->rows.size(), std::size_t{2});
    // 14 * 24 / 32 = 10.5, its band 8.4 .. 11.5; the source 2.4. The axis spans some 17, so that there are two
    // decimals.
    QCOMPARE(readoutText(model, *readout), QString("in-context episode 24: AD 10.50 [8.40, 11.50]; source 2.40"));
  }

  void aLineThatHasEndedIsNotReadOut() {
    PlotModel model = returnPlot();
    for (auto* values : {&model.series[1].x, &model.series[1].y}) values->resize(30);
    QCOMPARE(readoutAt(model, 30.2)->rows.size(), std::size_t{2});
    QCOMPARE(readoutAt(model, 31.0)->rows.size(), std::size_t{1});
  }

  void membersAndGapsAreNotReadOut() {
    PlotModel model = returnPlot();
    model.series[1].is_member = true;
    model.series[0].y[23] = std::numeric_limits<double>::quiet_NaN();
    const auto readout = readoutAt(model, 24.1);
    QCOMPARE(readout->rows.size(), std::size_t{1});
    QCOMPARE(readout->x, 25.0);
  }

  void pointsBeyondTheAxisAreNotReadOut() {
    const PlotModel model = visibleModel(returnPlot(), 10.5, 20.5);
    QCOMPARE(readoutAt(model, 3.0)->x, 11.0);
    QCOMPARE(readoutAt(model, 50.0)->x, 20.0);
  }

  void nothingToReadGivesNothing() { QVERIFY(!readoutAt(PlotModel{}, 1.0).has_value()); }

  void theBoxNeverCoversThePoints() {
    const QRectF bounds(0, 0, 640, 240);
    for (int x = 0; x <= 640; x += 8) {
      for (int y = 0; y <= 240; y += 8) {
        std::vector<PlotBox> points;
        for (const double other : {y + 0.0, 240.0 - y, 120.0})
          points.push_back({x - 4.0, other - 4, x + 4.0, other + 4});
        const QRectF box = readoutBox(QPointF(x, y), QSizeF(220, 80), bounds, points);
        QVERIFY(bounds.contains(box));
        for (const PlotBox& p : points) QVERIFY(!box.intersects(QRectF(p.left, p.top, p.width(), p.height())));
      }
    }
  }

  void inANarrowPlotTheBoxGoesAboveOrBelow() {
    const QRectF box = readoutBox({100, 60}, {180, 60}, QRectF(0, 0, 200, 240), {{96, 56, 104, 64}});
    QVERIFY(!box.intersects(QRectF(96, 56, 8, 8)));
  }

  void theTableHasOneLineForEachX() {
    PlotModel model = returnPlot(3);
    model.series[1].x = {2.0, 4.0};
    model.series[1].y = {5.0, 6.0};
    model.x_axis.max = 4.0;
    const QStringList lines = tableText(model).split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 5);
    QCOMPARE(lines[0], QString("in-context episode\tAD\tAD low\tAD high\tsource"));
    QVERIFY2(lines[1].endsWith('\t'), "episode 1 has no value of the source");
    QCOMPARE(lines[2].split('\t')[4].toDouble(), 5.0);
    QCOMPARE(lines[4], QString("4\t\t\t\t6"));
  }
};

QTEST_GUILESS_MAIN(PlotReadoutTest)
#include "plot_readout_test.moc"
