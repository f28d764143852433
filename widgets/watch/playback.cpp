// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/playback.h"

#include <QElapsedTimer>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "widgets/watch/time_cursor.h"

namespace limbeck {
namespace {

constexpr double kStepsPerSecond = 5.0;
constexpr double kMaxSpeedSeconds = 3.0;
constexpr int kFirstSpeedWithoutGliding = 16;  // from here on a step is shorter than five frames
constexpr std::chrono::milliseconds kFrame{16};

Playback::Clock monotonicClock() {
  QElapsedTimer timer;
  timer.start();
  return [timer] { return timer.elapsed(); };
}

}  // namespace

QString speedText(int speed) {
  return speed >= kMaxPlaybackSpeed ? QStringLiteral("max") : QStringLiteral("%1×").arg(speed);
}

Playback::Playback(TimeCursor& cursor, QObject* parent, Clock clock)
    : QObject(parent), cursor_(cursor), clock_(clock ? std::move(clock) : monotonicClock()) {
  timer_.setInterval(kFrame);
  timer_.setTimerType(Qt::PreciseTimer);
  connect(&timer_, &QTimer::timeout, this, &Playback::tick);
  connect(&cursor_, &TimeCursor::streamChanged, this, &Playback::onStreamChanged);
  connect(&cursor_, &TimeCursor::moved, this, &Playback::onCursorMoved);
}

double Playback::stepsPerSecond() const {
  if (speed_ < kMaxPlaybackSpeed) return kStepsPerSecond * speed_;
  const Span span = playedSpan();
  const double twice_the_next = 2.0 * kStepsPerSecond * kPlaybackSpeeds[kPlaybackSpeeds.size() - 2];
  return std::max(twice_the_next, static_cast<double>(span.last - span.first) / kMaxSpeedSeconds);
}

void Playback::setReducedMotion(bool is_reduced) {
  is_motion_reduced_ = is_reduced;
}

void Playback::setSuspended(bool is_suspended) {
  is_suspended_ = is_suspended;
  goOn();
}

void Playback::setHeld(bool is_held) {
  is_held_ = is_held;
  goOn();
}

void Playback::play() {
  if (is_playing_ || cursor_.episodes() == 0) return;
  const Span span = playedSpan();
  if (cursor_.moment() < span.first || cursor_.moment() >= span.last) cursor_.glideTo(span.first, 0.0);
  position_ = static_cast<double>(cursor_.moment()) + cursor_.fraction();
  setPlaying(true);
}

void Playback::pause() {
  if (!is_playing_) return;
  setPlaying(false);
  // A figure does not stand between two cells: it goes to the nearer one.
  cursor_.glideTo(cursor_.moment() + std::lround(cursor_.fraction()), 0.0);
}

void Playback::toggle() {
  if (is_playing_) {
    pause();
  } else {
    play();
  }
}

void Playback::faster() {
  stepSpeed(1);
}

void Playback::slower() {
  stepSpeed(-1);
}

void Playback::setSpeed(int speed) {
  const auto above = std::ranges::upper_bound(kPlaybackSpeeds, speed);
  const int wanted = above == kPlaybackSpeeds.begin() ? kPlaybackSpeeds.front() : *std::prev(above);
  if (wanted == speed_) return;
  if (isTicking()) tick();  // what was played until now went at the old speed
  speed_ = wanted;
  anchor(position_);
  Q_EMIT speedChanged(speed_);
}

void Playback::setLoop(int first_episode, int last_episode) {
  if (cursor_.episodes() == 0) return;
  const int end = cursor_.episodes() - 1;
  const auto [first, last] = std::minmax(std::clamp(first_episode, 0, end), std::clamp(last_episode, 0, end));
  setLoopRange(LoopRange{first, last});
}

void Playback::setLoopFirst(int episode) {
  const int last = loop_ && loop_->last >= episode ? loop_->last : cursor_.episodes() - 1;
  setLoop(episode, last);
}

void Playback::setLoopLast(int episode) {
  const int first = loop_ && loop_->first <= episode ? loop_->first : 0;
  setLoop(first, episode);
}

void Playback::clearLoop() {
  setLoopRange(std::nullopt);
}

Playback::Span Playback::playedSpan() const {
  if (!loop_) return {0, std::max<std::int64_t>(0, cursor_.moments() - 1)};
  return {cursor_.momentOf(loop_->first), cursor_.momentOf(loop_->last) + cursor_.stepsOf(loop_->last)};
}

bool Playback::glides() const {
  return speed_ < kFirstSpeedWithoutGliding && !is_motion_reduced_;
}

void Playback::tick() {
  last_ms_ = clock_();
  position_ = anchor_position_ + stepsPerSecond() * static_cast<double>(last_ms_ - anchor_ms_) / 1000.0;
  const Span span = playedSpan();
  const bool begins_again = loop_.has_value() || loops_whole_;
  const auto end = static_cast<double>(span.last);
  if (begins_again && position_ >= end + 1.0) {  // the last moment is shown as long as any other
    const auto first = static_cast<double>(span.first);
    anchor(first + std::fmod(position_ - first, end + 1.0 - first));
  }
  const bool is_over = !begins_again && position_ >= end;
  if (is_over) position_ = end;
  const double whole = std::floor(position_);
  is_moving_cursor_ = true;
  cursor_.glideTo(static_cast<std::int64_t>(whole), glides() ? position_ - whole : 0.0);
  is_moving_cursor_ = false;
  if (is_over) setPlaying(false);
}

void Playback::anchor(double position) {
  position_ = anchor_position_ = position;
  last_ms_ = anchor_ms_ = clock_();
}

void Playback::goOn() {
  const bool ticks = is_playing_ && !is_suspended_ && !is_held_;
  if (ticks == timer_.isActive()) return;
  if (ticks) {
    anchor(position_);
    timer_.start();
  } else {
    timer_.stop();
  }
}

void Playback::onCursorMoved() {
  if (is_moving_cursor_) return;
  anchor(static_cast<double>(cursor_.moment()) + cursor_.fraction());
  if (cursor_.followsEnd()) setPlaying(false);  // who watches the live end is not to be carried back to the start
}

void Playback::onStreamChanged() {
  if (loop_ && loop_->last >= cursor_.episodes()) {
    loop_.reset();
    Q_EMIT loopChanged();
  }
  if (cursor_.episodes() == 0) {
    setPlaying(false);
    return;
  }
  // A live stream grows several times a second: the part of a step that was played already must not be lost each time.
  anchor_position_ = static_cast<double>(cursor_.moment()) + (position_ - std::floor(position_));
  anchor_ms_ = last_ms_;
}

void Playback::setPlaying(bool is_playing) {
  if (is_playing == is_playing_) return;
  is_playing_ = is_playing;
  goOn();
  Q_EMIT playingChanged(is_playing_);
}

void Playback::setLoopRange(std::optional<LoopRange> range) {
  if (range == loop_) return;
  if (isTicking() && cursor_.episodes() > 0) tick();
  loop_ = range;
  anchor(position_);
  Q_EMIT loopChanged();
}

void Playback::stepSpeed(int direction) {
  const auto index = std::ranges::find(kPlaybackSpeeds, speed_) - kPlaybackSpeeds.begin() + direction;
  const auto last = static_cast<std::ptrdiff_t>(kPlaybackSpeeds.size()) - 1;
  setSpeed(kPlaybackSpeeds[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(index, 0, last))]);
}

}  // namespace limbeck
