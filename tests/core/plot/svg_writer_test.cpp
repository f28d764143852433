// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/svg_writer.h"

#include <QMap>
#include <QRegularExpression>
#include <QXmlStreamReader>
#include <QtTest>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/plot/svg_layout.h"

using namespace limbeck;

namespace {

/// What of a document the tests ask for.
struct ParsedSvg {
  QString error;                 ///< empty when the document is well-formed
  QMap<QString, QString> paths;  ///< d by id
  QMap<QString, QXmlStreamAttributes> by_id;
  QStringList texts;
  QStringList path_ids_inside_clip;
};

ParsedSvg parse(const std::string& svg) {
  ParsedSvg parsed;
  QXmlStreamReader reader(QByteArray::fromStdString(svg));
  int depth_of_clip = 0;
  while (!reader.atEnd()) {
    reader.readNext();
    if (reader.isEndElement() && reader.name() == u"g") depth_of_clip = 0;
    if (!reader.isStartElement()) continue;
    const QXmlStreamAttributes attributes = reader.attributes();
    const QString id = attributes.value("id").toString();
    if (attributes.hasAttribute("clip-path")) depth_of_clip = 1;
    if (!id.isEmpty()) parsed.by_id[id] = attributes;
    if (reader.name() == u"path" && !id.isEmpty()) parsed.paths[id] = attributes.value("d").toString();
    if (reader.name() == u"path" && depth_of_clip > 0) parsed.path_ids_inside_clip << id;
    if (reader.name() == u"text") parsed.texts << reader.readElementText();
  }
  if (reader.hasError()) parsed.error = reader.errorString();
  return parsed;
}

/// Points of a path of M and L commands, in the units of the axes.
std::vector<PlotPosition> valuesOf(const QString& path, const QXmlStreamAttributes& area, const PlotModel& model) {
  const auto number = [&](const char* name) { return area.value(name).toDouble(); };
  std::vector<PlotPosition> values;
  static const QRegularExpression point("[ML](-?[0-9.]+) (-?[0-9.]+)");
  auto matches = point.globalMatch(path);
  while (matches.hasNext()) {
    const auto match = matches.next();
    const double x = (match.captured(1).toDouble() - number("x")) / number("width");
    const double y = 1.0 - (match.captured(2).toDouble() - number("y")) / number("height");
    values.push_back({model.x_axis.min + x * (model.x_axis.max - model.x_axis.min),
                      model.y_axis.min + y * (model.y_axis.max - model.y_axis.min)});
  }
  return values;
}

PlotModel example() {
  PlotModel model;
  model.title = "Dark Room";
  model.x_axis.label = "in-context episode";
  model.y_axis.label = "return";
  PlotSeries series{.name = "AD", .role = PlotRole::AD, .x = {}, .y = {}, .band = PlotBand{}};
  for (int i = 1; i <= 50; ++i) {
    series.x.push_back(i);
    series.y.push_back(14.0 * i / (i + 8.0));
    series.band->low.push_back(series.y.back() * 0.8);
    series.band->high.push_back(series.y.back() + 1.0);
  }
  model.series = {series};
  model.reference_lines = {{"optimum", PlotRole::Optimum, 16.1}, {"random", PlotRole::Random, 0.23}};
  fitAxes(model);
  return model;
}

/// Half a hundredth of a pixel of rounding in each of two numbers, in the units of an axis of a few hundred pixels.
constexpr double kRounding = 0.011 / 300.0;

bool isNear(const PlotPosition& value, double x, double y, const PlotModel& model) {
  return std::abs(value.x - x) <= kRounding * (model.x_axis.max - model.x_axis.min) &&
         std::abs(value.y - y) <= kRounding * (model.y_axis.max - model.y_axis.min);
}

}  // namespace

class SvgWriterTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void linesGoThroughTheirValues();
  void bandsGoForthOnTopAndBackBelow();
  void gapsSplitLinesAndBands();
  void aLonePointIsADot();
  void specialCharactersAreEscaped();
  void whatLeavesTheAxesIsClipped();
  void everyLineIsLabelledOnThePicture();
  void crowdedLabelsDoNotOverlap_data();
  void crowdedLabelsDoNotOverlap();
  void millimetresAndPixelsAreSaid();
  void theSameModelGivesTheSameBytes();
  void emptyModelsAreDrawn();
  void membersAreThinAndBare();
  void marksAreRingsWithTheirLabel();
  void whatLiesOutsideTheAxesHasNoLabel();
  void aLineThatGoesOnIsLabelledWhereItLeaves();
};

