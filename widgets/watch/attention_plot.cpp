// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/attention_plot.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "widgets/base/theme.h"
#include "widgets/watch/accessible_role.h"
#include "widgets/watch/transition_text.h"

namespace limbeck {
namespace {

constexpr double kGap = 4.0;  // between episodes, where there is room
constexpr int kDotRow = 6;    // below the bars: the marks of rewarded transitions

}  // namespace

AttentionPlot::AttentionPlot(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleRole(*this, QAccessible::Chart);
}

void AttentionPlot::setBars(std::vector<AttentionBar> bars, Texts texts) {
  bars_ = std::move(bars);
  texts_ = std::move(texts);
  groups_.clear();
  group_of_.clear();
  largest_ = 0.0;
  for (std::size_t i = 0; i < bars_.size(); ++i) {
    if (i == 0 || bars_[i].episode != bars_[i - 1].episode) groups_.push_back({i, i});
    groups_.back().end = i + 1;
    group_of_.push_back(groups_.size() - 1);
    largest_ = std::max(largest_, bars_[i].weight);
  }
  layOut();
  // The pointer rests while the context moves on under it: what it points at is another transition now.
  if (underMouse() && hovered_) {
    const std::optional<std::size_t> now = barAt(mapFromGlobal(QCursor::pos()).x());
    hovered_.reset();
    hover(now);
  } else {
    hovered_.reset();
  }
  update();
}

void AttentionPlot::setWords(const QString& words) {
  words_ = words;
  update();
}

void AttentionPlot::setDimmed(bool is_dimmed) {
  is_dimmed_ = is_dimmed;
  update();
}

std::optional<std::size_t> AttentionPlot::barAt(double x) const {
  if (bars_.empty() || x < lefts_.front() || x >= lefts_.back()) return std::nullopt;
  // Where several bars share a pixel, the one that is seen is meant: the highest.
  const auto first = std::ranges::lower_bound(lefts_, std::floor(x)) - lefts_.begin();
  const auto end = std::ranges::lower_bound(lefts_, std::floor(x) + 1.0) - lefts_.begin();
  if (end - first > 1) {
    const auto sharing =
        std::span(bars_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(end - first));
    const auto highest = std::ranges::max_element(sharing, {}, &AttentionBar::weight) - sharing.begin();
    return static_cast<std::size_t>(first + highest);
  }
  return static_cast<std::size_t>(std::ranges::upper_bound(lefts_, x) - lefts_.begin()) - 1;
}

void AttentionPlot::layOut() {
  lefts_.clear();
  if (bars_.empty()) return;
  const QRect place = field();
  const auto count = static_cast<double>(bars_.size());
  const auto gaps = static_cast<double>(groups_.size() - 1);
  gap_ = (place.width() - kGap * gaps) / count >= 2.0 ? kGap : 0.0;
  // A young context has few transitions: they are as wide as is pleasant, and stand at the right, by the present.
  bar_width_ = std::min((place.width() - gap_ * gaps) / count, 1.2 * fontMetrics().height());
  const double end = place.right() + 1;
  const double start = end - count * bar_width_ - gap_ * gaps;
  for (std::size_t i = 0; i < bars_.size(); ++i) {
    lefts_.push_back(start + static_cast<double>(i) * bar_width_ + static_cast<double>(group_of_[i]) * gap_);
  }
  lefts_.push_back(end);
}

QSize AttentionPlot::sizeHint() const {
  return {fontMetrics().averageCharWidth() * 60, fontMetrics().height() * 3 + kDotRow};
}

QSize AttentionPlot::minimumSizeHint() const {
  return {fontMetrics().averageCharWidth() * 20, sizeHint().height()};
}

void AttentionPlot::changeEvent(QEvent* event) {
  if (event->type() == QEvent::FontChange) layOut();
  QWidget::changeEvent(event);
}

void AttentionPlot::resizeEvent(QResizeEvent*) {
  layOut();
}

void AttentionPlot::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& theme = themeOf(*this);
  const QRect place = field();
  painter.fillRect(bars_.empty() ? rect() : place, theme.base);
  if (hasFocus()) {
    painter.setPen(theme.accent);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
  if (bars_.empty()) {
    painter.setPen(theme.quiet_text);
    painter.drawText(rect().adjusted(4, 0, -4, 0), Qt::AlignCenter | Qt::TextWordWrap, words_);
    return;
  }
  if (is_dimmed_) painter.setOpacity(0.4);
  paintBars(painter);
  painter.setOpacity(1.0);
  paintScale(painter);
  if (hovered_) {
    painter.setPen(theme.text);
    const QRect line(0, height() - fontMetrics().height(), width(), fontMetrics().height());
    const QString text = texts_.of_bar(bars_[*hovered_]);
    painter.drawText(line, Qt::AlignCenter, fontMetrics().elidedText(text, Qt::ElideRight, line.width()));
  } else {
    paintGroups(painter);
  }
}

void AttentionPlot::mouseMoveEvent(QMouseEvent* event) {
  hover(barAt(event->position().x()));
}

void AttentionPlot::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  if (const auto bar = barAt(event->position().x())) Q_EMIT rowClicked(bars_[*bar].strongest_row);
}

