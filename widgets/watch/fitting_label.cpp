// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/fitting_label.h"

#include <QPainter>
#include <algorithm>

#include "core/base/check.h"
#include "widgets/base/theme.h"

namespace limbeck {

FittingLabel::FittingLabel(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void FittingLabel::setTexts(const QStringList& texts) {
  LIMBECK_CHECK(!texts.isEmpty(), "a label needs a text");
  if (texts == texts_) return;
  // A new layout of the whole row for every step of a playing cursor would be dear: only where the wish for room
  // changes.
  const bool is_same_size = sizeOf(texts.front()) == sizeHint() && sizeOf(texts.back()) == minimumSizeHint();
  texts_ = texts;
  setAccessibleName(texts_.front());
  if (!is_same_size) updateGeometry();
  update();
}

QString FittingLabel::shownText() const {
  const auto fits = [this](const QString& text) { return sizeOf(text).width() <= width(); };
  const auto found = std::ranges::find_if(texts_, fits);
  return found != texts_.end() ? *found : fontMetrics().elidedText(texts_.back(), Qt::ElideRight, width());
}

void FittingLabel::setQuiet(bool is_quiet) {
  is_quiet_ = is_quiet;
  update();
}

QSize FittingLabel::sizeHint() const {
  return sizeOf(texts_.front());
}

QSize FittingLabel::minimumSizeHint() const {
  return sizeOf(texts_.back());
}

void FittingLabel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& theme = themeOf(*this);
  painter.setPen(is_quiet_ ? theme.quiet_text : theme.text);
  painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, shownText());
}

QSize FittingLabel::sizeOf(const QString& text) const {
  return {fontMetrics().horizontalAdvance(text) + 1, fontMetrics().height()};
}

}  // namespace limbeck
