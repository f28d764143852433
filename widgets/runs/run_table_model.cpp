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

/// Runs of one group key may stand in different sweeps.
std::string placeOf(const RunRecord& run) {
  return run.sweep.empty() ? groupOf(run) : run.sweep + '\n' + groupOf(run);
}

/// Whether a view shows the same. A heartbeat changes every few seconds and is not shown.
bool looksTheSame(const RunRecord& a, const RunRecord& b) {
  const auto shown = [](const RunRecord& run) {
    return std::tie(run.kind, run.title, run.experiment, run.point, run.seed, run.state, run.failure_message,
                    run.created_ms, run.started_ms, run.finished_ms, run.wall_seconds, run.notes, run.is_starred,
                    run.tags);
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
  forEachGroup([this](RunNode& node) { attachValues(node); });
  tellGroups(FirstKeyColumn, columnCount() - 1);
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
  forEachGroup([&](RunNode& node) {
    if (node.group != group || !node.isGroup()) return;
    GroupReturn given{.interval = {mean, low, high}, .members = {}};
    for (const auto& member : node.members) {
      if (member->mean_return) given.members.emplace_back(member->record->id, member->mean_return->mean);
    }
    group_returns_[group] = std::move(given);
    summarizeUpwards(node);
    tellUpwards(node, ReturnColumn, ReturnColumn);
  });
}

void RunTableModel::setProgress(RunId run, double share, const QString& stage) {
  const auto found = by_run_.find(number(run));
  if (found == by_run_.end() || isFinal(found->second->record->state)) return;
  RunNode& node = *found->second;
  node.progress = RunProgress{.share = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0, .stage = stage};
  tellUpwards(node, StateColumn, StateColumn);
}

void RunTableModel::setNow(std::int64_t now_ms) {
  now_ms_ = now_ms;
  tellGroups(StateColumn, StateColumn, {DetailRole, Qt::ToolTipRole});
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

void RunTableModel::updateRuns(std::vector<RunRecord> runs, std::vector<RunId> gone) {
  // A run that was taken into a sweep goes and comes again.
  const auto isNew = [&](const RunRecord& run) {
    const auto known = by_run_.find(number(run.id));
    if (known == by_run_.end()) return true;
    if (placeOf(*known->second->record) == placeOf(run)) return false;
    gone.push_back(run.id);
    return true;
  };
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
  const auto hasGroup = [this](const RunRecord& run) { return by_place_.contains(placeOf(run)); };
  const auto first_alone = std::ranges::stable_partition(added, hasGroup).begin();
  std::vector<RunRecord> firsts;
  std::vector<RunRecord> more_members(std::make_move_iterator(added.begin()), std::make_move_iterator(first_alone));
  std::unordered_set<std::string> new_groups;
  for (auto run = first_alone; run != added.end(); ++run) {
    (new_groups.insert(placeOf(*run)).second ? firsts : more_members).push_back(std::move(*run));
  }
  insertAlone(std::move(firsts));
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
  by_place_.clear();
  by_sweep_.clear();
  std::unordered_map<std::string, std::size_t> sizes;
  for (const RunRecord& run : runs) ++sizes[placeOf(run)];
  for (RunRecord& run : runs) {
    const std::string group = groupOf(run);
    const std::string place = placeOf(run);
    RunNode& home = run.sweep.empty() ? *root_ : addSweep(run.sweep);
    auto& top = by_place_[place];
    if (top == nullptr && sizes[place] > 1) {
      auto node = std::make_unique<RunNode>();
      node->group = group;
      node->place = place;
      top = node.get();
      append(home, std::move(node));
    }
    auto node = std::make_unique<RunNode>();
    node->group = group;
    node->place = place;
    node->record = std::make_unique<RunRecord>(std::move(run));
    if (const Interval* known = returnOf(node->record->id)) node->mean_return = *known;
    const auto at_work = progress.find(number(node->record->id));
    if (at_work != progress.end() && !isFinal(node->record->state)) node->progress = at_work->second;
    by_run_[number(node->record->id)] = node.get();
    if (top == nullptr) top = node.get();
    RunNode& parent = top == node.get() ? home : *top;  // before the move, which an argument's order would not promise
    append(parent, std::move(node));
  }
  forEachGroup([this](RunNode& node) {
    attachValues(node);
    summarizeUpwards(node);
  });
  endResetModel();
}

/// The sweep's row, which is made where there is none.
RunNode& RunTableModel::addSweep(const std::string& name) {
  RunNode*& sweep = by_sweep_[name];
  if (sweep != nullptr) return *sweep;
  auto node = std::make_unique<RunNode>();
  node->is_sweep = true;
  node->place = name;
  sweep = node.get();
  append(*root_, std::move(node));
  return *sweep;
}

/// Runs of groups that are new, so that each stands for itself.
void RunTableModel::insertAlone(std::vector<RunRecord> runs) {
  std::map<std::string, std::vector<RunRecord>> by_home;
  for (RunRecord& run : runs) {
    std::vector<RunRecord>& home = by_home[run.sweep];
    home.push_back(std::move(run));
  }
  for (auto& [sweep, added] : by_home) {
    if (sweep.empty()) {
      insertInto(*root_, std::move(added));
    } else if (by_sweep_.contains(sweep)) {
      insertInto(*by_sweep_.at(sweep), std::move(added));
    } else {
      const int row = rowCount();
      beginInsertRows({}, row, row);  // with all that is in it
      RunNode& node = addSweep(sweep);
      for (RunRecord& run : added) addNode(node, std::move(run));
      summarize(node);
      endInsertRows();
    }
  }
}

void RunTableModel::insertInto(RunNode& home, std::vector<RunRecord> runs) {
  const int first = static_cast<int>(home.members.size());
  beginInsertRows(indexOf(home), first, first + static_cast<int>(runs.size()) - 1);
  for (RunRecord& run : runs) addNode(home, std::move(run));
  summarizeUpwards(home);
  endInsertRows();
  tellUpwards(home, 0, StateColumn);
}

void RunTableModel::insertIntoGroup(RunRecord run) {
  RunNode* group = by_place_.at(placeOf(run));
  if (!group->isGroup()) {
    makeGroup(*group);
    group = by_place_.at(placeOf(run));
  }
  const int row = static_cast<int>(group->members.size());
  beginInsertRows(indexOf(*group), row, row);
  addNode(*group, std::move(run));
  summarizeUpwards(*group);
  endInsertRows();
  tellUpwards(*group, 0, StateColumn);
}

RunNode* RunTableModel::addNode(RunNode& parent, RunRecord run) {
  auto node = std::make_unique<RunNode>();
  RunNode* added = node.get();
  node->group = groupOf(run);
  node->place = placeOf(run);
  if (const Interval* known = returnOf(run.id)) node->mean_return = *known;
  by_run_[number(run.id)] = added;
  node->record = std::make_unique<RunRecord>(std::move(run));
  append(parent, std::move(node));
  if (!added->isMember()) by_place_[added->place] = added;
  attachValues(added->isMember() ? parent : *added);
  return added;
}

void RunTableModel::removeRun(RunNode& node) {
  RunNode& parent = *node.parent;
  const bool was_member = node.isMember();
  by_run_.erase(number(node.record->id));
  if (!was_member) by_place_.erase(node.place);
  if (parent.is_sweep && parent.members.size() == 1) {
    removeSweep(parent);
    return;
  }
  beginRemoveRows(indexOf(parent), node.row, node.row);
  const std::unique_ptr<RunNode> removed = take(node);
  summarizeUpwards(parent);
  endRemoveRows();
  if (was_member && parent.members.size() == 1) {
    dissolveGroup(parent);
  } else {
    tellUpwards(parent, 0, StateColumn);
  }
}

/// With its last run, whom nothing names any more.
void RunTableModel::removeSweep(RunNode& sweep) {
  by_sweep_.erase(sweep.place);
  beginRemoveRows({}, sweep.row, sweep.row);
  const std::unique_ptr<RunNode> removed = take(sweep);
  endRemoveRows();
}

/// Puts a group where the run stood alone and the run into it, by a move, so that a selected run stays selected.
void RunTableModel::makeGroup(RunNode& single) {
  RunNode& home = *single.parent;
  const int row = static_cast<int>(home.members.size());
  auto node = std::make_unique<RunNode>();
  RunNode* group = node.get();
  node->group = single.group;
  node->place = single.place;
  // An empty group can't be summed up, so the row is told of only once its member has moved in; until then it has no
  // texts.
  beginInsertRows(indexOf(home), row, row);
  append(home, std::move(node));
  by_place_[single.place] = group;
  endInsertRows();
  beginMoveRows(indexOf(home), single.row, single.row, indexOf(*group), 0);
  std::unique_ptr<RunNode> moved = take(single);
  append(*group, std::move(moved));
  attachValues(*group);
  summarizeUpwards(*group);
  endMoveRows();
  tellUpwards(*group, 0, columnCount() - 1);
}

/// The last member takes the place of its group.
void RunTableModel::dissolveGroup(RunNode& group) {
  RunNode& last = *group.members.front();
  RunNode& home = *group.parent;
  beginMoveRows(indexOf(group), 0, 0, indexOf(home), static_cast<int>(home.members.size()));
  std::unique_ptr<RunNode> moved = take(last);
  append(home, std::move(moved));
  by_place_[last.place] = &last;
  endMoveRows();
  beginRemoveRows(indexOf(home), group.row, group.row);
  const std::unique_ptr<RunNode> removed = take(group);
  summarizeUpwards(home);
  endRemoveRows();
  tellUpwards(last, 0, columnCount() - 1);
}

void RunTableModel::changeRecord(RunNode& node, RunRecord run) {
  const bool is_same = looksTheSame(*node.record, run);
  if (isFinal(run.state)) node.progress.reset();
  *node.record = std::move(run);
  if (is_same) return;
  tellUpwards(node, 0, StateColumn);
}

void RunTableModel::setReturns(std::map<RunId, Interval> returns) {
  returns_ = std::move(returns);
  for (const auto& [id, node] : by_run_) {
    const Interval* now = returnOf(RunId{id});
    const bool is_same = now == nullptr ? !node->mean_return : node->mean_return && areEqual(*node->mean_return, *now);
    if (is_same) continue;
    node->mean_return = now == nullptr ? std::nullopt : std::optional(*now);
    summarizeUpwards(*node);
    tellUpwards(*node, ReturnColumn, ReturnColumn);
  }
}

void RunTableModel::attachValues(RunNode& group) {
  const auto found = values_.find(group.group);
  group.values = found == values_.end() ? nullptr : &found->second;
  for (const auto& member : group.members) member->values = group.values;
}

void RunTableModel::forEachGroup(const std::function<void(RunNode&)>& visit) const {
  for (const auto& top : root_->members) {
    if (!top->is_sweep) {
      visit(*top);
      continue;
    }
    for (const auto& point : top->members) visit(*point);
  }
}

void RunTableModel::summarizeUpwards(RunNode& node) {
  for (RunNode* at = &node; at->parent != nullptr; at = at->parent) {
    if (at->isGroup()) summarize(*at);
  }
}

/// A mean over points that differ would say nothing, so that a sweep has the return of its best one.
void RunTableModel::summarizeSweep(RunNode& sweep) {
  sweep.mean_return.reset();
  for (const auto& point : sweep.members) {
    if (!point->mean_return) continue;
    const bool is_better = !sweep.mean_return || point->mean_return->mean > sweep.mean_return->mean;
    if (is_better) sweep.mean_return = point->mean_return;
  }
}

void RunTableModel::summarize(RunNode& group) {
  if (group.is_sweep) {
    summarizeSweep(group);
    return;
  }
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

void RunTableModel::tellUpwards(const RunNode& node, int first_column, int last_column) {
  for (const RunNode* at = &node; at->parent != nullptr; at = at->parent) tellRow(*at, first_column, last_column);
}

void RunTableModel::tellGroups(int first_column, int last_column, const QList<int>& roles) {
  const auto tell = [&](const RunNode& parent) {
    if (parent.members.empty()) return;
    Q_EMIT dataChanged(indexOf(*parent.members.front(), first_column), indexOf(*parent.members.back(), last_column),
                       roles);
  };
  tell(*root_);
  for (const auto& top : root_->members) {
    if (top->is_sweep) tell(*top);
  }
}

}  // namespace limbeck