void AttentionPlot::leaveEvent(QEvent*) {
  hover(std::nullopt);
}

QRect AttentionPlot::field() const {
  const int scale = fontMetrics().horizontalAdvance(QStringLiteral("0.00 %")) + 4;
  const int now = fontMetrics().horizontalAdvance(tr("now")) + 8;
  return rect().adjusted(scale, 2, -now, -fontMetrics().height() - kDotRow);
}

void AttentionPlot::hover(std::optional<std::size_t> bar) {
  if (bar == hovered_) return;
  hovered_ = bar;
  update();
  Q_EMIT rowHovered(bar ? std::optional(bars_[*bar].strongest_row) : std::nullopt);
}

void AttentionPlot::paintBars(QPainter& painter) const {
  const Theme& theme = themeOf(*this);
  const QRect place = field();
  const bool has_seams = bar_width_ >= 4.0;
  for (std::size_t i = 0; i < bars_.size(); ++i) {
    const AttentionBar& bar = bars_[i];
    const int left = static_cast<int>(std::floor(xOf(i)));
    const int end = static_cast<int>(std::floor(xOf(i) + bar_width_));
    const int width = std::max(1, end - left - (has_seams ? 1 : 0));
    if (hovered_ == i) {
      painter.fillRect(QRect(left - 1, place.top(), width + 2, place.height()), theme.grid);
      painter.fillRect(QRect(left - 1, place.bottom() + 1, width + 2, 2), theme.text);
    }
    const double share = largest_ > 0.0 ? bar.weight / largest_ : 0.0;
    const int height = static_cast<int>(std::ceil(share * place.height()));
    painter.fillRect(QRect(left, place.bottom() + 1 - height, width, height), theme.attention(0.3 + 0.7 * share));
    if (!bar.is_rewarded) continue;
    const int dot = std::clamp(width, 2, 4);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.text);
    painter.drawEllipse(QRectF(left + (width - dot) / 2.0, place.bottom() + 2 + (kDotRow - dot) / 2.0, dot, dot));
    painter.setRenderHint(QPainter::Antialiasing, false);
  }
  painter.setPen(theme.border);
  painter.drawLine(place.left(), place.bottom() + 1, place.right(), place.bottom() + 1);
  for (std::size_t group = 1; group < groups_.size(); ++group) {
    const int x = static_cast<int>(std::floor(xOf(groups_[group].begin) - gap_ / 2.0));
    painter.drawLine(x, place.top(), x, place.bottom() + kDotRow);
  }
}

void AttentionPlot::paintGroups(QPainter& painter) const {
  painter.setPen(themeOf(*this).quiet_text);
  const int line = height() - fontMetrics().height();
  const int space = fontMetrics().averageCharWidth();
  const auto number = [this](const Group& group) { return QString::number(bars_[group.begin].episode + 1); };
  const auto fullText = [&](const Group& group) {
    const QString rest = texts_.of_episode(bars_[group.begin].episode);
    return rest.isEmpty() ? number(group) : QStringLiteral("%1: %2").arg(number(group), rest);
  };
  const auto room = [&](const Group& group) { return xOf(group.end - 1) + bar_width_ - xOf(group.begin); };
  // All whole episodes alike: with their returns if each has room for it, else the number only, of as many as there is
  // room for.
  bool has_room = true;
  for (std::size_t i = 1; i + 1 < groups_.size(); ++i) {
    has_room &= fontMetrics().horizontalAdvance(fullText(groups_[i])) + space / 2 <= room(groups_[i]);
  }
  double free_from = 0.0;
  for (const Group& group : groups_) {
    const double left = xOf(group.begin);
    QString text = has_room ? fullText(group) : number(group);
    if (fontMetrics().horizontalAdvance(text) > room(group)) text = number(group);  // the cut first one, the last one
    const int text_width = fontMetrics().horizontalAdvance(text);
    if (left < free_from || left + text_width > width()) continue;
    painter.drawText(QRectF(left, line, text_width + 1, fontMetrics().height()), Qt::AlignLeft | Qt::AlignVCenter,
                     text);
    free_from = left + text_width + space;
  }
}

void AttentionPlot::paintScale(QPainter& painter) const {
  const Theme& theme = themeOf(*this);
  const QRect place = field();
  painter.setPen(theme.quiet_text);
  const int text_height = fontMetrics().height();
  const QRect top(0, place.top() - 2, place.left() - 4, text_height);
  painter.drawText(top, Qt::AlignRight | Qt::AlignVCenter, percentText(largest_));
  if (place.height() >= text_height * 3 / 2) {
    painter.drawText(QRect(0, place.bottom() + 2 - text_height, place.left() - 4, text_height),
                     Qt::AlignRight | Qt::AlignBottom, QStringLiteral("0"));
  }
  // The present moment.
  painter.fillRect(QRect(place.right() + 2, place.top(), 2, place.height()), theme.text);
  painter.setPen(theme.text);
  painter.drawText(QRect(place.right() + 6, place.top(), width() - place.right() - 6, place.height()),
                   Qt::AlignLeft | Qt::AlignVCenter, tr("now"));
}

}  // namespace limbeck
