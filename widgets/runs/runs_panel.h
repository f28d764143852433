// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QWidget>

#include "widgets/base/run_id.h"
#include "widgets/runs/run_actions.h"
#include "widgets/runs/run_listing.h"

class QLabel;
class QStackedWidget;

namespace limbeck {

class EmptyState;
class FilterLine;
class RunEdits;
class RunProxyModel;
class RunTableModel;
class RunView;

/// The list of runs with its filter line and actions. It shows what it is given and asks for the rest by signals; edits
/// of runs go through RunEdits. `actions()` are all that can be done here, for menus and the command palette.
class RunsPanel final : public QWidget {
  Q_OBJECT

 public:
  explicit RunsPanel(QWidget* parent = nullptr);

  void setListing(RunListing listing);
  /// The second step of loading.
  void setConfigs(GroupConfigs configs);
  /// Null: nothing can be edited. Must outlive this panel or be replaced before it goes.
  void setEdits(RunEdits* edits);
  /// What to do when there are no runs at all, as buttons.
  void setStartActions(const QList<QAction*>& actions);

  RunTableModel& model() { return *model_; }
  RunProxyModel& proxy() { return *proxy_; }
  RunView& view() { return *view_; }
  RunActions& runActions() { return actions_; }

  QList<RunId> selectedRuns() const;
  /// Selects a run and shows it; takes the filter away when it hides the run. Does nothing when it is not listed.
  void selectRun(RunId run);
  void focusFilter();
  QString filterText() const;
  void setFilterText(const QString& text);

 Q_SIGNALS:
  void runActivated(RunId run);
  void selectionChanged(const QList<RunId>& runs);
  void duplicateRequested(RunId run);
  /// Of the experiment that the run is of, with all points of its sweep.
  void verdictsRequested(RunId run);
  void exportRequested(RunId run);
  void trashViewToggled(bool is_trash);

 private:
  void connectActions();
  void showState();
  void showEmptyState();
  void updateVocabulary();
  void updateActions();
  void openTagEditor();
  void openContextMenu(const QPoint& place);
  QWidget* makeToolRow();
  QWidget* makeStatusRow();

  RunTableModel* model_;
  RunProxyModel* proxy_;
  RunView* view_;
  FilterLine* filter_;
  QStackedWidget* stack_;
  EmptyState* empty_;
  QLabel* count_;
  QAction* clear_filter_;
  RunActions actions_;
  QPointer<RunEdits> edits_;
  QList<QAction*> start_actions_;
  enum class Emptiness { None, Filtered, Trash, NoRuns };
  Emptiness emptiness_ = Emptiness::None;  ///< whose buttons stand in `empty_`
  bool has_listing_ = false;
};

}  // namespace limbeck
