// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QWidget>
#include <optional>

#include "widgets/runs/run_details.h"

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QStackedWidget;
class QTreeWidget;

namespace limbeck {

class EmptyState;
class RunEdits;

/// One run in full: its title, tags and notes to edit; below them a tree of its configuration (what differs from
/// another run first), stages, scores and files, whose selected rows Ctrl+C copies. A text is taken over when its field
/// loses the focus or another run is shown, as a command that can be undone; what is being typed is not overwritten by
/// news of the same run.
class RunInspector final : public QWidget {
  Q_OBJECT

 public:
  explicit RunInspector(QWidget* parent = nullptr);

  void setRun(const RunDetails& details);
  /// "Select a run".
  void clear();
  /// Null: nothing can be edited.
  void setEdits(RunEdits* edits);
  /// For completion.
  void setKnownTags(const QStringList& tags);
  std::optional<RunId> run() const { return run_ ? std::optional(run_->id) : std::nullopt; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void showRecord(const RunRecord& run);
  void commit();
  void updateEditable();
  void copySelected();
  void fitColumns();

  std::optional<RunRecord> run_;
  QPointer<RunEdits> edits_;
  QStackedWidget* pages_;
  EmptyState* empty_;
  QLabel* name_;
  QLabel* failure_;
  QLineEdit* title_;
  QLineEdit* tags_;
  QPlainTextEdit* notes_;
  QTreeWidget* tree_;
};

}  // namespace limbeck
