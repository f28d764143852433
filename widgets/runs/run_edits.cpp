// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_edits.h"

#include <QDateTime>
#include <QPointer>
#include <QUndoCommand>
#include <QUndoStack>
#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/check.h"
#include "core/store/run_store.h"
#include "widgets/base/background.h"
#include "widgets/base/text.h"
#include "widgets/runs/run_table_model.h"

namespace limbeck {
namespace {

/// Names each alternative's reading, showing and writing in one place.
struct ReadValue {
  const RunRecord& run;
  RunValue operator()(const RunTitle&) const { return RunTitle{run.title}; }
  RunValue operator()(const RunNotes&) const { return RunNotes{run.notes}; }
  RunValue operator()(const RunTags&) const { return RunTags{run.tags}; }
  RunValue operator()(const RunStar&) const { return RunStar{run.is_starred}; }
  RunValue operator()(const RunTrash&) const { return RunTrash{run.trashed_ms}; }
};

struct ShowValue {
  RunRecord& run;
  void operator()(const RunTitle& value) const { run.title = value.text; }
  void operator()(const RunNotes& value) const { run.notes = value.text; }
  void operator()(const RunTags& value) const { run.tags = value.tags; }
  void operator()(const RunStar& value) const { run.is_starred = value.is_starred; }
  void operator()(const RunTrash& value) const { run.trashed_ms = value.trashed_ms; }
};

struct WriteValue {
  RunStore& store;
  RunId run;
  void operator()(const RunTitle& value) const { store.setTitle(run, value.text); }
  void operator()(const RunNotes& value) const { store.setNotes(run, value.text); }
  void operator()(const RunTags& value) const { store.setTags(run, value.tags); }
  void operator()(const RunStar& value) const { store.setStarred(run, value.is_starred); }
  void operator()(const RunTrash& value) const { value.trashed_ms ? store.trash(run) : store.restore(run); }
};

bool isSame(const RunRecord& run, const RunValue& value) {
  struct Compare {
    const RunRecord& run;
    bool operator()(const RunTitle& to) const { return run.title == to.text; }
    bool operator()(const RunNotes& to) const { return run.notes == to.text; }
    bool operator()(const RunTags& to) const { return run.tags == to.tags; }
    bool operator()(const RunStar& to) const { return run.is_starred == to.is_starred; }
    bool operator()(const RunTrash& to) const { return run.trashed_ms.has_value() == to.trashed_ms.has_value(); }
  };
  return std::visit(Compare{run}, value);
}

/// A command that could not be written is obsolete: the stack drops it when it comes to it.
class EditCommand final : public QUndoCommand {
 public:
  EditCommand(const QString& text, RunEdits& edits, std::vector<RunChange> changes)
      : QUndoCommand(text), edits_(&edits), changes_(std::move(changes)) {}

  void redo() override { carryOut(RunEdits::Direction::Do); }
  void undo() override { carryOut(RunEdits::Direction::Undo); }

 private:
  void carryOut(RunEdits::Direction direction) {
    if (!edits_) setObsolete(true);
    if (isObsolete()) return;
    const std::weak_ptr<int> alive = alive_;
    edits_->carryOut(changes_, direction, [this, alive] {
      if (!alive.expired()) setObsolete(true);
    });
  }

