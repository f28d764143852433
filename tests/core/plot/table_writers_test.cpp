// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/plot/csv_writer.h"
#include "core/plot/pgfplots_writer.h"
#include "core/plot/plot_export.h"

using namespace limbeck;

namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();

PlotModel example() {
  PlotModel model;
  model.title = "50 % of $100 & {more}_#";
  PlotSeries ad{
      .name = "AD, \"frozen\"", .role = PlotRole::AD, .x = {1, 2, 3, 4}, .y = {0.1, 1.0 / 3.0, kNan, 2e-7}, .band = {}};
  ad.band = PlotBand{{0.0, 0.25, kNan, 1e-7}, {0.2, 0.5, kNan, 1.0}, "95 %"};
  model.series = {ad, {.name = "source", .role = PlotRole::Source, .x = {1, 2}, .y = {5, 6}, .band = {}}};
  model.reference_lines = {{"optimum", PlotRole::Optimum, 16.1}};
  model.published_points = {{3.0, 1.5, "paper", "a, b"}};
  fitAxes(model);
  return model;
}

/// Fields by RFC 4180, no line breaks within fields.
std::vector<std::vector<std::string>> readCsv(const std::string& text) {
  std::vector<std::vector<std::string>> rows = {{""}};
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (letter == '"' && is_quoted && i + 1 < text.size() && text[i + 1] == '"') {
      rows.back().back() += text[++i];
    } else if (letter == '"') {
      is_quoted = !is_quoted;
    } else if (letter == ',' && !is_quoted) {
      rows.back().emplace_back();
    } else if (letter == '\n') {
      rows.push_back({""});
    } else {
      rows.back().back() += letter;
    }
  }
  rows.pop_back();
  return rows;
}

/// The same number, or a gap on both sides.
bool isSame(const std::string& field, double value) {
  if (std::isnan(value)) return field.empty() || field == "nan";
  return std::stod(field) == value;
}

/// Braces and brackets close in the order in which they opened; what a backslash escapes or a comment holds does not
/// count.
bool isBalanced(const std::string& tex) {
  std::string open;
  for (std::size_t i = 0; i < tex.size(); ++i) {
    if (tex[i] == '\\') {
      ++i;
    } else if (tex[i] == '%') {
      i = std::min(tex.find('\n', i), tex.size());
    } else if (tex[i] == '{' || tex[i] == '[') {
      open += tex[i];
    } else if (tex[i] == '}' || tex[i] == ']') {
      if (open.empty() || open.back() != (tex[i] == '}' ? '{' : '[')) return false;
      open.pop_back();
    }
  }
  return open.empty();
}

int countOf(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

class TableWritersTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void csvIsTheModelNumberByNumber();
  void csvHoldsWhatIsDisplayed();
  void pgfplotsTableIsTheModelNumberByNumber();
  void pgfplotsTextIsBalancedAndNamesItsColours();
  void everyStretchOfABandIsFilledApart();
  void texSpecialsAreEscaped();
  void exportGoesByTheEnding();
  void membersAndMarksHaveTheirKind();
  void allPointsAreNeitherSmoothedNorThinnedOut();
};

void TableWritersTest::csvIsTheModelNumberByNumber() {
  const PlotModel model = example();
  const auto rows = readCsv(csvText(model));
  QCOMPARE(rows.size(), std::size_t{1 + 4 + 2 + 1 + 1});
  QCOMPARE(rows[0], (std::vector<std::string>{"kind", "name", "x", "y", "low", "high", "source"}));
  const PlotSeries& ad = model.series[0];
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& row = rows[1 + i];
    QCOMPARE(row[1], ad.name);
    QVERIFY(isSame(row[2], ad.x[i]) && isSame(row[3], ad.y[i]));
    QVERIFY(isSame(row[4], ad.band->low[i]) && isSame(row[5], ad.band->high[i]));
  }
  QCOMPARE(rows[6], (std::vector<std::string>{"series", "source", "2", "6", "", "", ""}));
  QCOMPARE(rows[7], (std::vector<std::string>{"reference", "optimum", "", "16.1", "", "", ""}));
  QCOMPARE(rows[8], (std::vector<std::string>{"published", "paper", "3", "1.5", "", "", "a, b"}));
}

// 1200 points are drawn as 600 means of two: 1.5, 3.5, ...
void TableWritersTest::csvHoldsWhatIsDisplayed() {
  PlotModel model;
  PlotSeries series{.name = "s", .x = {}, .y = {}, .band = {}};
  for (int i = 1; i <= 1200; ++i) {
    series.x.push_back(i);
    series.y.push_back(10.0 * i);
  }
  model.series = {series};
  const auto rows = readCsv(csvText(model));
  QCOMPARE(rows.size(), std::size_t{601});
  QCOMPARE(rows[2], (std::vector<std::string>{"series", "s", "3.5", "35", "30", "40", ""}));
}

