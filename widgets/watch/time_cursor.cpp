// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/time_cursor.h"

#include <algorithm>
#include <utility>

#include "core/data/recorded_stream.h"

namespace limbeck {

TimeCursor::TimeCursor(QObject* parent) : QObject(parent) {}

TimeCursor::~TimeCursor() = default;

void TimeCursor::setStream(std::shared_ptr<const RecordedStream> stream) {
  if (stream == stream_) return;
  stream_ = std::move(stream);
  // The place is mended before anybody is told, so that nobody asks for an episode that is not there.
  const Place before = std::exchange(place_, follows_end_ ? lastPlace() : fitted(place_));
  Q_EMIT streamChanged();
  announce(before, follows_end_);
}

int TimeCursor::episodes() const {
  return stream_ ? stream_->episodes() : 0;
}

int TimeCursor::stepsOf(int episode) const {
  return episode >= 0 && episode < episodes() ? stream_->length(episode) : 0;
}

std::int64_t TimeCursor::row() const {
  return stream_ ? stream_->begin(episode()) + step() : 0;
}

bool TimeCursor::isAtEnd() const {
  const Place last = lastPlace();
  return place_.episode == last.episode && place_.step == last.step;
}

std::int64_t TimeCursor::momentOf(int episode) const {
  // Each earlier episode has one moment more than it has steps.
  return stream_ ? stream_->begin(episode) + episode : 0;
}

void TimeCursor::glideTo(std::int64_t moment, double fraction) {
  if (episodes() == 0) return;
  const std::int64_t wanted = std::clamp(moment, std::int64_t{0}, moments() - 1);
  int low = 0;
  int high = episodes();
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (momentOf(middle) <= wanted ? low : high) = middle;
  }
  move({low, static_cast<int>(wanted - momentOf(low)), fraction});
}

void TimeCursor::moveTo(int episode, int step) {
  move({episode, step, 0.0});
}

void TimeCursor::moveToEpisode(int episode) {
  moveTo(episode, 0);
}

void TimeCursor::stepBy(int steps) {
  glideTo(moment() + steps, 0.0);
}

void TimeCursor::episodeBy(int by) {
  const std::int64_t wanted = std::int64_t{episode()} + by;
  if (wanted >= episodes()) {
    move(lastPlace());
  } else {
    moveToEpisode(static_cast<int>(std::max<std::int64_t>(wanted, 0)));
  }
}

void TimeCursor::toStart() {
  moveTo(0, 0);
}

void TimeCursor::toEnd() {
  const bool followed = std::exchange(follows_end_, true);
  const Place before = std::exchange(place_, lastPlace());
  announce(before, followed);
}

TimeCursor::Place TimeCursor::fitted(Place place) const {
  if (episodes() == 0) return {};
  if (place.episode >= episodes()) return lastPlace();
  Place result{std::max(place.episode, 0), std::max(place.step, 0), place.fraction};
  const int steps = stepsOf(result.episode);
  if (result.step >= steps) result = {result.episode, steps, 0.0};
  return result;
}

TimeCursor::Place TimeCursor::lastPlace() const {
  if (episodes() == 0) return {};
  return {episodes() - 1, stepsOf(episodes() - 1), 0.0};
}

void TimeCursor::move(const Place& to) {
  const Place before = std::exchange(place_, fitted(to));
  // Pressing Right at the live end goes nowhere, and ends nothing.
  const bool followed = std::exchange(follows_end_, follows_end_ && place_ == before);
  announce(before, followed);
}

void TimeCursor::announce(const Place& before, bool followed_before) {
  const Place now = place_;  // a listener may move the cursor on
  if (followed_before != follows_end_) Q_EMIT followingChanged(follows_end_);
  if (now.episode != before.episode) Q_EMIT episodeChanged(now.episode);
  if (now != before) Q_EMIT moved();
}

}  // namespace limbeck
