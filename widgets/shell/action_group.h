// SPDX-License-Identifier: GPL-3.0-or-later
// The window's actions, gathered once: the menus, the command palette and the key sheet are made from the same list, so
// that none of them can drift from what the program does.
#pragma once

#include <QAction>
#include <QList>
#include <QString>

namespace limbeck {

struct ActionGroup {
  QString name;   ///< as the menu is called: "Watch"
  QString scope;  ///< where its keys work: "everywhere", "on the Watch page"
  QList<QAction*> actions;
};

/// An action's words without the "&" of its mnemonic and the dots of a dialog.
QString plainText(const QAction& action);

/// "Ctrl+K", or "H, F2" for several; empty for none.
QString shortcutText(const QAction& action);

}  // namespace limbeck
