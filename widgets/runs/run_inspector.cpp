// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_inspector.h"

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/base/empty_state.h"
#include "widgets/base/icons.h"
#include "widgets/base/text.h"
#include "widgets/runs/run_detail_tree.h"
#include "widgets/runs/run_edits.h"
#include "widgets/runs/tag_editor.h"

namespace limbeck {
namespace {

constexpr int kNoteLines = 4;

QString tagsText(const RunRecord& run) {
  QStringList tags;
  for (const std::string& tag : run.tags) tags << toQString(tag);
  return tags.join(QLatin1String(", "));
}

/// A number is told by its beginning.
class ValueDelegate final : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    option->textElideMode = Qt::ElideRight;
  }
};

}  // namespace

RunInspector::RunInspector(QWidget* parent)
    : QWidget(parent),
      pages_(new QStackedWidget(this)),
      empty_(new EmptyState(this)),
      name_(new QLabel(this)),
      failure_(new QLabel(this)),
      title_(new QLineEdit(this)),
      tags_(new QLineEdit(this)),
      notes_(new QPlainTextEdit(this)),
      tree_(new QTreeWidget(this)) {
  name_->setObjectName(QStringLiteral("inspector_name"));
  name_->setWordWrap(true);
  name_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  failure_->setObjectName(QStringLiteral("inspector_failure"));
  failure_->setWordWrap(true);
  failure_->setForegroundRole(QPalette::BrightText);
  failure_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  title_->setObjectName(QStringLiteral("inspector_title"));
  title_->setAccessibleName(QStringLiteral("Title of the run"));
  tags_->setObjectName(QStringLiteral("inspector_tags"));
  tags_->setAccessibleName(QStringLiteral("Tags, separated by commas"));
  tags_->setPlaceholderText(QStringLiteral("tags, separated by commas"));
  notes_->setObjectName(QStringLiteral("inspector_notes"));
  notes_->setAccessibleName(QStringLiteral("Notes on the run"));
  notes_->setPlaceholderText(QStringLiteral("notes"));
  notes_->setTabChangesFocus(true);
  notes_->setFixedHeight(notes_->fontMetrics().lineSpacing() * kNoteLines + 12);
  notes_->installEventFilter(this);
  tree_->setObjectName(QStringLiteral("inspector_tree"));
  tree_->setAccessibleName(QStringLiteral("Configuration, scores, stages and files of the run"));
  tree_->setColumnCount(kDetailColumns);
  tree_->setHeaderHidden(true);
  tree_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  tree_->setAlternatingRowColors(true);
  tree_->setIndentation(fontMetrics().averageCharWidth() * 3 / 2);
  tree_->setUniformRowHeights(true);
  tree_->setTextElideMode(Qt::ElideMiddle);  // keys are told apart by both ends
  tree_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
  tree_->header()->setSectionResizeMode(1, QHeaderView::Fixed);
  tree_->header()->setStretchLastSection(false);
  tree_->header()->setMinimumSectionSize(1);
  tree_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  tree_->setItemDelegateForColumn(1, new ValueDelegate(tree_));
  tree_->viewport()->installEventFilter(this);
  fitColumns();

  auto* copy = new QAction(icon(QStringLiteral("copy")), QStringLiteral("&Copy"), tree_);
  copy->setObjectName(QStringLiteral("inspector_copy"));
  copy->setShortcut(QKeySequence::Copy);
  copy->setShortcutContext(Qt::WidgetShortcut);
  copy->setToolTip(QStringLiteral("Copy the selected rows as text"));
  tree_->addAction(copy);
  tree_->setContextMenuPolicy(Qt::ActionsContextMenu);
  connect(copy, &QAction::triggered, this, &RunInspector::copySelected);

  auto* page = new QWidget(this);
  auto* layout = new QVBoxLayout(page);
  layout->setContentsMargins(4, 4, 4, 4);
  layout->setSpacing(4);
  for (QWidget* widget : std::initializer_list<QWidget*>{name_, failure_, title_, tags_, notes_})
    layout->addWidget(widget);
  layout->addWidget(tree_, 1);
  empty_->setWords(QStringLiteral("No run selected"), QStringLiteral("Select one in the list of runs."));
  pages_->addWidget(empty_);
  pages_->addWidget(page);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(pages_);

  completeTags(*tags_, {});
  connect(title_, &QLineEdit::editingFinished, this, &RunInspector::commit);
  connect(tags_, &QLineEdit::editingFinished, this, &RunInspector::commit);
  updateEditable();
}

void RunInspector::setRun(const RunDetails& details) {
  if (run_ && run_->id != details.run.id) {
    commit();
    run_.reset();
  }
  showRecord(details.run);
  fillDetailTree(*tree_, details);
  pages_->setCurrentIndex(1);
}

void RunInspector::clear() {
  if (run_) commit();
  run_.reset();
  pages_->setCurrentIndex(0);
}

