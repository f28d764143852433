// SPDX-License-Identifier: GPL-3.0-or-later
// What the cells of the list of runs say, and how its tree is walked.
#include <algorithm>
#include <set>

#include "core/experiment/schema.h"
#include "widgets/base/text.h"
#include "widgets/runs/run_node.h"
#include "widgets/runs/run_row_text.h"
#include "widgets/runs/run_table_model.h"

namespace limbeck {
namespace {

/// The last name is enough to tell a column, unless two keys share it; "name" alone says nothing.
QString shortName(const QString& key, const QStringList& keys) {
  const QString last = key.section(QLatin1Char('.'), 1);
  if (last == QLatin1String("name")) return key.section(QLatin1Char('.'), 0, 0);
  const auto sharing =
      std::ranges::count_if(keys, [&](const QString& other) { return other.section(QLatin1Char('.'), 1) == last; });
  return sharing > 1 ? key : last;
}

bool anyRun(const RunNode& node, const std::function<bool(const RunRecord&)>& accept) {
  if (!node.isGroup()) return accept(*node.record);
  return std::ranges::any_of(node.members, [&](const auto& member) { return anyRun(*member, accept); });
}

}  // namespace

QModelIndex RunTableModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  const RunNode& node = parent.isValid() ? nodeAt(parent) : *root_;
  return createIndex(row, column, node.members[static_cast<std::size_t>(row)].get());
}

QModelIndex RunTableModel::parent(const QModelIndex& child) const {
  if (!child.isValid()) return {};
  return indexOf(*nodeAt(child).parent);
}

int RunTableModel::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(root_->members.size());
  return parent.column() == 0 ? static_cast<int>(nodeAt(parent).members.size()) : 0;
}

int RunTableModel::columnCount(const QModelIndex&) const {
  return FirstKeyColumn + static_cast<int>(columns_.keys().size());
}

Qt::ItemFlags RunTableModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
  if (index.column() == TitleColumn && !nodeAt(index).is_sweep) flags |= Qt::ItemIsEditable;
  if (!nodeAt(index).isGroup()) flags |= Qt::ItemNeverHasChildren;
  return flags;
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const RunNode& node = nodeAt(index);
  if (node.isGroup() && node.members.empty()) return {};
  switch (role) {
    case Qt::DisplayRole:
      return text(node, index.column());
    case Qt::EditRole:
      return index.column() == TitleColumn ? QVariant(editedTitle(node)) : text(node, index.column());
    case Qt::ToolTipRole:
      return rowToolTip(node, now_ms_, differingValues(node));
    case Qt::AccessibleTextRole:
      return QStringLiteral("%1 %2")
          .arg(text(node, index.column()).toString(), detail(node, index.column()).toString())
          .trimmed();
    case Qt::TextAlignmentRole: {
      const bool is_number =
          index.column() >= FirstKeyColumn && sortValue(node, index.column()).typeId() == QMetaType::Double;
      return static_cast<int>(Qt::AlignVCenter) | static_cast<int>(is_number ? Qt::AlignRight : Qt::AlignLeft);
    }
    case SortRole:
      return sortValue(node, index.column());
    case IsGroupRole:
      return node.isGroup();
    case StarredRole:
      return isStarred(node);
    case IconRole:
      return stateIcon(node);
    case StateRole: {
      const std::optional<RunState> state = commonState(node);
      return state ? static_cast<int>(*state) : -1;
    }
    case TagsRole:
      return commonTags(node);
    case DetailRole:
      return detail(node, index.column());
    case ProgressRole: {
      const std::optional<double> share = progressShare(node);
      return share ? QVariant(*share) : QVariant();
    }
    default:
      return {};
  }
}

QVariant RunTableModel::text(const RunNode& node, int column) const {
  switch (column) {
    case RunColumn:
      return nameText(node);
    case TitleColumn:
      return titleText(node);
    case ReturnColumn:
      return meanText(node);
    case StateColumn:
      return stateText(node);
    default:
      // A member's are its group's, one row above it.
      return node.values == nullptr || node.isMember() ? QString()
                                                       : columns_.text(*node.values, column - FirstKeyColumn);
  }
}

QVariant RunTableModel::detail(const RunNode& node, int column) const {
  if (column == RunColumn) {
    return isStarred(node) ? QStringLiteral("starred, %1").arg(stateText(node)) : stateText(node);
  }
  if (column == ReturnColumn) return intervalText(node);
  if (column == StateColumn) return ageOf(node, now_ms_);
  return {};
}

QVariant RunTableModel::sortValue(const RunNode& node, int column) const {
  const RunRecord& run = newestRecord(node);
  switch (column) {
    case RunColumn:
      return static_cast<qlonglong>(run.id);
    case TitleColumn:
      return node.isMember() ? QVariant(static_cast<qulonglong>(run.seed)) : QVariant(titleText(node));
    case ReturnColumn:
      return node.mean_return ? QVariant(node.mean_return->mean) : QVariant();
    case StateColumn:
      // By state, then by age: times have 13 digits.
      return 1e13 * static_cast<double>(run.state) + static_cast<double>(run.finished_ms.value_or(run.created_ms));
    default:
      return node.values == nullptr ? QVariant() : columns_.sortValue(*node.values, column - FirstKeyColumn);
  }
}

