// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_delegate.h"

#include <QApplication>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>

#include "core/store/run_record.h"
#include "widgets/base/icons.h"
#include "widgets/base/theme.h"
#include "widgets/runs/run_table_model.h"

namespace limbeck {
namespace {

constexpr int kGap = 4;
constexpr const char* kFilledOnce = "limbeck_filled_once";

int iconSize(const QFontMetrics& metrics) {
  return metrics.ascent() + 2;
}

QRect iconRect(const QStyleOptionViewItem& option, int place) {
  const int size = iconSize(option.fontMetrics);
  return {option.rect.left() + kGap + place * (size + kGap), option.rect.center().y() - size / 2, size, size};
}

bool isSelected(const QStyleOptionViewItem& option) {
  return option.state.testFlag(QStyle::State_Selected);
}

QColor textColour(const QStyleOptionViewItem& option) {
  return option.palette.color(isSelected(option) ? QPalette::HighlightedText : QPalette::Text);
}

/// On a selected row everything has the row's text colour, because no other was chosen for contrast on the accent.
QColor quietColour(const QStyleOptionViewItem& option) {
  return isSelected(option) ? textColour(option) : themeOf(option.palette).quiet_text;
}

QColor stateColour(const QStyleOptionViewItem& option, int state) {
  if (isSelected(option) || state < 0) return textColour(option);
  const Theme& theme = themeOf(option.palette);
  switch (static_cast<RunState>(state)) {
    case RunState::Done:
      return theme.good;
    case RunState::Failed:
      return theme.bad;
    case RunState::Interrupted:
      return theme.warning;
    case RunState::Running:
      return theme.accent;
    case RunState::Waiting:
    case RunState::Stopped:
      break;
  }
  return theme.quiet_text;
}

/// Draws as much of the text as fits and returns what is left to its right.
QRect drawText(QPainter& painter, const QRect& rect, const QFontMetrics& metrics, const QString& text,
               const QColor& colour) {
  if (rect.width() <= 0 || text.isEmpty()) return rect;
  painter.setPen(colour);
  const QString shown = metrics.elidedText(text, Qt::ElideRight, rect.width());
  painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
  return rect.adjusted(metrics.horizontalAdvance(shown) + 2 * kGap, 0, 0, 0);
}

void drawRun(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) {
  const QIcon::Mode mode = isSelected(option) ? QIcon::Selected : QIcon::Normal;
  const bool is_starred = index.data(RunTableModel::StarredRole).toBool();
  // An empty star on every row would be noise; it appears where it can be clicked.
  if (is_starred || isSelected(option) || option.state.testFlag(QStyle::State_MouseOver)) {
    icon(is_starred ? QStringLiteral("star-filled") : QStringLiteral("star"))
        .paint(&painter, RunDelegate::starRect(option), Qt::AlignCenter, mode);
  }
  icon(index.data(RunTableModel::IconRole).toString()).paint(&painter, iconRect(option, 1), Qt::AlignCenter, mode);
  const QRect rest = option.rect.adjusted(RunDelegate::iconsWidth(option.fontMetrics), 0, -kGap, 0);
  drawText(painter, rest, option.fontMetrics, index.data().toString(), textColour(option));
}

void drawTitle(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) {
  const QFontMetrics& metrics = option.fontMetrics;
  QRect rest =
      drawText(painter, option.rect.adjusted(kGap, 0, -kGap, 0), metrics, index.data().toString(), textColour(option));
  painter.setRenderHint(QPainter::Antialiasing);
  for (const QString& tag : index.data(RunTableModel::TagsRole).toStringList()) {
    const int width = metrics.horizontalAdvance(tag) + 2 * kGap;
    if (width > rest.width()) break;
    const QRectF chip(rest.left() + 0.5, rest.center().y() - metrics.height() / 2.0 + 0.5, width,
                      metrics.height() - 1.0);
    painter.setPen(isSelected(option) ? textColour(option) : themeOf(option.palette).border);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(chip, 3.0, 3.0);
    painter.setPen(quietColour(option));
    painter.drawText(chip, Qt::AlignCenter, tag);
    rest.adjust(width + kGap, 0, 0, 0);
  }
}

void drawReturn(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) {
  const QFontMetrics& metrics = option.fontMetrics;
  const QString mean = index.data().toString();
  // Points stand below each other for returns up to 99.99; a wider one takes the place it needs.
  const int width = std::max(metrics.horizontalAdvance(QStringLiteral("00.00")), metrics.horizontalAdvance(mean));
  const QRect cell = option.rect.adjusted(kGap, 0, -kGap, 0);
  painter.setPen(textColour(option));
  painter.drawText(QRect(cell.left(), cell.top(), std::min(width, cell.width()), cell.height()),
                   Qt::AlignRight | Qt::AlignVCenter, mean);
  const QString interval = index.data(RunTableModel::DetailRole).toString();
  const QRect rest = cell.adjusted(width + kGap, 0, 0, 0);
  // Half an interval says something else than the interval.
  if (metrics.horizontalAdvance(interval) <= rest.width())
    drawText(painter, rest, metrics, interval, quietColour(option));
}

void drawState(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) {
  const QFontMetrics& metrics = option.fontMetrics;
  const QRect cell = option.rect.adjusted(kGap, 0, -kGap, 0);
  const QColor colour = stateColour(option, index.data(RunTableModel::StateRole).toInt());
  QString text = index.data().toString();
  // "41 % training": half of the stage's word says less than none.
  const qsizetype percent = text.indexOf(QLatin1Char('%'));
  if (percent >= 0 && metrics.horizontalAdvance(text) > cell.width()) text.truncate(percent + 1);
  const QRect rest = drawText(painter, cell, metrics, text, colour);
  const QString age = index.data(RunTableModel::DetailRole).toString();
  if (metrics.horizontalAdvance(age) <= rest.width()) drawText(painter, rest, metrics, age, quietColour(option));
  const QVariant share = index.data(RunTableModel::ProgressRole);
  if (!share.isValid()) return;
  const QRect track(cell.left(), cell.bottom() - 2, cell.width(), 2);
  painter.fillRect(track, themeOf(option.palette).border);
  painter.fillRect(QRect(track.topLeft(), QSize(static_cast<int>(track.width() * share.toDouble()), 2)),
                   isSelected(option) ? textColour(option) : themeOf(option.palette).accent);
}

}  // namespace

QRect RunDelegate::starRect(const QStyleOptionViewItem& option) {
  return iconRect(option, 0);
}

int RunDelegate::iconsWidth(const QFontMetrics& metrics) {
  return kGap + 2 * (iconSize(metrics) + kGap);
}

void RunDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  if (index.column() >= RunTableModel::FirstKeyColumn) {
    QStyledItemDelegate::paint(painter, option, index);
    return;
  }
  QStyleOptionViewItem background(option);
  initStyleOption(&background, index);
  background.text.clear();
  const QStyle* style = option.widget != nullptr ? option.widget->style() : QApplication::style();
  style->drawControl(QStyle::CE_ItemViewItem, &background, painter, option.widget);
  painter->save();
  painter->setClipRect(option.rect);
  painter->setFont(option.font);
  switch (index.column()) {
    case RunTableModel::RunColumn:
      drawRun(*painter, option, index);
      break;
    case RunTableModel::TitleColumn:
      drawTitle(*painter, option, index);
      break;
    case RunTableModel::ReturnColumn:
      drawReturn(*painter, option, index);
      break;
    default:
      drawState(*painter, option, index);
  }
  painter->restore();
}