  QPointer<RunEdits> edits_;
  std::vector<RunChange> changes_;
  std::shared_ptr<int> alive_ =
      std::make_shared<int>(0);  // shared weakly with answers, which may come after the stack was cleared
};

}  // namespace

RunEdits::RunEdits(WritableStore store, Background& background, QUndoStack& stack, QObject* parent)
    : QObject(parent), store_(std::move(store)), background_(background), stack_(stack) {}

RunEdits::RunEdits(RunStore& store, Background& background, QUndoStack& stack, QObject* parent)
    : RunEdits([&store] { return std::shared_ptr<RunStore>(std::shared_ptr<void>(), &store); }, background, stack,
               parent) {
  if (store.mode() == OpenMode::ReadWrite) return;
  read_only_reason_ =
      QStringLiteral("The workspace is open read-only, because another window or limbeck-cli writes to it.");
}

void RunEdits::setModel(RunTableModel* model) {
  model_ = model;
}

void RunEdits::setReadOnlyReason(const QString& reason) {
  if (reason == read_only_reason_) return;
  read_only_reason_ = reason;
  Q_EMIT readOnlyReasonChanged();
}

void RunEdits::rename(const QList<RunId>& runs, const QString& title) {
  push(QStringLiteral("rename"), runs,
       [text = title.trimmed().toStdString()](const RunRecord&) { return RunTitle{text}; });
}

void RunEdits::setNotes(RunId run, const QString& notes) {
  push(QStringLiteral("edit notes of"), {run},
       [text = notes.toStdString()](const RunRecord&) { return RunNotes{text}; });
}

void RunEdits::changeTags(const QList<RunId>& runs, const QStringList& added, const QStringList& removed) {
  push(QStringLiteral("tag"), runs, [&](const RunRecord& run) {
    RunTags value{run.tags};
    std::erase_if(value.tags, [&](const std::string& tag) { return removed.contains(toQString(tag)); });
    for (const QString& tag : added) value.tags.push_back(tag.toStdString());
    std::ranges::sort(value.tags);
    const auto repeated = std::ranges::unique(value.tags);
    value.tags.erase(repeated.begin(), repeated.end());
    return value;
  });
}

void RunEdits::setStarred(const QList<RunId>& runs, bool is_starred) {
  push(is_starred ? QStringLiteral("star") : QStringLiteral("unstar"), runs,
       [is_starred](const RunRecord&) { return RunStar{is_starred}; });
}

void RunEdits::trash(const QList<RunId>& runs) {
  push(QStringLiteral("trash"), runs, [](const RunRecord&) { return RunTrash{QDateTime::currentMSecsSinceEpoch()}; });
}

void RunEdits::restore(const QList<RunId>& runs) {
  push(QStringLiteral("restore"), runs, [](const RunRecord&) { return RunTrash{std::nullopt}; });
}

void RunEdits::push(const QString& verb, const QList<RunId>& runs,
                    const std::function<RunValue(const RunRecord&)>& after) {
  LIMBECK_CHECK(model_ != nullptr, "edits of runs without a list of runs");
  std::vector<RunChange> changes;
  for (const RunId id : runs) {
    const RunRecord* run = model_->record(id);
    if (run == nullptr) continue;
    const RunValue value = after(*run);
    if (!isSame(*run, value)) changes.push_back({*run, std::visit(ReadValue{*run}, value), value});
  }
  if (changes.empty()) return;
  const QString what =
      changes.size() == 1 ? toQString(changes.front().base.name()) : QStringLiteral("%1 runs").arg(changes.size());
  stack_.push(new EditCommand(verb + QLatin1Char(' ') + what, *this, std::move(changes)));
}

int RunEdits::show(const std::vector<RunChange>& changes, Direction direction) {
  std::vector<RunEdit> edits;
  for (const RunChange& change : changes) {
    const RunValue& value = direction == Direction::Do ? change.after : change.before;
    edits.push_back({change.base, [value](RunRecord& run) { std::visit(ShowValue{run}, value); }});
  }
  const int held = model_ == nullptr ? 0 : model_->holdEdits(edits);
  for (const RunEdit& edit : edits) {
    const RunRecord* listed = model_ == nullptr ? nullptr : model_->record(edit.base.id);
    RunRecord run = listed == nullptr ? edit.base : *listed;
    edit.change(run);
    Q_EMIT edited(run);
  }
  return held;
}

void RunEdits::carryOut(const std::vector<RunChange>& changes, Direction direction, std::function<void()> on_failure) {
  const int held = show(changes, direction);
  std::vector<std::pair<RunId, RunValue>> values;
  for (const RunChange& change : changes) {
    values.emplace_back(change.base.id, direction == Direction::Do ? change.after : change.before);
  }
  // Shared with the thread, which counts; read here only after its answer has come.
  const auto done = std::make_shared<std::size_t>(0);
  background_.run(
      this,
      [open = store_, values, done] {
        const std::shared_ptr<RunStore> store = open();
        for (const auto& [run, value] : values) {
          std::visit(WriteValue{*store, run}, value);
          ++*done;
        }
      },
      [this, held] {
        if (model_ != nullptr) model_->releaseEdits(held);
        Q_EMIT written();
      },
      [this, held, changes, direction, done, on_failure = std::move(on_failure)](const QString& message) {
        if (model_ != nullptr) model_->releaseEdits(held);
        const std::vector<RunChange> not_written(changes.begin() + static_cast<std::ptrdiff_t>(*done), changes.end());
        const int taken_back = show(not_written, direction == Direction::Do ? Direction::Undo : Direction::Do);
        if (model_ != nullptr) model_->releaseEdits(taken_back);
        if (on_failure) on_failure();
        Q_EMIT failed(message);
      });
}

}  // namespace limbeck
