// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/filter_line.h"

#include <QAbstractItemView>
#include <QAction>
#include <QCompleter>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QStringListModel>
#include <QTimer>
#include <QVBoxLayout>
#include <utility>

#include "widgets/base/icons.h"
#include "widgets/base/theme.h"

namespace limbeck {
namespace {

/// Long enough for the next key of a word, short enough to seem immediate.
constexpr int kTypingPauseMs = 120;

constexpr const char* kHelp =
    "<b>Filter</b><table>"
    "<tr><td>darkroom \"two words\"&nbsp;&nbsp;</td><td>in name, title, notes, experiment or tags</td></tr>"
    "<tr><td>env:darkroom tag:best</td><td>a key and its value; * stands for anything</td></tr>"
    "<tr><td>lr&lt;1e-3 layers&gt;=4 seed!=3</td><td>numbers</td></tr>"
    "<tr><td>state:failed star:yes return&gt;10</td><td>what the list shows</td></tr>"
    "<tr><td>-tag:bad, not tag:bad</td><td>the others</td></tr>"
    "<tr><td>a or b, (a or b) c</td><td>either</td></tr></table>"
    "Ctrl+Space lists what can stand at the cursor.";

}  // namespace

FilterLine::FilterLine(QWidget* parent)
    : QWidget(parent),
      line_(new QLineEdit(this)),
      problem_(new QLabel(this)),
      completer_(new QCompleter(this)),
      pause_(new QTimer(this)) {
  line_->setObjectName(QStringLiteral("run_filter"));
  line_->setPlaceholderText(QStringLiteral("Filter: env:darkroom tag:best lr<1e-3"));
  line_->setAccessibleName(QStringLiteral("Filter the runs"));
  line_->setToolTip(QLatin1String(kHelp));
  line_->setClearButtonEnabled(true);
  line_->addAction(icon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
  line_->installEventFilter(this);
  problem_->setObjectName(QStringLiteral("run_filter_problem"));
  problem_->setAccessibleName(QStringLiteral("What is wrong with the filter"));
  problem_->setWordWrap(true);
  problem_->setForegroundRole(QPalette::BrightText);
  problem_->hide();
  setFocusProxy(line_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addWidget(line_);
  layout->addWidget(problem_);

  completer_->setModel(new QStringListModel(completer_));
  completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
  completer_->setMaxVisibleItems(12);
  completer_->setWidget(line_);
  connect(completer_, qOverload<const QString&>(&QCompleter::activated), this, &FilterLine::complete);

  pause_->setSingleShot(true);
  pause_->setInterval(kTypingPauseMs);
  connect(pause_, &QTimer::timeout, this, &FilterLine::apply);
  connect(line_, &QLineEdit::textChanged, pause_, qOverload<>(&QTimer::start));
  connect(line_, &QLineEdit::returnPressed, this, &FilterLine::apply);
  connect(line_, &QLineEdit::textEdited, this, [this] { offerCompletions(false); });
}

void FilterLine::setVocabulary(QueryVocabulary vocabulary) {
  vocabulary_ = std::move(vocabulary);
}

QString FilterLine::text() const {
  return line_->text();
}

void FilterLine::setText(const QString& text) {
  line_->setText(text);
  apply();
}

void FilterLine::apply() {
  pause_->stop();
  const std::variant<RunQuery, QueryError> result = parseRunQuery(line_->text(), vocabulary_.extra_keys);
  const auto* error = std::get_if<QueryError>(&result);
  problem_->setText(
      error == nullptr ? QString() : QStringLiteral("At character %1: %2").arg(error->position + 1).arg(error->words));
  problem_->setVisible(error != nullptr);
  if (error != nullptr) return;
  if (std::exchange(applied_, line_->text()) != line_->text()) Q_EMIT queryChanged(std::get<RunQuery>(result));
}

void FilterLine::offerCompletions(bool is_asked) {
  const int cursor = line_->cursorPosition();
  const bool is_empty = completionStart(line_->text(), cursor) == cursor;
  const QStringList completions =
      is_empty && !is_asked ? QStringList() : completionsAt(line_->text(), cursor, vocabulary_);
  auto* popup = completer_->popup();
  if (completions.isEmpty()) {
    popup->hide();
    return;
  }
  qobject_cast<QStringListModel*>(completer_->model())->setStringList(completions);
  QRect place = line_->rect();
  place.setWidth(
      std::max(popup->sizeHintForColumn(0) + popup->verticalScrollBar()->sizeHint().width() + 8, line_->width()));
  completer_->complete(place);
}

void FilterLine::complete(const QString& completion) {
  const int cursor = line_->cursorPosition();
  const int start = completionStart(line_->text(), cursor);
  const bool is_key = completion.endsWith(QLatin1Char(':'));
  const QString inserted = is_key ? completion : completion + QLatin1Char(' ');
  line_->setText(line_->text().replace(start, cursor - start, inserted));
  line_->setCursorPosition(start + static_cast<int>(inserted.size()));
  // The popup that this choice closes must be gone before the next one opens.
  if (is_key) QTimer::singleShot(0, this, [this] { offerCompletions(false); });
}

bool FilterLine::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Space && key->modifiers() == Qt::ControlModifier) {
      offerCompletions(true);
      return true;
    }
    if (key->key() == Qt::Key_Escape && !line_->text().isEmpty()) {
      setText({});
      return true;
    }
    if (key->key() == Qt::Key_Down && !completer_->popup()->isVisible()) {
      apply();
      Q_EMIT leftDownwards();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace limbeck
