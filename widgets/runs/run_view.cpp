// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_view.h"

#include <QHeaderView>
#include <QScrollBar>
#include <algorithm>
#include <unordered_set>
#include <utility>

#include "widgets/runs/run_delegate.h"
#include "widgets/runs/run_proxy_model.h"
#include "widgets/runs/run_table_model.h"

namespace limbeck {
namespace {

/// 1 at the top, 0 for nothing.
int levelOf(QModelIndex index) {
  int levels = 0;
  for (; index.isValid(); index = index.parent()) ++levels;
  return levels;
}

}  // namespace

RunView::RunView(RunTableModel& model, RunProxyModel& proxy, QWidget* parent)
    : QTreeView(parent), model_(model), proxy_(proxy) {
  setObjectName(QStringLiteral("run_list"));
  setAccessibleName(QStringLiteral("Runs"));
  setUniformRowHeights(true);  // thousands of rows must not be measured one by one
  setAlternatingRowColors(true);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setSelectionBehavior(QAbstractItemView::SelectRows);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  setAllColumnsShowFocus(true);
  setMouseTracking(true);
  setIndentation(fontMetrics().averageCharWidth() * 2);
  setContextMenuPolicy(Qt::CustomContextMenu);
  setSortingEnabled(true);
  auto* delegate = new RunDelegate(this);
  setItemDelegate(delegate);
  setModel(&proxy);
  header()->setStretchLastSection(false);
  header()->setMinimumSectionSize(fontMetrics().averageCharWidth() * 4);
  sortByColumn(RunTableModel::RunColumn, Qt::DescendingOrder);

  connect(delegate, &RunDelegate::starClicked, this, [this](const QModelIndex& index) {
    Q_EMIT starClicked(runsAt(index), !index.data(RunTableModel::StarredRole).toBool());
  });
  connect(delegate, &RunDelegate::titleEdited, this,
          [this](const QModelIndex& index, const QString& title) { Q_EMIT titleEdited(runsAt(index), title); });
  connect(this, &QTreeView::activated, this, [this](const QModelIndex& index) {
    const QList<RunId> runs = runsAt(index);
    if (!index.data(RunTableModel::IsGroupRole).toBool() && !runs.isEmpty()) Q_EMIT runOpened(runs.front());
  });
  connect(&model, &QAbstractItemModel::modelAboutToBeReset, this, &RunView::keepState);
  connect(&proxy, &QAbstractItemModel::modelReset, this, &RunView::bringStateBack);
  connect(&proxy, &RunProxyModel::shownChanged, this, &RunView::fitColumns);
  connect(header(), &QHeaderView::sectionResized, this,
          [this] { is_sized_by_hand_ = is_sized_by_hand_ || !is_fitting_; });
  // Columns come and go under the header, which takes the same signal for a resize by hand.
  connect(&proxy, &QAbstractItemModel::columnsAboutToBeInserted, this, [this] { is_fitting_ = true; });
  connect(&proxy, &QAbstractItemModel::columnsAboutToBeRemoved, this, [this] { is_fitting_ = true; });
}

void RunView::fitColumns() {
  is_fitting_ = true;
  const QFontMetrics metrics = fontMetrics();
  const auto widthOf = [&](const char* text) { return metrics.horizontalAdvance(QLatin1String(text)) + 12; };
  for (int column = RunTableModel::FirstKeyColumn; column < proxy_.columnCount() && !is_sized_by_hand_; ++column) {
    const QString name = proxy_.headerData(column, Qt::Horizontal).toString();
    // Room for the sort arrow; values are short beside their key's name.
    setColumnWidth(column, metrics.horizontalAdvance(name) + 3 * metrics.averageCharWidth() + 12);
  }
  if (!is_sized_by_hand_) {
    int run = widthOf("AD-10000") + RunDelegate::iconsWidth(metrics) + indentation();
    const int left = viewport()->width() - run;
    int mean = widthOf("100.00 [00.00, 100.00]");
    int state = widthOf("interrupted  20 min ago");
    // In a narrow dock the interval, the age and the end of a long word wait in the tooltip; the icon tells the state.
    if (left - mean - state < widthOf("a title of some length")) {
      run = widthOf("AD-10") + RunDelegate::iconsWidth(metrics) + (model_.hasSweeps() ? 3 : 2) * indentation();
      mean = widthOf("00.00") + 4;
      state = widthOf("running");
    }
    const int title = std::max(viewport()->width() - run - mean - state, widthOf("darkroom"));
    setColumnWidth(RunTableModel::RunColumn, run);
    setColumnWidth(RunTableModel::TitleColumn,
                   std::min(title, widthOf("a title of some length and its tags, but no more")));
    setColumnWidth(RunTableModel::ReturnColumn, mean);
    setColumnWidth(RunTableModel::StateColumn, state);
  }
  is_fitting_ = false;
  // The column that the list was sorted by may be gone.
  if (proxy_.sortColumn() < 0 || header()->sortIndicatorSection() >= proxy_.columnCount() ||
      header()->sortIndicatorSection() < 0) {
    sortByColumn(RunTableModel::RunColumn, Qt::DescendingOrder);
  }
}

void RunView::resizeEvent(QResizeEvent* event) {
  QTreeView::resizeEvent(event);
  fitColumns();
}

QList<RunId> RunView::runsAt(const QModelIndex& proxy_index) const {
  QList<RunId> runs = model_.runsAt(proxy_.mapToSource(proxy_index));
  // Members that the filter hides are not meant.
  runs.removeIf([this](RunId run) {
    const RunRecord* record = model_.record(run);
    return record == nullptr || !proxy_.matches(*record);
  });
  return runs;
}

QList<RunId> RunView::selectedRuns() const {
  QList<RunId> runs;
  if (selectionModel() == nullptr) return runs;
  QModelIndexList rows = selectionModel()->selectedRows();
  const auto place = [](const QModelIndex& index) {
    std::vector<int> path;
    for (QModelIndex at = index; at.isValid(); at = at.parent()) path.insert(path.begin(), at.row());
    return path;  // a group's stand before those of its members
  };
  std::ranges::sort(rows, {}, place);
  std::unordered_set<std::int64_t> seen;
  for (const QModelIndex& row : rows) {
    for (const RunId run : runsAt(row)) {
      if (seen.insert(static_cast<std::int64_t>(run)).second) runs << run;
    }
  }
  return runs;
}

void RunView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
  QTreeView::selectionChanged(selected, deselected);
  if (is_restoring_) return;
  QList<RunId> runs = selectedRuns();
  if (runs == told_) return;
  told_ = runs;
  Q_EMIT runsSelected(runs);
}

