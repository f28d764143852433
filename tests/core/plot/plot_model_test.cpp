// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/plot_model.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/check.h"
#include "core/base/rng.h"
#include "core/plot/decimate.h"

using namespace limbeck;

namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();

PlotSeries seriesOf(std::vector<double> y) {
  PlotSeries series{.name = "s", .x = {}, .y = std::move(y), .band = {}};
  for (std::size_t i = 0; i < series.y.size(); ++i) series.x.push_back(static_cast<double>(i + 1));
  return series;
}

PlotSeries noise(std::size_t points) {
  Rng rng(Seed{4});
  std::vector<double> y;
  for (std::size_t i = 0; i < points; ++i) y.push_back(rng.normal());
  return seriesOf(std::move(y));
}

/// The moving mean as it is defined, point by point.
std::vector<double> plainMovingMean(const PlotSeries& series, double window) {
  std::vector<double> out;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    const double half = std::min({window / 2, series.x[i] - series.x.front(), series.x.back() - series.x[i]});
    double sum = 0.0;
    int count = 0;
    for (std::size_t j = 0; j < series.x.size(); ++j) {
      if (std::abs(series.x[j] - series.x[i]) > half + 1e-6) continue;
      sum += series.y[j];
      ++count;
    }
    out.push_back(sum / count);
  }
  return out;
}

}  // namespace

class PlotModelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void smoothingKeepsConstantsLinesAndTwoPoints();
  void smoothingIsTheMovingMean();
  void smoothingDoesNotReachOverGaps();
  void bucketsKeepTheLowestAndHighestValue();
  void bucketsAreMeansOfNeighbours();
  void bucketsKeepTheEdgesOfABand();
  void gapsLongerThanABucketStay();
  void shortSeriesStayAsTheyAre();
  void aDisplayedModelIsDisplayedAsItIs();
  void captionSaysOnceWhatBandsMean();
  void smoothingComesBeforeThinningOut();
  void axesHoldAllThatIsDrawn();
  void seriesThatContradictThemselvesAreBugs();
  void membersNeverHaveABand();
  void marksStandOnTheDisplayedLineOfTheirRole();
  void marksDoNotStretchTheAxes();
  void aStretchIsSmoothedWithWhatLiesOutside();
  void aStretchKeepsOnePointBeyondEitherEnd();
  void bucketsOfAStretchDoNotMoveWithIt();
  void aStretchLeavesOutWhatItDoesNotTouch();
};

void PlotModelTest::smoothingKeepsConstantsLinesAndTwoPoints() {
  QCOMPARE(smoothed(seriesOf({0.1, 0.1, 0.1, 0.1, 0.1}), 3.0).y, (std::vector<double>{0.1, 0.1, 0.1, 0.1, 0.1}));
  QCOMPARE(smoothed(seriesOf({1, 2, 3, 4, 5, 6}), 4.0).y, (std::vector<double>{1, 2, 3, 4, 5, 6}));
  QCOMPARE(smoothed(seriesOf({1, 9}), 50.0).y, (std::vector<double>{1, 9}));
}

void PlotModelTest::smoothingIsTheMovingMean() {
  PlotSeries series = noise(200);
  for (std::size_t i = 0; i < series.x.size(); ++i) series.x[i] = 0.1 * static_cast<double>(i * i) / 7.0;  // uneven
  for (const double window : {0.5, 11.0, 1e6}) {
    const std::vector<double> fast = smoothed(series, window).y;
    const std::vector<double> plain = plainMovingMean(series, window);
    for (std::size_t i = 0; i < fast.size(); ++i) QVERIFY2(std::abs(fast[i] - plain[i]) < 1e-9, "seed 4");
  }
}

void PlotModelTest::smoothingDoesNotReachOverGaps() {
  const std::vector<double> y = smoothed(seriesOf({1, 1, 1, kNan, 9, 9, 9}), 100.0).y;
  QCOMPARE(y[2], 1.0);
  QVERIFY(std::isnan(y[3]));
  QCOMPARE(y[4], 9.0);
}

void PlotModelTest::bucketsKeepTheLowestAndHighestValue() {
  const PlotSeries full = noise(10001);
  const PlotSeries few = decimated(full, 600);
  QVERIFY(few.x.size() <= 600 && few.x.size() > 300);
  QCOMPARE(std::ranges::min(few.band->low), std::ranges::min(full.y));
  QCOMPARE(std::ranges::max(few.band->high), std::ranges::max(full.y));
  for (std::size_t i = 0; i < few.x.size(); ++i) QVERIFY(few.band->low[i] <= few.y[i] && few.y[i] <= few.band->high[i]);
}

