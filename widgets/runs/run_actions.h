// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

class QAction;
class QWidget;

namespace limbeck {

/// What the actions of the list can be done to at this moment.
struct RunActionState {
  int selected_rows = 0;  ///< a group is one row, and stands for its newest run
  bool is_trash = false;
  bool is_starred = false;   ///< all that are selected
  QString read_only_reason;  ///< empty when runs can be edited
  QString at_work;           ///< name of a selected run that waits or runs; empty when none does
};

/// The actions of the list of runs, each with text, icon, shortcut, tooltip and object name; they belong to the panel
/// and work while it has the focus. A disabled one says in its tooltip why.
struct RunActions {
  QAction* watch = nullptr;
  QAction* duplicate = nullptr;
  QAction* rename = nullptr;
  QAction* tag = nullptr;
  QAction* star = nullptr;
  QAction* verdicts = nullptr;
  QAction* export_record = nullptr;
  QAction* copy = nullptr;
  QAction* trash = nullptr;
  QAction* restore = nullptr;
  QAction* show_trash = nullptr;  ///< checkable

  explicit RunActions(QWidget& panel);
  void update(const RunActionState& state);
};

}  // namespace limbeck
