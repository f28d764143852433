// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace limbeck {

/// A bar across the window that says what is the matter with it as a whole, and offers the way out: a workspace that
/// another program writes, a full disk, a damaged database. Hidden while nothing is the matter.
class Banner final : public QFrame {
  Q_OBJECT

 public:
  enum class Kind { Information, Warning, Error };

  explicit Banner(QWidget* parent = nullptr);

  /// `actions`: a button each. Replaces what was said before.
  void say(Kind kind, const QString& text, const QList<QAction*>& actions = {});
  void clear();
  QString text() const;

 private:
  QLabel* icon_;
  QLabel* text_;
  QHBoxLayout* buttons_;
  QToolButton* close_;
};

}  // namespace limbeck