// Five values, at most three points: buckets of two; the last holds the one that is left.
void PlotModelTest::bucketsAreMeansOfNeighbours() {
  const PlotSeries few = decimated(seriesOf({1, 3, 5, 9, 4}), 3);
  QCOMPARE(few.x, (std::vector<double>{1.5, 3.5, 5}));
  QCOMPARE(few.y, (std::vector<double>{2, 7, 4}));
  QCOMPARE(few.band->low, (std::vector<double>{1, 5, 4}));
  QCOMPARE(few.band->high, (std::vector<double>{3, 9, 4}));
}

void PlotModelTest::bucketsKeepTheEdgesOfABand() {
  PlotSeries series = seriesOf({1, 3, 5, 7});
  series.band = PlotBand{{0, 2, 3, 1}, {2, 8, 6, 7}, "95 %"};
  const PlotSeries few = decimated(series, 2);
  QCOMPARE(few.band->low, (std::vector<double>{0, 1}));
  QCOMPARE(few.band->high, (std::vector<double>{8, 7}));
  QCOMPARE(few.band->meaning, std::string("95 %"));
}

void PlotModelTest::gapsLongerThanABucketStay() {
  const PlotSeries few = decimated(seriesOf({1, kNan, kNan, kNan, 5, 7}), 3);
  QCOMPARE(few.y[0], 1.0);
  QVERIFY(std::isnan(few.y[1]) && std::isnan(few.band->low[1]));
  QCOMPARE(few.y[2], 6.0);
}

void PlotModelTest::shortSeriesStayAsTheyAre() {
  const PlotSeries few = decimated(noise(600), 600);
  QCOMPARE(few.y, noise(600).y);
  QVERIFY(!few.band);
}

void PlotModelTest::aDisplayedModelIsDisplayedAsItIs() {
  PlotModel model{.series = {noise(5000)}, .smoothing_window = 9.0, .caption = "16 goals"};
  const PlotModel once = displayedModel(model);
  const PlotModel twice = displayedModel(once);
  QCOMPARE(twice.series[0].y, once.series[0].y);
  QCOMPARE(twice.caption, once.caption);
  QCOMPARE(once.caption, std::string("16 goals; band: lowest to highest value; moving mean over a window of 9; up to 9 "
                                     "values a point"));
}

void PlotModelTest::captionSaysOnceWhatBandsMean() {
  PlotModel model{.series = {seriesOf({1, 2}), seriesOf({3, 4})}, .caption = "3 seeds"};
  for (PlotSeries& series : model.series) series.band = PlotBand{series.y, series.y, "95 % interval"};
  QCOMPARE(displayedModel(model).caption, std::string("3 seeds; band: 95 % interval"));
}

void PlotModelTest::smoothingComesBeforeThinningOut() {
  const PlotModel model{.series = {noise(5000)}, .smoothing_window = 50.0};
  QCOMPARE(displayedModel(model).series[0].y, decimated(smoothed(noise(5000), 50.0), kMaxDisplayedPoints).y);
}

// Episodes 1 .. 100 begin at the round number below, 0. y has 4 % of its range as room; no value is below 0, so that it
// begins there.
void PlotModelTest::axesHoldAllThatIsDrawn() {
  PlotModel model;
  model.series.push_back(seriesOf(std::vector<double>(100, 3.0)));
  model.series[0].band = PlotBand{std::vector<double>(100, 2.0), std::vector<double>(100, 5.0), ""};
  model.reference_lines = {{"optimum", PlotRole::Optimum, 10.0}};
  fitAxes(model);
  QCOMPARE(model.x_axis.min, 0.0);
  QCOMPARE(model.x_axis.max, 100.0);
  QCOMPARE(model.y_axis.min, 0.0);
  QCOMPARE(model.y_axis.max, 10.4);
  model.published_points = {{150.0, -10.0, "p", ""}};
  fitAxes(model);
  QCOMPARE(model.x_axis.max, 150.0);
  QCOMPARE(model.y_axis.min, -10.8);
  PlotModel nothing;
  fitAxes(nothing);
  QVERIFY(nothing.x_axis.min < nothing.x_axis.max && nothing.y_axis.min < nothing.y_axis.max);
}

void PlotModelTest::seriesThatContradictThemselvesAreBugs() {
  PlotModel model{.series = {seriesOf({1, 2, 3})}};
  model.series[0].x[2] = 1.0;
  QVERIFY_EXCEPTION_THROWN(displayedModel(model), BugError);
  model.series[0] = seriesOf({1, 2, 3});
  model.series[0].band = PlotBand{{1, 2}, {1, 2, 3}, ""};
  QVERIFY_EXCEPTION_THROWN(displayedModel(model), BugError);
}

void PlotModelTest::membersNeverHaveABand() {
  PlotModel model;
  model.series = {noise(1300), noise(1300)};
  model.series[1].is_member = true;
  const PlotModel shown = displayedModel(model);
  QVERIFY(shown.series[0].band.has_value());
  QVERIFY(shown.series[1].is_member && !shown.series[1].band.has_value());
}

