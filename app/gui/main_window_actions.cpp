// SPDX-License-Identifier: GPL-3.0-or-later
// Menus, and what the window's actions do.
#include <QActionGroup>
#include <QDockWidget>
#include <QFileDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QStatusBar>

#include "app/gui/attention_controller.h"
#include "app/gui/export_controller.h"
#include "app/gui/hand_play_controller.h"
#include "app/gui/live_controller.h"
#include "app/gui/main_window.h"
#include "app/gui/new_run_controller.h"
#include "app/gui/replay_controller.h"
#include "app/gui/report_page.h"
#include "app/gui/run_list_controller.h"
#include "app/gui/run_queue.h"
#include "app/gui/session.h"
#include "app/gui/watch_page.h"
#include "app/gui/window_state.h"
#include "core/base/build_info.h"
#include "widgets/base/text.h"
#include "widgets/board/board_view.h"
#include "widgets/form/new_run_page.h"
#include "widgets/plot/plot_view.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/shell/command_palette.h"
#include "widgets/shell/key_sheet.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/timeline_bar.h"

namespace limbeck {

QList<ActionGroup> MainWindow::actionGroups() const {
  const WindowActions& a = actions_;
  QList<QAction*> view{a.watch_page, a.follow, runs_dock_->toggleViewAction(), queue_dock_->toggleViewAction(),
                       inspector_dock_->toggleViewAction()};
  view += a.pageKeys();
  view += {a.reduced_motion, a.theme_system, a.theme_light, a.theme_dark, a.full_screen, a.reset_layout};
  QList<QAction*> watch = watch_page_->timeline().actions();
  watch.append(hand_play_->startAction());
  return {{tr("File"),
           tr("everywhere"),
           {a.new_run, a.train_one, a.open_experiment, a.open_workspace, a.export_plot, a.export_animation,
            a.export_record, a.export_folder, a.quit}},
          {tr("Edit"), tr("everywhere"), run_list_->editActions() + QList<QAction*>{a.find, a.palette}},
          {tr("Queue"), tr("everywhere"), {a.pause, a.resume, a.stop_keep, a.stop_discard}},
          {tr("Runs"), tr("in the list of runs"), runs_panel_->actions()},
          {tr("View"), tr("single letters on the Watch page"), view},
          {tr("Watch"), tr("on the Watch page"), watch},
          {tr("By hand"), tr("while you play by hand"), hand_play_->keyActions()},
          {tr("New run"), tr("on the New run page"), new_run_page_->actions()},
          {tr("Verdicts"), tr("on the Verdicts page"), report_page_->pageActions()},
          {tr("Help"), tr("everywhere"), {a.keys, a.about, a.licences}}};
}

void MainWindow::buildMenus() {
  for (const ActionGroup& group : actionGroups()) {
    QMenu* menu = menuBar()->addMenu(QLatin1Char('&') + group.name);
    menu->setToolTipsVisible(true);
    for (QAction* action : group.actions) {
      const bool begins_block = action == actions_.export_plot || action == actions_.quit ||
                                action == actions_.attention || action == actions_.theme_system ||
                                action == actions_.full_screen || action == actions_.find;
      if (begins_block) menu->addSeparator();
      menu->addAction(action);
    }
  }
  watch_page_->addActions(actions_.pageKeys());
  watch_page_->addAction(hand_play_->startAction());
  watch_page_->addActions(hand_play_->keyActions());
}

void MainWindow::connectActions() {
  const WindowActions& a = actions_;
  connect(a.new_run, &QAction::triggered, this, &MainWindow::showNewRun);
  connect(a.train_one, &QAction::triggered, this, [this] {
    new_run_->showQuick();
    showNewRun();
  });
  connect(a.open_experiment, &QAction::triggered, this, &MainWindow::askForExperiment);
  connect(a.open_workspace, &QAction::triggered, this, &MainWindow::askForWorkspace);
  connect(a.export_plot, &QAction::triggered, this, &MainWindow::exportPlot);
  connect(a.export_animation, &QAction::triggered, this, [this] { export_->askForAnimation(tr("limbeck-boards")); });
  connect(a.export_record, &QAction::triggered, this, [this] {
    if (const auto run = run_list_->current()) export_->askForRecord(*run, runName(*run));
  });
  connect(a.export_folder, &QAction::triggered, this, [this] {
    if (const auto run = run_list_->current()) export_->askForFolder(*run, runName(*run));
  });
  connect(a.quit, &QAction::triggered, this, &QWidget::close);
  connect(a.find, &QAction::triggered, this, [this] {
    runs_dock_->show();
    runs_dock_->raise();
    runs_panel_->focusFilter();
  });
  connect(a.palette, &QAction::triggered, this, [this] {
    auto* palette = new CommandPalette(actionGroups(), this);
    palette->setAttribute(Qt::WA_DeleteOnClose);
    palette->show();
  });
  connect(a.pause, &QAction::triggered, this, [this] {
    if (const auto run = queue_->current()) queue_->pause(*run);
  });
  connect(a.resume, &QAction::triggered, this, [this] {
    const auto run = queue_->current() ? queue_->current() : run_list_->current();
    if (run) queue_->resume(*run);
  });
  connect(a.stop_keep, &QAction::triggered, this, [this] {
    if (const auto run = queue_->current()) queue_->stopAndKeep(*run);
  });
  connect(a.stop_discard, &QAction::triggered, this, [this] {
    if (const auto run = queue_->current()) queue_->stopAndDiscard(*run);
  });
  connect(a.keys, &QAction::triggered, this, [this] { KeySheet(actionGroups(), this).exec(); });
  connect(a.about, &QAction::triggered, this, &MainWindow::about);
  connect(a.licences, &QAction::triggered, this, [this] {
    QMessageBox::information(this, tr("Licences"),
                             tr("Limbeck is free software under the GNU General Public License, version 3 or "
                                "later.\n\nIt is built on Qt 6 (LGPL 3; "
                                "Qt Charts GPL 3), LibTorch (BSD), SQLite (public domain), SQLiteCpp, toml++, "
                                "nlohmann-json, fmt and spdlog (MIT), "
                                "CLI11 and xxHash (BSD), Boost (BSL 1.0) and giflib (MIT). As a whole this program is "
                                "distributed under GPL 3."));
  });
}

void MainWindow::connectViewActions() {
  const WindowActions& a = actions_;
  connect(a.watch_page, &QAction::triggered, this, [this] { showPage(watch_page_); });
  connect(a.follow, &QAction::triggered, this, [this] {
    if (const auto run = queue_->current()) followLive(*run);
  });
  connect(a.attention, &QAction::toggled, attention_, &AttentionController::setEnabled);
  connect(a.heat, &QAction::triggered, this, [this] {
    const BoardHeat heat = watch_page_->board(0).look().heat;
    const BoardHeat next = heat == BoardHeat::Episode      ? BoardHeat::Cumulative
                           : heat == BoardHeat::Cumulative ? BoardHeat::Off
                                                           : BoardHeat::Episode;
    for (int i = 0; i < WatchPage::kBoards; ++i) watch_page_->board(i).setHeat(next);
    const QString word = next == BoardHeat::Episode      ? tr("of this episode")
                         : next == BoardHeat::Cumulative ? tr("of all episodes so far")
                                                         : tr("off");
    statusBar()->showMessage(tr("Visited cells: %1").arg(word), 3000);
  });
  connect(a.trail, &QAction::toggled, this, [this](bool is_on) {
    for (int i = 0; i < WatchPage::kBoards; ++i) watch_page_->board(i).setTrailVisible(is_on);
  });
  const auto plotOption = [this](QAction* action, auto set) {
    connect(action, &QAction::toggled, this, [this, set](bool is_on) {
      ReportPlotOptions options = replay_->plotOptions();
      set(options, is_on);
      replay_->setPlotOptions(options);
    });
  };
  plotOption(a.seeds, [](ReportPlotOptions& options, bool is_on) { options.shows_seeds = is_on; });
  plotOption(a.marks, [](ReportPlotOptions& options, bool is_on) { options.shows_marks = is_on; });
  plotOption(a.x_steps, [](ReportPlotOptions& options, bool is_on) {
    options.x_axis = is_on ? ReportPlotOptions::XAxis::EnvironmentStep : ReportPlotOptions::XAxis::Episode;
  });
  connect(a.bands, &QAction::toggled, replay_, &ReplayController::setBandsVisible);
  connect(a.reset_zoom, &QAction::triggered, this, [this] {
    watch_page_->plot().resetZoom();
    watch_page_->lossPlot().resetZoom();
  });
  connect(a.reduced_motion, &QAction::toggled, &watch_page_->playback(), &Playback::setReducedMotion);
  connect(a.theme_system, &QAction::triggered, this, [this] { setTheme(ThemeChoice::System); });
  connect(a.theme_light, &QAction::triggered, this, [this] { setTheme(ThemeChoice::Light); });
  connect(a.theme_dark, &QAction::triggered, this, [this] { setTheme(ThemeChoice::Dark); });
  QAction* chosen = theme_.choice() == ThemeChoice::Light  ? a.theme_light
                    : theme_.choice() == ThemeChoice::Dark ? a.theme_dark
                                                           : a.theme_system;
  chosen->setChecked(true);
  connect(a.full_screen, &QAction::toggled, this, [this](bool is_on) { is_on ? showFullScreen() : showNormal(); });
  connect(a.reset_layout, &QAction::triggered, this, &MainWindow::resetLayout);
}

void MainWindow::setTheme(ThemeChoice choice) {
  theme_.apply(choice);
  saveTheme(choice);
}

const PlotView& MainWindow::plotToExport() const {
  const PlotView& loss = watch_page_->lossPlot();
  return loss.isVisible() && loss.hasFocus() ? loss : watch_page_->plot();
}

void MainWindow::exportPlot() {
  const PlotView& view = plotToExport();
  if (&view == &watch_page_->lossPlot() && !view.model().series.empty()) {
    export_->askForPlot(view, view.model(), tr("loss"));
    return;
  }
  const bool is_live = live_->run().has_value();
  const PlotModel& full = is_live                         ? live_->plot()
                          : replay_->subject() != nullptr ? replay_->fullPlot()
                                                          : watch_page_->plot().model();
  if (full.series.empty()) {
    statusBar()->showMessage(tr("There is no curve to export yet."), 4000);
    return;
  }
  const QString name =
      replay_->subject() != nullptr ? runName(replay_->subject()->replay.run.id) + tr("-returns") : tr("returns");
  export_->askForPlot(watch_page_->plot(), full, name);
}

void MainWindow::askForWorkspace() {
  const QString folder =
      QFileDialog::getExistingDirectory(this, tr("Open a workspace, or choose a folder for a new one"),
                                        toQString(session_.folder().parent_path().string()),
                                        QFileDialog::ShowDirsOnly | QFileDialog::DontUseNativeDialog);
  if (!folder.isEmpty()) Q_EMIT workspaceRequested(folder);
}

void MainWindow::askForExperiment() {
  const QString path =
      QFileDialog::getOpenFileName(this, tr("Open an experiment file"), QString(), tr("Experiments (*.toml)"), nullptr,
                                   QFileDialog::DontUseNativeDialog);
  if (!path.isEmpty()) openExperiment(path);
}

void MainWindow::about() {
  const BuildInfo& build = buildInfo();
  QMessageBox::about(this, tr("About Limbeck"),
                     tr("<h3>Limbeck %1</h3><p>A workbench for in-context reinforcement learning by Algorithm "
                        "Distillation.</p><p>Method: M. Laskin et al., "
                        "<i>In-context Reinforcement Learning with Algorithm Distillation</i>, ICLR 2023.</p><p>Commit "
                        "%2, %3, Qt %4.</p>")
                         .arg(toQString(build.version), toQString(build.commit).left(12), toQString(build.compiler),
                              QString::fromLatin1(qVersion())));
}

}  // namespace limbeck
