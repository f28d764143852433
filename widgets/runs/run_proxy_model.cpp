// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_proxy_model.h"

#include "widgets/runs/run_table_model.h"

namespace limbeck {

RunProxyModel::RunProxyModel(RunTableModel& model, QObject* parent) : QSortFilterProxyModel(parent), model_(model) {
  setSortRole(RunTableModel::SortRole);
  setSourceModel(&model);
  connect(&model, &RunTableModel::contentChanged, this, &RunProxyModel::lookAgain);
  lookAgain();
}

void RunProxyModel::setQuery(const RunQuery& query) {
  query_ = query;
  invalidateRowsFilter();
  lookAgain();
}

int RunProxyModel::hiddenRuns() const {
  return model_.runCount() - shown_runs_;
}

bool RunProxyModel::matches(const RunRecord& run) const {
  return query_.isEmpty() || query_.matches(run, model_.config(run.group_key), model_.returnOf(run.id));
}

void RunProxyModel::lookAgain() {
  QModelIndexList shown;
  shown_runs_ = 0;
  for (const QModelIndex& group : model_.groups()) {
    int shown_here = 0;
    model_.anyRunAt(group, [&](const RunRecord& run) {
      shown_here += matches(run) ? 1 : 0;
      return false;
    });
    shown_runs_ += shown_here;
    if (shown_here > 0) shown << group;
  }
  std::vector<bool> is_key_shown = model_.differingKeys(shown);
  if (is_key_shown != is_key_shown_) {
    is_key_shown_ = std::move(is_key_shown);
    invalidateColumnsFilter();
  }
  Q_EMIT shownChanged();
}

bool RunProxyModel::filterAcceptsRow(int source_row, const QModelIndex& source_parent) const {
  if (query_.isEmpty()) return true;
  return model_.anyRunAt(model_.index(source_row, 0, source_parent),
                         [this](const RunRecord& run) { return matches(run); });
}

bool RunProxyModel::filterAcceptsColumn(int source_column, const QModelIndex&) const {
  if (source_column < RunTableModel::FirstKeyColumn) return true;
  const auto key = static_cast<std::size_t>(source_column - RunTableModel::FirstKeyColumn);
  return key < is_key_shown_.size() && is_key_shown_[key];
}

bool RunProxyModel::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const QVariant a = left.data(sortRole());
  const QVariant b = right.data(sortRole());
  const bool is_ascending = sortOrder() == Qt::AscendingOrder;
  if (a.isValid() != b.isValid()) return a.isValid() == is_ascending;
  const bool are_numbers = a.typeId() != QMetaType::QString && b.typeId() != QMetaType::QString;
  if (a.isValid() && are_numbers && a.toDouble() != b.toDouble()) return a.toDouble() < b.toDouble();
  if (a.isValid() && !are_numbers) {
    if (const int order = QString::compare(a.toString(), b.toString(), Qt::CaseInsensitive); order != 0)
      return order < 0;
  }
  // Equals: the newest first, whichever way the sort goes.
  const auto id = [this](const QModelIndex& index) {
    return model_.index(index.row(), RunTableModel::RunColumn, index.parent())
        .data(RunTableModel::SortRole)
        .toLongLong();
  };
  return is_ascending ? id(left) > id(right) : id(left) < id(right);
}

}  // namespace limbeck
