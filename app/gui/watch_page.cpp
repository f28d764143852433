// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/watch_page.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/base/empty_state.h"
#include "widgets/board/board_view.h"
#include "widgets/plot/plot_view.h"
#include "widgets/shell/stage_progress.h"
#include "widgets/watch/attention_strip.h"
#include "widgets/watch/fitting_combo_box.h"
#include "widgets/watch/fitting_label.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/time_cursor.h"
#include "widgets/watch/timeline_bar.h"

namespace limbeck {
namespace {

/// "AD-1 · held out · seed 1", "AD-1 · held out", "AD-1".
QStringList shorterAndShorter(const QString& words, const QString& between) {
  QStringList texts{words};
  while (texts.back().contains(between)) texts.append(texts.back().section(between, 0, -2));
  return texts;
}

}  // namespace

WatchPage::WatchPage(QWidget* parent)
    : QWidget(parent),
      cursor_(new TimeCursor(this)),
      playback_(new Playback(*cursor_, this)),
      progress_(new StageProgress(this)),
      attention_(new AttentionStrip(this)),
      plot_(new PlotView(this)),
      loss_(new PlotView(this)),
      timeline_(new TimelineBar(*cursor_, *playback_, this)),
      empty_(new EmptyState(this)),
      stack_(new QStackedWidget(this)),
      split_(new QSplitter(Qt::Vertical, this)) {
  auto* boards = new QWidget(this);
  auto* board_row = new QHBoxLayout(boards);
  board_row->setContentsMargins(0, 0, 0, 0);
  board_row->setSpacing(12);
  for (BoardView*& board : boards_) {
    board = new BoardView(boards);
    board->installEventFilter(this);
    board->setFocusPolicy(Qt::StrongFocus);
    board_row->addWidget(board, 1);
  }
  plot_->setAccessibleName(tr("Return by in-context episode"));
  loss_->setAccessibleName(tr("Training loss"));
  auto* plots = new QSplitter(Qt::Horizontal, this);
  plots->addWidget(plot_);
  plots->addWidget(loss_);
  plots->setChildrenCollapsible(false);
  plots->setStretchFactor(0, 3);
  plots->setStretchFactor(1, 2);
  loss_->hide();

  auto* upper = new QWidget(this);
  auto* upper_layout = new QVBoxLayout(upper);
  upper_layout->setContentsMargins(0, 0, 0, 0);
  upper_layout->addWidget(boards, 1);
  upper_layout->addWidget(attention_);
  split_->setObjectName(QStringLiteral("watch_split"));
  split_->addWidget(upper);
  split_->addWidget(plots);
  split_->setChildrenCollapsible(false);
  split_->setStretchFactor(0, 3);
  split_->setStretchFactor(1, 2);
  connect(split_, &QSplitter::splitterMoved, this, [this] { is_split_the_users_ = true; });

  auto* content = new QWidget(this);
  auto* layout = new QVBoxLayout(content);
  layout->setContentsMargins(8, 6, 8, 6);
  layout->addWidget(makeHeading());
  layout->addWidget(progress_);
  layout->addWidget(split_, 1);
  layout->addWidget(timeline_);
  progress_->hide();

  stack_->addWidget(content);
  stack_->addWidget(empty_);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(stack_);
  addActions(timeline_->actions());
}

QWidget* WatchPage::makeHeading() {
  auto* heading = new QWidget(this);
  title_ = new FittingLabel(heading);
  QFont bold = title_->font();
  bold.setBold(true);
  bold.setPointSizeF(bold.pointSizeF() * 1.15);
  title_->setFont(bold);
  where_ = new FittingLabel(heading);
  where_->setQuiet(true);
  sentence_ = new QLabel(heading);
  sentence_->setWordWrap(true);
  task_picker_ = new FittingComboBox(heading);
  task_picker_->setAccessibleName(tr("Task to watch"));
  task_picker_->setToolTip(tr("Which held-out task to watch"));
  task_picker_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  calls_ = new QHBoxLayout;
  auto* first = new QHBoxLayout;
  first->setSpacing(8);
  first->addWidget(title_);
  first->addWidget(task_picker_);
  first->addWidget(where_, 1);
  first->addLayout(calls_);
  auto* layout = new QVBoxLayout(heading);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addLayout(first);
  layout->addWidget(sentence_);
  return heading;
}

void WatchPage::setHeading(const QString& title, const QString& sentence, const QString& where) {
  title_->setTexts(shorterAndShorter(title, QStringLiteral(", ")));
  title_->setToolTip(title);
  sentence_->setText(sentence);
  sentence_->setVisible(!sentence.isEmpty());
  where_->setTexts(shorterAndShorter(where, QStringLiteral(" · ")));
  where_->setToolTip(where);
}

QString WatchPage::title() const {
  return title_->accessibleName();
}

QString WatchPage::sentence() const {
  return sentence_->text();
}

void WatchPage::setCallActions(const QList<QAction*>& actions) {
  for (QAction* action : actions) {
    auto* button = new QPushButton(action->icon(), action->text().remove(QLatin1Char('&')), this);
    button->setObjectName(QStringLiteral("call_") + action->objectName());
    button->setToolTip(action->toolTip());
    button->setEnabled(action->isEnabled());
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::changed, button, [button, action] {
      button->setEnabled(action->isEnabled());
      button->setText(action->text().remove(QLatin1Char('&')));
      button->setToolTip(action->toolTip());
    });
    calls_->addWidget(button);
  }
}

