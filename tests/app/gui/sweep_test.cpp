// SPDX-License-Identifier: GPL-3.0-or-later
// An experiment file with a sweep and a claim in the real window: set up, started, listed and judged.
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTextBrowser>

#include "app/gui/report_page.h"
#include "app/gui/run_queue.h"
#include "core/experiment/stored_run.h"
#include "tests/app/gui/gui_clicks.h"
#include "tests/app/gui/gui_fixture.h"
#include "widgets/base/theme.h"
#include "widgets/form/new_run_page.h"
#include "widgets/runs/run_proxy_model.h"
#include "widgets/runs/run_table_model.h"
#include "widgets/runs/run_view.h"
#include "widgets/runs/runs_panel.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

constexpr const char* kSweep = R"(
[[variant]]
name = "AD"

[[variant]]
name = "last episodes only"
context.last_episodes = 21

[[claim]]
text = "AD pays something"
point = "AD"
metric = "last_returns"
at_least = -1.0

[[claim]]
text = "nobody beats the optimum"
point = "AD"
metric = "last_returns"
above = "optimum"

[[published]]
file = "not_there.csv"
)";

QString sweepFile(GuiFixture& gui) {
  const QString path = gui.tinyFile({{"steps = 60", "steps = 20"}, {"seed = 1\n", "seed = 1\nseeds = 2\n"}});
  writeFileAtomically(path.toStdString(), readTextFile(path.toStdString(), 1 << 20) + kSweep);
  return path;
}

std::vector<RunRecord> runsOf(const GuiFixture& gui) {
  return Workspace(gui.folder(), OpenMode::ReadOnly).store().listRuns();
}

/// The colour of the letters of a word in the page.
QColor colourOf(const QTextBrowser& browser, const QString& word) {
  const QTextCursor cursor = browser.document()->find(word);
  return cursor.isNull() ? QColor() : cursor.charFormat().foreground().color();
}

}  // namespace

class SweepTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sweepIsStartedListedAndJudged() {
    GuiFixture gui;
    gui.open();
    MainWindow& window = gui.window();
    window.openExperiment(sweepFile(gui));
    NewRunPage& page = window.newRunPage();
    QTRY_VERIFY_WITH_TIMEOUT(page.request().has_value(), kPatience);
    QCOMPARE(page.request()->runCount(), std::size_t{4});
    QTest::mouseClick(visibleButton(page, "Start 4 runs"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(runsOf(gui).size(), std::size_t{4}, kPatience);
    // All points with one seed before the next, as the command line does.
    QStringList order;
    for (const RunRecord& run : runsOf(gui)) order.prepend(QString("%1/%2").arg(run.point.c_str()).arg(run.seed));
    QCOMPARE(order, (QStringList{"AD/1", "last episodes only/1", "AD/2", "last episodes only/2"}));
    QTRY_VERIFY_WITH_TIMEOUT(!window.queue().isBusy() && runsOf(gui)[0].state == RunState::Done, 6 * kPatience);
    for (const RunRecord& run : runsOf(gui)) QCOMPARE(run.sweep, runsOf(gui)[0].sweep);

    RunsPanel& list = window.runsPanel();
    QTRY_COMPARE_WITH_TIMEOUT(list.proxy().index(0, RunTableModel::RunColumn).data().toString(), "2 points", kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(list.model().runCount(), 4, kPatience);
    list.view().setCurrentIndex(list.proxy().index(0, 0));
    list.runActions().verdicts->trigger();
    const ReportPage& report = window.reportPage();
    QTRY_VERIFY_WITH_TIMEOUT(report.report() != nullptr && report.isVisible(), kPatience);
    QCOMPARE(report.report()->points.size(), std::size_t{2});
    const QString text = report.browser().toPlainText();
    for (const char* part : {"AD pays something", "reproduced", "not reproduced", "last episodes only",
                             "Expert distillation", "interquartile mean", "not_there.csv"}) {
      QVERIFY2(text.contains(part), qPrintable(QString("%1 lacks %2").arg(text, part)));
    }
    QVERIFY(text.contains(QChar::ObjectReplacementCharacter));  // the plot
    QCOMPARE(colourOf(report.browser(), "not reproduced"), lightTheme().bad);
    gui.theme.apply(ThemeChoice::Dark);
    QTRY_COMPARE(colourOf(report.browser(), "not reproduced"), darkTheme().bad);
    savesThePage(gui, window.reportPage());
  }

  // Twice the same asks for nothing new.
  void doneRunsAreNotDoneAgain() {
    GuiFixture gui;
    gui.open();
    MainWindow& window = gui.window();
    const ExperimentFile file = loadExperiment(sweepFile(gui).toStdString());
    const auto request = [&](const SweepPoint& point) {
      RunRequest one{.config = point.config, .text = file.text, .overrides = point.overrides};
      one.config.threads = 1;
      one.sweep = file.config.name;
      one.point = point.name;
      return one;
    };
    QSignalSpy finished(&window.queue(), &RunQueue::finished);
    window.queue().start({request(file.points[0])});
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 6 * kPatience);
    QSignalSpy some(&window.queue(), &RunQueue::someDone);
    window.queue().start({request(file.points[0]), request(file.points[1])});
    QTRY_COMPARE_WITH_TIMEOUT(some.count(), 1, kPatience);
    QCOMPARE(some[0], (QVariantList{1, 2}));
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, 6 * kPatience);
    QSignalSpy all(&window.queue(), &RunQueue::alreadyDone);
    window.queue().start({request(file.points[0]), request(file.points[1])});
    QTRY_COMPARE_WITH_TIMEOUT(all.count(), 1, kPatience);
  }

 private:
  void savesThePage(GuiFixture& gui, ReportPage& page) {
    const QString html = gui.scratch.path() + "/report.html";
    page.saveHtml(html);
    QVERIFY(readTextFile(html.toStdString(), 1 << 24).find("<svg") != std::string::npos);
    const QString pdf = gui.scratch.path() + "/report.pdf";
    page.savePdf(pdf);
    QVERIFY(readTextFile(pdf.toStdString(), 1 << 24).starts_with("%PDF"));
    QUrl opened;
    page.open_url = [&](const QUrl& url) {
      opened = url;
      return true;
    };
    page.openInBrowser();
    QVERIFY(readTextFile(opened.toLocalFile().toStdString(), 1 << 24).find("</html>") != std::string::npos);
    QSignalSpy failed(&page, &ReportPage::failed);
    page.open_url = [](const QUrl&) { return false; };
    page.openInBrowser();
    QCOMPARE(failed.count(), 1);
  }
};

QTEST_MAIN(SweepTest)
#include "sweep_test.moc"
