// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window_actions.h"

#include <QActionGroup>
#include <QCoreApplication>

#include "widgets/base/icons.h"

namespace limbeck {
namespace {

struct ActionFacts {
  const char* name;
  const char* icon;  ///< null for none
  const char* text;
  const char* tip;
  QKeySequence key = {};
  bool is_checkable = false;
};

QAction* make(QObject* parent, const ActionFacts& facts) {
  auto* action = new QAction(QCoreApplication::translate("WindowActions", facts.text), parent);
  action->setObjectName(QString::fromLatin1(facts.name));
  if (facts.icon != nullptr) action->setIcon(icon(QString::fromLatin1(facts.icon)));
  QString tip = QCoreApplication::translate("WindowActions", facts.tip);
  if (!facts.key.isEmpty()) {
    action->setShortcut(facts.key);
    tip += QStringLiteral(" (%1)").arg(facts.key.toString(QKeySequence::NativeText));
  }
  action->setToolTip(tip);
  action->setStatusTip(tip);
  action->setCheckable(facts.is_checkable);
  return action;
}

}  // namespace

WindowActions::WindowActions(QObject* parent)
    : new_run(make(parent, {"new_run", "new-run", "&New run…", "Set up an experiment", QKeySequence::New})),
      train_one(make(parent, {"train_one", "play", "&Train one yourself",
                              "The quick experiment: one button, and you watch a model of your own learn",
                              QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N)})),
      open_experiment(make(parent, {"open_experiment", "folder", "Open e&xperiment file…", "Set up a run from a file",
                                    QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_O)})),
      open_workspace(make(
          parent, {"open_workspace", "folder", "&Open workspace…", "Another folder with runs", QKeySequence::Open})),
      export_plot(make(parent, {"export_plot", "export", "&Export plot…",
                                "The return plot, or the one that was clicked last, as SVG, PDF, PNG, PGFPlots or CSV",
                                QKeySequence(Qt::CTRL | Qt::Key_E)})),
      export_animation(
          make(parent, {"export_animation", "export", "Export &animation…", "The boards as a GIF or as PNG frames",
                        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A)})),
      export_record(
          make(parent, {"export_record", "export", "Export run &record…", "All that is known of the run, as JSON",
                        QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_R)})),
      export_folder(make(parent, {"export_folder", "export", "Export run as &folder…",
                                  "Record, file, curves, metrics, rollouts and checkpoint",
                                  QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_F)})),
      quit(make(parent, {"quit", "close", "&Quit", "Close the window", QKeySequence::Quit})),
      find(make(parent, {"find", "search", "&Filter runs", "Go to the filter of the runs", QKeySequence::Find})),
      palette(make(parent, {"palette", "command", "&Commands…", "Every command by its name",
                            QKeySequence(Qt::CTRL | Qt::Key_K)})),
      pause(make(parent, {"pause", "pause", "&Pause", "Pause the run at work at its next safe point",
                          QKeySequence(Qt::CTRL | Qt::Key_P)})),
      resume(make(parent, {"resume", "resume", "R&esume", "Go on with the paused run, or with the one that is selected",
                           QKeySequence(Qt::CTRL | Qt::Key_R)})),
      stop_keep(make(parent, {"stop_keep", "stop", "&Stop and keep", "Stop the run at work and keep what is done",
                              QKeySequence(Qt::CTRL | Qt::Key_Period)})),
      stop_discard(
          make(parent, {"stop_discard", "trash", "Stop and &discard", "Stop the run at work and put it into the trash",
                        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Period)})),
      follow(make(parent, {"follow", "running", "&Follow the run at work", "Watch what is being learned now",
                           QKeySequence(Qt::Key_F6)})),
      retry(make(parent, {"retry", "resume", "Try again", "Go on with the run from its last checkpoint"})),
      watch_page(
          make(parent, {"watch", "watch", "&Watch", "The boards and the return plot", QKeySequence(Qt::Key_F5)})),
      attention(make(
          parent, {"attention", "attention", "&Attention", "What the model looks at", QKeySequence(Qt::Key_A), true})),
      heat(make(parent, {"heat", "heat", "&Visited cells", "Visited cells: of the episode, of all so far, off",
                         QKeySequence(Qt::Key_V)})),
      trail(
          make(parent, {"trail", "trail", "&Trail", "The agent's way in this episode", QKeySequence(Qt::Key_T), true})),
      seeds(make(parent,
                 {"seeds", "seeds", "&Single seeds", "Every seed as a thin line", QKeySequence(Qt::Key_S), true})),
      bands(make(parent,
                 {"bands", "plot", "&Bands", "95 % intervals over tasks and seeds", QKeySequence(Qt::Key_B), true})),
      marks(make(parent, {"marks", "ok", "80 % &marks", "Where 80 % of the optimum is reached", QKeySequence(Qt::Key_M),
                          true})),
      x_steps(make(parent, {"x_steps", "plot", "&Environment steps", "Count environment steps instead of episodes",
                            QKeySequence(Qt::Key_X), true})),
      reset_zoom(
          make(parent, {"reset_zoom", "zoom-reset", "&Reset zoom", "Show the whole plot", QKeySequence(Qt::Key_R)})),
      reduced_motion(make(parent, {"reduced_motion", nullptr, "&Reduce motion", "Agents step instead of gliding",
                                   QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_M), true})),
      theme(new QActionGroup(parent)),
      theme_system(make(parent, {"theme_system", "settings", "Theme: &system", "As the system looks",
                                 QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_S), true})),
      theme_light(make(parent, {"theme_light", "theme-light", "Theme: &light", "Light colours",
                                QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_L), true})),
      theme_dark(make(parent, {"theme_dark", "theme-dark", "Theme: &dark", "Dark colours",
                               QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_D), true})),
      full_screen(make(parent, {"full_screen", nullptr, "&Full screen", "The window on the whole screen",
                                QKeySequence(Qt::Key_F11), true})),
      reset_layout(make(parent, {"reset_layout", nullptr, "Reset la&yout", "Panels where they were at the first start",
                                 QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_0)})),
      keys(make(parent, {"keys", "keys", "&Keys", "Every key of the program", QKeySequence(Qt::Key_F1)})),
      about(make(parent, {"about", "help", "&About Limbeck", "Version, source of the method",
                          QKeySequence(Qt::CTRL | Qt::Key_F1)})),
      licences(make(parent, {"licences", "help", "&Licences", "What the program is made of",
                             QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F1)})) {
  for (QAction* action : {theme_system, theme_light, theme_dark}) theme->addAction(action);
  for (QAction* action : pageKeys()) action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  for (QAction* action : {attention, trail, bands, marks}) action->setChecked(true);
  quit->setMenuRole(QAction::QuitRole);
}

}  // namespace limbeck
