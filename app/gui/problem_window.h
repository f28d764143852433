// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;

namespace limbeck {

/// Stands in for the main window when a workspace cannot be opened: damaged, of a newer version, on a disk that
/// refuses. Nothing of the workspace is changed.
class ProblemWindow final : public QWidget {
  Q_OBJECT

 public:
  ProblemWindow(const QString& folder, const QString& message, QWidget* parent = nullptr);

  QString message() const { return message_; }

 Q_SIGNALS:
  void openRequested(const QString& folder);
  /// A folder that does not exist yet, for a fresh copy of the demo.
  void demoRequested(const QString& folder);

 private:
  QAction* addAction(const QString& name, const QString& text, const QString& tip, std::function<void()> act);

  QString folder_;
  QString message_;
};

}  // namespace limbeck
