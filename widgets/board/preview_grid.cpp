// SPDX-License-Identifier: GPL-3.0-or-later
// A grid: its walls and slippery floor, where episodes begin, and the cell of each task. Where a task is more than one
// cell (a key and a door), the cells are drawn by how often held-out tasks use them.
#include <QObject>
#include <QPainter>
#include <algorithm>

#include "widgets/board/preview_drawing.h"

namespace limbeck {
namespace {

constexpr std::size_t kCountedTasks = 20000;
constexpr std::size_t kDrawnStarts = 8;  // of more it is said that episodes begin anywhere

class GridPreview final : public PreviewDrawing {
 public:
  GridPreview(std::shared_ptr<const Environment> environment, const TaskSplit& split)
      : environment_(std::move(environment)), grid_(environment_->gridSize()), kinds_(environment_->cellKinds()) {
    const std::vector<TaskMarker> first = environment_->markers(TaskId{0});
    has_pairs_ = first.size() > 1;
    has_one_goal_ = environment_->options().goal != GoalRule::ByTask;
    if (has_one_goal_) {
      goals_ = first;
    } else {
      has_pairs_ ? countPairs(split) : markGoals(split);
    }
    starts_ = environment_->startCells();
  }

  Painted paint(QPainter& painter, const QRectF& area, const QFont& font, const Theme& theme) const override;
  QString title() const override { return QObject::tr("grid of %1 by %2 cells").arg(grid_.width).arg(grid_.height); }
  QList<PreviewLegend> legend() const override;
  bool marksParts() const override { return !has_pairs_ && !has_one_goal_; }
  QString taskWord() const override { return has_pairs_ ? QObject::tr("pairs") : QString(); }
  double heightFor(double width) const override {
    return width * std::min(1.0, static_cast<double>(grid_.height) / grid_.width);
  }

 private:
  std::size_t placeOf(const TaskMarker& marker) const {
    return static_cast<std::size_t>(marker.y) * grid_.width + marker.x;
  }
  std::size_t cellCount() const { return static_cast<std::size_t>(grid_.width) * grid_.height; }
  void countPairs(const TaskSplit& split);
  void markGoals(const TaskSplit& split);
  void paintSigns(QPainter& painter, const BoardGeometry& geometry, const Theme& theme) const;

  std::shared_ptr<const Environment> environment_;  // shared with the form
  GridSize grid_;
  std::vector<CellKind> kinds_;
  bool has_pairs_ = false;
  bool has_one_goal_ = false;      ///< the same in every task
  std::vector<TaskMarker> goals_;  ///< then
  std::vector<std::pair<int, int>> starts_;
  std::vector<PreviewSign> parts_;          ///< [cells], where a task is one cell
  std::vector<std::uint32_t> key_counts_;   ///< [cells], held-out tasks
  std::vector<std::uint32_t> door_counts_;  ///< [cells]
};

void GridPreview::markGoals(const TaskSplit& split) {
  parts_.assign(cellCount(), PreviewSign::None);
  const auto mark = [&](const std::vector<TaskId>& tasks, PreviewSign sign) {
    for (const TaskId task : tasks) {
      for (const TaskMarker& marker : environment_->markers(task)) parts_[placeOf(marker)] = sign;
    }
  };
  mark(split.training, PreviewSign::Training);
  mark(split.validation, PreviewSign::Validation);
  mark(split.held_out, PreviewSign::HeldOut);
}

void GridPreview::countPairs(const TaskSplit& split) {
  key_counts_.assign(cellCount(), 0);
  door_counts_ = key_counts_;
  for (const TaskId task : someTasks(split.held_out, kCountedTasks)) {
    for (const TaskMarker& marker : environment_->markers(task)) {
      ++(marker.kind == TaskMarker::Kind::Key ? key_counts_ : door_counts_)[placeOf(marker)];
    }
  }
}

QList<PreviewLegend> GridPreview::legend() const {
  QList<PreviewLegend> entries;
  if (has_pairs_)
    entries << PreviewLegend{PreviewSign::Key, QObject::tr("key")}
            << PreviewLegend{PreviewSign::Door, QObject::tr("door")};
  if (has_one_goal_) entries << PreviewLegend{PreviewSign::Goal, QObject::tr("goal of every task")};
  if (starts_.size() == 1) {
    entries << PreviewLegend{PreviewSign::Start, QObject::tr("start")};
  } else if (starts_.size() <= kDrawnStarts) {
    entries << PreviewLegend{PreviewSign::Start, QObject::tr("starts")};
  } else {
    entries << PreviewLegend{PreviewSign::None, QObject::tr("starts anywhere")};
  }
  return entries;
}

PreviewDrawing::Painted GridPreview::paint(QPainter& painter, const QRectF& area, const QFont&,
                                           const Theme& theme) const {
  const BoardGeometry geometry = fitBoard(area, grid_, painter.deviceTransform());
  painter.setRenderHint(QPainter::Antialiasing, false);
  paintGrid(painter, geometry, kinds_, theme);
  if (starts_.size() <= kDrawnStarts) {
    for (const auto& [x, y] : starts_) paintStart(painter, geometry, QPoint(x, y), theme);
  }
  for (const TaskMarker& goal : goals_) paintMarker(painter, geometry, {goal, false}, theme);
  if (!has_one_goal_) paintSigns(painter, geometry, theme);
  return {geometry.board(), geometry.cell / geometry.pixel < kSmallCell};
}

void GridPreview::paintSigns(QPainter& painter, const BoardGeometry& geometry, const Theme& theme) const {
  const bool is_small = geometry.cell / geometry.pixel < kSmallCell;
  const auto most = [](const std::vector<std::uint32_t>& counts) {
    return std::max<std::uint32_t>(1, std::ranges::max(counts));
  };
  const std::uint32_t top = has_pairs_ ? std::max(most(key_counts_), most(door_counts_)) : 1;
  std::size_t place = 0;
  for (int y = 0; y < grid_.height; ++y) {
    for (int x = 0; x < grid_.width; ++x, ++place) {
      const QRectF cell = geometry.cellRect({x, y});
      if (has_pairs_) {
        paintPair(painter, geometry, cell, static_cast<double>(key_counts_[place]) / top,
                  static_cast<double>(door_counts_[place]) / top, theme);
      } else if (parts_[place] != PreviewSign::None) {
        painter.setRenderHint(QPainter::Antialiasing, !is_small);
        is_small ? paintSmallSign(painter, cell, geometry.pixel, parts_[place], theme)
                 : paintSign(painter, cell, parts_[place], 1.0, theme);
      }
    }
  }
}

}  // namespace

std::vector<TaskId> someTasks(const std::vector<TaskId>& tasks, std::size_t most) {
  const std::size_t stride = tasks.empty() ? 1 : (tasks.size() - 1) / most + 1;
  std::vector<TaskId> some;
  for (std::size_t i = 0; i < tasks.size(); i += stride) some.push_back(tasks[i]);
  return some;
}

std::unique_ptr<PreviewDrawing> makeGridPreview(std::shared_ptr<const Environment> environment,
                                                const TaskSplit& split) {
  return std::make_unique<GridPreview>(std::move(environment), split);
}

}  // namespace limbeck
