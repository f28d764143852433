// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/main_window.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolBar>
#include <QVBoxLayout>
#include <array>

#include "app/gui/attention_controller.h"
#include "app/gui/export_controller.h"
#include "app/gui/hand_play_controller.h"
#include "app/gui/live_controller.h"
#include "app/gui/new_run_controller.h"
#include "app/gui/replay_controller.h"
#include "app/gui/report_controller.h"
#include "app/gui/report_page.h"
#include "app/gui/run_list_controller.h"
#include "app/gui/run_queue.h"
#include "app/gui/session.h"
#include "app/gui/watch_page.h"
#include "app/gui/window_state.h"
#include "widgets/base/empty_state.h"
#include "widgets/base/icons.h"
#include "widgets/base/text.h"
#include "widgets/board/board_view.h"
#include "widgets/form/new_run_page.h"
#include "widgets/queue/queue_panel.h"
#include "widgets/runs/run_inspector.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/shell/banner.h"
#include "widgets/shell/toast.h"
#include "widgets/watch/action_bars.h"
#include "widgets/watch/context_list.h"

namespace limbeck {
namespace {

QDockWidget* makeDock(QMainWindow* window, const QString& name, const QString& title, QWidget* content,
                      Qt::DockWidgetArea area) {
  auto* dock = new QDockWidget(title, window);
  dock->setObjectName(name);
  dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
  dock->setWidget(content);
  window->addDockWidget(area, dock);
  return dock;
}

}  // namespace

MainWindow::MainWindow(Session& session, ThemeController& theme, QWidget* parent)
    : QMainWindow(parent),
      session_(session),
      theme_(theme),
      state_(std::make_unique<WindowState>(session.folder())),
      actions_(this) {
  setWindowTitle(tr("Limbeck · %1").arg(toQString(session_.folder().string())));
  setWindowIcon(QIcon(QStringLiteral(":/icons/org.limbeck.Limbeck.svg")));
  ask_quit = [this] { return askQuit(); };
  buildPages();
  buildDocks();
  makeControllers();
  buildMenus();
  buildToolBar();
  buildStatusBar();
  connectActions();
  connectViewActions();
  connectRuns();
  connectQueue();
  resize(1280, 800);
  default_layout_ = saveState();
  state_->restore(*this, splitters());
  refreshReadOnly();
  refreshQueue();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildPages() {
  auto* central = new QWidget(this);
  banner_ = new Banner(central);
  pages_ = new QStackedWidget(central);
  watch_page_ = new WatchPage(pages_);
  new_run_page_ = new NewRunPage(pages_);
  pages_->addWidget(watch_page_);
  report_page_ = new ReportPage(pages_);
  pages_->addWidget(new_run_page_);
  pages_->addWidget(report_page_);
  auto* layout = new QVBoxLayout(central);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(banner_);
  layout->addWidget(pages_, 1);
  setCentralWidget(central);
  toast_ = new Toast(central);
}

void MainWindow::buildDocks() {
  runs_panel_ = new RunsPanel(this);
  queue_panel_ = new QueuePanel(this);
  run_inspector_ = new RunInspector(this);
  context_ = new ContextList(this);
  action_bars_ = new ActionBars(this);
  runs_dock_ = makeDock(this, QStringLiteral("runs"), tr("Runs"), runs_panel_, Qt::LeftDockWidgetArea);
  queue_dock_ = makeDock(this, QStringLiteral("queue"), tr("Queue"), queue_panel_, Qt::LeftDockWidgetArea);

  auto* moment = new QWidget(this);
  auto* moment_layout = new QVBoxLayout(moment);
  moment_layout->setContentsMargins(6, 6, 6, 6);
  moment_layout->addWidget(context_, 1);
  auto* actions_title = new QLabel(tr("Action probabilities"), moment);
  QFont bold = actions_title->font();
  bold.setBold(true);
  actions_title->setFont(bold);
  moment_layout->addWidget(actions_title);
  moment_layout->addWidget(action_bars_);
  auto* tabs = new QTabWidget(this);
  tabs->setDocumentMode(true);
  tabs->addTab(moment, tr("Moment"));
  tabs->addTab(run_inspector_, tr("Run"));
  inspector_dock_ = makeDock(this, QStringLiteral("inspector"), tr("Inspector"), tabs, Qt::RightDockWidgetArea);
  const std::array<QDockWidget*, 3> docks{runs_dock_, queue_dock_, inspector_dock_};
  for (std::size_t i = 0; i < docks.size(); ++i) {
    QAction* toggle = docks[i]->toggleViewAction();
    toggle->setObjectName(QStringLiteral("panel_") + docks[i]->objectName());
    toggle->setShortcut(QKeySequence(QKeyCombination(Qt::CTRL, static_cast<Qt::Key>(Qt::Key_1 + i))));
    toggle->setToolTip(tr("Show or hide the panel: %1 (%2)")
                           .arg(docks[i]->windowTitle(), toggle->shortcut().toString(QKeySequence::NativeText)));
  }
  const int character = fontMetrics().averageCharWidth();
  resizeDocks({runs_dock_, inspector_dock_}, {52 * character, 44 * character}, Qt::Horizontal);
  resizeDocks({runs_dock_, queue_dock_}, {3, 2}, Qt::Vertical);
}

void MainWindow::makeControllers() {
  queue_ = new RunQueue(session_, this);
  run_list_ = new RunListController(session_, *runs_panel_, *run_inspector_, this);
  replay_ = new ReplayController(session_, *watch_page_, this);
  live_ = new LiveController(session_, *queue_, *watch_page_, this);
  attention_ = new AttentionController(session_, *replay_, *watch_page_, *context_, *action_bars_, this);
  hand_play_ = new HandPlayController(session_, *replay_, *watch_page_, *context_, *action_bars_, this);
  new_run_ = new NewRunController(session_, *queue_, *new_run_page_, this);
  report_ = new ReportController(session_, *report_page_, this);
  export_ = new ExportController(session_, *watch_page_, *this, this);
  watch_page_->setCallActions({actions_.train_one, hand_play_->startAction()});
  watch_page_->emptyState().setWords(tr("Nothing to watch yet"),
                                     tr("Train a model, or choose a finished run in the list."));
  watch_page_->emptyState().setActions({actions_.train_one});
  watch_page_->showEmpty(true);
  runs_panel_->setStartActions({actions_.train_one});
}

void MainWindow::buildToolBar() {
  auto* bar = addToolBar(tr("Main"));
  bar->setObjectName(QStringLiteral("main_toolbar"));
  bar->setMovable(false);
  bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  bar->addActions({actions_.new_run, actions_.watch_page, actions_.follow});
  auto* gap = new QWidget(bar);
  gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  bar->addWidget(gap);
  bar->addActions({actions_.export_plot, actions_.palette, actions_.keys});
}

void MainWindow::buildStatusBar() {
  status_ = new QLabel(this);
  statusBar()->addPermanentWidget(status_);
}

QList<QSplitter*> MainWindow::splitters() const {
  QList<QSplitter*> named;
  for (QSplitter* splitter : findChildren<QSplitter*>()) {
    if (!splitter->objectName().isEmpty()) named.append(splitter);
  }
  return named;
}

void MainWindow::showPage(QWidget* page) {
  pages_->setCurrentWidget(page);
  // So that the page's keys work without a click.
  if (page == watch_page_) watch_page_->board(0).setFocus();
  if (page == report_page_) report_page_->setFocus();
  new_run_->setVisible(page == new_run_page_);
}

void MainWindow::showFirst() {
  for (const RunId run : state_->takePausedRuns()) queue_->resume(run);
  const std::optional<RunId> last = state_->lastRun();
  session_.reading().run(
      this,
      [this, last]() -> std::optional<RunId> {
        const RunStore& store = session_.reader().store();
        const std::vector<RunRecord> done = store.listRuns({.state = RunState::Done});
        for (const RunRecord& run : done) {
          if (run.id == last) return run.id;
        }
        return done.empty() ? std::nullopt : std::optional(done.front().id);
      },
      [this](std::optional<RunId> run) {
        if (run && !queue_->isBusy() && pages_->currentWidget() == watch_page_) watch(*run);
      });
}

void MainWindow::watch(RunId run) {
  showPage(watch_page_);
  hand_play_->leave();
  live_->leave();
  replay_->show(run);
}

void MainWindow::showVerdicts(RunId run) {
  showPage(report_page_);
  report_->show(run);
}

void MainWindow::showNewRun() {
  showPage(new_run_page_);
}

void MainWindow::openExperiment(const QString& path) {
  new_run_->openFile(path);
  showNewRun();
}

void MainWindow::followLive(RunId run) {
  showPage(watch_page_);
  hand_play_->leave();
  replay_->leave();
  attention_->clear(tr("While a model trains, its plays are tests: what it looks at can be seen when it is done."));
  run_list_->select(run);
  live_->follow(run);
}

void MainWindow::resetLayout() {
  state_->forgetLayout();
  restoreState(default_layout_);
  for (QDockWidget* dock : {runs_dock_, queue_dock_, inspector_dock_}) dock->show();
}

QuitChoice MainWindow::askQuit() {
  QMessageBox box(QMessageBox::Question, tr("Quit Limbeck?"), tr("A run is at work."), QMessageBox::NoButton, this);
  box.setInformativeText(tr(
      "Paused runs go on by themselves the next time this workspace is opened. Either way the work so far is kept."));
  QPushButton* pause = box.addButton(tr("Pause and quit"), QMessageBox::AcceptRole);
  QPushButton* keep = box.addButton(tr("Stop, keep and quit"), QMessageBox::DestructiveRole);
  QPushButton* back = box.addButton(tr("Go back"), QMessageBox::RejectRole);
  box.setDefaultButton(pause);
  box.setEscapeButton(back);
  box.exec();
  if (box.clickedButton() == pause) return QuitChoice::PauseAndQuit;
  return box.clickedButton() == keep ? QuitChoice::KeepAndQuit : QuitChoice::GoBack;
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!queue_->isBusy()) {
    state_->save(*this, splitters());
    event->accept();
    return;
  }
  event->ignore();
  if (is_closing_) return;
  const QuitChoice choice = ask_quit();
  if (choice == QuitChoice::GoBack) return;
  is_closing_ = true;
  state_->setPausedRuns(choice == QuitChoice::PauseAndQuit ? queue_->unfinished() : std::vector<RunId>{});
  banner_->say(Banner::Kind::Information, tr("Saving a checkpoint, then the window closes…"));
  // The window stays alive until the work has saved what is worth keeping.
  connect(queue_, &RunQueue::idle, this, &QWidget::close, Qt::QueuedConnection);
  queue_->stopAll();
}

}  // namespace limbeck
