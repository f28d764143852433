// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>
#include <set>

#include "core/store/run_record.h"
#include "widgets/base/background.h"
#include "widgets/base/run_id.h"

class QAction;
class QUndoStack;

namespace limbeck {

class RunEdits;
class RunInspector;
class RunsPanel;
class Session;

/// Keeps the list of runs and the inspector up to date with the database, whoever changed it, and writes what the user
/// edits.
class RunListController : public QObject {
  Q_OBJECT

 public:
  RunListController(Session& session, RunsPanel& panel, RunInspector& inspector, QObject* parent = nullptr);
  ~RunListController() override;

  /// The run that is selected (the last of several).
  std::optional<RunId> current() const { return current_; }
  /// As the list knows it.
  std::optional<RunState> stateOf(RunId run) const;
  /// "RL2-7"; until the run is listed, as most are called.
  QString nameOf(RunId run) const;
  void trash(RunId run);
  /// Selects it, as soon as it is listed.
  void select(RunId run);
  void showProgress(RunId run, double share, const QString& stage);
  void setReadOnly(const QString& reason);
  /// Undo and redo.
  QList<QAction*> editActions() const;

 Q_SIGNALS:
  void failed(const QString& message);
  /// `undo` takes it back; may be null.
  void said(const QString& text, QAction* undo);
  void counted(int runs);

 private:
  void refresh();
  void loadConfigs();
  void loadGroupReturns();
  void inspect();
  std::optional<RunId> comparedWith(const RunRecord& run) const;

  Session& session_;
  RunsPanel& panel_;
  RunInspector& inspector_;
  std::unique_ptr<QUndoStack> undo_;
  std::unique_ptr<RunEdits> edits_;
  QAction* undo_action_;
  QAction* redo_action_;
  std::optional<RunId> current_;
  std::optional<RunId> wanted_;  ///< to be selected once it is listed
  bool is_trash_ = false;
  bool is_loading_ = false;
  bool is_stale_ = false;
  /// Whose configurations were read. Only the reading thread looks at it, which may outlive this.
  std::shared_ptr<std::set<std::string>> known_groups_ = std::make_shared<std::set<std::string>>();
  std::set<std::string> scored_groups_;  ///< "group/number of finished members" whose interval is known
  Generation inspecting_;
  Background scoring_;
};

}  // namespace limbeck
