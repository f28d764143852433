// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/run_list_controller.h"

#include <QAction>
#include <QUndoStack>
#include <algorithm>
#include <map>

#include "app/gui/session.h"
#include "core/experiment/stored_run.h"
#include "widgets/base/icons.h"
#include "widgets/base/text.h"
#include "widgets/runs/run_details.h"
#include "widgets/runs/run_edits.h"
#include "widgets/runs/run_inspector.h"
#include "widgets/runs/run_listing.h"
#include "widgets/runs/run_table_model.h"
#include "widgets/runs/runs_panel.h"

namespace limbeck {
namespace {

/// Groups whose interval is computed: a bootstrap takes a tenth of a second, and nobody looks at thousands of them.
constexpr std::size_t kScoredGroups = 40;

struct GroupScore {
  std::string group;
  Interval interval;
};

std::shared_ptr<RunStore> writableStore(Session& session) {
  const std::shared_ptr<Workspace> workspace = session.writable();
  return std::shared_ptr<RunStore>(workspace, &workspace->store());
}

}  // namespace

RunListController::RunListController(Session& session, RunsPanel& panel, RunInspector& inspector, QObject* parent)
    : QObject(parent),
      session_(session),
      panel_(panel),
      inspector_(inspector),
      undo_(std::make_unique<QUndoStack>()),
      edits_(std::make_unique<RunEdits>([&session] { return writableStore(session); }, session.writing(), *undo_)),
      undo_action_(undo_->createUndoAction(this, tr("&Undo"))),
      redo_action_(undo_->createRedoAction(this, tr("&Redo"))) {
  undo_action_->setIcon(icon("undo"));
  undo_action_->setObjectName(QStringLiteral("undo"));
  undo_action_->setShortcut(QKeySequence::Undo);
  redo_action_->setIcon(icon("redo"));
  redo_action_->setObjectName(QStringLiteral("redo"));
  // Whatever the desktop calls redo: both are in people's fingers.
  redo_action_->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
  panel_.setEdits(edits_.get());
  inspector_.setEdits(edits_.get());
  connect(edits_.get(), &RunEdits::failed, this, &RunListController::failed);
  connect(edits_.get(), &RunEdits::written, this, &RunListController::refresh);
  connect(edits_.get(), &RunEdits::edited, this, [this](const RunRecord& run) {
    if (run.id == current_) inspect();
  });
  connect(undo_.get(), &QUndoStack::indexChanged, this, [this](int index) {
    if (index > 0 && index == undo_->count()) Q_EMIT said(undo_->text(index - 1), undo_action_);
  });
  connect(&panel_, &RunsPanel::selectionChanged, this, [this](const QList<RunId>& runs) {
    current_ = runs.isEmpty() ? std::nullopt : std::optional(runs.last());
    inspect();
  });
  connect(&panel_, &RunsPanel::trashViewToggled, this, [this](bool is_trash) {
    is_trash_ = is_trash;
    refresh();
  });
  connect(&session_, &Session::changed, this, &RunListController::refresh);
  refresh();
}

RunListController::~RunListController() = default;

QList<QAction*> RunListController::editActions() const {
  return {undo_action_, redo_action_};
}

std::optional<RunState> RunListController::stateOf(RunId run) const {
  const RunRecord* record = panel_.model().record(run);
  return record == nullptr ? std::nullopt : std::optional(record->state);
}

QString RunListController::nameOf(RunId run) const {
  const RunRecord* record = panel_.model().record(run);
  return record == nullptr ? QStringLiteral("AD-%1").arg(static_cast<qlonglong>(run)) : toQString(record->name());
}

void RunListController::trash(RunId run) {
  edits_->trash({run});
}

void RunListController::select(RunId run) {
  if (panel_.model().record(run) == nullptr) {
    wanted_ = run;
    refresh();
    return;
  }
  wanted_.reset();
  panel_.selectRun(run);
}

void RunListController::showProgress(RunId run, double share, const QString& stage) {
  panel_.model().setProgress(run, share, stage);
}

void RunListController::setReadOnly(const QString& reason) {
  edits_->setReadOnlyReason(reason);
}

/// Reads the list; while it is being read another change asks for one more reading after it, and no more.
void RunListController::refresh() {
  if (is_loading_) {
    is_stale_ = true;
    return;
  }
  is_loading_ = true;
  session_.reading().run(
      this, [this, is_trash = is_trash_] { return loadListing(session_.reader().store(), is_trash); },
      [this](RunListing listing) {
        is_loading_ = false;
        if (listing.is_trash == is_trash_) {
          Q_EMIT counted(static_cast<int>(listing.runs.size()));
          panel_.setListing(std::move(listing));
          loadConfigs();
          loadGroupReturns();
          inspect();
          if (wanted_ && panel_.model().record(*wanted_) != nullptr) select(*wanted_);
        } else {
          is_stale_ = true;
        }
        if (!std::exchange(is_stale_, false)) return;
        refresh();
      },
      [this](const QString& message) {
        is_loading_ = false;
        Q_EMIT failed(message);
      });
}

void RunListController::loadConfigs() {
  session_.reading().run(
      this, [this, known = known_groups_] { return loadGroupConfigs(session_.reader().store(), *known); },
      [this](GroupConfigs configs) {
        if (configs.empty()) return;
        panel_.setConfigs(std::move(configs));
      });
}

/// The interval over seeds is the report's own: a bootstrap over seeds and tasks.
void RunListController::loadGroupReturns() {
  std::map<std::string, std::vector<RunRecord>> groups;
  std::vector<std::string> order;
  const RunTableModel& model = panel_.model();
  for (const QModelIndex& row : model.groups()) {
    const QList<RunId> runs = model.runsAt(row);
    if (runs.size() < 2) continue;
    const std::string group = model.record(runs.first())->group_key;
    for (const RunId run : runs) {
      const RunRecord* record = model.record(run);
      if (record != nullptr && record->state == RunState::Done) groups[group].push_back(*record);
    }
    if (groups[group].size() >= 2) order.push_back(group);
    if (order.size() == kScoredGroups) break;
  }
  for (const std::string& group : order) {
    const std::vector<RunRecord>& members = groups[group];
    if (!scored_groups_.insert(group + "/" + std::to_string(members.size())).second) continue;
    scoring_.run(
        this,
        [this, group, member = members.front()] {
          const ExperimentReport report = loadReport(session_.reader().store(), member, ReportScope::Group);
          const auto ad = std::ranges::find(report.policies, kPolicyAd, &PolicyReport::policy);
          return GroupScore{group, ad == report.policies.end() ? Interval{} : ad->scores.last_returns};
        },
        [this](const GroupScore& score) {
          panel_.model().setGroupReturn(score.group, score.interval.mean, score.interval.low, score.interval.high);
        });
  }
}

/// The run that the selected one is compared with: another one of the selection, else the newest of another group.
std::optional<RunId> RunListController::comparedWith(const RunRecord& run) const {
  for (const RunId other : panel_.selectedRuns()) {
    if (other != run.id) return other;
  }
  const RunTableModel& model = panel_.model();
  std::optional<RunId> newest;
  for (const QModelIndex& row : model.groups()) {
    const QList<RunId> runs = model.runsAt(row);
    if (runs.isEmpty() || model.record(runs.first())->group_key == run.group_key) continue;
    if (!newest || runs.first() > *newest) newest = runs.first();
  }
  return newest;
}

void RunListController::inspect() {
  const RunRecord* record = current_ ? panel_.model().record(*current_) : nullptr;
  const int generation = inspecting_.next();
  if (record == nullptr) {
    inspector_.clear();
    return;
  }
  session_.reading().run(
      this,
      [this, run = *current_, other = comparedWith(*record)] {
        return loadRunDetails(session_.reader().store(), session_.folder(), run, other);
      },
      [this, generation](const RunDetails& details) {
        if (!inspecting_.isCurrent(generation)) return;
        inspector_.setKnownTags(panel_.model().valuesOf(QStringLiteral("tag")));
        inspector_.setRun(details);
      });
}

}  // namespace limbeck