void SvgWriterTest::linesGoThroughTheirValues() {
  const PlotModel model = example();
  const ParsedSvg svg = parse(svgText(model));
  QCOMPARE(svg.error, QString());
  const auto values = valuesOf(svg.paths["series-0"], svg.by_id["plot-area"], model);
  QCOMPARE(values.size(), std::size_t{50});
  for (std::size_t i = 0; i < 50; ++i) QVERIFY(isNear(values[i], model.series[0].x[i], model.series[0].y[i], model));
}

void SvgWriterTest::bandsGoForthOnTopAndBackBelow() {
  const PlotModel model = example();
  const ParsedSvg svg = parse(svgText(model));
  const auto values = valuesOf(svg.paths["band-0"], svg.by_id["plot-area"], model);
  QCOMPARE(values.size(), std::size_t{100});
  QVERIFY(svg.paths["band-0"].endsWith('Z'));
  const PlotSeries& series = model.series[0];
  for (std::size_t i = 0; i < 50; ++i) {
    QVERIFY(isNear(values[i], series.x[i], series.band->high[i], model));
    QVERIFY(isNear(values[99 - i], series.x[i], series.band->low[i], model));
  }
}

void SvgWriterTest::gapsSplitLinesAndBands() {
  PlotModel model = example();
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  model.series[0].y[20] = nothing;
  model.series[0].band->low[20] = nothing;
  model.series[0].band->high[20] = nothing;
  const ParsedSvg svg = parse(svgText(model));
  QCOMPARE(svg.paths["series-0"].count('M'), 2);
  QCOMPARE(svg.paths["band-0"].count('Z'), 2);
  QVERIFY(!svg.paths["series-0"].contains("nan"));
  const auto values = valuesOf(svg.paths["series-0"], svg.by_id["plot-area"], model);
  QCOMPARE(values.size(), std::size_t{49});
  QVERIFY(isNear(values[20], 22.0, model.series[0].y[21], model));
}

void SvgWriterTest::aLonePointIsADot() {
  PlotModel model = example();
  model.series[0] = PlotSeries{.name = "one", .x = {10.0}, .y = {5.0}, .band = {}};
  QVERIFY(parse(svgText(model)).paths["series-0"].endsWith("h0"));
}

void SvgWriterTest::specialCharactersAreEscaped() {
  PlotModel model = example();
  model.title = "a < b & \"c\" > 'd' \x01 ü";
  model.series[0].name = "<AD>&";
  const ParsedSvg svg = parse(svgText(model));
  QCOMPARE(svg.error, QString());
  QVERIFY(svg.texts.contains(QString::fromUtf8("a < b & \"c\" > 'd' \xEF\xBF\xBD ü")));
  QVERIFY(svg.texts.contains("<AD>&"));
}

void SvgWriterTest::whatLeavesTheAxesIsClipped() {
  PlotModel model = example();
  model.y_axis.max = 5.0;  // zoomed in
  const ParsedSvg svg = parse(svgText(model));
  QVERIFY(svg.path_ids_inside_clip.contains("series-0") && svg.path_ids_inside_clip.contains("band-0"));
  const auto values = valuesOf(svg.paths["series-0"], svg.by_id["plot-area"], model);
  QVERIFY(values.back().y > 5.0);  // the line itself goes on, so that its slope at the edge is right
}

void SvgWriterTest::everyLineIsLabelledOnThePicture() {
  const ParsedSvg svg = parse(svgText(example()));
  for (const char* text : {"AD", "optimum 16.1", "random 0.23", "Dark Room", "return", "in-context episode"}) {
    QVERIFY2(svg.texts.contains(text), text);
  }
}

void SvgWriterTest::crowdedLabelsDoNotOverlap_data() {
  QTest::addColumn<int>("count");
  QTest::addColumn<double>("spread");
  for (int count : {2, 3, 5}) {
    for (double spread : {0.0, 0.2}) {
      QTest::addRow("%d lines that end within %.1f", count, spread) << count << spread;
    }
  }
}

