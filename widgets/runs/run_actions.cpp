// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_actions.h"

#include <QAction>
#include <QWidget>

#include "widgets/base/icons.h"

namespace limbeck {
namespace {

constexpr const char* kHelp = "limbeck_help";

struct ActionText {
  const char* name;
  const char* text;
  const char* icon;
  const char* shortcut;
  const char* help;
};

QAction* addTo(QWidget& panel, const ActionText& given) {
  auto* action = new QAction(icon(QLatin1String(given.icon)), QString::fromUtf8(given.text), &panel);
  action->setObjectName(QLatin1String(given.name));
  action->setShortcut(QKeySequence(QLatin1String(given.shortcut)));
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  action->setProperty(kHelp, QString::fromUtf8(given.help));
  panel.addAction(action);
  return action;
}

/// Enabled when there is no reason against it, which is what the tooltip says otherwise.
void setPossible(QAction& action, const QString& reason) {
  action.setEnabled(reason.isEmpty());
  const QString key = action.shortcut().toString(QKeySequence::NativeText);
  const QString what = reason.isEmpty() ? action.property(kHelp).toString() : reason;
  action.setToolTip(QStringLiteral("%1 (%2)").arg(what, key));
}

QString firstOf(const QString& first, const QString& second, const QString& third = {}) {
  return !first.isEmpty() ? first : !second.isEmpty() ? second : third;
}

}  // namespace

RunActions::RunActions(QWidget& panel)
    : watch(addTo(panel, {"runs_watch", "Open in &Watch", "watch", "Ctrl+Return", "Replay this run"})),
      duplicate(
          addTo(panel, {"runs_duplicate", "&Duplicate…", "duplicate", "Ctrl+D", "Set up a new run from this one"})),
      rename(addTo(panel, {"runs_rename", "&Rename", "note", "F2", "Change the title"})),
      tag(addTo(panel, {"runs_tag", "&Tags…", "tag", "Ctrl+T", "Add and remove tags"})),
      star(addTo(panel, {"runs_star", "&Star", "star", "Ctrl+B", "Mark with a star, or take it off"})),
      verdicts(addTo(panel, {"runs_verdicts", "&Verdicts", "ok", "Ctrl+Shift+V",
                             "What the experiment's runs came to: its points compared, and whether its claims hold"})),
      export_record(
          addTo(panel, {"runs_export", "&Export record…", "export", "Ctrl+Shift+E", "Save what is known of this run"})),
      copy(addTo(panel, {"runs_copy", "&Copy", "copy", "Ctrl+C", "Copy the selected rows as text"})),
      trash(addTo(panel, {"runs_trash", "Move to tras&h", "trash", "Del", "Move to the trash; Ctrl+Z brings it back"})),
      restore(addTo(panel, {"runs_restore", "&Restore", "restore", "Ctrl+Shift+T", "Take out of the trash"})),
      show_trash(addTo(panel, {"runs_show_trash", "Show tr&ash", "trash", "Ctrl+Shift+Del",
                               "Show the trashed runs instead of the others"})) {
  show_trash->setCheckable(true);
  update({});
}

void RunActions::update(const RunActionState& state) {
  const QString none = state.selected_rows == 0 ? QStringLiteral("Select a run first") : QString();
  const QString not_one = state.selected_rows > 1 ? QStringLiteral("Select one run or one group only") : QString();
  const QString busy =
      state.at_work.isEmpty() ? QString() : QStringLiteral("%1 is at work: stop it first").arg(state.at_work);
  for (QAction* action : {watch, duplicate, verdicts, export_record}) setPossible(*action, firstOf(none, not_one));
  for (QAction* action : {rename, tag, star}) setPossible(*action, firstOf(state.read_only_reason, none));
  setPossible(*copy, none);
  setPossible(*trash, firstOf(state.read_only_reason, none, busy));
  setPossible(*restore, firstOf(state.read_only_reason, none));
  setPossible(*show_trash, {});
  trash->setVisible(!state.is_trash);
  restore->setVisible(state.is_trash);
  star->setText(state.is_starred ? QStringLiteral("Take off the &star") : QStringLiteral("&Star"));
  star->setIcon(icon(state.is_starred ? QStringLiteral("star-filled") : QStringLiteral("star")));
  show_trash->setChecked(state.is_trash);
  show_trash->setText(state.is_trash ? QStringLiteral("Le&ave trash") : QStringLiteral("Show tr&ash"));
}

}  // namespace limbeck
