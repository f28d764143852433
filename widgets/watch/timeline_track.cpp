// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/timeline_track.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "core/data/recorded_stream.h"
#include "widgets/base/text.h"
#include "widgets/base/theme.h"
#include "widgets/watch/accessible_role.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/time_cursor.h"

namespace limbeck {

TimelineTrack::TimelineTrack(TimeCursor& cursor, Playback& playback, QWidget* parent)
    : QWidget(parent), cursor_(cursor), playback_(playback) {
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("Timeline of episodes and their returns"));
  setAccessibleRole(*this, QAccessible::Slider);
  connect(&cursor_, &TimeCursor::moved, this, qOverload<>(&QWidget::update));
  connect(&cursor_, &TimeCursor::streamChanged, this, &TimelineTrack::layOut);
  connect(&playback_, &Playback::loopChanged, this, qOverload<>(&QWidget::update));
}

void TimelineTrack::setOptimum(std::optional<double> optimum) {
  optimum_ = optimum;
  layOut();
}

int TimelineTrack::episodeAt(double x) const {
  const QRect place = field();
  const double share = (x - place.left()) / std::max(1, place.width());
  const int episodes = cursor_.episodes();
  return std::clamp(static_cast<int>(std::floor(share * episodes)), 0, std::max(0, episodes - 1));
}

double TimelineTrack::xOf(double episode) const {
  const QRect place = field();
  return place.left() + place.width() * episode / std::max(1, cursor_.episodes());
}

QSize TimelineTrack::sizeHint() const {
  return {fontMetrics().averageCharWidth() * 60, fontMetrics().height() * 5 / 2};
}

QSize TimelineTrack::minimumSizeHint() const {
  return {fontMetrics().averageCharWidth() * 20, sizeHint().height()};
}

bool TimelineTrack::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip && cursor_.episodes() > 0) {
    const auto& help = static_cast<const QHelpEvent&>(*event);
    QToolTip::showText(help.globalPos(), textAt(help.pos().x()), this);
    return true;
  }
  return QWidget::event(event);
}

void TimelineTrack::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& theme = themeOf(*this);
  const QRect place = field();
  painter.fillRect(place, theme.base);
  if (cursor_.episodes() > 0) {
    paintBars(painter);
    paintLoop(painter);
  }
  painter.setPen(hasFocus() ? theme.accent : theme.border);
  painter.drawRect(place.adjusted(-1, -1, 0, 0));
  if (cursor_.episodes() > 0) paintCursor(painter);
}

void TimelineTrack::resizeEvent(QResizeEvent*) {
  layOut();
}

void TimelineTrack::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || cursor_.episodes() == 0) return;
  if (event->modifiers().testFlag(Qt::ShiftModifier)) {
    loop_anchor_ = episodeAt(event->position().x());
    playback_.setLoop(*loop_anchor_, *loop_anchor_);
  } else {
    playback_.setHeld(true);
    scrubTo(event->position().x());
  }
}

void TimelineTrack::mouseMoveEvent(QMouseEvent* event) {
  if (!event->buttons().testFlag(Qt::LeftButton) || cursor_.episodes() == 0) return;
  if (loop_anchor_) {
    playback_.setLoop(*loop_anchor_, episodeAt(event->position().x()));
  } else {
    scrubTo(event->position().x());
  }
}

void TimelineTrack::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  loop_anchor_.reset();
  playback_.setHeld(false);
}

void TimelineTrack::layOut() {
  bars_.clear();
  update();
  if (cursor_.episodes() == 0) return;
  const RecordedStream& stream = *cursor_.stream();
  const int episodes = stream.episodes();
  const QRect place = field();
  const int columns = std::max(1, std::min(place.width(), episodes));
  low_ = 0.0;
  high_ = optimum_.value_or(0.0);
  for (int episode = 0; episode < episodes; ++episode) {
    low_ = std::min<double>(low_, static_cast<double>(stream.returnOf(episode)));
    high_ = std::max<double>(high_, static_cast<double>(stream.returnOf(episode)));
  }
  if (high_ <= low_) high_ = low_ + 1.0;

  // At most one bar a pixel: of more episodes than that, each bar is the mean of its own.
  bars_.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) {
    const auto border = [&](int c) { return static_cast<int>(static_cast<std::int64_t>(c) * episodes / columns); };
    double sum = 0.0;
    for (int episode = border(column); episode < border(column + 1); ++episode) {
      sum += static_cast<double>(stream.returnOf(episode));
    }
    const int left = static_cast<int>(std::lround(xOf(border(column))));
    const int right = static_cast<int>(std::lround(xOf(border(column + 1))));
    bars_.push_back({left, right, heightOf(sum / (border(column + 1) - border(column)))});
  }
}

