// SPDX-License-Identifier: GPL-3.0-or-later
// How the tree follows its listing; what its cells say is in run_table_cells.cpp.
#include "widgets/runs/run_table_model.h"

#include <QDateTime>
#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "widgets/runs/run_node.h"

namespace limbeck {
namespace {

/// From so many inserted or removed rows on, one reset is cheaper than telling each to proxy and view.
constexpr std::size_t kResetFrom = 300;

std::int64_t number(RunId id) {
  return static_cast<std::int64_t>(id);
}

/// Runs without a group key are no seeds of one another.
std::string groupOf(const RunRecord& run) {
  return run.group_key.empty() ? "alone " + std::to_string(number(run.id)) : run.group_key;
}

/// Whether a view shows the same. A heartbeat changes every few seconds and is not shown.
bool looksTheSame(const RunRecord& a, const RunRecord& b) {
  const auto shown = [](const RunRecord& run) {
    return std::tie(run.kind, run.title, run.experiment, run.seed, run.state, run.failure_message, run.created_ms,
                    run.started_ms, run.finished_ms, run.wall_seconds, run.notes, run.is_starred, run.tags);
  };
  return shown(a) == shown(b);
}

bool areEqual(const Interval& a, const Interval& b) {
  const auto same = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  return same(a.mean, b.mean) && same(a.low, b.low) && same(a.high, b.high);
}

void renumber(RunNode& parent, std::size_t from) {
  for (std::size_t i = from; i < parent.members.size(); ++i) parent.members[i]->row = static_cast<int>(i);
}

void append(RunNode& parent, std::unique_ptr<RunNode> node) {
  node->parent = &parent;
  node->row = static_cast<int>(parent.members.size());
  parent.members.push_back(std::move(node));
}

std::unique_ptr<RunNode> take(RunNode& node) {
  RunNode& parent = *node.parent;
  const auto place = static_cast<std::size_t>(node.row);
  std::unique_ptr<RunNode> taken = std::move(parent.members[place]);
  parent.members.erase(parent.members.begin() + node.row);
  renumber(parent, place);
  return taken;
}

}  // namespace

RunTableModel::RunTableModel(QObject* parent)
    : QAbstractItemModel(parent), root_(std::make_unique<RunNode>()), now_ms_(QDateTime::currentMSecsSinceEpoch()) {}

RunTableModel::~RunTableModel() = default;

void RunTableModel::setListing(RunListing listing) {
  const bool is_other_list = listing.is_trash != is_trash_ || by_run_.empty();
  is_trash_ = listing.is_trash;
  applyHeldEdits(listing.runs);
  std::erase_if(listing.runs, [this](const RunRecord& run) { return run.trashed_ms.has_value() != is_trash_; });
  if (is_other_list) {
    returns_ = std::move(listing.returns);
    rebuild(std::move(listing.runs));
  } else {
    std::unordered_set<std::int64_t> listed;
    for (const RunRecord& run : listing.runs) listed.insert(number(run.id));
    std::vector<RunId> gone;
    for (const auto& [id, node] : by_run_) {
      if (!listed.contains(id)) gone.push_back(RunId{id});
    }
    setReturns(std::move(listing.returns));
    updateRuns(std::move(listing.runs), gone);
  }
  if (!listing.configs.empty()) setConfigs(std::move(listing.configs));
  Q_EMIT contentChanged();
}

void RunTableModel::setConfigs(GroupConfigs configs) {
  configs.erase("");  // runs without a group have nothing in common
  addKeyColumns(columns_.unknownKeys(configs));
  for (auto& [group, config] : configs) {
    values_[group] = columns_.intern(config);
    configs_.insert_or_assign(group, std::move(config));
  }
  for (const auto& top : root_->members) attachValues(*top);
  if (!root_->members.empty()) {
    Q_EMIT dataChanged(index(0, FirstKeyColumn), index(rowCount() - 1, columnCount() - 1));
  }
  Q_EMIT contentChanged();
}

/// Runs of another version have other keys: rare, and too much to tell every parent of the tree by itself.
void RunTableModel::addKeyColumns(const QStringList& keys) {
  if (keys.isEmpty()) return;
  beginResetModel();
  columns_.addKeys(keys);
  extra_keys_ += keys;
  endResetModel();
}

void RunTableModel::setGroupReturn(const std::string& group, double mean, double low, double high) {
  const auto found = by_group_.find(group);
  if (found == by_group_.end() || !found->second->isGroup()) return;
  RunNode& node = *found->second;
  GroupReturn given{.interval = {mean, low, high}, .members = {}};
  for (const auto& member : node.members) {
    if (member->mean_return) given.members.emplace_back(member->record->id, member->mean_return->mean);
  }
  group_returns_[group] = std::move(given);
  summarize(node);
  tellRow(node, ReturnColumn, ReturnColumn);
}

void RunTableModel::setProgress(RunId run, double share, const QString& stage) {
  const auto found = by_run_.find(number(run));
  if (found == by_run_.end() || isFinal(found->second->record->state)) return;
  RunNode& node = *found->second;
  node.progress = RunProgress{.share = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0, .stage = stage};
  tellRow(node, StateColumn, StateColumn);
  if (node.isMember()) tellRow(*node.parent, StateColumn, StateColumn);
}

void RunTableModel::setNow(std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (!root_->members.empty()) {
    Q_EMIT dataChanged(index(0, StateColumn), index(rowCount() - 1, StateColumn), {DetailRole, Qt::ToolTipRole});
  }
}

int RunTableModel::holdEdits(std::vector<RunEdit> edits) {
  std::vector<RunRecord> changed;
  std::vector<RunId> gone;
  for (const RunEdit& edit : edits) {
    const RunRecord* listed = record(edit.base.id);
    RunRecord run = listed != nullptr ? *listed : edit.base;
    edit.change(run);
    if (run.trashed_ms.has_value() == is_trash_) {
      changed.push_back(std::move(run));
    } else if (listed != nullptr) {
      gone.push_back(run.id);
    }
  }
  held_edits_[++last_held_] = std::move(edits);
  updateRuns(std::move(changed), gone);
  Q_EMIT contentChanged();
  return last_held_;
}

void RunTableModel::releaseEdits(int held) {
  held_edits_.erase(held);
}

void RunTableModel::applyHeldEdits(std::vector<RunRecord>& runs) const {
  if (held_edits_.empty()) return;
  std::unordered_map<std::int64_t, std::size_t> places;
  for (std::size_t i = 0; i < runs.size(); ++i) places[number(runs[i].id)] = i;
  for (const auto& [held, edits] : held_edits_) {
    for (const RunEdit& edit : edits) {
      const auto [place, is_new] = places.try_emplace(number(edit.base.id), runs.size());
      if (is_new) runs.push_back(edit.base);
      edit.change(runs[place->second]);
    }
  }
}

void RunTableModel::updateRuns(std::vector<RunRecord> runs, const std::vector<RunId>& gone) {
  const auto isNew = [this](const RunRecord& run) { return !by_run_.contains(number(run.id)); };
  const auto first_known = std::ranges::stable_partition(runs, isNew).begin();
  std::vector<RunRecord> added(std::make_move_iterator(runs.begin()), std::make_move_iterator(first_known));
  if (added.size() + gone.size() >= kResetFrom) {
    std::unordered_map<std::int64_t, RunRecord> all;
    for (auto& [id, node] : by_run_) all.emplace(id, *node->record);
    for (const RunId id : gone) all.erase(number(id));
    for (auto run = first_known; run != runs.end(); ++run) all[number(run->id)] = std::move(*run);
    for (auto& [id, run] : all) added.push_back(std::move(run));
    rebuild(std::move(added));
    return;
  }
  for (const RunId id : gone) removeRun(*by_run_.at(number(id)));
  for (auto run = first_known; run != runs.end(); ++run) changeRecord(*by_run_.at(number(run->id)), std::move(*run));
  // Groups that are new all at once, so that a view hears of them once.
  const auto hasGroup = [this](const RunRecord& run) { return by_group_.contains(groupOf(run)); };
  const auto first_alone = std::ranges::stable_partition(added, hasGroup).begin();
  std::vector<RunRecord> tops;
  std::vector<RunRecord> more_members(std::make_move_iterator(added.begin()), std::make_move_iterator(first_alone));
  std::unordered_set<std::string> new_groups;
  for (auto run = first_alone; run != added.end(); ++run) {
    (new_groups.insert(groupOf(*run)).second ? tops : more_members).push_back(std::move(*run));
  }
  insertTop(std::move(tops));
  for (RunRecord& run : more_members) insertIntoGroup(std::move(run));
}

void RunTableModel::rebuild(std::vector<RunRecord> runs) {
  std::ranges::sort(runs, std::greater<>(), &RunRecord::id);
  std::unordered_map<std::int64_t, RunProgress> progress;
  for (const auto& [id, node] : by_run_) {
    if (node->progress) progress.emplace(id, *node->progress);
  }
  beginResetModel();
  root_ = std::make_unique<RunNode>();
  by_run_.clear();
  by_group_.clear();
  std::unordered_map<std::string, std::size_t> sizes;
  for (const RunRecord& run : runs) ++sizes[groupOf(run)];
  for (RunRecord& run : runs) {
    const std::string group = groupOf(run);
    auto& top = by_group_[group];
    if (top == nullptr && sizes[group] > 1) {
      auto node = std::make_unique<RunNode>();
      node->group = group;
      top = node.get();
      append(*root_, std::move(node));
    }
    auto node = std::make_unique<RunNode>();
    node->group = group;
    node->record = std::make_unique<RunRecord>(std::move(run));
    if (const Interval* known = returnOf(node->record->id)) node->mean_return = *known;
    const auto at_work = progress.find(number(node->record->id));
    if (at_work != progress.end() && !isFinal(node->record->state)) node->progress = at_work->second;
    by_run_[number(node->record->id)] = node.get();
    if (top == nullptr) top = node.get();
    RunNode& parent =
        top == node.get() ? *root_ : *top;  // before the move, which an argument's order would not promise
    append(parent, std::move(node));
  }
  for (const auto& top : root_->members) {
    attachValues(*top);
    if (top->isGroup()) summarize(*top);
  }
  endResetModel();
}

void RunTableModel::insertTop(std::vector<RunRecord> runs) {
  if (runs.empty()) return;
  const int first = rowCount();
  beginInsertRows({}, first, first + static_cast<int>(runs.size()) - 1);
  for (RunRecord& run : runs) {
    RunNode& node = *addNode(*root_, std::move(run));
    by_group_[node.group] = &node;
    attachValues(node);
  }
  endInsertRows();
}

void RunTableModel::insertIntoGroup(RunRecord run) {
  RunNode* group = by_group_.at(groupOf(run));
  if (!group->isGroup()) {
    makeGroup(*group);
    group = by_group_.at(groupOf(run));
  }
  const int row = static_cast<int>(group->members.size());
  beginInsertRows(indexOf(*group), row, row);
  addNode(*group, std::move(run));
  attachValues(*group);
  summarize(*group);
  endInsertRows();
  tellRow(*group, 0, StateColumn);
}

RunNode* RunTableModel::addNode(RunNode& parent, RunRecord run) {
  auto node = std::make_unique<RunNode>();
  RunNode* added = node.get();
  node->group = groupOf(run);
  if (const Interval* known = returnOf(run.id)) node->mean_return = *known;
  by_run_[number(run.id)] = added;
  node->record = std::make_unique<RunRecord>(std::move(run));
  append(parent, std::move(node));
  return added;
}

void RunTableModel::removeRun(RunNode& node) {
  RunNode& parent = *node.parent;
  const bool was_member = node.isMember();
  by_run_.erase(number(node.record->id));
  if (!was_member) by_group_.erase(node.group);
  beginRemoveRows(was_member ? indexOf(parent) : QModelIndex(), node.row, node.row);
  const std::unique_ptr<RunNode> removed = take(node);
  if (was_member) summarize(parent);
  endRemoveRows();
  if (!was_member) return;
  if (parent.members.size() == 1) {
    dissolveGroup(parent);
  } else {
    tellRow(parent, 0, StateColumn);
  }
}

/// Puts a group where the run stood alone and the run into it, by a move, so that a selected run stays selected.
void RunTableModel::makeGroup(RunNode& single) {
  const int row = rowCount();
  auto node = std::make_unique<RunNode>();
  RunNode* group = node.get();
  node->group = single.group;
  // An empty group can't be summed up, so the row is told of only once its member has moved in; until then it has no
  // texts.
  beginInsertRows({}, row, row);
  append(*root_, std::move(node));
  by_group_[single.group] = group;
  endInsertRows();
  beginMoveRows({}, single.row, single.row, indexOf(*group), 0);
  std::unique_ptr<RunNode> moved = take(single);
  append(*group, std::move(moved));
  attachValues(*group);
  summarize(*group);
  endMoveRows();
  tellRow(*group, 0, columnCount() - 1);
}

/// The last member takes the place of its group.
void RunTableModel::dissolveGroup(RunNode& group) {
  RunNode& last = *group.members.front();
  beginMoveRows(indexOf(group), 0, 0, {}, rowCount());
  std::unique_ptr<RunNode> moved = take(last);
  append(*root_, std::move(moved));
  by_group_[last.group] = &last;
  endMoveRows();
  beginRemoveRows({}, group.row, group.row);
  const std::unique_ptr<RunNode> removed = take(group);
  endRemoveRows();
  tellRow(last, 0, columnCount() - 1);
}

void RunTableModel::changeRecord(RunNode& node, RunRecord run) {
  const bool is_same = looksTheSame(*node.record, run);
  if (isFinal(run.state)) node.progress.reset();
  *node.record = std::move(run);
  if (is_same) return;
  tellRow(node, 0, StateColumn);
  if (node.isMember()) tellRow(*node.parent, 0, StateColumn);
}

void RunTableModel::setReturns(std::map<RunId, Interval> returns) {
  returns_ = std::move(returns);
  for (const auto& [id, node] : by_run_) {
    const Interval* now = returnOf(RunId{id});
    const bool is_same = now == nullptr ? !node->mean_return : node->mean_return && areEqual(*node->mean_return, *now);
    if (is_same) continue;
    node->mean_return = now == nullptr ? std::nullopt : std::optional(*now);
    tellRow(*node, ReturnColumn, ReturnColumn);
    if (!node->isMember()) continue;
    summarize(*node->parent);
    tellRow(*node->parent, ReturnColumn, ReturnColumn);
  }
}

void RunTableModel::attachValues(RunNode& top) {
  const auto found = values_.find(top.group);
  top.values = found == values_.end() ? nullptr : &found->second;
  for (const auto& member : top.members) member->values = top.values;
}

void RunTableModel::summarize(RunNode& group) {
  double sum = 0.0;
  std::vector<std::pair<RunId, double>> members;
  for (const auto& member : group.members) {
    if (!member->mean_return) continue;
    members.emplace_back(member->record->id, member->mean_return->mean);
    sum += member->mean_return->mean;
  }
  group.mean_return.reset();
  if (members.empty()) return;
  const auto given = group_returns_.find(group.group);
  if (given != group_returns_.end() && given->second.members == members) {
    group.mean_return = given->second.interval;
  } else {
    group.mean_return = Interval{sum / static_cast<double>(members.size()), std::nan(""), std::nan("")};
  }
}

void RunTableModel::tellRow(const RunNode& node, int first_column, int last_column) {
  Q_EMIT dataChanged(indexOf(node, first_column), indexOf(node, last_column));
}

}  // namespace limbeck
