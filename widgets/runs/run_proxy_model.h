// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>
#include <vector>

#include "widgets/runs/run_filter.h"

namespace limbeck {

class RunTableModel;

/// Sorts and filters the list of runs, and has a column for each configuration key that differs among the groups that
/// the filter lets pass. A group passes with each of its members that does. Cells without a value stand last, whichever
/// way the sort goes.
class RunProxyModel final : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit RunProxyModel(RunTableModel& model, QObject* parent = nullptr);

  void setQuery(const RunQuery& query);
  const RunQuery& query() const { return query_; }
  bool matches(const RunRecord& run) const;
  /// Runs, not rows.
  int shownRuns() const { return shown_runs_; }
  int hiddenRuns() const;

 Q_SIGNALS:
  /// The columns or the numbers of shown and hidden runs may have changed.
  void shownChanged();

 protected:
  bool filterAcceptsRow(int source_row, const QModelIndex& source_parent) const override;
  bool filterAcceptsColumn(int source_column, const QModelIndex& source_parent) const override;
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  void lookAgain();

  RunTableModel& model_;
  RunQuery query_;
  std::vector<bool> is_key_shown_;
  int shown_runs_ = 0;
};

}  // namespace limbeck
