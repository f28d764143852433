// SPDX-License-Identifier: GPL-3.0-or-later
// Files say what the screen says, number by number: the screen is a view that the user zoomed into.
#include "widgets/plot/plot_export.h"

#include <QDir>
#include <QFile>
#include <QImageReader>
#include <QPainter>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "core/plot/svg_layout.h"
#include "tests/support/caught_error.h"
#include "tests/support/scratch_folder.h"
#include "tests/widgets/plot/plot_fixture.h"
#include "widgets/base/theme.h"
#include "widgets/plot/plot_painter.h"
#include "widgets/plot/plot_view.h"

using namespace limbeck;
using test::returnPlot;

namespace {

constexpr QSize kPainted(800, 500);

QImage painted(const PlotModel& model) {
  QImage image(kPainted, QImage::Format_RGB32);
  QPainter painter(&image);
  paintPlot(painter, model, kPainted, lightTheme());
  return image;
}

/// The darkest of the pixels at and beside a place.
int darknessAt(const QImage& image, const SvgLayout& layout, const PlotModel& model, double x, double y) {
  int lightest = 255;
  const int row = qRound(layout.toY(model, y));
  for (int dx = -1; dx <= 1; ++dx)
    lightest = std::min(lightest, qGray(image.pixel(qRound(layout.toX(model, x)) + dx, row)));
  return 255 - lightest;
}

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A smoothed plot of 2000 episodes, zoomed so that it is thinned out, as the window shows it.
struct Screen {
  PlotView view;
  PlotModel displayed;

  Screen() {
    PlotModel model = returnPlot(2000);
    model.smoothing_window = 15.0;
    model.marks = {{300.0, 0.0, PlotRole::AD, "80 % at 300"}};
    view.resize(640, 240);
    view.setModel(model);
    view.zoomIn();
    displayed = view.displayed();
  }
};

/// The points of a path of the SVG document, in the units of the axes.
std::vector<QPointF> svgPoints(const QByteArray& svg, const QString& id, const PlotModel& model) {
  static const QRegularExpression kArea(
      "<rect id=\"plot-area\" x=\"([0-9.]+)\" y=\"([0-9.]+)\" width=\"([0-9.]+)\" height=\"([0-9.]+)\"");
  static const QRegularExpression kPoint("[ML](-?[0-9.]+) (-?[0-9.]+)");
  const QString text = QString::fromUtf8(svg);
  const auto area = kArea.match(text);
  const auto path = QRegularExpression(QString("<path id=\"%1\" d=\"([^\"]*)\"").arg(id)).match(text);
  std::vector<QPointF> points;
  auto matches = kPoint.globalMatch(path.captured(1));
  while (matches.hasNext()) {
    const auto match = matches.next();
    const double x = (match.captured(1).toDouble() - area.captured(1).toDouble()) / area.captured(3).toDouble();
    const double y = 1.0 - (match.captured(2).toDouble() - area.captured(2).toDouble()) / area.captured(4).toDouble();
    points.emplace_back(model.x_axis.min + x * (model.x_axis.max - model.x_axis.min),
                        model.y_axis.min + y * (model.y_axis.max - model.y_axis.min));
  }
  return points;
}

/// Rows of fields; none of ours holds a comma.
QList<QStringList> rowsOf(const QByteArray& csv) {
  QList<QStringList> rows;
  for (const QString& line : QString::fromUtf8(csv).split('\n', Qt::SkipEmptyParts)) rows << line.split(',');
  return rows;
}

bool isNear(double a, double b, double slack) {
  return std::abs(a - b) <= slack;
}

}  // namespace

class PlotExportTest : public QObject {
  Q_OBJECT

 private:
  test::ScratchFolder folder_;

  QString pathOf(const QString& name) const { return folder_.filePath(name); }

