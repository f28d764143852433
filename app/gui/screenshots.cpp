// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/screenshots.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTimer>
#include <cstdio>
#include <functional>

#include "app/gui/demo_workspace.h"
#include "app/gui/export_controller.h"
#include "app/gui/hand_play_controller.h"
#include "app/gui/live_controller.h"
#include "app/gui/main_window.h"
#include "app/gui/problem_window.h"
#include "app/gui/program.h"
#include "app/gui/replay_controller.h"
#include "app/gui/report_page.h"
#include "app/gui/run_queue.h"
#include "app/gui/watch_page.h"
#include "widgets/base/text.h"
#include "widgets/form/new_run_page.h"
#include "widgets/plot/export_dialog.h"
#include "widgets/runs/run_proxy_model.h"
#include "widgets/runs/run_table_model.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/shell/command_palette.h"
#include "widgets/shell/key_sheet.h"
#include "widgets/shell/toast.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/time_cursor.h"

namespace limbeck {
namespace {

constexpr int kSettleMilliseconds = 700;
constexpr int kLongestTraining = 90'000;

/// Lets the window live for a while, or until something is true.
void wait(int milliseconds, const std::function<bool()>& until = {}) {
  QElapsedTimer timer;
  timer.start();
  while (timer.elapsed() < milliseconds && !(until && until())) {
    QApplication::processEvents(QEventLoop::AllEvents, 20);
    QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
  }
}

class Photographer {
 public:
  Photographer(Program& program, ThemeController& theme, const QString& folder)
      : program_(program), theme_(theme), folder_(folder) {}

  bool takeAll() {
    for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
      theme_.apply(choice);
      look_ = choice == ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light");
      takeWatch();
      takeNewRun();
      takeVerdicts();
      takeHandPlay();
      takeDialogs();
    }
    takeLive();
    return is_good_;
  }

 private:
  MainWindow& window() { return *program_.window(); }

  void save(QWidget& widget, const QString& name) {
    const QString path = QStringLiteral("%1/%2_%3.png").arg(folder_, name, look_);
    is_good_ = widget.grab().save(path) && is_good_;
    std::puts(qPrintable(path));
  }

