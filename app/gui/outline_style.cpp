// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/outline_style.h"

#include <QApplication>
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>
#include <algorithm>

#include "widgets/base/theme.h"

namespace limbeck {
namespace {

constexpr double kCorner = 2.0;

bool hasOutline(QStyle::PrimitiveElement element) {
  return element == QStyle::PE_FrameLineEdit || element == QStyle::PE_IndicatorCheckBox ||
         element == QStyle::PE_Frame || element == QStyle::PE_IndicatorItemViewItemCheck;
}

}  // namespace

OutlineStyle::OutlineStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void OutlineStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                 const QWidget* widget) const {
  QProxyStyle::drawPrimitive(element, option, painter, widget);
  const Theme& theme = themeOf(option->palette);
  if (!theme.is_dark || !hasOutline(element)) return;
  // A focused field keeps the accent that Fusion has just drawn.
  const bool has_focus = element == PE_FrameLineEdit && option->state.testFlag(State_HasFocus);
  if (has_focus) return;
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(theme.border);
  painter->setBrush(Qt::NoBrush);
  painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), kCorner, kCorner);
  painter->restore();
}

int OutlineStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
  const int usual = QProxyStyle::pixelMetric(metric, option, widget);
  switch (metric) {
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ListViewIconSize:
      return std::max(usual, QFontMetrics(QApplication::font()).height());
    default:
      return usual;
  }
}

}  // namespace limbeck