 private Q_SLOTS:
  // As the SVG draws them: a whisker as long as the error, and a name at one point of a curve only.
  void publishedPointsHaveTheirErrorAndOneName() {
    PlotModel model = returnPlot();
    model.published_points = {{.x = 30, .y = 5, .label = "them", .source = "a paper", .error = 2},
                              {.x = 40, .y = 7, .label = "them", .source = "a paper", .shows_label = false}};
    fitAxes(model);
    const PlotModel displayed = displayedModel(model);
    const SvgLayout layout = layOutPlot(displayed, kPainted.width(), kPainted.height());
    const QImage image = painted(model);
    QVERIFY(darknessAt(image, layout, displayed, 30, 6.8) > 120);
    QVERIFY(darknessAt(image, layout, displayed, 30, 3.2) > 120);
    QVERIFY(darknessAt(image, layout, displayed, 30, 7.4) < 60);
    QVERIFY(darknessAt(image, layout, displayed, 40, 8.2) < 60);  // beside a diamond without an error
    const auto isName = [](const PlacedLabel& label) { return label.lines == std::vector<std::string>{"them"}; };
    QCOMPARE(std::ranges::count_if(layout.labels, isName), 1);
    model.published_points[0].error = 0.0;
    QVERIFY(darknessAt(painted(model), layout, displayed, 30, 6.8) < 60);
  }

  void svgIsTheScreenNumberByNumber() {
    const Screen screen;
    QVERIFY(screen.view.isZoomed());
    const QString path = pathOf("plot.svg");
    QCOMPARE(exportPlotTo(screen.displayed, screen.view.model(), path, {.format = PlotFormat::Svg}),
             QList<QString>{path});
    const QByteArray svg = contentOf(path);
    const double slack_x = 0.011 / 300.0 * (screen.displayed.x_axis.max - screen.displayed.x_axis.min);
    const double slack_y = 0.011 / 300.0 * (screen.displayed.y_axis.max - screen.displayed.y_axis.min);
    for (std::size_t s = 0; s < 2; ++s) {
      const PlotSeries& shown = screen.displayed.series[s];
      const auto points = svgPoints(svg, QString("series-%1").arg(s), screen.displayed);
      QCOMPARE(points.size(), shown.x.size());
      QVERIFY(points.size() > 300);
      for (std::size_t i = 0; i < points.size(); ++i) {
        QVERIFY(isNear(points[i].x(), shown.x[i], slack_x) && isNear(points[i].y(), shown.y[i], slack_y));
      }
    }
    const PlotSeries& ad = screen.displayed.series[0];
    const auto band = svgPoints(svg, "band-0", screen.displayed);
    QCOMPARE(band.size(), 2 * ad.x.size());
    for (std::size_t i = 0; i < ad.x.size(); ++i) {
      QVERIFY(isNear(band[i].y(), ad.band->high[i], slack_y));
      QVERIFY(isNear(band[band.size() - 1 - i].y(), ad.band->low[i], slack_y));
    }
  }

  void csvAsDisplayedIsTheScreenWithinItsRange() {
    const Screen screen;
    exportPlotTo(screen.displayed, screen.view.model(), pathOf("shown.csv"), {.format = PlotFormat::CsvDisplayed});
    const QList<QStringList> rows = rowsOf(contentOf(pathOf("shown.csv")));
    const PlotModel within = withinAxis(screen.displayed);
    qsizetype row = 1;
    for (const PlotSeries& series : within.series) {
      for (std::size_t i = 0; i < series.x.size(); ++i, ++row) {
        QCOMPARE(rows[row][0], QString("series"));
        QCOMPARE(rows[row][2].toDouble(), series.x[i]);
        QCOMPARE(rows[row][3].toDouble(), series.y[i]);
        QCOMPARE(rows[row][4].toDouble(), series.band->low[i]);
        QVERIFY(series.x[i] >= screen.displayed.x_axis.min && series.x[i] <= screen.displayed.x_axis.max);
      }
    }
    QCOMPARE(rows.size(), row + 2 + static_cast<qsizetype>(screen.displayed.marks.size()));
  }