  /// At both sizes.
  void takeWindow(const QString& name) {
    for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)}) {
      window().resize(size);
      wait(kSettleMilliseconds);
      save(window(), QStringLiteral("%1_%2x%3").arg(name).arg(size.width()).arg(size.height()));
    }
    window().resize(1280, 800);
  }

  void openReplay() {
    window().actions().watch_page->trigger();
    wait(4000, [this] { return window().replay().subject() != nullptr; });
    window().watchPage().playback().pause();
    window().toast().hide();
  }

  void moveTo(double share, int step) {
    TimeCursor& cursor = window().watchPage().cursor();
    cursor.moveTo(static_cast<int>(share * cursor.episodes()), step);
    wait(1500);  // attention is computed in the background
  }

  void takeWatch() {
    openReplay();
    moveTo(0.6, 9);
    takeWindow(QStringLiteral("watch"));
    showInspectorTab(1);
    takeWindow(QStringLiteral("inspector"));
    showInspectorTab(0);
  }

  void showInspectorTab(int index) {
    for (auto* tabs : window().findChildren<QTabWidget*>()) tabs->setCurrentIndex(index);
    wait(kSettleMilliseconds);
  }

  void takeNewRun() {
    window().actions().train_one->trigger();
    wait(3000);
    takeWindow(QStringLiteral("new_run"));
  }

  /// The page of an experiment file with a sweep, and what the newest run's experiment came to.
  void takeVerdicts() {
    window().openExperiment(toQString((sharedFile(QStringLiteral("experiments")) / "paper" / "bandit.toml").string()));
    wait(4000);
    takeWindow(QStringLiteral("new_sweep"));
    RunsPanel& runs = window().runsPanel();
    if (runs.proxy().rowCount() == 0) return;
    const RunId newest = runs.model().runsAt(runs.proxy().mapToSource(runs.proxy().index(0, 0))).front();
    runs.selectRun(newest);
    window().showVerdicts(newest);
    wait(20'000, [this] { return window().reportPage().report() != nullptr; });
    takeWindow(QStringLiteral("verdicts"));
  }

  void takeHandPlay() {
    openReplay();
    window().handPlay().startAction()->trigger();
    wait(3000, [this] { return window().handPlay().isActive(); });
    for (const char* name : {"hand_right", "hand_right", "hand_up", "hand_up", "hand_right", "hand_stay"}) {
      for (QAction* action : window().handPlay().keyActions()) {
        if (action->objectName() == QLatin1String(name)) action->trigger();
      }
      wait(120);
    }
    takeWindow(QStringLiteral("by_hand"));
    window().handPlay().leave();
    wait(3000, [this] { return window().replay().subject() != nullptr; });
  }

  void takeDialogs() {
    openReplay();
    PlotExportDialog dialog(displayedModel(window().replay().fullPlot()), window().replay().fullPlot(), &window());
    dialog.setSuggestedPath(QStringLiteral("AD-1-returns"));
    dialog.show();
    wait(kSettleMilliseconds);
    save(dialog, QStringLiteral("export_dialog"));
    dialog.close();
    CommandPalette palette(window().actionGroups(), &window());
    palette.show();
    wait(200);
    save(palette, QStringLiteral("commands"));
    palette.close();
    KeySheet sheet(window().actionGroups(), &window());
    sheet.show();
    wait(200);
    save(sheet, QStringLiteral("keys"));
    sheet.close();
  }

  /// A run at work, from its start into its training.
  void takeLive() {
    look_ = QStringLiteral("dark");
    window().actions().train_one->trigger();
    wait(2000);
    const auto request = window().newRunPage().request();
    if (!request) return;
    Q_EMIT window().newRunPage().startRequested(*request);
    wait(20000, [this] {
      return window().live().run().has_value() && !window().live().plot().series.empty() &&
             window().live().plot().x_axis.label == "in-context episode";
    });
    wait(1500);
    takeWindow(QStringLiteral("live"));
    theme_.apply(ThemeChoice::Light);
    look_ = QStringLiteral("light");
    // Until the tests on validation goals show that something was learnt.
    wait(kLongestTraining, [this] { return learntReturn() > 5.0; });
    wait(kSettleMilliseconds);
    takeWindow(QStringLiteral("live"));
    window().queue().stopAll();
    wait(10000, [this] { return !window().queue().isBusy(); });
    wait(kSettleMilliseconds);
    takeWindow(QStringLiteral("stopped"));
  }

  /// Of the last episode of the latest test.
  double learntReturn() {
    const PlotModel& plot = window().live().plot();
    return plot.series.empty() || plot.x_axis.label != "in-context episode" ? 0.0 : plot.series.front().y.back();
  }

  Program& program_;
  ThemeController& theme_;
  QString folder_;
  QString look_;
  bool is_good_ = true;
};

}  // namespace

int takeScreenshots(Program& program, ThemeController& theme, const QString& workspace, const QString& folder) {
  if (!QDir().mkpath(folder)) {
    std::fputs(
        qPrintable(QStringLiteral("limbeck: %1 cannot be made; give a folder that can be written to\n").arg(folder)),
        stderr);
    return 4;
  }
  QTemporaryDir scratch;
  const QString place = workspace.isEmpty() ? scratch.path() + QStringLiteral("/workspace") : workspace;
  if (workspace.isEmpty()) placeDemo(place.toStdString());
  program.open(place, false);
  if (program.window() == nullptr) {
    std::fputs(qPrintable(QStringLiteral("limbeck: %1\n").arg(program.problem()->message())), stderr);
    return 5;
  }
  wait(kSettleMilliseconds);
  const bool is_good = Photographer(program, theme, folder).takeAll();
  program.closeAll();  // before its folder goes
  return is_good ? 0 : 4;
}

}  // namespace limbeck
