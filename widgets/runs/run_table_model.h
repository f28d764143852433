// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QList>
#include <functional>
#include <memory>
#include <unordered_map>

#include "widgets/runs/run_key_columns.h"
#include "widgets/runs/run_listing.h"

namespace limbeck {

struct RunNode;
struct RunProgress;

/// What is shown of a run before the store has it. `base`: the run, in case that no listing has it any more.
struct RunEdit {
  RunRecord base;
  std::function<void(RunRecord&)> change;
};

/// The list of runs as a tree: groups over seeds with their members below; a run that is alone in its group stands in
/// the group's place. The groups of a sweep, its points, stand below it, all others at the top. Behind the state there
/// is a column for every configuration key; RunProxyModel shows those that differ.
///
/// Every change is told as narrowly as it is (rows inserted, removed, moved, changed), so that selection, expansion and
/// scroll position of a view stay. Only filling an empty list, changing between runs and trash, hundreds of rows at
/// once, and keys of another version of the program reset.
class RunTableModel final : public QAbstractItemModel {
  Q_OBJECT

 public:
  enum Column { RunColumn, TitleColumn, ReturnColumn, StateColumn, FirstKeyColumn };
  enum Role {
    SortRole = Qt::UserRole,  ///< a number or a text; invalid where there is nothing
    IsGroupRole,              ///< of seeds or of points
    StarredRole,              ///< of a group: whether all members are
    IconRole,                 ///< name of the state's icon
    StateRole,                ///< int of RunState; of a group: -1 unless its members agree
    TagsRole,                 ///< QStringList; of a group: those that all members have
    DetailRole,               ///< what stands quietly behind the text: interval, age
    ProgressRole,             ///< double, 0 to 1; invalid when nothing is at work
  };

  explicit RunTableModel(QObject* parent = nullptr);
  ~RunTableModel() override;

  void setListing(RunListing listing);
  /// Adds to the configurations that are known.
  void setConfigs(GroupConfigs configs);
  /// The mean return of a group with its interval over seeds. Until it is given, and again once a member's return has
  /// changed, the mean over the members stands there without an interval.
  void setGroupReturn(const std::string& group, double mean, double low, double high);
  /// How far a run is: "41 % training". Forgotten when the run has ended.
  void setProgress(RunId run, double share, const QString& stage);
  /// Ages are told as of this moment; until it is set, as of the making of the model.
  void setNow(std::int64_t now_ms);

  /// Shows edits at once, and goes on doing so over new listings until they are released, because a listing may have
  /// been read before the edit was written. Returns what to release. Released edits stay shown until a listing says
  /// otherwise.
  int holdEdits(std::vector<RunEdit> edits);
  void releaseEdits(int held);

  bool isTrash() const { return is_trash_; }
  /// Whether runs stand a level deeper than seeds of a group do.
  bool hasSweeps() const { return !by_sweep_.empty(); }
  int runCount() const { return static_cast<int>(by_run_.size()); }
  /// Null when the run is not listed.
  const RunRecord* record(RunId run) const;
  /// The run at an index of this model, or all runs below it, in their order.
  QList<RunId> runsAt(const QModelIndex& index) const;
  /// Column 0 of the run's row; invalid when the run is not listed.
  QModelIndex indexOf(RunId run) const;
  /// Null until it is known.
  const ConfigMap* config(const std::string& group) const;
  /// Null when the run has none.
  const Interval* returnOf(RunId run) const;
  /// Calls `accept` with each run until it returns true; whether it did. For the filter.
  bool anyRunAt(const QModelIndex& index, const std::function<bool(const RunRecord&)>& accept) const;
  /// Full names of the key columns, from FirstKeyColumn on.
  const QStringList& keys() const { return columns_.keys(); }
  /// Keys that the schema of this program does not know.
  const QStringList& extraKeys() const { return extra_keys_; }
  /// Column 0 of every group of seeds and of every run that is alone, whether they stand in a sweep or not.
  QModelIndexList groups() const;
  /// Which of `keys()` have more than one value among the known configurations of these `groups()`.
  std::vector<bool> differingKeys(const QModelIndexList& groups) const;
  /// The values that runs have for a key of the filter language, by its one name; sorted.
  QStringList valuesOf(const QString& query_key) const;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& child) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
  /// A title can be edited; what is done with the text is the delegate's matter.
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 Q_SIGNALS:
  /// After all signals of one change: which rows there are, or what they hold.
  void contentChanged();

 private:
  void applyHeldEdits(std::vector<RunRecord>& runs) const;
  void updateRuns(std::vector<RunRecord> runs, std::vector<RunId> gone);
  void rebuild(std::vector<RunRecord> runs);
  RunNode* addNode(RunNode& parent, RunRecord run);
  RunNode& addSweep(const std::string& name);
  void insertAlone(std::vector<RunRecord> runs);
  void insertInto(RunNode& home, std::vector<RunRecord> runs);
  void insertIntoGroup(RunRecord run);
  void removeRun(RunNode& node);
  void removeSweep(RunNode& sweep);
  void makeGroup(RunNode& single);
  void dissolveGroup(RunNode& group);
  void changeRecord(RunNode& node, RunRecord run);
  void attachValues(RunNode& group);
  void summarizeUpwards(RunNode& node);
  void summarize(RunNode& group);
  void summarizeSweep(RunNode& sweep);
  void forEachGroup(const std::function<void(RunNode&)>& visit) const;
  void setReturns(std::map<RunId, Interval> returns);
  void tellRow(const RunNode& node, int first_column, int last_column);
  /// The row and those that it stands below.
  void tellUpwards(const RunNode& node, int first_column, int last_column);
  /// All rows at the top and all points.
  void tellGroups(int first_column, int last_column, const QList<int>& roles = {});
  void addKeyColumns(const QStringList& keys);
  QModelIndex indexOf(const RunNode& node, int column = 0) const;
  RunNode& nodeAt(const QModelIndex& index) const;
  QVariant text(const RunNode& node, int column) const;
  QVariant sortValue(const RunNode& node, int column) const;
  QVariant detail(const RunNode& node, int column) const;
  QStringList differingValues(const RunNode& node) const;

  struct GroupReturn {
    Interval interval;
    std::vector<std::pair<RunId, double>> members;  ///< what it was computed from
  };

  std::unique_ptr<RunNode> root_;
  std::unordered_map<std::int64_t, RunNode*> by_run_;
  std::unordered_map<std::string, RunNode*> by_place_;  ///< groups, and runs that are alone
  std::unordered_map<std::string, RunNode*> by_sweep_;
  std::map<RunId, Interval> returns_;
  std::unordered_map<std::string, GroupReturn> group_returns_;
  GroupConfigs configs_;
  RunKeyColumns columns_;
  std::unordered_map<std::string, RunKeyColumns::Values> values_;
  QStringList extra_keys_;
  std::map<int, std::vector<RunEdit>> held_edits_;
  int last_held_ = 0;
  bool is_trash_ = false;
  std::int64_t now_ms_ = 0;
};

}  // namespace limbeck