  void csvOfAllPointsIsWhatWasRecorded() {
    const Screen screen;
    exportPlotTo(screen.displayed, screen.view.model(), pathOf("all.csv"), {.format = PlotFormat::CsvAll});
    const QList<QStringList> rows = rowsOf(contentOf(pathOf("all.csv")));
    QCOMPARE(rows.size(), 1 + 2000 + 2000 + 2 + 1);
    for (int episode = 1; episode <= 2000; ++episode) {
      QCOMPARE(rows[episode][3].toDouble(), 14.0 * episode / (episode + 8.0));
    }
  }

  void pgfplotsIsTheScreenNumberByNumber() {
    const Screen screen;
    const QList<QString> written =
        exportPlotTo(screen.displayed, screen.view.model(), pathOf("fig.tex"), {.format = PlotFormat::Pgfplots});
    QCOMPARE(written, (QList<QString>{pathOf("fig.tex"), pathOf("fig_data.csv")}));
    QVERIFY(contentOf(written[0]).contains("{fig_data.csv}"));
    const QList<QStringList> rows = rowsOf(contentOf(written[1]));
    const PlotSeries& ad = screen.displayed.series[0];
    QCOMPARE(rows[0][1], QString("y0"));
    for (std::size_t i = 0; i < ad.x.size(); ++i) {
      const QStringList& row = rows[static_cast<qsizetype>(i) + 1];
      QCOMPARE(row[0].toDouble(), ad.x[i]);
      QCOMPARE(row[1].toDouble(), ad.y[i]);
      QCOMPARE(row[3].toDouble(), ad.band->high[i]);
    }
  }

  void pngHasTheSizeAndResolutionAskedFor_data() {
    QTest::addColumn<int>("scale");
    QTest::addColumn<bool>("is_millimetres");
    for (const int scale : {1, 2, 4}) {
      QTest::addRow("%dx in pixels", scale) << scale << false;
      QTest::addRow("%dx in millimetres", scale) << scale << true;
    }
  }
  void pngHasTheSizeAndResolutionAskedFor() {
    QFETCH(int, scale);
    QFETCH(bool, is_millimetres);
    const PlotModel model = returnPlot();
    const PlotExportOptions options{.format = PlotFormat::Png,
                                    .png_scale = scale,
                                    .size = is_millimetres ? QSizeF(85, 60) : QSizeF(320, 200),
                                    .unit = is_millimetres ? LengthUnit::Millimetre : LengthUnit::Pixel};
    exportPlotTo(model, model, pathOf("plot.png"), options);
    const QImage image(pathOf("plot.png"));
    // 85 mm are 85 / 25.4 * 128 = 428.3 logical pixels, three quarters of a CSS pixel each.
    const QSizeF logical = is_millimetres ? QSizeF(428.346, 302.362) : QSizeF(320, 200);
    QVERIFY(isNear(image.width(), logical.width() * scale, 0.51));
    QVERIFY(isNear(image.height(), logical.height() * scale, 0.51));
    const double metres = is_millimetres ? 0.085 : 320.0 / 96.0 * 0.0254;
    QVERIFY(isNear(image.dotsPerMeterX(), image.width() / metres, 1.0));
  }

  void pngIsLightAndItsLinesAreWhereTheLayoutPutsThem() {
    QApplication::setPalette(darkTheme().palette());
    const PlotModel model = returnPlot();
    const QImage image = plotImage(model, {.format = PlotFormat::Png, .png_scale = 2, .size = {860, 480}});
    QApplication::setPalette(lightTheme().palette());
    QCOMPARE(image.pixelColor(2, 2), QColor(Qt::white));
    const SvgLayout layout = layOutPlot(displayedModel(model), 860, 480);
    for (const int episode : {10, 30, 50}) {
      const QPointF at(layout.toX(model, episode), layout.toY(model, 14.0 * episode / (episode + 8.0)));
      QCOMPARE(image.pixelColor((at * 2.0).toPoint()), lightTheme().role(PlotRole::AD));
    }
  }

