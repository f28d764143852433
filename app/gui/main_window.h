// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <functional>
#include <memory>
#include <optional>

#include "app/gui/theme_controller.h"
#include "app/gui/window_actions.h"
#include "core/store/run_record.h"
#include "widgets/base/run_id.h"

class QDockWidget;
class QLabel;
class QSplitter;
class QStackedWidget;
class QTimer;
class QUndoStack;

namespace limbeck {

class ActionBars;
class AttentionController;
class Banner;
class ContextList;
class ExportController;
class HandPlayController;
class LiveController;
class NewRunController;
class NewRunPage;
class PlotView;
class QueuePanel;
class ReplayController;
class ReportController;
class ReportPage;
class RunInspector;
class RunListController;
class RunQueue;
class RunsPanel;
class Session;
class Toast;
class WatchPage;
class WindowState;

/// What to do with the work when the window is closed.
enum class QuitChoice { PauseAndQuit, KeepAndQuit, GoBack };

/// The window: it puts pages, panels and controllers together and knows which of them has the Watch page. The session
/// outlives it.
class MainWindow final : public QMainWindow {
  Q_OBJECT

 public:
  MainWindow(Session& session, ThemeController& theme, QWidget* parent = nullptr);
  ~MainWindow() override;

  /// The run that plays when the window appears: the one watched last, else the newest finished one. Also goes on with
  /// the runs that the last window paused.
  void showFirst();
  void watch(RunId run);
  /// What the run's experiment came to, with all points of its sweep.
  void showVerdicts(RunId run);
  void showNewRun();
  void openExperiment(const QString& path);

  WatchPage& watchPage() const { return *watch_page_; }
  NewRunPage& newRunPage() const { return *new_run_page_; }
  ReportPage& reportPage() const { return *report_page_; }
  RunsPanel& runsPanel() const { return *runs_panel_; }
  QueuePanel& queuePanel() const { return *queue_panel_; }
  RunInspector& runInspector() const { return *run_inspector_; }
  RunQueue& queue() const { return *queue_; }
  ReplayController& replay() const { return *replay_; }
  LiveController& live() const { return *live_; }
  HandPlayController& handPlay() const { return *hand_play_; }
  ExportController& exporter() const { return *export_; }
  Banner& banner() const { return *banner_; }
  Toast& toast() const { return *toast_; }
  const WindowActions& actions() const { return actions_; }
  /// The plot that has the focus; without one the return plot.
  const PlotView& plotToExport() const;
  /// Menus, palette and key sheet are made from these.
  QList<ActionGroup> actionGroups() const;

  /// Asks the user; a test answers in their place.
  std::function<QuitChoice()> ask_quit;

 Q_SIGNALS:
  void workspaceRequested(const QString& folder);

 protected:
  void closeEvent(QCloseEvent* event) override;

 private:
  void buildPages();
  void buildDocks();
  void buildMenus();
  void buildToolBar();
  void buildStatusBar();
  void makeControllers();
  void connectRuns();
  void connectQueue();
  void connectActions();
  void connectViewActions();

  void showPage(QWidget* page);
  void onRunActivated(RunId run);
  void onRunFinished(RunId run);
  void onRunFailed(RunId run, const QString& message);
  void refreshQueue();
  void refreshReadOnly();
  void followLive(RunId run);
  void leaveWatch();
  QString runName(RunId run) const;
  void exportPlot();
  void askForWorkspace();
  void askForExperiment();
  void about();
  void setTheme(ThemeChoice choice);
  void resetLayout();
  QList<QSplitter*> splitters() const;
  QuitChoice askQuit();

  Session& session_;
  ThemeController& theme_;
  std::unique_ptr<WindowState> state_;
  WindowActions actions_;
  QByteArray default_layout_;

  QStackedWidget* pages_ = nullptr;
  Banner* banner_ = nullptr;
  Toast* toast_ = nullptr;
  WatchPage* watch_page_ = nullptr;
  NewRunPage* new_run_page_ = nullptr;
  ReportPage* report_page_ = nullptr;
  RunsPanel* runs_panel_ = nullptr;
  QueuePanel* queue_panel_ = nullptr;
  RunInspector* run_inspector_ = nullptr;
  ContextList* context_ = nullptr;
  ActionBars* action_bars_ = nullptr;
  QDockWidget* runs_dock_ = nullptr;
  QDockWidget* queue_dock_ = nullptr;
  QDockWidget* inspector_dock_ = nullptr;
  QLabel* status_ = nullptr;
  QTimer* queue_timer_ = nullptr;

  RunQueue* queue_ = nullptr;
  RunListController* run_list_ = nullptr;
  ReplayController* replay_ = nullptr;
  LiveController* live_ = nullptr;
  AttentionController* attention_ = nullptr;
  HandPlayController* hand_play_ = nullptr;
  NewRunController* new_run_ = nullptr;
  ReportController* report_ = nullptr;
  ExportController* export_ = nullptr;

  bool follows_next_run_ = false;  ///< the user has just pressed Start: show what it does
  bool is_closing_ = false;
};

}  // namespace limbeck