// A moving mean over 2 of (0, 0, 3, 0, 0) is 1 at 2, 3 and 4: the mark at 3 comes down from 3. Free has no line of its
// own.
void PlotModelTest::marksStandOnTheDisplayedLineOfTheirRole() {
  PlotModel model;
  model.series = {seriesOf({0, 0, 3, 0, 0})};
  model.series[0].role = PlotRole::AD;
  model.smoothing_window = 2.0;
  model.marks = {{3.0, 3.0, PlotRole::AD, "a"},
                 {3.5, 3.0, PlotRole::AD, "between two points"},
                 {9.0, 3.0, PlotRole::AD, "beyond the line"},
                 {3.0, 3.0, PlotRole::Source, "no such line"}};
  const PlotModel shown = displayedModel(model);
  QCOMPARE(shown.marks[0].y, 1.0);
  QCOMPARE(shown.marks[1].y, 1.0);
  QCOMPARE(shown.marks[2].y, 3.0);
  QCOMPARE(shown.marks[3].y, 3.0);
  QCOMPARE(displayedModel(shown).marks[0].y, 1.0);
}

void PlotModelTest::marksDoNotStretchTheAxes() {
  PlotModel model;
  model.series = {seriesOf({1, 2, 3})};
  PlotModel marked = model;
  marked.marks = {{50.0, 70.0, PlotRole::Free, "far away"}};
  fitAxes(model);
  fitAxes(marked);
  QCOMPARE(marked.x_axis.max, model.x_axis.max);
  QCOMPARE(marked.y_axis.max, model.y_axis.max);
}

void PlotModelTest::aStretchIsSmoothedWithWhatLiesOutside() {
  PlotModel model;
  model.series = {noise(100)};
  model.smoothing_window = 9.0;
  const PlotModel whole = displayedModel(model);
  const PlotModel part = visibleModel(model, 40.0, 60.0);
  QCOMPARE(part.series[0].x.front(), 39.0);
  for (std::size_t i = 0; i < part.series[0].x.size(); ++i) QCOMPARE(part.series[0].y[i], whole.series[0].y[38 + i]);
  QCOMPARE(part.smoothing_window, 0.0);
  QVERIFY(part.caption.find("moving mean") != std::string::npos);
}

void PlotModelTest::aStretchKeepsOnePointBeyondEitherEnd() {
  PlotModel model;
  model.series = {seriesOf({1, 2, 3, 4, 5, 6})};
  const PlotModel part = visibleModel(model, 2.5, 4.5);
  QCOMPARE(part.series[0].x, (std::vector<double>{2, 3, 4, 5}));
  QCOMPARE(part.x_axis.min, 2.5);
  QCOMPARE(part.x_axis.max, 4.5);
  QCOMPARE(withinAxis(part).series[0].x, (std::vector<double>{3, 4}));
  // Between two points there is a piece of line but no point.
  QCOMPARE(visibleModel(model, 2.2, 2.8).series[0].x, (std::vector<double>{2, 3}));
}

// 10000 points, 5000 of them visible: buckets of 9, from the first point of all. Moved by one point, they are the same.
void PlotModelTest::bucketsOfAStretchDoNotMoveWithIt() {
  PlotModel model;
  model.series = {noise(10000)};
  const PlotSeries first = visibleModel(model, 1000.0, 5999.0).series[0];
  const PlotSeries second = visibleModel(model, 1001.0, 6000.0).series[0];
  QVERIFY(first.x.size() <= static_cast<std::size_t>(kMaxDisplayedPoints));
  for (std::size_t i = 5; i < 500; ++i) {
    const auto same = std::ranges::find(second.x, first.x[i]);
    QVERIFY(same != second.x.end());
    QCOMPARE(second.y[static_cast<std::size_t>(same - second.x.begin())], first.y[i]);
  }
}

void PlotModelTest::aStretchLeavesOutWhatItDoesNotTouch() {
  PlotModel model;
  model.series = {seriesOf({1, 2, 3})};
  model.published_points = {{2.0, 1.0, "p", "s"}, {20.0, 1.0, "q", "s"}};
  model.marks = {{2.0, 1.0, PlotRole::Free, "a"}, {20.0, 1.0, PlotRole::Free, "b"}};
  const PlotModel beyond = visibleModel(model, 10.0, 30.0);
  QVERIFY(beyond.series[0].x.empty());
  QCOMPARE(beyond.published_points.size(), std::size_t{1});
  QCOMPARE(beyond.published_points[0].label, std::string("q"));
  QCOMPARE(beyond.marks.size(), std::size_t{1});
}

QTEST_APPLESS_MAIN(PlotModelTest)
#include "plot_model_test.moc"