  void paintedLinesAreClippedToTheAxes() {
    PlotModel model = returnPlot();
    model.y_axis.max = 5.0;  // AD leaves the plot at the top
    const QImage image = plotImage(model, {.format = PlotFormat::Png, .size = {860, 480}});
    const SvgLayout layout = layOutPlot(displayedModel(model), 860, 480);
    for (int y = 0; y < static_cast<int>(layout.area.top) - 8; ++y) {
      for (int x = static_cast<int>(layout.area.left) + 200; x < static_cast<int>(layout.area.right); ++x) {
        QVERIFY2(image.pixelColor(x, y) != lightTheme().role(PlotRole::AD), qPrintable(QString("%1 %2").arg(x).arg(y)));
      }
    }
  }

  void pdfIsOnePageOfTheSizeAskedFor() {
    const PlotModel model = returnPlot();
    exportPlotTo(model, model, pathOf("plot.pdf"),
                 {.format = PlotFormat::Pdf, .size = {85, 60}, .unit = LengthUnit::Millimetre});
    const QByteArray pdf = contentOf(pathOf("plot.pdf"));
    QVERIFY(pdf.startsWith("%PDF-1."));
    const auto box = QRegularExpression("/MediaBox \\[0 0 ([0-9.]+) ([0-9.]+)\\]").match(QString::fromLatin1(pdf));
    QVERIFY(isNear(box.captured(1).toDouble(), 85.0 / 25.4 * 72.0, 0.51));
    QVERIFY(isNear(box.captured(2).toDouble(), 60.0 / 25.4 * 72.0, 0.51));
    QCOMPARE(pdf.count("/Type /Page\n"), 1);
    QVERIFY(pdf.contains("/FontFile"));
    QVERIFY2(!pdf.contains("/Subtype /Image"), "a PDF file holds no raster");
  }

  void pdfTextCanBeSearched() {
    const QString reader = QStandardPaths::findExecutable("pdftotext");
    if (reader.isEmpty()) QSKIP("pdftotext is not installed");
    const PlotModel model = returnPlot();
    exportPlotTo(model, model, pathOf("plot.pdf"), {.format = PlotFormat::Pdf});
    QProcess process;
    process.start(reader, {pathOf("plot.pdf"), "-"});
    QVERIFY(process.waitForFinished());
    const QString text = QString::fromUtf8(process.readAllStandardOutput());
    for (const char* words : {"Dark Room: return", "in-context episode", "optimum 16.1", "AD", "source"}) {
      QVERIFY2(text.contains(words), words);
    }
  }

  void whatCannotBeWrittenIsSaidAndLeavesNothing_data() {
    QTest::addColumn<PlotFormat>("format");
    for (const PlotFormat format : {PlotFormat::Svg, PlotFormat::Pdf, PlotFormat::Png, PlotFormat::Pgfplots,
                                    PlotFormat::CsvDisplayed, PlotFormat::CsvAll}) {
      QTest::addRow("%d", static_cast<int>(format)) << format;
    }
  }
  void whatCannotBeWrittenIsSaidAndLeavesNothing() {
    QFETCH(PlotFormat, format);
    const PlotModel model = returnPlot();
    const QString path = pathOf("no such folder/plot." + fileEnding(format));
    const auto error =
        test::caughtError([&] { exportPlotTo(model, model, path, PlotExportOptions{.format = format}); });
    QVERIFY(error.has_value());
    QVERIFY(QString::fromUtf8(error->what()).contains("no such folder"));
    QVERIFY(!QDir(pathOf("no such folder")).exists());
  }
};

QTEST_MAIN(PlotExportTest)
#include "plot_export_test.moc"
