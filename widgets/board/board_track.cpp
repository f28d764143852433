// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/board_track.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "widgets/board/possible_states.h"

namespace limbeck {

BoardKind boardKindOf(const Environment& environment) {
  if (environment.gridSize().longerSide() > 0) return BoardKind::Grid;
  if (environment.options().arms > 0) return BoardKind::Arms;
  const bool is_pool = environment.frames() != nullptr && environment.topView(TaskId{0}).has_value();
  return is_pool ? BoardKind::Pool : BoardKind::None;
}

BoardTrack::BoardTrack(std::shared_ptr<const Environment> environment, TaskId task,
                       std::shared_ptr<const RecordedStream> stream, std::vector<std::uint8_t> present)
    : environment_(std::move(environment)),
      task_id_(task),
      stream_(std::move(stream)),
      present_(std::move(present)),
      kind_(boardKindOf(*environment_)),
      task_(environment_->makeTask(task)),
      cell_kinds_(environment_->cellKinds()),
      markers_(environment_->markers(task)) {
  LIMBECK_CHECK(kind_ != BoardKind::None && stream_->spec() == environment_->spec(), "a stream of another environment");
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

std::span<const std::uint8_t> BoardTrack::recorded(std::int64_t row) const {
  const auto size = static_cast<std::size_t>(stream_->spec().observationSize());
  return stream_->columns().observations.subspan(static_cast<std::size_t>(row) * size, size);
}

std::span<const std::uint8_t> BoardTrack::arrival(int episode) const {
  if (!present_.empty() && episode + 1 == stream_->episodes()) return present_;
  const std::int64_t begin = stream_->begin(episode);
  const std::int64_t end = stream_->begin(episode + 1);
  const TransitionColumns& columns = stream_->columns();
  PossibleStates possible(task_, recorded(begin));
  for (std::int64_t row = begin; row < end && !possible.states().empty(); ++row) {
    const auto place = static_cast<std::size_t>(row);
    const bool is_last = row + 1 == end;
    possible.step(columns.actions[place], columns.rewards[place], columns.ends[place],
                  is_last ? std::span<const std::uint8_t>{} : recorded(row + 1));
  }
  return possible.observation();  // of the tables, which live as long as this does
}

std::span<const std::uint8_t> BoardTrack::observationAt(int episode, int step) const {
  return step < stream_->length(episode) ? recorded(stream_->begin(episode) + step) : arrival(episode);
}

ViewPose BoardTrack::poseAt(int episode, int step) const {
  const FrameView& frames = *environment_->frames();
  const auto seen = observationAt(episode, step);
  const auto pose = seen.empty() ? std::nullopt : frames.poseOf(seen);
  if (pose) return *pose;
  return frames.poseOf(recorded(stream_->begin(episode) + std::min(step, stream_->length(episode) - 1)))
      .value_or(ViewPose{});
}

QPoint BoardTrack::cellAt(int episode, int step) const {
  if (kind_ == BoardKind::Pool) {
    const ViewPose pose = poseAt(episode, step);
    return {pose.x, pose.y};
  }
  LIMBECK_CHECK(kind_ == BoardKind::Grid, "there are no cells");
  auto seen = observationAt(episode, step);
  if (seen.empty()) seen = recorded(stream_->begin(episode + 1) - 1);
  return {seen[0], seen[1]};
}

std::vector<QPoint> BoardTrack::cellsUpTo(int episode, int step) const {
  std::vector<QPoint> cells;
  cells.reserve(static_cast<std::size_t>(step) + 1);
  for (int i = 0; i <= step; ++i) cells.push_back(cellAt(episode, i));
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
