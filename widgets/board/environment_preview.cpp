// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/environment_preview.h"

#include <QEvent>
#include <QFontMetricsF>
#include <QPainter>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "widgets/base/text.h"
#include "widgets/base/theme.h"
#include "widgets/board/board_track.h"
#include "widgets/board/preview_drawing.h"

namespace limbeck {
namespace {

constexpr double kLegendShift = 12.0;  // pixels
constexpr int kSide = 280;             // a comfortable drawing, in pixels

/// What the legend's lines may fill; it can then be moved to stand below the board's left edge.
QRectF legendRoom(int width) {
  return {0.0, 0.0, width - kLegendShift, 0.0};
}

std::unique_ptr<const PreviewDrawing> makeDrawing(std::shared_ptr<const Environment> environment,
                                                  const TaskSplit& split) {
  switch (boardKindOf(*environment)) {
    case BoardKind::Grid:
      return makeGridPreview(std::move(environment), split);
    case BoardKind::Arms:
      return makeArmsPreview(*environment, split);
    case BoardKind::Pool:
      return makePoolPreview(*environment, split);
    case BoardKind::None:
      break;
  }
  return nullptr;
}

}  // namespace

EnvironmentPreview::EnvironmentPreview(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  setAccessibleName(tr("Drawing of the environment"));
}

EnvironmentPreview::~EnvironmentPreview() = default;

void EnvironmentPreview::setSplit(std::shared_ptr<const Environment> environment, const TaskSplit& split) {
  const int tasks = environment->taskCount();
  drawing_ = makeDrawing(std::move(environment), split);
  problem_.clear();
  writeLegend(split, tasks);
  QStringList words{drawing_ != nullptr ? drawing_->title() : tr("no drawing")};
  for (const PreviewLegend& entry : legend_) words += entry.words;
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

/// Of a drawing that has no signs for the parts of the split, its own signs stand first.
void EnvironmentPreview::writeLegend(const TaskSplit& split, int task_count) {
  const auto count = [](std::size_t tasks) { return countText(static_cast<std::int64_t>(tasks)); };
  const bool has_signs = drawing_ != nullptr && drawing_->marksParts();
  const QString word = drawing_ != nullptr ? drawing_->taskWord() : QString();
  const QString held_out =
      word.isEmpty() ? tr("%1 held out").arg(count(split.held_out.size()))
                     : tr("%1 of %2 %3 held out").arg(count(split.held_out.size()), countText(task_count), word);
  const auto part = [&](PreviewSign sign, const QString& words) {
    return PreviewLegend{has_signs ? sign : PreviewSign::None, words};
  };
  const PreviewLegend training = part(PreviewSign::Training, tr("%1 training").arg(count(split.training.size())));
  const PreviewLegend validation =
      part(PreviewSign::Validation, tr("%1 validation").arg(count(split.validation.size())));
  const PreviewLegend test = part(drawing_ != nullptr ? drawing_->heldOutSign() : PreviewSign::None, held_out);
  const QList<PreviewLegend> own = drawing_ != nullptr ? drawing_->legend() : QList<PreviewLegend>();
  legend_.clear();
  if (has_signs || own.isEmpty()) {
    legend_ << training << validation << test << own;
  } else {
    legend_ << own.first(own.size() - 1) << test << validation << training << own.last();
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
  for (const PreviewLegend& entry : legend_) {
    const double sign_width = entry.sign == PreviewSign::None ? 0.0 : sign_side + metrics.averageCharWidth() * 0.6;
    const double width = sign_width + metrics.horizontalAdvance(entry.words);
    if (x > area.left() && x + width > area.right()) {
      x = area.left();
      y += line;
    }
    if (painter != nullptr) {
      const QRectF place(std::round(x), std::round(y + (line - sign_side) / 2.0), sign_side, sign_side);
      paintLegendSign(*painter, place, 1.0 / devicePixelRatioF(), entry.sign, is_small, theme);
      painter->setPen(theme.text);
      painter->drawText(QRectF(x + sign_width, y, width, line), Qt::AlignLeft | Qt::AlignVCenter, entry.words);
    }
    x += width + gap;
  }
  return legend_.isEmpty() ? 0.0 : y + line - area.top();
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
  if (!legend_.isEmpty()) {
    if (!problem_.isEmpty()) painter.setOpacity(0.3);
    const double gap = fontMetrics().averageCharWidth();
    const double legend = layOutLegend(nullptr, legendRoom(width()), false);
    const QRectF area = QRectF(rect()).adjusted(0.0, 0.0, 0.0, -legend - gap);
    PreviewDrawing::Painted painted;
    if (drawing_ != nullptr) painted = drawing_->paint(painter, area, font(), theme);
    const QPointF corner(std::clamp(painted.board.left(), 0.0, kLegendShift), painted.board.bottom() + gap);
    painter.setFont(font());
    layOutLegend(&painter, legendRoom(width()).translated(corner), painted.is_small);
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
  const double side = std::min(width, kSide);
  const double board = drawing_ != nullptr ? drawing_->heightFor(side) : side;
  return static_cast<int>(std::ceil(board)) + static_cast<int>(std::ceil(legend + fontMetrics().averageCharWidth()));
}

}  // namespace limbeck
