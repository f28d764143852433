// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/environment_preview.h"

#include <QEvent>
#include <QFontMetricsF>
#include <QPainter>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "widgets/base/text.h"

namespace limbeck {
namespace {

constexpr double kSmallCell = 9.0;            // device pixels; below, signs are made of whole pixels
constexpr double kLegendShift = 12.0;         // pixels
constexpr int kSide = 280;                    // a comfortable drawing, in pixels
constexpr std::size_t kCountedTasks = 20000;  // pairs that are looked at; of more, evenly spread ones tell as much

/// What the legend's lines may fill; it can then be moved to stand below the board's left edge.
QRectF legendRoom(int width) {
  return {0.0, 0.0, width - kLegendShift, 0.0};
}

QColor signColour(PreviewSign sign, const Theme& theme) {
  switch (sign) {
    case PreviewSign::HeldOut:
    case PreviewSign::Key:
      return theme.accent;
    case PreviewSign::Validation:
      return theme.role(PlotRole::Free, 4);
    case PreviewSign::Door:
      return theme.role(PlotRole::Free, 5);
    case PreviewSign::None:
    case PreviewSign::Training:
    case PreviewSign::Start:
      break;
  }
  return theme.quiet_text;
}

QPainterPath diamond(QPointF centre, double reach) {
  QPainterPath path(centre + QPointF(0.0, -reach));
  path.lineTo(centre + QPointF(reach, 0.0));
  path.lineTo(centre + QPointF(0.0, reach));
  path.lineTo(centre + QPointF(-reach, 0.0));
  path.closeSubpath();
  return path;
}

/// A dot in the middle, a cross, the whole cell: told apart at three pixels.
void paintSmallSign(QPainter& painter, const QRectF& cell, double pixel, PreviewSign sign, const QColor& colour) {
  const double pixels = std::round(cell.width() / pixel);
  const double third = std::max(1.0, std::floor(pixels / 3.0)) * pixel;
  const double inset = std::floor((pixels - third / pixel) / 2.0) * pixel;
  const QRectF middle(cell.left() + inset, cell.top() + inset, third, third);
  if (sign == PreviewSign::HeldOut) {
    painter.fillRect(cell, colour);
  } else if (sign == PreviewSign::Validation) {
    painter.fillRect(QRectF(cell.left(), middle.top(), cell.width(), third), colour);
    painter.fillRect(QRectF(middle.left(), cell.top(), third, cell.height()), colour);
  } else {
    painter.fillRect(middle, colour);
  }
}

/// Half of a cell, as `paintPair` fills it where cells are small.
QRectF halfOf(const QRectF& cell, double pixel, PreviewSign sign) {
  const double half = std::floor(cell.width() / pixel / 2.0) * pixel;
  return sign == PreviewSign::Key ? QRectF(cell.left(), cell.top(), half, cell.height())
                                  : QRectF(cell.left() + half, cell.top(), cell.width() - half, cell.height());
}

/// `share`: how much of its full size a sign of pairs has.
void paintSign(QPainter& painter, const QRectF& cell, PreviewSign sign, double share, const Theme& theme) {
  const double side = cell.width();
  const QColor colour = signColour(sign, theme);
  QPainterPath path;
  switch (sign) {
    case PreviewSign::None:
    case PreviewSign::Start:
      return;
    case PreviewSign::Training:
      path.addEllipse(cell.center(), side * 0.12, side * 0.12);
      break;
    case PreviewSign::Validation:
      path = diamond(cell.center(), side * 0.3);
      break;
    case PreviewSign::HeldOut: {
      const double half = side * 0.27;
      const QRectF square(cell.center() - QPointF(half, half), QSizeF(2.0 * half, 2.0 * half));
      QColor inside = colour;
      inside.setAlphaF(0.25F);
      painter.fillRect(square, inside);
      path.addRect(square);
      painter.strokePath(path, QPen(colour, std::max(1.4, side * 0.11), Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
      return;
    }
    case PreviewSign::Key:
      path = diamond(cell.center(), side * 0.5 * share);
      break;
    case PreviewSign::Door: {
      const double half = side * 0.36 * share;
      path.addRect(QRectF(cell.center() - QPointF(half, half), QSizeF(2.0 * half, 2.0 * half)));
      break;
    }
  }
  painter.fillPath(path, colour);
}

/// A key in the upper left and a door in the lower right of a cell; their areas are as their counts.
void paintPair(QPainter& painter, const BoardGeometry& geometry, const QRectF& cell, double key_share,
               double door_share, const Theme& theme) {
  if (geometry.cell / geometry.pixel < kSmallCell) {
    const auto fill = [&](PreviewSign sign, double share) {
      QColor colour = signColour(sign, theme);
      colour.setAlphaF(static_cast<float>(share));
      painter.fillRect(halfOf(cell, geometry.pixel, sign), colour);
    };
    fill(PreviewSign::Key, key_share);
    fill(PreviewSign::Door, door_share);
    return;
  }
  const double side = cell.width() * 0.5;
  const QSizeF size(side, side);
  const double margin = cell.width() * 0.05;
  painter.setRenderHint(QPainter::Antialiasing);
  paintSign(painter, QRectF(cell.topLeft() + QPointF(margin, margin), size), PreviewSign::Key, std::sqrt(key_share),
            theme);
  paintSign(painter, QRectF(cell.bottomRight() - QPointF(side + margin * 0.4, side + margin * 0.4), size),
            PreviewSign::Door, std::sqrt(door_share), theme);
}

}  // namespace

EnvironmentPreview::EnvironmentPreview(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  setAccessibleName(tr("Drawing of the environment"));
}

void EnvironmentPreview::setSplit(std::shared_ptr<const Environment> environment, const TaskSplit& split) {
  environment_ = std::move(environment);
  problem_.clear();
  has_pairs_ = environment_->markers(TaskId{0}).size() > 1;
  has_pairs_ ? countPairs(split) : markGoals(split);
  writeLegend(split);
  const GridSize grid = environment_->gridSize();
  QStringList words{grid.longerSide() > 0 ? tr("grid of %1 by %2 cells").arg(grid.width).arg(grid.height)
                                          : tr("no grid")};
  for (const LegendEntry& entry : legend_) words += entry.words;
  setAccessibleDescription(words.join(QStringLiteral(", ")));
  updateGeometry();
  update();
}

void EnvironmentPreview::setProblem(const QString& problem) {
  if (problem == problem_) return;
  problem_ = problem;
  if (!problem.isEmpty()) setAccessibleDescription(problem);
  update();
}

void EnvironmentPreview::markGoals(const TaskSplit& split) {
  const int size = environment_->gridSize().longerSide();
  parts_.assign(static_cast<std::size_t>(size) * size, PreviewSign::None);
  const auto mark = [&](const std::vector<TaskId>& tasks, PreviewSign sign) {
    for (const TaskId task : tasks) {
      for (const TaskMarker& marker : environment_->markers(task))
        parts_[static_cast<std::size_t>(marker.y) * size + marker.x] = sign;
    }
  };
  mark(split.training, PreviewSign::Training);
  mark(split.validation, PreviewSign::Validation);
  mark(split.held_out, PreviewSign::HeldOut);
}

void EnvironmentPreview::countPairs(const TaskSplit& split) {
  const int size = environment_->gridSize().longerSide();
  key_counts_.assign(static_cast<std::size_t>(size) * size, 0);
  door_counts_ = key_counts_;
  const std::size_t stride = split.held_out.size() / kCountedTasks + 1;
  for (std::size_t i = 0; i < split.held_out.size(); i += stride) {
    for (const TaskMarker& marker : environment_->markers(split.held_out[i])) {
      ++(marker.kind == TaskMarker::Kind::Key ? key_counts_
                                              : door_counts_)[static_cast<std::size_t>(marker.y) * size + marker.x];
    }
  }
}

void EnvironmentPreview::writeLegend(const TaskSplit& split) {
  const auto count = [](std::size_t tasks) { return countText(static_cast<std::int64_t>(tasks)); };
  const QString all = countText(environment_->taskCount());
  legend_.clear();
  if (has_pairs_) {
    legend_.push_back({PreviewSign::Key, tr("key")});
    legend_.push_back({PreviewSign::Door, tr("door")});
    legend_.push_back({PreviewSign::None, tr("%1 of %2 pairs held out").arg(count(split.held_out.size()), all)});
    legend_.push_back({PreviewSign::None, tr("%1 validation").arg(count(split.validation.size()))});
    legend_.push_back({PreviewSign::None, tr("%1 training").arg(count(split.training.size()))});
  } else {
    legend_.push_back({PreviewSign::Training, tr("%1 training").arg(count(split.training.size()))});
    legend_.push_back({PreviewSign::Validation, tr("%1 validation").arg(count(split.validation.size()))});
    legend_.push_back({PreviewSign::HeldOut, tr("%1 held out").arg(count(split.held_out.size()))});
  }
  const bool is_one = environment_->startCells().size() == 1;
  legend_.push_back({is_one ? PreviewSign::Start : PreviewSign::None, is_one ? tr("start") : tr("starts anywhere")});
}

/// The signs as they stand on the board: those of small cells where those are drawn.
void EnvironmentPreview::paintLegendSign(QPainter& painter, const QRectF& place, PreviewSign sign,
                                         bool is_small) const {
  const Theme& theme = themeOf(*this);
  const double pixel = 1.0 / devicePixelRatioF();
  painter.setRenderHint(QPainter::Antialiasing, !is_small && sign != PreviewSign::Start);
  if (sign == PreviewSign::Start) {
    paintStart(painter, {place.topLeft(), place.width(), pixel, 1}, QPoint(0, 0), theme);
  } else if (!is_small) {
    paintSign(painter, place, sign, 1.0, theme);
  } else if (sign == PreviewSign::Key || sign == PreviewSign::Door) {
    painter.fillRect(place, theme.cell);
    painter.fillRect(halfOf(place, pixel, sign), signColour(sign, theme));
  } else if (sign != PreviewSign::None) {
    paintSmallSign(painter, place, pixel, sign, signColour(sign, theme));
  }
}

double EnvironmentPreview::layOutLegend(QPainter* painter, const QRectF& area, bool is_small) const {
  const Theme& theme = themeOf(*this);
  const QFontMetricsF metrics(font());
  const double line = std::ceil(metrics.height() * 1.25);
  const double sign_side = std::round(metrics.ascent());
  const double gap = metrics.averageCharWidth() * 2.0;
  double x = area.left();
  double y = area.top();
  for (const LegendEntry& entry : legend_) {
    const double sign_width = entry.sign == PreviewSign::None ? 0.0 : sign_side + metrics.averageCharWidth() * 0.6;
    const double width = sign_width + metrics.horizontalAdvance(entry.words);
    if (x > area.left() && x + width > area.right()) {
      x = area.left();
      y += line;
    }
    if (painter != nullptr) {
      const QRectF place(std::round(x), std::round(y + (line - sign_side) / 2.0), sign_side, sign_side);
      paintLegendSign(*painter, place, entry.sign, is_small);
      painter->setPen(theme.text);
      painter->drawText(QRectF(x + sign_width, y, width, line), Qt::AlignLeft | Qt::AlignVCenter, entry.words);
    }
    x += width + gap;
  }
  return legend_.empty() ? 0.0 : y + line - area.top();
}

void EnvironmentPreview::paintSigns(QPainter& painter, const BoardGeometry& geometry) const {
  const Theme& theme = themeOf(*this);
  const bool is_small = geometry.cell / geometry.pixel < kSmallCell;
  const auto most = [](const std::vector<std::uint32_t>& counts) {
    return std::max<std::uint32_t>(1, std::ranges::max(counts));
  };
  const std::uint32_t top = has_pairs_ ? std::max(most(key_counts_), most(door_counts_)) : 1;
  std::size_t place = 0;
  for (int y = 0; y < geometry.size; ++y) {
    for (int x = 0; x < geometry.size; ++x, ++place) {
      const QRectF cell = geometry.cellRect({x, y});
      if (has_pairs_) {
        paintPair(painter, geometry, cell, static_cast<double>(key_counts_[place]) / top,
                  static_cast<double>(door_counts_[place]) / top, theme);
      } else if (parts_[place] != PreviewSign::None) {
        painter.setRenderHint(QPainter::Antialiasing, !is_small);
        is_small ? paintSmallSign(painter, cell, geometry.pixel, parts_[place], signColour(parts_[place], theme))
                 : paintSign(painter, cell, parts_[place], 1.0, theme);
      }
    }
  }
}

void EnvironmentPreview::paintProblem(QPainter& painter) const {
  const Theme& theme = themeOf(*this);
  const double margin = fontMetrics().averageCharWidth() * 2.0;
  const QRectF room = QRectF(rect()).adjusted(margin, margin, -margin, -margin);
  const int flags = Qt::AlignCenter | Qt::TextWordWrap;
  painter.setFont(font());
  const QRectF words =
      painter.boundingRect(room, flags, problem_).adjusted(-margin, -margin / 2.0, margin, margin / 2.0);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(theme.border, 1.0));
  painter.setBrush(theme.base);
  painter.drawRoundedRect(words, 4.0, 4.0);
  painter.setPen(theme.bad);
  painter.drawText(room, flags, problem_);
}

void EnvironmentPreview::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& theme = themeOf(*this);
  painter.setFont(font());
  if (environment_ != nullptr) {
    if (!problem_.isEmpty()) painter.setOpacity(0.3);
    const double gap = fontMetrics().averageCharWidth();
    const double legend = layOutLegend(nullptr, legendRoom(width()), false);
    const QRectF area = QRectF(rect()).adjusted(0.0, 0.0, 0.0, -legend - gap);
    // A bandit and a pool have no cells: their tasks are counted, not drawn.
    if (const int size = environment_->gridSize().longerSide(); size > 0) {
      const BoardGeometry geometry = fitBoard(area, size, painter.deviceTransform());
      painter.setRenderHint(QPainter::Antialiasing, false);
      paintGrid(painter, geometry, theme);
      const auto starts = environment_->startCells();
      if (starts.size() == 1) paintStart(painter, geometry, QPoint(starts[0].first, starts[0].second), theme);
      paintSigns(painter, geometry);
      const QPointF corner(std::min(geometry.board().left(), kLegendShift), geometry.board().bottom() + gap);
      const bool is_small = geometry.cell / geometry.pixel < kSmallCell;
      layOutLegend(&painter, legendRoom(width()).translated(corner), is_small);
    } else {
      layOutLegend(&painter, legendRoom(width()), false);
    }
    painter.setOpacity(1.0);
  }
  if (!problem_.isEmpty()) paintProblem(painter);
}

void EnvironmentPreview::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange) updateGeometry();
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) update();
}

QSize EnvironmentPreview::sizeHint() const {
  return {kSide, heightForWidth(kSide)};
}

QSize EnvironmentPreview::minimumSizeHint() const {
  return {160, 160 + fontMetrics().height() * 4};
}

int EnvironmentPreview::heightForWidth(int width) const {
  const double legend = layOutLegend(nullptr, legendRoom(width), false);
  return std::min(width, kSide) + static_cast<int>(std::ceil(legend + fontMetrics().averageCharWidth()));
}

}  // namespace limbeck