QSize RunDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QSize size = QStyledItemDelegate::sizeHint(option, index);
  size.setHeight(option.fontMetrics.height() + 2 * kGap);
  return size;
}

QWidget* RunDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const {
  auto* editor = new QLineEdit(parent);
  editor->setObjectName(QStringLiteral("title_editor"));
  editor->setAccessibleName(QStringLiteral("Title of the run"));
  return editor;
}

void RunDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
  // The view asks again whenever the row changes; what was typed must not be lost to a run's progress.
  if (editor->property(kFilledOnce).toBool()) return;
  editor->setProperty(kFilledOnce, true);
  auto* line = qobject_cast<QLineEdit*>(editor);
  line->setText(index.data(Qt::EditRole).toString());
  line->selectAll();
}

void RunDelegate::setModelData(QWidget* editor, QAbstractItemModel*, const QModelIndex& index) const {
  Q_EMIT titleEdited(index, qobject_cast<QLineEdit*>(editor)->text());
}

bool RunDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                              const QModelIndex& index) {
  const bool is_press = event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick;
  const bool is_release = event->type() == QEvent::MouseButtonRelease;
  if (index.column() != RunTableModel::RunColumn || (!is_press && !is_release)) {
    return QStyledItemDelegate::editorEvent(event, model, option, index);
  }
  const auto* mouse = static_cast<QMouseEvent*>(event);
  if (mouse->button() != Qt::LeftButton || !starRect(option).contains(mouse->position().toPoint())) return false;
  if (is_release) Q_EMIT starClicked(index);
  return true;
}

}  // namespace limbeck
