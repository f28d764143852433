// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QTreeView>
#include <utility>
#include <vector>

#include "core/store/run_record.h"
#include "widgets/base/run_id.h"

namespace limbeck {

class RunDelegate;
class RunProxyModel;
class RunTableModel;

/// The tree of runs: its columns fit its width until the user sizes one, and a reset of the model leaves selection,
/// expansion and scroll position as far as the same runs are still there.
class RunView final : public QTreeView {
  Q_OBJECT

 public:
  RunView(RunTableModel& model, RunProxyModel& proxy, QWidget* parent = nullptr);

  /// The runs of the selected rows, those of a group in place of the group, each once, in the list's order.
  QList<RunId> selectedRuns() const;
  /// Selects the row of a run and scrolls to it; false when it is not shown.
  bool selectRun(RunId run);
  /// Selects the first row when nothing is selected.
  void enter();
  void editTitle();
  /// The selected rows with what their columns say, tab-separated, header first.
  QString selectedText() const;

 Q_SIGNALS:
  void runsSelected(const QList<RunId>& runs);
  void runOpened(RunId run);
  void starClicked(const QList<RunId>& runs, bool is_starred);
  void titleEdited(const QList<RunId>& runs, const QString& title);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;

 private:
  void fitColumns();
  void keepState();
  void keepExpanded(const QModelIndex& parent);
  void bringStateBack();
  QModelIndex proxyIndex(RunId run) const;
  QList<RunId> runsAt(const QModelIndex& proxy_index) const;

  struct State {
    QList<RunId> selected;
    std::vector<std::pair<RunId, int>> expanded;  ///< one run of each expanded row, and how deep that row stands
    int scroll = 0;
  };

  RunTableModel& model_;
  RunProxyModel& proxy_;
  State kept_;
  QList<RunId> told_;
  bool is_restoring_ = false;
  bool is_fitting_ = false;
  bool is_sized_by_hand_ = false;
};

}  // namespace limbeck