void WatchPage::showEmpty(bool is_empty) {
  const bool was_empty = isEmpty();
  stack_->setCurrentIndex(is_empty ? 1 : 0);
  // Now there is a board to take the page's keys; whoever types goes on typing.
  const QWidget* focused = window()->focusWidget();
  const bool is_typing =
      qobject_cast<const QLineEdit*>(focused) != nullptr || qobject_cast<const QPlainTextEdit*>(focused) != nullptr;
  if (was_empty && !is_empty && isVisible() && !is_typing) boards_.front()->setFocus();
}

bool WatchPage::isEmpty() const {
  return stack_->currentIndex() == 1;
}

void WatchPage::showLoss(bool is_shown) {
  loss_->setVisible(is_shown);
}

void WatchPage::showAttention(bool is_shown) {
  attention_->setVisible(is_shown);
  fitSplit();
}

void WatchPage::showTimeline(bool is_shown) {
  timeline_->setVisible(is_shown);
}

void WatchPage::showTaskPicker(bool is_shown) {
  task_picker_->setVisible(is_shown);
}

/// Boards are square: what height they cannot use is the plot's, until the user decides otherwise.
void WatchPage::fitSplit() {
  if (is_split_the_users_ || split_->height() < 2) return;
  int shown = 0;
  int head = 0;
  for (const BoardView* board : boards_) {
    if (board->isHidden()) continue;
    ++shown;
    head = board->minimumSizeHint().height() - board->minimumSizeHint().width();
  }
  if (shown == 0) return;
  const int spacing = 12 * (shown - 1);
  const int board_height = (split_->width() - spacing) / shown + head;
  const int strip = attention_->isHidden() ? 0 : attention_->sizeHint().height() + 6;
  const int most = split_->height() * 7 / 10;
  const int upper = std::min(board_height + strip, most);
  split_->setSizes({upper, split_->height() - upper});
}

void WatchPage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fitSplit();
}

void WatchPage::suspendWhenHidden() {
  const bool is_minimised = window()->isMinimized();
  playback_->setSuspended(!isVisible() || is_minimised);
}

void WatchPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  window()->installEventFilter(this);
  suspendWhenHidden();
}

void WatchPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  suspendWhenHidden();
}

/// A minimised window hides nothing by itself.
bool WatchPage::eventFilter(QObject* watched, QEvent* event) {
  if (watched == window() && event->type() == QEvent::WindowStateChange) suspendWhenHidden();
  const bool is_board =
      watched != window() && (event->type() == QEvent::ShowToParent || event->type() == QEvent::HideToParent);
  // Once the row of boards has its new widths.
  if (is_board) QMetaObject::invokeMethod(this, &WatchPage::fitSplit, Qt::QueuedConnection);
  return QWidget::eventFilter(watched, event);
}

}  // namespace limbeck
