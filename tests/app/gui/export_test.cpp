// SPDX-License-Identifier: GPL-3.0-or-later
// Every export of the window, through its dialogs: the files say what the plot shows, number by number.
#include "app/gui/export_controller.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QImageReader>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>

#include "app/gui/replay_controller.h"
#include "app/gui/watch_page.h"
#include "tests/app/gui/gui_clicks.h"
#include "tests/app/gui/gui_fixture.h"
#include "widgets/board/board_view.h"
#include "widgets/plot/plot_view.h"
#include "widgets/shell/banner.h"
#include "widgets/shell/toast.h"
#include "widgets/watch/playback.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Fields of lines by RFC 4180; no field of ours holds a line end.
QList<QStringList> rowsOf(const QByteArray& csv) {
  QList<QStringList> rows;
  for (const QString& line : QString::fromUtf8(csv).split('\n', Qt::SkipEmptyParts)) {
    QStringList fields{QString()};
    bool is_quoted = false;
    for (const QChar letter : line) {
      if (letter == '"')
        is_quoted = !is_quoted;
      else if (letter == ',' && !is_quoted)
        fields << QString();
      else
        fields.back() += letter;
    }
    rows << fields;
  }
  return rows;
}

/// A difference between the table and the model in words; empty when they hold the very same numbers.
QString differenceOf(const QByteArray& csv, const PlotModel& model) {
  const QList<QStringList> rows = rowsOf(csv);
  qsizetype row = 1;
  for (const PlotSeries& series : model.series) {
    for (std::size_t i = 0; i < series.x.size(); ++i, ++row) {
      if (row >= rows.size()) return QString("only %1 rows").arg(row);
      const QStringList& fields = rows[row];
      const bool is_same = fields[1] == QString::fromStdString(series.name) && fields[2].toDouble() == series.x[i] &&
                           fields[3].toDouble() == series.y[i] &&
                           (!series.band || (fields[4].toDouble() == series.band->low[i] &&
                                             fields[5].toDouble() == series.band->high[i]));
      if (!is_same) return QString("row %1: %2").arg(row).arg(fields.join(','));
    }
  }
  for (const ReferenceLine& line : model.reference_lines) {
    if (row >= rows.size() || rows[row][3].toDouble() != line.y)
      return QString("line %1").arg(QString::fromStdString(line.name));
    ++row;
  }
  return rows.size() - row == static_cast<qsizetype>(model.marks.size())
             ? QString()
             : QString("%1 rows too many").arg(rows.size() - row);
}

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

}  // namespace

class ExportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    gui_ = std::make_unique<GuiFixture>();
    gui_->openDemo();
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().replay().subject() != nullptr, kPatience);
    gui_->window().watchPage().playback().pause();
  }
  void cleanup() { gui_.reset(); }

  void svgIsWhatThePlotShows_data() { wholeAndZoomed(); }
  void svgIsWhatThePlotShows() {
    zoomIfAsked();
    const QString path = exportPlot("SVG", "plot.svg");
    const PlotModel shown = plot().displayed();
    const QByteArray svg = contentOf(path);
    // Two roundings to hundredths of a pixel on axes of some hundred pixels.
    const double slack_x = 0.011 / 300.0 * (shown.x_axis.max - shown.x_axis.min);
    const double slack_y = 0.011 / 300.0 * (shown.y_axis.max - shown.y_axis.min);
    QCOMPARE(shown.series.size(), std::size_t{3});
    for (std::size_t s = 0; s < shown.series.size(); ++s) {
      const auto points = svgPoints(svg, QString("series-%1").arg(s), shown);
      QCOMPARE(points.size(), shown.series[s].x.size());
      QVERIFY(points.size() > 5);
      for (std::size_t i = 0; i < points.size(); ++i) {
        QVERIFY(std::abs(points[i].x() - shown.series[s].x[i]) <= slack_x);
        QVERIFY(std::abs(points[i].y() - shown.series[s].y[i]) <= slack_y);
      }
    }
    const PlotSeries& ad = shown.series.front();
    const auto band = svgPoints(svg, "band-0", shown);
    QCOMPARE(band.size(), 2 * ad.x.size());
    for (std::size_t i = 0; i < ad.x.size(); ++i) {
      QVERIFY(std::abs(band[i].y() - ad.band->high[i]) <= slack_y);
      QVERIFY(std::abs(band[band.size() - 1 - i].y() - ad.band->low[i]) <= slack_y);
    }
  }

  void csvAsDisplayedIsWhatThePlotShows_data() { wholeAndZoomed(); }
  void csvAsDisplayedIsWhatThePlotShows() {
    zoomIfAsked();
    const QString path = exportPlot("CSV as displayed", "shown.csv");
    QCOMPARE(differenceOf(contentOf(path), withinAxis(plot().displayed())), QString());
  }

  void csvOfAllPointsHoldsThemAllWhateverIsShown_data() { wholeAndZoomed(); }
  void csvOfAllPointsHoldsThemAllWhateverIsShown() {
    zoomIfAsked();
    const QString path = exportPlot("all recorded points", "all.csv");
    const PlotModel& full = gui_->window().replay().fullPlot();
    QCOMPARE(differenceOf(contentOf(path), full), QString());
    // One return for each episode that was played.
    QCOMPARE(full.series.front().x.size(),
             std::size_t(gui_->window().replay().subject()->replay.config.evaluation.play.episodes));
  }

  void pgfplotsIsWhatThePlotShows_data() { wholeAndZoomed(); }
  void pgfplotsIsWhatThePlotShows() {
    zoomIfAsked();
    const QString path = exportPlot("PGFPlots", "plot.tex");
    const PlotModel shown = plot().displayed();
    const QString tex = QString::fromUtf8(contentOf(path));
    QVERIFY(tex.contains("plot_data.csv"));
    const auto number = [&](const char* key) {
      return QRegularExpression(QString("%1=([-0-9.e]+)").arg(key)).match(tex).captured(1).toDouble();
    };
    QCOMPARE(number("xmin"), shown.x_axis.min);
    QCOMPARE(number("xmax"), shown.x_axis.max);
    QCOMPARE(number("ymin"), shown.y_axis.min);
    QCOMPARE(number("ymax"), shown.y_axis.max);
    const QList<QStringList> rows = rowsOf(contentOf(gui_->scratch.path() + "/plot_data.csv"));
    for (std::size_t s = 0; s < shown.series.size(); ++s) {
      const PlotSeries& series = shown.series[s];
      const auto column = [&](const char* name) { return rows[0].indexOf(QString("%1%2").arg(name).arg(s)); };
      for (std::size_t i = 0; i < series.x.size(); ++i) {
        const QStringList& row = rows[static_cast<qsizetype>(i) + 1];
        QVERIFY(row[column("x")].toDouble() == series.x[i] && row[column("y")].toDouble() == series.y[i]);
        if (!series.band) continue;
        QVERIFY(row[column("low")].toDouble() == series.band->low[i] &&
                row[column("high")].toDouble() == series.band->high[i]);
      }
    }
  }

  void gifHasEveryStepOfTheEpisodesAskedFor() {
    const QString path = gui_->scratch.path() + "/boards.gif";
    QSignalSpy wrote(&gui_->window().exporter(), &ExportController::wrote);
    QVERIFY(answerDialog([&] { press(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier); },
                         [&](QDialog& dialog) {
                           const auto boxes = dialog.findChildren<QSpinBox*>();
                           boxes[0]->setValue(2);  // from episode
                           boxes[1]->setValue(3);  // to episode
                           setPath(dialog, path);
                           save(dialog);
                         }));
    QTRY_COMPARE_WITH_TIMEOUT(wrote.count(), 1, kPatience);
    QVERIFY(gui_->window().toast().text().contains(path));
    // Dark Room never ends early: each episode is its 20 moments before a step and the one after the last.
    QCOMPARE(gui_->window().replay().subject()->replay.config.environment.horizon, 20);
    QImageReader reader(path);
    QCOMPARE(reader.imageCount(), 2 * 21);
    const QImage first = reader.read();
    QVERIFY(first.width() > first.height() && first.height() > 9 * 24);  // three boards of 9 cells side by side
  }

  void runRecordNamesTheRun() {
    const QString path = gui_->scratch.path() + "/record.json";
    QSignalSpy wrote(&gui_->window().exporter(), &ExportController::wrote);
    askForFile("export_record", path);
    QTRY_COMPARE_WITH_TIMEOUT(wrote.count(), 1, kPatience);
    QJsonParseError error;
    const QJsonObject record = QJsonDocument::fromJson(contentOf(path), &error).object();
    QCOMPARE(error.error, QJsonParseError::NoError);
    QCOMPARE(record["name"].toString(), "AD-1");
    QCOMPARE(record["state"].toString(), "done");
    QCOMPARE(record["stages"].toArray().size(), 3);
    QVERIFY(record["experiment_file"].toString().contains("[environment]"));
  }

  void runFolderIsComplete() {
    const QString path = gui_->scratch.path() + "/AD-1";
    QSignalSpy wrote(&gui_->window().exporter(), &ExportController::wrote);
    askForFile("export_folder", path);
    QTRY_COMPARE_WITH_TIMEOUT(wrote.count(), 1, kPatience);
    for (const char* name : {"record.json", "experiment.toml", "report.json", "curve.svg", "curve.csv",
                             "metrics/loss.csv", "checkpoint/best.safetensors"}) {
      QVERIFY2(QFileInfo(path + "/" + name).size() > 0, name);
    }
    const auto& demo = gui_->folder();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(demo / "rollouts")) {
      if (!entry.is_regular_file()) continue;
      // Below rollouts/HASH/ there, below rollouts/ here.
      const auto relative = std::filesystem::relative(entry.path(), demo / "rollouts");
      const auto copied = std::filesystem::path(path.toStdString()) / "rollouts" /
                          std::filesystem::relative(relative, *relative.begin());
      QVERIFY2(std::filesystem::exists(copied), copied.c_str());
      QVERIFY(readTextFile(copied) == readTextFile(entry.path()));
    }
    QCOMPARE(contentOf(path + "/checkpoint/best.safetensors"),
             contentOf(QString::fromStdString(gui_->window().replay().subject()->replay.checkpoint.string())));
  }

  void pathThatCannotBeWrittenIsToldAndLeavesNothing_data() {
    QTest::addColumn<QString>("what");
    for (const char* what : {"plot", "gif", "record", "folder"}) QTest::newRow(what) << what;
  }
  void pathThatCannotBeWrittenIsToldAndLeavesNothing() {
    QFETCH(QString, what);
    // A folder whose place a file has: nobody can write there, an administrator neither.
    const QString blocker = gui_->scratch.path() + "/in_the_way";
    writeFileAtomically(blocker.toStdString(), std::string_view("a file"));
    const QString path = blocker + "/export." + what;
    const QStringList before =
        QDir(gui_->scratch.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    ExportController& exporter = gui_->window().exporter();
    if (what == "plot") exporter.writePlot(plot().displayed(), plot().model(), path, {});
    if (what == "gif") exporter.writeGif(exporter.boards(), path, {});
    if (what == "record") exporter.writeRecord(RunId{1}, path);
    if (what == "folder") exporter.writeFolder(RunId{1}, path);
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().banner().isVisible(), kPatience);
    QVERIFY2(gui_->window().banner().text().contains(path), qPrintable(gui_->window().banner().text()));
    QCOMPARE(QDir(gui_->scratch.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), before);
    QCOMPARE(contentOf(blocker), "a file");
  }

 private:
  PlotView& plot() const { return gui_->window().watchPage().plot(); }

  void press(Qt::Key key, Qt::KeyboardModifiers modifiers) { QTest::keyClick(gui_->program->window(), key, modifiers); }

  static void wholeAndZoomed() {
    QTest::addColumn<bool>("is_zoomed");
    QTest::newRow("whole") << false;
    QTest::newRow("zoomed") << true;
  }

  /// Shift and the left button draw a rectangle over the middle of the plot.
  void zoomIfAsked() {
    QFETCH(bool, is_zoomed);
    QTRY_VERIFY(!plot().plotArea().isEmpty());
    if (is_zoomed) {
      const QRectF area = plot().plotArea();
      const QPoint from = (area.topLeft() + QPointF(area.width() * 0.2, area.height() * 0.1)).toPoint();
      const QPoint to = (area.topLeft() + QPointF(area.width() * 0.7, area.height() * 0.8)).toPoint();
      QTest::mousePress(&plot(), Qt::LeftButton, Qt::ShiftModifier, from);
      QTest::mouseMove(&plot(), to);
      QTest::mouseRelease(&plot(), Qt::LeftButton, Qt::ShiftModifier, to);
    }
    QCOMPARE(plot().isZoomed(), is_zoomed);
  }

  static void setPath(QDialog& dialog, const QString& path) {
    for (auto* line : dialog.findChildren<QLineEdit*>()) {
      if (line->parent() != &dialog) continue;  // those within spin boxes
      line->selectAll();
      QTest::keyClicks(line, path);
    }
  }
  static void save(QDialog& dialog) {
    QTest::mouseClick(dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save), Qt::LeftButton);
  }

  /// Ctrl+E, the format whose name contains `format`, the path, Save. Returns the path once it is written.
  QString exportPlot(const QString& format, const QString& name) {
    const QString path = gui_->scratch.path() + "/" + name;
    QSignalSpy wrote(&gui_->window().exporter(), &ExportController::wrote);
    const bool was_asked = answerDialog([&] { press(Qt::Key_E, Qt::ControlModifier); },
                                        [&](QDialog& dialog) {
                                          auto* formats = dialog.findChild<QComboBox*>();
                                          formats->setCurrentIndex(formats->findText(format, Qt::MatchContains));
                                          setPath(dialog, path);
                                          save(dialog);
                                        });
    if (!was_asked || !QTest::qWaitFor([&] { return wrote.count() == 1; }, kPatience)) return {};
    return path;
  }

  void askForFile(const QString& action, const QString& path) {
    const bool was_asked = answerDialog([&] { findAction(gui_->window(), action)->trigger(); },
                                        [&](QDialog& dialog) {
                                          auto* name = dialog.findChild<QLineEdit*>("fileNameEdit");
                                          name->setText(path);
                                          QTest::keyClick(name, Qt::Key_Return);
                                        });
    QVERIFY(was_asked);
  }

  std::unique_ptr<GuiFixture> gui_;
};

QTEST_MAIN(ExportTest)
#include "export_test.moc"
