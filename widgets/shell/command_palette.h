// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>

#include "widgets/shell/action_group.h"

class QLineEdit;
class QListWidget;

namespace limbeck {

/// Ctrl+K: type some letters of what you want, Enter does it. Shows every action that is enabled, with its key.
class CommandPalette final : public QDialog {
  Q_OBJECT

 public:
  CommandPalette(const QList<ActionGroup>& groups, QWidget* parent);

  /// How well letters typed match a text: 0 not at all; higher the more they stand together and at the beginnings of
  /// words.
  static int matchScore(const QString& typed, const QString& text);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void showMatches(const QString& typed);
  void runCurrent();

  QList<ActionGroup> groups_;
  QLineEdit* line_;
  QListWidget* list_;
};

}  // namespace limbeck