void TableWritersTest::pgfplotsTableIsTheModelNumberByNumber() {
  const PlotModel model = example();
  const auto rows = readCsv(pgfplotsFigure(model, "t.csv").csv);
  QCOMPARE(rows.size(), std::size_t{5});
  QCOMPARE(rows[0], (std::vector<std::string>{"x0", "y0", "low0", "high0", "x1", "y1"}));
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& row = rows[1 + i];
    QVERIFY(isSame(row[0], model.series[0].x[i]) && isSame(row[1], model.series[0].y[i]));
    QVERIFY(isSame(row[2], model.series[0].band->low[i]) && isSame(row[3], model.series[0].band->high[i]));
    QVERIFY(isSame(row[5], i < 2 ? model.series[1].y[i] : kNan));
  }
}

void TableWritersTest::pgfplotsTextIsBalancedAndNamesItsColours() {
  const std::string tex = pgfplotsFigure(example(), "t.csv").tex;
  QVERIFY2(isBalanced(tex), tex.c_str());
  for (const char* colour : {"{limbeckAD}{HTML}{005AA0}", "{limbeckSource}{HTML}{D55E00}", "{limbeckOptimum}{HTML}"}) {
    QCOMPARE(countOf(tex, colour), 1);
  }
  QCOMPARE(countOf(tex, "\\begin{axis}"), countOf(tex, "\\end{axis}"));
  QCOMPARE(countOf(tex, "\\addlegendentry"), 3);
}

// The band has a gap at its third point: stretches 0..2 and 3..4, and the shorter series hides its padding.
void TableWritersTest::everyStretchOfABandIsFilledApart() {
  const std::string tex = pgfplotsFigure(example(), "t.csv").tex;
  QCOMPARE(countOf(tex, "fill between["), 2);
  QVERIFY(tex.find("name path=low0p0, draw=none, forget plot, skip coords between index={2}{4}]") != std::string::npos);
  QVERIFY(tex.find("name path=high0p1, draw=none, forget plot, skip coords between index={0}{3}]") !=
          std::string::npos);
  QVERIFY(tex.find("skip coords between index={2}{4}] table[x=x1, y=y1] {t.csv};") != std::string::npos);
}

void TableWritersTest::texSpecialsAreEscaped() {
  QCOMPARE(escapeTex("50 % of $1 & {a}_#"), std::string("50 \\% of \\$1 \\& \\{a\\}\\_\\#"));
  QCOMPARE(escapeTex("~^\\"), std::string("\\textasciitilde{}\\textasciicircum{}\\textbackslash{}"));
}

void TableWritersTest::exportGoesByTheEnding() {
  const QTemporaryDir folder;
  const std::filesystem::path base = folder.filePath("a b é").toStdString();
  for (const char* ending : {".svg", ".csv"}) {
    const std::filesystem::path path = base.string() + ending;
    QVERIFY(exportPlot(example(), path) == std::vector{path});
    QVERIFY(std::filesystem::file_size(path) > 0);
  }
  const auto written = exportPlot(example(), base.string() + ".tex");
  QCOMPARE(written.size(), std::size_t{2});
  QVERIFY(readTextFile(written[0]).find(written[1].filename().string()) != std::string::npos);
  QCOMPARE(readTextFile(written[1]), pgfplotsFigure(example(), "any").csv);
  QVERIFY_EXCEPTION_THROWN(exportPlot(example(), base.string() + ".pdf"), Error);
}

void TableWritersTest::membersAndMarksHaveTheirKind() {
  PlotModel model = example();
  model.series[1].is_member = true;
  model.marks = {{2.0, 7.0, PlotRole::Free, "80 % at 2"}};
  const auto rows = readCsv(csvText(model));
  QCOMPARE(rows[6], (std::vector<std::string>{"member", "source", "2", "6", "", "", ""}));
  QCOMPARE(rows[9], (std::vector<std::string>{"mark", "80 % at 2", "2", "7", "", "", ""}));
  const std::string tex = pgfplotsFigure(model, "t.csv").tex;
  QVERIFY2(isBalanced(tex), tex.c_str());
  QCOMPARE(countOf(tex, "mark=o, limbeckFreeA, forget plot] coordinates {(2,7)}"), 1);
  QCOMPARE(countOf(tex, "{80 \\% at 2}"), 1);
  QCOMPARE(countOf(tex, "\\addlegendentry"), 2);  // AD and the optimum, not the member
}

void TableWritersTest::allPointsAreNeitherSmoothedNorThinnedOut() {
  PlotModel model;
  PlotSeries series{.name = "s", .x = {}, .y = {}, .band = {}};
  for (int i = 1; i <= 1200; ++i) {
    series.x.push_back(i);
    series.y.push_back(i % 2);
  }
  model.series = {series};
  model.smoothing_window = 50.0;
  const auto rows = readCsv(allPointsCsv(model));
  QCOMPARE(rows.size(), std::size_t{1201});
  for (std::size_t i = 0; i < 1200; ++i) {
    QVERIFY(isSame(rows[1 + i][2], series.x[i]) && isSame(rows[1 + i][3], series.y[i]));
  }
}

QTEST_APPLESS_MAIN(TableWritersTest)
#include "table_writers_test.moc"
