// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QHBoxLayout;
class QLabel;

namespace limbeck {

/// What stands where there is nothing to show: one line that says so, one that says what to do, and the buttons to do
/// it.
class EmptyState final : public QWidget {
  Q_OBJECT

 public:
  explicit EmptyState(QWidget* parent = nullptr);

  void setWords(const QString& title, const QString& text);
  /// A button for each action, in order; the actions stay the caller's.
  void setActions(const QList<QAction*>& actions);

 private:
  QLabel* title_;
  QLabel* text_;
  QHBoxLayout* buttons_;
};

}  // namespace limbeck
