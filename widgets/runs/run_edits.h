// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/store/run_record.h"
#include "widgets/base/run_id.h"
#include "widgets/runs/run_table_model.h"

class QUndoStack;

namespace limbeck {

class Background;
class RunStore;

/// What a person can change of a run, one alternative each.
struct RunTitle {
  std::string text;
};
struct RunNotes {
  std::string text;
};
struct RunTags {
  std::vector<std::string> tags;
};
struct RunStar {
  bool is_starred = false;
};
struct RunTrash {
  std::optional<std::int64_t> trashed_ms;
};
using RunValue = std::variant<RunTitle, RunNotes, RunTags, RunStar, RunTrash>;

struct RunChange {
  RunRecord base;  ///< the run before the change
  RunValue before;
  RunValue after;
};

/// Edits of runs: each is one command on the undo stack, shown in the list at once and written in the background. What
/// can't be written is taken back in the list and told by `failed`. Commands outlive this object and then do nothing.
class RunEdits final : public QObject {
  Q_OBJECT

 public:
  /// The store open for writing, for as long as the pointer is held; called on the background thread. Throws Error in
  /// words for the user when nobody may write now.
  using WritableStore = std::function<std::shared_ptr<RunStore>()>;

  /// `background` and `stack` must outlive this.
  RunEdits(WritableStore store, Background& background, QUndoStack& stack, QObject* parent = nullptr);
  /// A store that is open all the time, and must outlive what `background` still has to do.
  RunEdits(RunStore& store, Background& background, QUndoStack& stack, QObject* parent = nullptr);

  /// Where edits are shown and runs are looked up. RunsPanel::setEdits calls it.
  void setModel(RunTableModel* model);

  /// Why nothing can be edited; empty when all can.
  const QString& readOnlyReason() const { return read_only_reason_; }
  void setReadOnlyReason(const QString& reason);

  /// Runs that are not listed are left out; a change that changes nothing is none.
  void rename(const QList<RunId>& runs, const QString& title);
  void setNotes(RunId run, const QString& notes);
  /// Leaves the other tags of each run as they are.
  void changeTags(const QList<RunId>& runs, const QStringList& added, const QStringList& removed);
  void setStarred(const QList<RunId>& runs, bool is_starred);
  void trash(const QList<RunId>& runs);
  void restore(const QList<RunId>& runs);

  enum class Direction { Do, Undo };
  /// Shows and writes one side of the changes; `on_failure` is called after they were taken back. For the commands.
  void carryOut(const std::vector<RunChange>& changes, Direction direction, std::function<void()> on_failure);

 Q_SIGNALS:
  /// A run looks like this now, written or not.
  void edited(const RunRecord& run);
  void written();
  void readOnlyReasonChanged();
  void failed(const QString& message);

 private:
  void push(const QString& verb, const QList<RunId>& runs, const std::function<RunValue(const RunRecord&)>& after);
  int show(const std::vector<RunChange>& changes, Direction direction);

  WritableStore store_;
  QString read_only_reason_;
  Background& background_;
  QUndoStack& stack_;
  QPointer<RunTableModel> model_;
};

}  // namespace limbeck
