// SPDX-License-Identifier: GPL-3.0-or-later
// A pool from above: the platforms of the held-out tasks in their true size, the middles of those of the other parts.
#include <QObject>
#include <QPainter>

#include "widgets/board/pool_painter.h"
#include "widgets/board/preview_drawing.h"

namespace limbeck {
namespace {

constexpr std::size_t kDrawnPlatforms = 300;  // of a part; more would cover the pool
constexpr double kSign = 12.0;                // pixels

class PoolPreview final : public PreviewDrawing {
 public:
  PoolPreview(const Environment& environment, const TaskSplit& split)
      : points_(environment.options().size), starts_in_the_middle_(environment.options().start == StartRule::Centre) {
    add(environment, split.training, PreviewSign::Training);
    add(environment, split.held_out, PreviewSign::HeldOutPlatform);
    add(environment, split.validation, PreviewSign::Validation);
    if (const auto view = environment.topView(TaskId{0})) view_ = *view;
  }

  Painted paint(QPainter& painter, const QRectF& area, const QFont& font, const Theme& theme) const override;
  PreviewSign heldOutSign() const override { return PreviewSign::HeldOutPlatform; }
  QString title() const override { return QObject::tr("pool of %1 points").arg(points_); }
  QList<PreviewLegend> legend() const override {
    return {{PreviewSign::None, starts_in_the_middle_ ? QObject::tr("starts in the middle, facing anywhere")
                                                      : QObject::tr("starts anywhere")}};
  }

 private:
  struct Platform {
    QPointF at;
    PreviewSign sign = PreviewSign::None;
  };
  void add(const Environment& environment, const std::vector<TaskId>& tasks, PreviewSign sign) {
    for (const TaskId task : someTasks(tasks, kDrawnPlatforms)) {
      if (const auto view = environment.topView(task)) platforms_.push_back({{view->goal_x, view->goal_y}, sign});
    }
  }

  int points_;
  bool starts_in_the_middle_;
  TopView view_;
  std::vector<Platform> platforms_;
};

PreviewDrawing::Painted PoolPreview::paint(QPainter& painter, const QRectF& area, const QFont&,
                                           const Theme& theme) const {
  const QRectF square = layOutPool(area).pool;
  const PoolScale scale(view_, square);
  paintWater(painter, square, theme);
  for (const Platform& platform : platforms_) {
    const QPointF centre = scale.place(platform.at);
    const bool is_to_scale = platform.sign == PreviewSign::HeldOutPlatform;
    const double side = is_to_scale ? std::max(6.0, 2.0 * scale.length(view_.goal_radius)) : kSign;
    paintSign(painter, QRectF(centre - QPointF(side, side) / 2.0, QSizeF(side, side)), platform.sign, 1.0, theme);
  }
  if (starts_in_the_middle_) {
    const QPointF centre = scale.place({view_.centre_x, view_.centre_y});
    painter.setPen(QPen(theme.text, 1.5));
    painter.drawLine(centre - QPointF(5.0, 0.0), centre + QPointF(5.0, 0.0));
    painter.drawLine(centre - QPointF(0.0, 5.0), centre + QPointF(0.0, 5.0));
  }
  return {square, false};
}

}  // namespace

std::unique_ptr<PreviewDrawing> makePoolPreview(const Environment& environment, const TaskSplit& split) {
  return std::make_unique<PoolPreview>(environment, split);
}

}  // namespace limbeck
