// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "widgets/shell/action_group.h"

namespace limbeck {

/// F1: every key of the program, made from its actions.
class KeySheet final : public QDialog {
  Q_OBJECT

 public:
  KeySheet(const QList<ActionGroup>& groups, QWidget* parent);

  /// The sheet as HTML: a table for each group that has a key, in columns.
  static QString html(const QList<ActionGroup>& groups);
};

}  // namespace limbeck
