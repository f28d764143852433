// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/fitting_combo_box.h"

#include <QHelpEvent>
#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <QToolTip>

namespace limbeck {

int FittingComboBox::roomForText() const {
  QStyleOptionComboBox option;
  initStyleOption(&option);
  constexpr int kMargins = 4;  // that the style leaves within the field
  return style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this).width() - kMargins;
}

bool FittingComboBox::isCut() const {
  return fontMetrics().horizontalAdvance(currentText()) > roomForText();
}

bool FittingComboBox::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip || !isCut()) return QComboBox::event(event);
  QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), currentText(), this);
  return true;
}

void FittingComboBox::paintEvent(QPaintEvent*) {
  QStylePainter painter(this);
  painter.setPen(palette().color(QPalette::Text));
  QStyleOptionComboBox option;
  initStyleOption(&option);
  painter.drawComplexControl(QStyle::CC_ComboBox, option);
  option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight, roomForText());
  painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

}  // namespace limbeck
