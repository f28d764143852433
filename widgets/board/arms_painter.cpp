// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/arms_painter.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace limbeck {
namespace {

constexpr std::int64_t kLeastScale = 10;  // pulls, so that the first ones do not fill the board
constexpr double kGaugeShare = 0.3;       // of the height that the words leave
constexpr double kWidestPicture = 2.2;    // of its height

/// The parts of a board, from top to bottom: pulls, their tallies in one or two lines, gauges, arm numbers.
struct Rows {
  QRectF pulls;
  QRectF tallies;
  QRectF gauges;
  QRectF numbers;
};

Rows rowsOf(const QRectF& board, const QFontMetricsF& metrics, int tally_lines) {
  const double line = std::ceil(metrics.height());
  const double free = std::max(0.0, board.height() - (1.0 + tally_lines) * line - 6.0);
  const double gauge = std::round(free * kGaugeShare);
  const QRectF pulls(board.left(), board.top(), board.width(), free - gauge);
  const QRectF tallies(board.left(), pulls.bottom(), board.width(), tally_lines * line);
  const QRectF gauges(board.left(), tallies.bottom() + 3.0, board.width(), gauge);
  return {pulls, tallies, gauges, QRectF(board.left(), gauges.bottom() + 3.0, board.width(), line)};
}

/// The bar's place within a column, on whole pixels.
QRectF barOf(const QRectF& row, const ArmsGeometry& geometry, int arm) {
  const double gap = std::min(4.0, geometry.column() * 0.14);
  const double left = std::round(geometry.columnRect(arm).left() + gap);
  const double right = std::round(geometry.columnRect(arm).right() - gap);
  return {left, row.top(), std::max(1.0, right - left), row.height()};
}

/// Filled from the foot of `bar` as far as `share`.
QRectF filled(const QRectF& bar, double share) {
  const double height = std::round(bar.height() * std::clamp(share, 0.0, 1.0));
  return {bar.left(), bar.bottom() - height, bar.width(), height};
}

void strokeRect(QPainter& painter, const QRectF& rect, double line, const QColor& colour) {
  painter.setPen(QPen(colour, line, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(rect.adjusted(line / 2.0, line / 2.0, -line / 2.0, -line / 2.0));
}

void paintPulls(QPainter& painter, const QRectF& bar, const ArmsScene& scene, int arm, std::int64_t most,
                const Theme& theme) {
  const auto i = static_cast<std::size_t>(arm);
  const double all = static_cast<double>(scene.pulls[i]) / static_cast<double>(most);
  const double paid = static_cast<double>(scene.paid[i]) / static_cast<double>(most);
  const QColor colour = theme.role(scene.role);
  QColor faint = colour;
  faint.setAlphaF(0.22F);
  painter.fillRect(filled(bar, all), faint);
  painter.fillRect(filled(bar, paid), colour);
  if (scene.pulls[i] > 0) strokeRect(painter, filled(bar, all), 1.0, colour);
}

/// The truth is a line with two tones, as all that the agent does not see.
void paintGauge(QPainter& painter, const QRectF& bar, const ArmsScene& scene, int arm, const Theme& theme) {
  const auto i = static_cast<std::size_t>(arm);
  painter.fillRect(bar, theme.cell);
  if (scene.pulls[i] > 0) {
    painter.fillRect(filled(bar, static_cast<double>(scene.paid[i]) / static_cast<double>(scene.pulls[i])),
                     theme.role(scene.role));
  }
  strokeRect(painter, bar, 1.0, theme.border);
  if (scene.means.empty()) return;
  const double y = std::round(bar.bottom() - bar.height() * static_cast<double>(scene.means[i]));
  painter.fillRect(QRectF(bar.left() - 2.0, y - 3.0, bar.width() + 4.0, 6.0), theme.goal_outer);
  painter.fillRect(QRectF(bar.left() - 1.0, y - 1.0, bar.width() + 2.0, 2.0), theme.goal_inner);
}

/// The column of the latest pull is lit: in the colour of a reward where it was paid.
void paintLight(QPainter& painter, const QRectF& column, const ArmsScene& scene, const Theme& theme) {
  const QColor colour = scene.was_paid ? theme.good : theme.quiet_text;
  QColor light = colour;
  light.setAlphaF(0.18F);
  painter.fillRect(column, light);
  strokeRect(painter, column, 2.0, colour);
}

QString tallyText(const ArmsScene& scene, std::size_t arm) {
  return QStringLiteral("%1/%2").arg(scene.paid[arm]).arg(scene.pulls[arm]);
}

/// "12/16" in one line, or where columns are narrow as a fraction of two, or not at all.
int tallyLines(const ArmsScene& scene, const QFontMetricsF& metrics, double column) {
  double one_line = 0.0;
  double fraction = 0.0;
  for (std::size_t arm = 0; arm < scene.pulls.size(); ++arm) {
    one_line = std::max(one_line, metrics.horizontalAdvance(tallyText(scene, arm)));
    fraction = std::max(fraction, metrics.horizontalAdvance(QString::number(scene.pulls[arm])));
  }
  if (one_line + 4.0 <= column) return 1;
  return fraction + 2.0 <= column ? 2 : 0;
}

void paintTally(QPainter& painter, const QRectF& place, const ArmsScene& scene, std::size_t arm, int lines) {
  if (scene.pulls[arm] == 0 || lines == 0) return;
  if (lines == 1) {
    painter.drawText(place, Qt::AlignCenter, tallyText(scene, arm));
    return;
  }
  const double half = place.height() / 2.0;
  const QString pulls = QString::number(scene.pulls[arm]);
  painter.drawText(QRectF(place.left(), place.top(), place.width(), half), Qt::AlignCenter,
                   QString::number(scene.paid[arm]));
  painter.drawText(QRectF(place.left(), place.top() + half, place.width(), half), Qt::AlignCenter, pulls);
  const double bar = painter.fontMetrics().horizontalAdvance(pulls);
  painter.fillRect(
      QRectF(std::round(place.center().x() - bar / 2.0), std::round(place.top() + half), std::ceil(bar), 1.0),
      painter.pen().color());
}

}  // namespace

std::vector<float> armMeans(const TabularTask& task) {
  return {task.reward.begin(), task.reward.begin() + task.spec.action_count};
}

ArmsScene armsUpTo(const BoardTrack& track, const BoardMoment& moment, bool has_means) {
  const auto arms = static_cast<std::size_t>(track.stream().spec().action_count);
  ArmsScene scene;
  scene.pulls.assign(arms, 0);
  scene.paid.assign(arms, 0);
  if (has_means) scene.means = armMeans(track.task());
  const TransitionColumns& columns = track.stream().columns();
  const auto rows = static_cast<std::size_t>(track.stream().begin(moment.episode) + moment.step);
  for (std::size_t row = 0; row < rows; ++row) {
    ++scene.pulls[columns.actions[row]];
    if (columns.rewards[row] > 0.0F) ++scene.paid[columns.actions[row]];
  }
  if (rows > 0) {
    scene.pulled = columns.actions[rows - 1];
    scene.was_paid = columns.rewards[rows - 1] > 0.0F;
  }
  return scene;
}

std::optional<int> ArmsGeometry::armAt(QPointF point) const {
  if (arms == 0 || !board.contains(point)) return std::nullopt;
  return std::min(arms - 1, static_cast<int>((point.x() - board.left()) / column()));
}

ArmsGeometry fitArms(const QRectF& area, int arms) {
  const double width = std::min(area.width(), area.height() * kWidestPicture);
  const double height = std::min(area.height(), area.width());
  return {
      QRectF(std::round(area.center().x() - width / 2.0), std::ceil(area.top()), std::floor(width), std::floor(height)),
      arms};
}

void paintArms(QPainter& painter, const ArmsGeometry& geometry, const ArmsScene& scene, const QFont& font,
               const Theme& theme) {
  const int arms = static_cast<int>(scene.pulls.size());
  if (arms == 0) return;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  painter.setFont(font);
  const QFontMetricsF metrics(font);
  const int tally_lines = tallyLines(scene, metrics, geometry.column());
  const Rows rows = rowsOf(geometry.board, metrics, tally_lines);
  const std::int64_t most = std::max(kLeastScale, std::ranges::max(scene.pulls));
  painter.fillRect(rows.pulls, theme.cell);
  if (scene.pulled) paintLight(painter, geometry.columnRect(*scene.pulled).toAlignedRect(), scene, theme);
  const bool has_numbers = metrics.horizontalAdvance(QString::number(arms)) + 2.0 <= geometry.column();
  for (int arm = 0; arm < arms; ++arm) {
    paintPulls(painter, barOf(rows.pulls, geometry, arm), scene, arm, most, theme);
    paintGauge(painter, barOf(rows.gauges, geometry, arm), scene, arm, theme);
    const QRectF column = geometry.columnRect(arm);
    const auto within = [&](const QRectF& row) {
      return QRectF(column.left(), row.top(), column.width(), row.height());
    };
    painter.setPen(scene.pulled == arm ? theme.text : theme.quiet_text);
    paintTally(painter, within(rows.tallies), scene, static_cast<std::size_t>(arm), tally_lines);
    if (has_numbers) painter.drawText(within(rows.numbers), Qt::AlignCenter, QString::number(arm + 1));
  }
  if (scene.highlighted && *scene.highlighted < arms) {
    strokeRect(painter, geometry.columnRect(*scene.highlighted).toAlignedRect(), 3.0, theme.accent);
  }
  painter.restore();
}

}  // namespace limbeck