/// A field that holds something else than the run did is being edited, and keeps its text.
void RunInspector::showRecord(const RunRecord& run) {
  const bool is_other = !run_;
  const RunRecord before = run_.value_or(run);
  run_ = run;
  const auto set = [is_other](QLineEdit& line, const QString& old_text, const QString& new_text) {
    if ((is_other || line.text() == old_text) && line.text() != new_text) line.setText(new_text);
  };
  set(*title_, toQString(before.title), toQString(run.title));
  set(*tags_, tagsText(before), tagsText(run));
  const QString notes = toQString(run.notes);
  if ((is_other || notes_->toPlainText() == toQString(before.notes)) && notes_->toPlainText() != notes)
    notes_->setPlainText(notes);

  QStringList words{QStringLiteral("<b>%1</b>").arg(toQString(run.name())), toQString(runStateName(run.state)),
                    QStringLiteral("seed %1").arg(run.seed)};
  if (!run.sweep.empty()) words << toQString(run.sweep).toHtmlEscaped();
  if (!run.point.empty()) words << toQString(run.point).toHtmlEscaped();
  if (run.wall_seconds > 0.0) words << durationText(run.wall_seconds);
  if (run.is_starred) words << QStringLiteral("starred");
  if (run.trashed_ms) words << QStringLiteral("in the trash");
  name_->setText(words.join(QStringLiteral(" · ")));
  failure_->setText(toQString(run.failure_message));
  failure_->setVisible(!run.failure_message.empty());
}

void RunInspector::setEdits(RunEdits* edits) {
  if (edits_) disconnect(edits_, nullptr, this, nullptr);
  edits_ = edits;
  if (edits != nullptr) {
    connect(edits, &RunEdits::edited, this, [this](const RunRecord& run) {
      if (run_ && run_->id == run.id) showRecord(run);
    });
  }
  if (edits_ != nullptr) connect(edits_, &RunEdits::readOnlyReasonChanged, this, &RunInspector::updateEditable);
  updateEditable();
}

void RunInspector::setKnownTags(const QStringList& tags) {
  completeTags(*tags_, tags);
}

void RunInspector::updateEditable() {
  const QString reason = edits_ ? edits_->readOnlyReason() : QStringLiteral("No workspace is open for writing");
  title_->setReadOnly(!reason.isEmpty());
  tags_->setReadOnly(!reason.isEmpty());
  notes_->setReadOnly(!reason.isEmpty());
  title_->setToolTip(reason.isEmpty() ? QStringLiteral("Title") : reason);
  tags_->setToolTip(reason.isEmpty() ? QStringLiteral("Tags, separated by commas") : reason);
  notes_->setToolTip(reason.isEmpty() ? QStringLiteral("Notes") : reason);
}

void RunInspector::commit() {
  if (isChoosingCompletion(*tags_)) return;
  if (!run_ || !edits_ || !edits_->readOnlyReason().isEmpty()) return;
  // The signals of each edit come back here and change `run_`.
  const RunRecord run = *run_;
  const QString title = title_->text().trimmed();
  const QStringList before = tagsFromText(tagsText(run));
  const QStringList after = tagsFromText(tags_->text());
  const QString notes = notes_->toPlainText();
  if (title != toQString(run.title)) edits_->rename({run.id}, title);
  QStringList added = after;
  QStringList removed = before;
  added.removeIf([&](const QString& tag) { return before.contains(tag); });
  removed.removeIf([&](const QString& tag) { return after.contains(tag); });
  if (!added.isEmpty() || !removed.isEmpty()) edits_->changeTags({run.id}, added, removed);
  if (notes != toQString(run.notes)) edits_->setNotes(run.id, notes);
  // "b, a,, a" was understood as "a, b", and so it stands there then.
  if (run_) tags_->setText(tagsText(*run_));
}

void RunInspector::copySelected() {
  QGuiApplication::clipboard()->setText(selectedDetails(*tree_));
}

/// A score stands there with its interval, where there is room for its name too; what is longer ends in an ellipsis and
/// is whole in the tooltip.
void RunInspector::fitColumns() {
  const QFontMetrics metrics = tree_->fontMetrics();
  const int value = metrics.horizontalAdvance(QStringLiteral("00.00 [00.00, 00.00]")) + 8;
  const int name = metrics.horizontalAdvance(QStringLiteral("return, last 5")) + 2 * tree_->indentation() + 8;
  const int least = metrics.horizontalAdvance(QStringLiteral("00.00 [")) + 8;
  tree_->setColumnWidth(1, std::clamp(tree_->viewport()->width() - name, least, value));
}

void RunInspector::changeEvent(QEvent* event) {
  if (event->type() == QEvent::FontChange) fitColumns();
  QWidget::changeEvent(event);
}

bool RunInspector::eventFilter(QObject* watched, QEvent* event) {
  if (watched == tree_->viewport() && event->type() == QEvent::Resize) fitColumns();
  if (watched == notes_ && event->type() == QEvent::FocusOut) commit();
  return QWidget::eventFilter(watched, event);
}

}  // namespace limbeck
