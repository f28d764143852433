// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/board_picture.h"

#include <algorithm>
#include <cmath>

namespace limbeck {
namespace {

constexpr int kExportCells = 12;
constexpr int kLeastColumn = 30;  // pixels, so that an arm's tally fits

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

BoardScene gridScene(const BoardTrack& track, const VisitCounts* counts, const BoardMoment& moment,
                     const BoardLook& look) {
  BoardScene scene;
  scene.grid = track.grid();
  scene.kinds = track.cellKinds();
  scene.role = look.role;
  const std::vector<QPoint> cells = track.cellsUpTo(moment.episode, moment.step);
  const QPoint here = cells.back();
  const QPoint next = moment.share > 0.0 ? track.cellAt(moment.episode, moment.step + 1) : here;
  scene.agent = BoardAgent{here, next, moment.share};
  scene.start = cells.front();
  if (look.has_trail) scene.trail = cells;
  switch (look.heat) {
    case BoardHeat::Off:
      break;
    case BoardHeat::Episode:
      scene.visits = episodeVisits(track, moment.episode, moment.step);
      break;
    case BoardHeat::Cumulative:
      if (counts != nullptr) scene.visits = counts->upTo(moment.episode, moment.step);
      break;
  }
  if (look.has_goal) {
    const std::vector<bool> done = track.markersDone(moment.episode, moment.step);
    for (std::size_t m = 0; m < done.size(); ++m) scene.markers.push_back({track.markers()[m], done[m]});
  }
  if (track.rewardAt(moment.episode, moment.step) > 0.0F) scene.flash = 1.0 - moment.share;
  return scene;
}

PoolScene poolScene(const BoardTrack& track, const BoardMoment& moment, const BoardLook& look) {
  PoolScene scene;
  scene.view = track.environment().topView(track.taskId());
  scene.has_goal = look.has_goal;
  scene.role = look.role;
  scene.is_done =
      track.environment().options().reward == RewardRule::Once && track.returnAt(moment.episode, moment.step) > 0.0;
  const std::vector<QPoint> places = track.cellsUpTo(moment.episode, moment.step);
  scene.start = places.front();
  if (look.has_trail) scene.trail.assign(places.begin(), places.end());
  const ViewPose here = track.poseAt(moment.episode, moment.step);
  scene.agent =
      PoolAgent{here, moment.share > 0.0 ? track.poseAt(moment.episode, moment.step + 1) : here, moment.share};
  scene.frame = frameImage(*track.environment().frames(), track.observationAt(moment.episode, moment.step));
  if (track.rewardAt(moment.episode, moment.step) > 0.0F) scene.flash = 1.0 - moment.share;
  return scene;
}

}  // namespace

BoardPicture makePicture(const BoardTrack& track, const VisitCounts* counts, const BoardMoment& moment,
                         const BoardLook& look) {
  switch (track.kind()) {
    case BoardKind::Grid:
      return gridScene(track, counts, moment, look);
    case BoardKind::Arms: {
      ArmsScene scene = armsUpTo(track, moment, look.has_goal);
      scene.role = look.role;
      return scene;
    }
    case BoardKind::Pool:
      return poolScene(track, moment, look);
    case BoardKind::None:
      break;
  }
  return BoardScene{};
}

BoardPicture makeStill(const Environment& environment, TaskId task, std::span<const std::uint8_t> present,
                       const BoardLook& look) {
  switch (boardKindOf(environment)) {
    case BoardKind::Grid: {
      BoardScene scene;
      scene.grid = environment.gridSize();
      scene.kinds = environment.cellKinds();
      scene.role = look.role;
      if (present.empty()) return scene;
      const QPoint here(present[0], present[1]);
      scene.agent = BoardAgent{here, here, 0.0};
      if (!look.has_goal) return scene;
      for (const TaskMarker& marker : environment.markers(task)) scene.markers.push_back({marker, false});
      return scene;
    }
    case BoardKind::Arms: {
      ArmsScene scene;
      scene.pulls.assign(static_cast<std::size_t>(environment.spec().action_count), 0);
      scene.paid = scene.pulls;
      scene.role = look.role;
      if (!present.empty() && look.has_goal) scene.means = armMeans(environment.makeTask(task));
      return scene;
    }
    case BoardKind::Pool: {
      PoolScene scene;
      scene.view = environment.topView(task);
      scene.role = look.role;
      const auto pose = present.empty() ? std::nullopt : environment.frames()->poseOf(present);
      scene.has_goal = pose.has_value() && look.has_goal;
      if (!pose) return scene;
      scene.agent = PoolAgent{*pose, *pose, 0.0};
      scene.frame = frameImage(*environment.frames(), present);
      return scene;
    }
    case BoardKind::None:
      break;
  }
  return BoardScene{};
}

void highlightRow(BoardPicture& picture, const BoardTrack& track, std::int64_t row) {
  const RecordedStream& stream = track.stream();
  if (row < 0 || row >= stream.columns().rows()) return;
  const int episode = stream.episodeAt(row);
  const int step = static_cast<int>(row - stream.begin(episode));
  std::visit(
      Overloaded{[&](BoardScene& scene) { scene.highlighted = track.cellAt(episode, step); },
                 [&](ArmsScene& scene) { scene.highlighted = stream.columns().actions[static_cast<std::size_t>(row)]; },
                 [&](PoolScene& scene) { scene.highlighted = track.cellAt(episode, step); }},
      picture);
}

PictureGeometry fitPicture(const QRectF& area, const BoardPicture& picture, const QTransform& device) {
  PictureGeometry geometry;
  std::visit(Overloaded{[&](const BoardScene& scene) {
                          geometry.cells = fitBoard(area, scene.grid, device);
                          geometry.board = scene.grid.longerSide() > 0 ? geometry.cells.board() : area;
                        },
                        [&](const ArmsScene& scene) {
                          geometry.arms = fitArms(area, static_cast<int>(scene.pulls.size()));
                          geometry.board = geometry.arms.board;
                        },
                        [&](const PoolScene&) {
                          geometry.pool = layOutPool(area, FrameShape{});
                          geometry.board = geometry.pool.board();
                        }},
             picture);
  return geometry;
}

void paintPicture(QPainter& painter, const PictureGeometry& geometry, const BoardPicture& picture, const QFont& font,
                  const Theme& theme) {
  std::visit(Overloaded{[&](const BoardScene& scene) { paintBoard(painter, geometry.cells, scene, theme); },
                        [&](const ArmsScene& scene) { paintArms(painter, geometry.arms, scene, font, theme); },
                        [&](const PoolScene& scene) { paintPool(painter, geometry.pool, scene, theme); }},
             picture);
}

QSizeF pictureSize(const BoardTrack& track, int cell_pixels) {
  const double usual = static_cast<double>(kExportCells) * cell_pixels;
  switch (track.kind()) {
    case BoardKind::Grid:
      return QSizeF(track.grid().width, track.grid().height) * cell_pixels;
    case BoardKind::Arms:
      return {std::max<double>(usual, track.stream().spec().action_count * std::min(kLeastColumn, 2 * cell_pixels)),
              usual};
    case BoardKind::Pool: {
      const FrameShape shape = track.environment().frames()->shape();
      const double width = std::max<double>(usual, shape.width);
      return {width, std::ceil(width * (1.0 + 0.75 * shape.height / shape.width)) + 8.0};
    }
    case BoardKind::None:
      break;
  }
  return {};
}

}  // namespace limbeck
