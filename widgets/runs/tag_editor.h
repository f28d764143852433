// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QStringList>

class QLineEdit;

namespace limbeck {

/// "best, paper" -> {"best", "paper"}: trimmed, without empty and repeated ones.
QStringList tagsFromText(const QString& text);

/// Completes the tag at the cursor of a line of comma-separated tags.
void completeTags(QLineEdit& line, const QStringList& known);

/// Whether the Enter that the line just got chooses a completion, and says nothing about the line.
bool isChoosingCompletion(const QLineEdit& line);

/// A popup with a line of tags. Enter takes them, Esc or a click elsewhere leaves them as they were. Deletes itself
/// when it closes.
class TagEditor final : public QFrame {
  Q_OBJECT

 public:
  /// `what`: whose tags they are, in words.
  TagEditor(const QString& what, const QStringList& tags, const QStringList& known, QWidget* parent);

  /// Below `place` (in global coordinates), ready to type.
  void openAt(const QPoint& place);

 Q_SIGNALS:
  void accepted(const QStringList& tags);

 private:
  QLineEdit* line_;
};

}  // namespace limbeck
