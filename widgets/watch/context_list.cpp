// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/context_list.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>
#include <cmath>
#include <utility>

#include "widgets/base/text.h"
#include "widgets/base/theme.h"
#include "widgets/watch/context_model.h"

namespace limbeck {
namespace {

/// A return: its number, and a bar as long as it is of the best one.
class ReturnDelegate final : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString text = std::exchange(cell.text, QString());
    const QWidget* view = option.widget;
    view->style()->drawControl(QStyle::CE_ItemViewItem, &cell, painter, view);
    const Theme& theme = themeOf(*view);
    const bool is_selected = option.state.testFlag(QStyle::State_Selected);
    const int number = numberWidth(option.fontMetrics);
    painter->save();
    painter->setFont(option.font);
    painter->setPen(is_selected ? theme.on_accent : theme.text);
    const QRect inner = option.rect.adjusted(4, 0, -4, 0);
    painter->drawText(QRect(inner.left(), inner.top(), number, inner.height()), Qt::AlignRight | Qt::AlignVCenter,
                      text);
    const QRect track(inner.left() + number + 6, inner.top() + inner.height() / 4, inner.width() - number - 6,
                      inner.height() / 2);
    const double share = index.data(ContextModel::kShareRole).toDouble();
    const QRectF bar(track.left(), track.top(), std::max(0.0, share * track.width()), track.height());
    painter->fillRect(bar, is_selected ? theme.on_accent : theme.accent);
    painter->restore();
  }

  /// Of a number and a bar that is still one.
  static int leastWidth(const QFontMetrics& metrics) {
    return numberWidth(metrics) + 5 * metrics.averageCharWidth() + 14;
  }

 private:
  static int numberWidth(const QFontMetrics& metrics) { return metrics.horizontalAdvance(QStringLiteral("00.00")); }
};

}  // namespace

ContextList::ContextList(QWidget* parent)
    : QWidget(parent), model_(new ContextModel(this)), caption_(new QLabel(this)), view_(new QTreeView(this)) {
  caption_->setWordWrap(true);
  view_->setModel(model_);
  view_->setItemDelegateForColumn(ContextModel::Return, new ReturnDelegate(view_));
  view_->setRootIsDecorated(false);
  view_->setUniformRowHeights(true);
  view_->setAllColumnsShowFocus(true);
  view_->setSelectionMode(QAbstractItemView::SingleSelection);
  view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view_->setFocusPolicy(Qt::TabFocus);  // a click jumps, and Space still means play and pause
  view_->setAccessibleName(tr("Episodes in the context"));
  view_->header()->setSectionsMovable(false);
  view_->header()->setStretchLastSection(false);
  view_->header()->setSectionResizeMode(QHeaderView::Fixed);
  view_->header()->setSectionResizeMode(ContextModel::Return, QHeaderView::Stretch);
  view_->viewport()->installEventFilter(this);
  fitColumns();

  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(caption_);
  layout->addWidget(view_, 1);
  const auto activate = [this](const QModelIndex& index) { Q_EMIT episodeActivated(model_->episodeOf(index.row())); };
  connect(view_, &QTreeView::clicked, this, activate);
  connect(view_, &QTreeView::activated, this, activate);
  showCaption();
}

void ContextList::setContext(std::shared_ptr<const RecordedStream> stream, std::int64_t first_row, std::int64_t row) {
  // Who has scrolled up to read is left there; else the newest stays in sight.
  const QScrollBar* bar = view_->verticalScrollBar();
  const bool was_at_end = bar->value() == bar->maximum();
  model_->setContext(std::move(stream), first_row, row);
  if (was_at_end) view_->scrollToBottom();
  showCaption();
}

void ContextList::setContextLength(int transitions) {
  context_length_ = transitions;
  showCaption();
}

void ContextList::changeEvent(QEvent* event) {
  if (event->type() == QEvent::FontChange) fitColumns();
  QWidget::changeEvent(event);
}

bool ContextList::eventFilter(QObject* watched, QEvent* event) {
  if (watched == view_->viewport() && event->type() == QEvent::Resize) fitColumns();
  return QWidget::eventFilter(watched, event);
}

/// Steps give way to returns: "12 of 20, cut" may end in an ellipsis, and is whole in the tooltip.
void ContextList::fitColumns() {
  QHeaderView& header = *view_->header();
  header.resizeSection(ContextModel::Episode, header.sectionSizeHint(ContextModel::Episode));
  const int longest = view_->fontMetrics().horizontalAdvance(tr("%1 of %2, cut").arg(20).arg(20));
  const int wanted = longest + 2 * fontMetrics().averageCharWidth();
  const int least_return =
      std::max(ReturnDelegate::leastWidth(view_->fontMetrics()), header.sectionSizeHint(ContextModel::Return));
  const int left = view_->viewport()->width() - header.sectionSize(ContextModel::Episode) - least_return;
  const int least = header.sectionSizeHint(ContextModel::Transitions);
  header.resizeSection(ContextModel::Transitions, std::max(std::min(wanted, left), least));
  view_->setMinimumWidth(header.sectionSize(ContextModel::Episode) + least_return + least + 2 * view_->frameWidth() +
                         view_->verticalScrollBar()->sizeHint().width());
}

void ContextList::showCaption() {
  if (!model_->hasStream()) {
    caption_->setText(tr("Context: no model reads one here"));
    return;
  }
  const QString count = countText(model_->transitions());
  caption_->setText(
      context_length_ > 0
          ? tr("Context: what the model reads: %1 of %2 transitions").arg(count, countText(context_length_))
          : tr("Context: what the model reads: %1 transitions").arg(count));
}

}  // namespace limbeck