QModelIndex RunView::proxyIndex(RunId run) const {
  return proxy_.mapFromSource(model_.indexOf(run));
}

bool RunView::selectRun(RunId run) {
  const QModelIndex index = proxyIndex(run);
  if (!index.isValid()) return false;
  for (QModelIndex at = index.parent(); at.isValid(); at = at.parent()) expand(at);
  selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  scrollTo(index);
  return true;
}

void RunView::enter() {
  setFocus(Qt::ShortcutFocusReason);
  // Taking the focus makes the first row current, but does not select it.
  if (!selectionModel()->hasSelection()) {
    const QModelIndex row = currentIndex().isValid() ? currentIndex() : proxy_.index(0, 0);
    selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  }
}

void RunView::editTitle() {
  const QModelIndex title = currentIndex().siblingAtColumn(RunTableModel::TitleColumn);
  if (title.flags().testFlag(Qt::ItemIsEditable)) edit(title);
}

QString RunView::selectedText() const {
  QStringList lines;
  QStringList cells;
  for (int column = 0; column < proxy_.columnCount(); ++column)
    cells << proxy_.headerData(column, Qt::Horizontal).toString();
  lines << cells.join(QLatin1Char('\t'));
  for (const QModelIndex& row : selectionModel()->selectedRows()) {
    cells.clear();
    for (int column = 0; column < proxy_.columnCount(); ++column) {
      const QModelIndex cell = row.siblingAtColumn(column);
      const QString interval =
          column == RunTableModel::ReturnColumn ? cell.data(RunTableModel::DetailRole).toString() : QString();
      cells << QStringLiteral("%1 %2").arg(cell.data().toString(), interval).trimmed();
    }
    lines << cells.join(QLatin1Char('\t'));
  }
  return lines.join(QLatin1Char('\n'));
}

void RunView::keepState() {
  kept_ = {.selected = selectedRuns(), .expanded = {}, .scroll = verticalScrollBar()->value()};
  keepExpanded({});
  is_restoring_ = true;
}

void RunView::keepExpanded(const QModelIndex& parent) {
  for (int row = 0; row < proxy_.rowCount(parent); ++row) {
    const QModelIndex index = proxy_.index(row, 0, parent);
    const QList<RunId> runs = isExpanded(index) ? model_.runsAt(proxy_.mapToSource(index)) : QList<RunId>();
    if (runs.isEmpty()) continue;
    kept_.expanded.emplace_back(runs.front(), levelOf(index));
    keepExpanded(index);
  }
}

void RunView::bringStateBack() {
  for (const auto& [run, level] : kept_.expanded) {
    QModelIndex group = proxyIndex(run).parent();
    while (levelOf(group) > level) group = group.parent();
    if (group.isValid()) expand(group);
  }
  for (const RunId run : kept_.selected) {
    const QModelIndex index = proxyIndex(run);
    if (index.isValid()) selectionModel()->select(index, QItemSelectionModel::Select | QItemSelectionModel::Rows);
  }
  if (!kept_.selected.isEmpty()) {
    selectionModel()->setCurrentIndex(proxyIndex(kept_.selected.front()), QItemSelectionModel::NoUpdate);
  }
  if (kept_.scroll > 0) {
    doItemsLayout();
    verticalScrollBar()->setValue(kept_.scroll);
  }
  is_restoring_ = false;
  selectionChanged({}, {});
}

}  // namespace limbeck