QStringList RunTableModel::differingValues(const RunNode& node) const {
  QStringList lines;
  if (node.values == nullptr) return lines;
  const std::vector<bool> is_differing = differingKeys(groups());
  for (int key = 0; key < static_cast<int>(is_differing.size()); ++key) {
    const QString value = columns_.text(*node.values, key);
    if (is_differing[static_cast<std::size_t>(key)] && !value.isEmpty())
      lines << keys()[key] + QLatin1Char('=') + value;
  }
  return lines;
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  static const char* const kNames[] = {"Run", "Title", "Return", "State"};
  static const char* const kHelp[] = {
      "Star, state and name. A group holds the runs that differ in their seed only, a sweep its points.",
      "Title and tags. F2 changes the title, Ctrl+T the tags.",
      "Mean return of the last episodes on tasks never seen in training, with its 95 % interval.",
      "State, and when that was."};
  if (section >= FirstKeyColumn) {
    const QString& key = keys()[section - FirstKeyColumn];
    if (role == Qt::ToolTipRole) {
      const KeySchema* schema = findKey(key.toStdString());
      return schema == nullptr ? key
                               : QStringLiteral("<b>%1</b><br>%2").arg(key, toQString(schema->help).toHtmlEscaped());
    }
    return role == Qt::DisplayRole ? QVariant(shortName(key, keys())) : QVariant();
  }
  if (role == Qt::DisplayRole) return QLatin1String(kNames[section]);
  if (role == Qt::ToolTipRole) return QLatin1String(kHelp[section]);
  return {};
}

const RunRecord* RunTableModel::record(RunId run) const {
  const auto found = by_run_.find(static_cast<std::int64_t>(run));
  return found == by_run_.end() ? nullptr : found->second->record.get();
}

QList<RunId> RunTableModel::runsAt(const QModelIndex& index) const {
  QList<RunId> runs;
  if (index.isValid()) forEachRun(nodeAt(index), [&](const RunNode& run) { runs << run.record->id; });
  return runs;
}

bool RunTableModel::anyRunAt(const QModelIndex& index, const std::function<bool(const RunRecord&)>& accept) const {
  return anyRun(nodeAt(index), accept);
}

QModelIndex RunTableModel::indexOf(RunId run) const {
  const auto found = by_run_.find(static_cast<std::int64_t>(run));
  return found == by_run_.end() ? QModelIndex() : indexOf(*found->second);
}

QModelIndex RunTableModel::indexOf(const RunNode& node, int column) const {
  if (node.parent == nullptr) return {};  // the root
  return createIndex(node.row, column, &node);
}

RunNode& RunTableModel::nodeAt(const QModelIndex& index) const {
  return *static_cast<RunNode*>(index.internalPointer());
}

const ConfigMap* RunTableModel::config(const std::string& group) const {
  const auto found = configs_.find(group);
  return found == configs_.end() ? nullptr : &found->second;
}

const Interval* RunTableModel::returnOf(RunId run) const {
  const auto found = returns_.find(run);
  return found == returns_.end() ? nullptr : &found->second;
}

QModelIndexList RunTableModel::groups() const {
  QModelIndexList groups;
  forEachGroup([&](const RunNode& node) { groups << indexOf(node); });
  return groups;
}

std::vector<bool> RunTableModel::differingKeys(const QModelIndexList& groups) const {
  std::vector<const RunKeyColumns::Values*> values;
  for (const QModelIndex& group : groups) {
    const RunNode& node = nodeAt(group);
    if (node.values != nullptr) values.push_back(node.values);
  }
  return columns_.differing(values);
}

QStringList RunTableModel::valuesOf(const QString& query_key) const {
  std::set<QString> texts;
  std::set<std::uint64_t> seeds;
  for (const auto& [id, node] : by_run_) {
    const RunRecord& run = *node->record;
    if (query_key == QLatin1String("tag")) {
      for (const std::string& tag : run.tags) texts.insert(toQString(tag));
    } else if (query_key == QLatin1String("experiment")) {
      texts.insert(toQString(run.experiment));
    } else if (query_key == QLatin1String("sweep")) {
      if (!run.sweep.empty()) texts.insert(toQString(run.sweep));
    } else if (query_key == QLatin1String("point")) {
      if (!run.point.empty()) texts.insert(toQString(run.point));
    } else if (query_key == QLatin1String("title")) {
      texts.insert(toQString(run.title));
    } else if (query_key == QLatin1String("seed")) {
      seeds.insert(run.seed);
    }
  }
  QStringList values = columns_.valuesOf(query_key);
  for (const QString& text : texts) values << text;
  for (const std::uint64_t seed : seeds) values << QString::number(seed);
  return values;
}

}  // namespace limbeck