void SvgWriterTest::crowdedLabelsDoNotOverlap() {
  QFETCH(int, count);
  QFETCH(double, spread);
  PlotModel model = example();
  for (int i = 1; i < count; ++i) {
    PlotSeries other = model.series[0];
    other.name = "a name that is long enough for two lines " + std::to_string(i);
    other.role = PlotRole::Free;
    for (double& y : other.y) y += spread * i / count;
    model.series.push_back(other);
  }
  const SvgLayout layout = layOutPlot(model, 860, 480);
  QCOMPARE(layout.labels.size(), static_cast<std::size_t>(count + 2));
  for (std::size_t i = 0; i < layout.labels.size(); ++i) {
    const PlotBox& box = layout.labels[i].box;
    QVERIFY(box.left > layout.area.right && box.right <= 860 && box.top >= 0 && box.bottom <= 480);
    for (std::size_t j = 0; j < i; ++j) QVERIFY(!box.overlaps(layout.labels[j].box));
  }
}

void SvgWriterTest::millimetresAndPixelsAreSaid() {
  const std::string millimetres = svgText(example(), {86.0, 60.0, LengthUnit::Millimetre});
  QVERIFY(millimetres.find("width=\"86mm\" height=\"60mm\"") != std::string::npos);
  QVERIFY(svgText(example()).find("width=\"860px\" height=\"480px\" viewBox=\"0 0 860 480\"") != std::string::npos);
}

void SvgWriterTest::theSameModelGivesTheSameBytes() {
  QCOMPARE(svgText(example()), svgText(example()));
}

void SvgWriterTest::emptyModelsAreDrawn() {
  PlotModel nothing;
  nothing.series.push_back({.name = "no points yet", .x = {}, .y = {}, .band = {}});
  fitAxes(nothing);
  QCOMPARE(parse(svgText(nothing)).error, QString());
}

void SvgWriterTest::membersAreThinAndBare() {
  PlotModel model = example();
  const auto labels = layOutPlot(model, 860, 480).labels.size();
  PlotSeries member = model.series[0];
  member.name = "AD, seed 1";
  member.band.reset();
  member.is_member = true;
  model.series.push_back(member);
  const std::string text = svgText(model);
  const ParsedSvg svg = parse(text);
  const auto& line = svg.by_id["series-1"];
  QCOMPARE(line.value("stroke").toString(), svg.by_id["series-0"].value("stroke").toString());
  QVERIFY(line.value("stroke-width").toDouble() < svg.by_id["series-0"].value("stroke-width").toDouble());
  QVERIFY(line.value("stroke-opacity").toDouble() < 1.0);
  QCOMPARE(layOutPlot(model, 860, 480).labels.size(), labels);
  QVERIFY(!svg.texts.contains("AD, seed 1"));
  QCOMPARE(QByteArray::fromStdString(text).count("<circle"), 1);  // the end marker of AD
}

void SvgWriterTest::marksAreRingsWithTheirLabel() {
  PlotModel model = example();
  model.marks = {{13.0, model.series[0].y[12], PlotRole::AD, "80 % at 13"}};
  const SvgLayout layout = layOutPlot(model, 860, 480);
  const std::string text = svgText(model);
  QVERIFY(parse(text).texts.contains("80 % at 13"));
  const QString ring = QString("<circle cx=\"%1\"").arg(layout.toX(model, 13.0), 0, 'f', 2);
  QVERIFY2(QString::fromStdString(text).contains(ring), qPrintable(ring));
  const PlacedLabel& label = layout.labels.back();
  QCOMPARE(label.lines, (std::vector<std::string>{"80 % at 13"}));
  QVERIFY(!label.box.contains({layout.toX(model, 13.0), layout.toY(model, model.series[0].y[12])}));
}

void SvgWriterTest::whatLiesOutsideTheAxesHasNoLabel() {
  PlotModel model = example();
  model.published_points = {{20.0, 15.0, "far", "s"}};
  model.marks = {{30.0, 15.0, PlotRole::Free, "above"}};
  model.y_axis.max = 5.0;
  const ParsedSvg svg = parse(svgText(model));
  for (const char* text : {"far", "above", "optimum 16.1"}) QVERIFY2(!svg.texts.contains(text), text);
  QVERIFY(svg.texts.contains("random 0.23"));
}

// Zoomed to 5 .. 20.5, the line leaves half way between its points 20 and 21.
void SvgWriterTest::aLineThatGoesOnIsLabelledWhereItLeaves() {
  const PlotModel model = visibleModel(example(), 5.0, 20.5);
  const SvgLayout layout = layOutPlot(model, 860, 480);
  const double expected = (14.0 * 20 / 28.0 + 14.0 * 21 / 29.0) / 2.0;
  QVERIFY(std::abs(layout.labels[0].anchor.y - layout.toY(model, expected)) < 1e-9);
}

QTEST_APPLESS_MAIN(SvgWriterTest)
#include "svg_writer_test.moc"
