// SPDX-License-Identifier: GPL-3.0-or-later
// What a user looks for on the screen before clicking.
#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QDialog>
#include <QLabel>
#include <QTimer>
#include <functional>

namespace limbeck::test {

/// The visible button whose text, without its mnemonic, contains `text`; null when there is none.
inline QAbstractButton* visibleButton(const QWidget& parent, const QString& text) {
  for (auto* button : parent.findChildren<QAbstractButton*>()) {
    if (button->isVisible() && button->text().remove('&').contains(text)) return button;
  }
  return nullptr;
}

/// Whether some visible label says it.
inline bool isSaid(const QWidget& parent, const QString& text) {
  for (const auto* label : parent.findChildren<QLabel*>()) {
    if (label->isVisible() && label->text().contains(text)) return true;
  }
  return false;
}

/// Calls `open`, which shows a modal dialog and returns when it is closed, and answers that dialog by `answer`; an
/// answer that leaves it open is followed by a rejection, so that a test can fail but not hang. Returns whether there
/// was one.
inline bool answerDialog(const std::function<void()>& open, const std::function<void(QDialog&)>& answer) {
  bool was_there = false;
  QTimer::singleShot(0, qApp, [&] {
    auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget());
    if (dialog == nullptr) return;
    was_there = true;
    answer(*dialog);
    if (dialog->isVisible()) dialog->reject();
  });
  open();
  return was_there;
}

}  // namespace limbeck::test
