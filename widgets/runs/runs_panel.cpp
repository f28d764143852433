// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_panel.h"

#include <QAction>
#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/base/empty_state.h"
#include "widgets/base/icons.h"
#include "widgets/base/text.h"
#include "widgets/runs/filter_line.h"
#include "widgets/runs/run_edits.h"
#include "widgets/runs/run_proxy_model.h"
#include "widgets/runs/run_table_model.h"
#include "widgets/runs/run_view.h"
#include "widgets/runs/tag_editor.h"

namespace limbeck {
namespace {

constexpr int kAgesMs = 60'000;

QString runsText(int count) {
  return count == 1 ? QStringLiteral("1 run") : QStringLiteral("%1 runs").arg(countText(count));
}

QToolButton* buttonFor(QAction* action, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setDefaultAction(action);
  button->setAutoRaise(true);
  button->setAccessibleName(action->text().remove(QLatin1Char('&')));
  return button;
}

}  // namespace

RunsPanel::RunsPanel(QWidget* parent)
    : QWidget(parent),
      model_(new RunTableModel(this)),
      proxy_(new RunProxyModel(*model_, this)),
      view_(new RunView(*model_, *proxy_, this)),
      filter_(new FilterLine(this)),
      stack_(new QStackedWidget(this)),
      empty_(new EmptyState(this)),
      count_(new QLabel(this)),
      clear_filter_(new QAction(QStringLiteral("Clear the filter"), this)),
      actions_(*this) {
  setFocusProxy(view_);
  stack_->addWidget(view_);
  stack_->addWidget(empty_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(4, 4, 4, 4);
  layout->setSpacing(4);
  layout->addWidget(filter_);
  layout->addWidget(makeToolRow());
  layout->addWidget(stack_, 1);
  layout->addWidget(makeStatusRow());

  updateVocabulary();
  clear_filter_->setIcon(icon(QStringLiteral("close")));
  connect(clear_filter_, &QAction::triggered, this, [this] { setFilterText({}); });
  connect(filter_, &FilterLine::queryChanged, proxy_, &RunProxyModel::setQuery);
  connect(filter_, &FilterLine::leftDownwards, view_, &RunView::enter);
  connect(proxy_, &RunProxyModel::shownChanged, this, &RunsPanel::showState);
  connect(view_, &RunView::runsSelected, this, [this](const QList<RunId>& runs) {
    updateActions();
    Q_EMIT selectionChanged(runs);
  });
  connect(view_, &RunView::runOpened, this, &RunsPanel::runActivated);
  connect(view_, &QWidget::customContextMenuRequested, this, &RunsPanel::openContextMenu);
  connectActions();

  auto* ages = new QTimer(this);
  connect(ages, &QTimer::timeout, this, [this] {
    if (isVisible()) model_->setNow(QDateTime::currentMSecsSinceEpoch());
  });
  ages->start(kAgesMs);
  showState();
}

QWidget* RunsPanel::makeToolRow() {
  auto* row = new QWidget(this);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  for (QAction* action : {actions_.watch, actions_.duplicate, actions_.rename, actions_.tag, actions_.star,
                          actions_.verdicts, actions_.export_record, actions_.trash, actions_.restore}) {
    QToolButton* button = buttonFor(action, row);
    layout->addWidget(button);
    button->setVisible(action->isVisible());
    connect(action, &QAction::visibleChanged, button, [action, button] { button->setVisible(action->isVisible()); });
  }
  layout->addStretch(1);
  return row;
}

QWidget* RunsPanel::makeStatusRow() {
  auto* row = new QWidget(this);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  count_->setObjectName(QStringLiteral("run_count"));
  layout->addWidget(count_, 1);
  QToolButton* trash = buttonFor(actions_.show_trash, row);
  trash->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  layout->addWidget(trash);
  return row;
}

void RunsPanel::connectActions() {
  const auto withOne = [this](auto signal) {
    return [this, signal] {
      const QList<RunId> runs = selectedRuns();
      if (!runs.isEmpty()) Q_EMIT(this->*signal)(*std::ranges::max_element(runs));
    };
  };
  connect(actions_.watch, &QAction::triggered, this, withOne(&RunsPanel::runActivated));
  connect(actions_.duplicate, &QAction::triggered, this, withOne(&RunsPanel::duplicateRequested));
  connect(actions_.verdicts, &QAction::triggered, this, withOne(&RunsPanel::verdictsRequested));
  connect(actions_.export_record, &QAction::triggered, this, withOne(&RunsPanel::exportRequested));
  connect(actions_.rename, &QAction::triggered, view_, &RunView::editTitle);
  connect(actions_.tag, &QAction::triggered, this, &RunsPanel::openTagEditor);
  connect(actions_.copy, &QAction::triggered, this,
          [this] { QGuiApplication::clipboard()->setText(view_->selectedText()); });
  connect(actions_.show_trash, &QAction::triggered, this, &RunsPanel::trashViewToggled);
  const auto toggleStar = [this](const QList<RunId>& runs, bool is_starred) {
    if (edits_ && edits_->readOnlyReason().isEmpty()) edits_->setStarred(runs, is_starred);
  };
  connect(view_, &RunView::starClicked, this, toggleStar);
  connect(actions_.star, &QAction::triggered, this, [this, toggleStar] {
    const QList<RunId> runs = selectedRuns();
    toggleStar(runs, !std::ranges::all_of(runs, [this](RunId run) { return model_->record(run)->is_starred; }));
  });
  connect(view_, &RunView::titleEdited, this, [this](const QList<RunId>& runs, const QString& title) {
    if (edits_) edits_->rename(runs, title);
  });
  connect(actions_.trash, &QAction::triggered, this, [this] {
    if (edits_) edits_->trash(selectedRuns());
  });
  connect(actions_.restore, &QAction::triggered, this, [this] {
    if (edits_) edits_->restore(selectedRuns());
  });
}

void RunsPanel::setListing(RunListing listing) {
  has_listing_ = true;
  if (listing.is_trash != model_->isTrash()) model_->setNow(QDateTime::currentMSecsSinceEpoch());
  model_->setListing(std::move(listing));
  updateVocabulary();
  updateActions();
}

void RunsPanel::setConfigs(GroupConfigs configs) {
  model_->setConfigs(std::move(configs));
  updateVocabulary();
}

void RunsPanel::setEdits(RunEdits* edits) {
  edits_ = edits;
  if (edits != nullptr) edits->setModel(model_);
  if (edits != nullptr) connect(edits, &RunEdits::readOnlyReasonChanged, this, &RunsPanel::updateActions);
  updateActions();
}

void RunsPanel::setStartActions(const QList<QAction*>& actions) {
  start_actions_ = actions;
  emptiness_ = Emptiness::None;
  showEmptyState();
}

QList<RunId> RunsPanel::selectedRuns() const {
  return view_->selectedRuns();
}

void RunsPanel::selectRun(RunId run) {
  if (model_->record(run) == nullptr) return;
  if (view_->selectRun(run)) return;
  setFilterText({});
  view_->selectRun(run);
}

void RunsPanel::focusFilter() {
  filter_->setFocus(Qt::ShortcutFocusReason);
}

QString RunsPanel::filterText() const {
  return filter_->text();
}

void RunsPanel::setFilterText(const QString& text) {
  filter_->setText(text);
}

void RunsPanel::showState() {
  const int hidden = proxy_->hiddenRuns();
  QString text = runsText(proxy_->shownRuns());
  if (hidden > 0) text += QStringLiteral(", %1 hidden").arg(countText(hidden));
  count_->setText(model_->isTrash() ? QStringLiteral("Trash: ") + text : text);
  const bool is_empty = has_listing_ && proxy_->shownRuns() == 0;
  if (is_empty) showEmptyState();
  stack_->setCurrentWidget(is_empty ? static_cast<QWidget*>(empty_) : view_);
  updateActions();
}

void RunsPanel::showEmptyState() {
  Emptiness emptiness = model_->isTrash() ? Emptiness::Trash : Emptiness::NoRuns;
  if (proxy_->hiddenRuns() > 0) emptiness = Emptiness::Filtered;
  QList<QAction*> actions;
  if (emptiness == Emptiness::Filtered) {
    empty_->setWords(QStringLiteral("Nothing matches \"%1\"").arg(filter_->text()),
                     QStringLiteral("%1 hidden by the filter").arg(runsText(proxy_->hiddenRuns())));
    actions = {clear_filter_};
  } else if (emptiness == Emptiness::Trash) {
    empty_->setWords(QStringLiteral("The trash is empty"), QStringLiteral("Del moves a run here; nothing is deleted."));
    actions = {actions_.show_trash};
  } else {
    empty_->setWords(
        QStringLiteral("No runs yet"),
        QStringLiteral("A run makes learning histories, trains a transformer on them and tests it on unseen tasks."));
    actions = start_actions_;
  }
  // Listings come again and again; buttons that were made anew each time would lose the focus.
  if (emptiness != emptiness_) empty_->setActions(actions);
  emptiness_ = emptiness;
}

void RunsPanel::updateVocabulary() {
  filter_->setVocabulary(
      {.extra_keys = model_->extraKeys(), .values = [this](const QString& key) { return model_->valuesOf(key); }});
}

void RunsPanel::updateActions() {
  const QList<RunId> runs = selectedRuns();
  RunActionState state{.selected_rows = static_cast<int>(view_->selectionModel()->selectedRows().size()),
                       .is_trash = model_->isTrash(),
                       .is_starred = !runs.isEmpty(),
                       .read_only_reason = {},
                       .at_work = {}};
  state.read_only_reason = edits_ ? edits_->readOnlyReason() : QStringLiteral("No workspace is open for writing");
  for (const RunId run : runs) {
    const RunRecord* record = model_->record(run);
    state.is_starred = state.is_starred && record->is_starred;
    if (!isFinal(record->state)) state.at_work = toQString(record->name());
  }
  actions_.update(state);
}

void RunsPanel::openTagEditor() {
  const QList<RunId> runs = selectedRuns();
  if (runs.isEmpty() || !edits_) return;
  std::vector<std::string> shared = model_->record(runs.front())->tags;
  for (const RunId run : runs) {
    const std::vector<std::string>& tags = model_->record(run)->tags;
    std::erase_if(shared, [&](const std::string& tag) { return std::ranges::find(tags, tag) == tags.end(); });
  }
  QStringList before;
  for (const std::string& tag : shared) before << toQString(tag);
  const QString whose =
      runs.size() == 1 ? toQString(model_->record(runs.front())->name()) : runsText(static_cast<int>(runs.size()));
  const QString what =
      runs.size() == 1 ? QStringLiteral("Tags of %1").arg(whose) : QStringLiteral("Tags that %1 share").arg(whose);
  auto* editor = new TagEditor(what, before, model_->valuesOf(QStringLiteral("tag")), this);
  connect(editor, &TagEditor::accepted, this, [this, runs, before](const QStringList& after) {
    QStringList added = after;
    QStringList removed = before;
    added.removeIf([&](const QString& tag) { return before.contains(tag); });
    removed.removeIf([&](const QString& tag) { return after.contains(tag); });
    if (edits_) edits_->changeTags(runs, added, removed);
  });
  const QRect row = view_->visualRect(view_->currentIndex().siblingAtColumn(RunTableModel::RunColumn));
  editor->openAt(view_->viewport()->mapToGlobal(row.bottomLeft()));
}

void RunsPanel::openContextMenu(const QPoint& place) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->setToolTipsVisible(true);
  menu->addActions({actions_.watch, actions_.duplicate});
  menu->addSeparator();
  menu->addActions({actions_.rename, actions_.tag, actions_.star});
  menu->addSeparator();
  menu->addActions({actions_.verdicts, actions_.export_record, actions_.copy});
  menu->addSeparator();
  menu->addActions({actions_.trash, actions_.restore, actions_.show_trash});
  menu->popup(view_->viewport()->mapToGlobal(place));
}

}  // namespace limbeck