void TimelineTrack::scrubTo(double x) {
  const int episode = episodeAt(x);
  const int steps = cursor_.stepsOf(episode);
  const double share = (x - xOf(episode)) / (xOf(episode + 1) - xOf(episode));
  cursor_.moveTo(episode, static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * steps)));
}

QRect TimelineTrack::field() const {
  const int margin = fontMetrics().height() / 3;  // room for the handle of the cursor
  return rect().adjusted(margin, margin, -margin, -1);
}

double TimelineTrack::cursorX() const {
  const int steps = cursor_.stepsOf(cursor_.episode());
  return xOf(cursor_.episode() + (cursor_.step() + cursor_.fraction()) / std::max(1, steps));
}

double TimelineTrack::heightOf(double value) const {
  return std::clamp((value - low_) / (high_ - low_), 0.0, 1.0);
}

void TimelineTrack::paintBars(QPainter& painter) const {
  const Theme& theme = themeOf(*this);
  const QRect place = field();
  const int now = static_cast<int>(std::lround(cursorX()));
  QColor to_come = theme.accent;
  to_come.setAlphaF(0.35F);
  for (const Bar& bar : bars_) {
    const int gap = bar.right - bar.left >= 4 ? 1 : 0;
    const int height = static_cast<int>(std::lround(bar.height * (place.height() - 2)));
    const QRect whole(bar.left, place.bottom() + 1 - height, bar.right - bar.left - gap, height);
    const int played = std::clamp(now - whole.left(), 0, whole.width());
    painter.fillRect(QRect(whole.left(), whole.top(), played, height), theme.accent);
    painter.fillRect(QRect(whole.left() + played, whole.top(), whole.width() - played, height), to_come);
  }
  if (optimum_) {
    const int y = place.bottom() + 1 - static_cast<int>(std::lround(heightOf(*optimum_) * (place.height() - 2)));
    painter.setPen(QPen(theme.role(PlotRole::Optimum), 1.0, Qt::DashDotLine));
    painter.drawLine(place.left(), y, place.right(), y);
  }
}

void TimelineTrack::paintLoop(QPainter& painter) const {
  const std::optional<LoopRange> loop = playback_.loop();
  if (!loop) return;
  const Theme& theme = themeOf(*this);
  const QRect place = field();
  const int left = static_cast<int>(std::lround(xOf(loop->first)));
  const int right = std::max(left + 3, static_cast<int>(std::lround(xOf(loop->last + 1))));
  QColor veil = theme.window;
  veil.setAlphaF(0.75F);
  painter.fillRect(QRect(place.topLeft(), QPoint(left - 1, place.bottom())), veil);
  painter.fillRect(QRect(QPoint(right, place.top()), place.bottomRight()), veil);
  // Brackets, so that the range shows without its shade.
  painter.setPen(QPen(theme.text, 2.0));
  const int arm = std::min(fontMetrics().height() / 4, (right - left) / 2);
  for (const auto& [x, direction] : {std::pair{left + 1, 1}, std::pair{right - 1, -1}}) {
    painter.drawLine(x, place.top(), x, place.bottom());
    painter.drawLine(x, place.top() + 1, x + direction * arm, place.top() + 1);
    painter.drawLine(x, place.bottom(), x + direction * arm, place.bottom());
  }
}

void TimelineTrack::paintCursor(QPainter& painter) const {
  const Theme& theme = themeOf(*this);
  const QRect place = field();
  const double x = cursorX();
  const double half = place.left() / 2.0 + 1.0;
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(QRectF(x - 2.0, place.top(), 4.0, place.height()), theme.base);
  painter.fillRect(QRectF(x - 1.0, place.top(), 2.0, place.height()), theme.text);
  QPainterPath handle;
  handle.moveTo(x - half, 0.0);
  handle.lineTo(x + half, 0.0);
  handle.lineTo(x, half * 1.6);
  handle.closeSubpath();
  painter.fillPath(handle, theme.text);
}

QString TimelineTrack::textAt(double x) const {
  const int episode = episodeAt(x);
  QString text = tr("episode %1 of %2, return %3")
                     .arg(episode + 1)
                     .arg(cursor_.episodes())
                     .arg(returnText(static_cast<double>(cursor_.stream()->returnOf(episode))));
  if (optimum_) text += tr(", optimum %1").arg(returnText(*optimum_));
  return text + tr("\nDrag to move, Shift+drag to loop");
}

}  // namespace limbeck
