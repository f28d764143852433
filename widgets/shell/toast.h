// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QAction;
class QLabel;
class QPushButton;
class QTimer;

namespace limbeck {

/// A short word on what has just happened, at the foot of its parent, gone after some seconds; with a button when there
/// is something to do about it ("Undo"). It takes no focus and covers nothing for long.
class Toast final : public QFrame {
  Q_OBJECT

 public:
  explicit Toast(QWidget* parent);

  /// `action` may be null; `seconds` is how long it stays, at least.
  void say(const QString& text, QAction* action = nullptr, double seconds = 6.0);
  QString text() const;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void place();

  QLabel* text_;
  QPushButton* button_;
  QTimer* timer_;
  QMetaObject::Connection connection_;
};

}  // namespace limbeck
