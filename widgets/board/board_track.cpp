// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/board_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace limbeck {
namespace {

QPoint cellOfState(const TabularTask& task, int state) {
  const std::size_t place = 2 * static_cast<std::size_t>(state);
  return {task.observation[place], task.observation[place + 1]};
}

}  // namespace

BoardTrack::BoardTrack(std::shared_ptr<const Environment> environment, TaskId task,
                       std::shared_ptr<const RecordedStream> stream)
    : environment_(std::move(environment)),
      stream_(std::move(stream)),
      task_(environment_->makeTask(task)),
      markers_(environment_->markers(task)) {
  LIMBECK_CHECK(stream_->spec() == environment_->spec() && stream_->spec().observationSize() == 2,
                "a stream of another environment");
  LIMBECK_CHECK(stream_->episodes() > 0, "an empty stream has no moment");
}

BoardMoment BoardTrack::momentAt(int episode, double step) const {
  BoardMoment moment;
  const int last = stream_->episodes() - 1;
  moment.is_past_end = episode > last;
  moment.episode = std::clamp(episode, 0, last);
  const int length = stream_->length(moment.episode);
  if (moment.is_past_end || step >= length) {
    moment.step = length;
  } else if (step > 0.0) {
    moment.step = static_cast<int>(std::floor(step));
    moment.share = step - moment.step;
  }
  return moment;
}

QPoint BoardTrack::recordedCell(std::int64_t row) const {
  const std::size_t place = 2 * static_cast<std::size_t>(row);
  return {stream_->columns().observations[place], stream_->columns().observations[place + 1]};
}

QPoint BoardTrack::arrivalCell(int episode) const {
  const std::int64_t begin = stream_->begin(episode);
  const std::int64_t end = stream_->begin(episode + 1);
  const auto started = std::ranges::find_if(
      task_.start_states, [&](int state) { return cellOfState(task_, state) == recordedCell(begin); });
  int state = started == task_.start_states.end() ? -1 : *started;
  for (std::int64_t row = begin; row < end; ++row) {
    // A play that the tables do not explain (rules of another version) ends where it was last seen.
    if (state < 0 || cellOfState(task_, state) != recordedCell(row)) return recordedCell(end - 1);
    const Action action = stream_->columns().actions[static_cast<std::size_t>(row)];
    state = task_.next_state[static_cast<std::size_t>(state) * task_.spec.action_count + action];
  }
  return cellOfState(task_, state);
}

QPoint BoardTrack::cellAt(int episode, int step) const {
  return step < stream_->length(episode) ? recordedCell(stream_->begin(episode) + step) : arrivalCell(episode);
}

std::vector<QPoint> BoardTrack::cellsUpTo(int episode, int step) const {
  const std::int64_t begin = stream_->begin(episode);
  const int recorded = std::min(step, stream_->length(episode) - 1);
  std::vector<QPoint> cells;
  cells.reserve(static_cast<std::size_t>(step) + 1);
  for (int i = 0; i <= recorded; ++i) cells.push_back(recordedCell(begin + i));
  if (step > recorded) cells.push_back(arrivalCell(episode));
  return cells;
}

double BoardTrack::returnAt(int episode, int step) const {
  const auto begin = static_cast<std::size_t>(stream_->begin(episode));
  double sum = 0.0;
  for (int i = 0; i < step; ++i) sum += stream_->columns().rewards[begin + static_cast<std::size_t>(i)];
  return sum;
}

float BoardTrack::rewardAt(int episode, int step) const {
  return step == 0 ? 0.0F : stream_->columns().rewards[static_cast<std::size_t>(stream_->begin(episode) + step - 1)];
}

std::vector<bool> BoardTrack::markersDone(int episode, int step) const {
  std::vector<bool> done(markers_.size(), false);
  if (environment_->options().reward == RewardRule::EveryStep) return done;
  for (int i = 1; i <= step; ++i) {
    if (rewardAt(episode, i) == 0.0F) continue;
    const QPoint cell = cellAt(episode, i);
    // In order: of a key and a door in one cell, the key pays first.
    for (std::size_t m = 0; m < markers_.size(); ++m) {
      if (done[m] || markers_[m].x != cell.x() || markers_[m].y != cell.y()) continue;
      done[m] = true;
      break;
    }
  }
  return done;
}

std::optional<TaskMarker> BoardTrack::markerPaidAt(int episode, int step) const {
  if (rewardAt(episode, step) <= 0.0F) return std::nullopt;
  const std::vector<bool> before = markersDone(episode, step - 1);
  const QPoint cell = cellAt(episode, step);
  for (std::size_t m = 0; m < markers_.size(); ++m) {
    if (!before[m] && markers_[m].x == cell.x() && markers_[m].y == cell.y()) return markers_[m];
  }
  return std::nullopt;
}

}  // namespace limbeck
