// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/svg_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "core/base/check.h"

namespace limbeck {

namespace {

constexpr double kLabelGap = 14.0;         // from the right end of the lines to their labels
constexpr double kMaxLabelColumn = 170.0;  // pixels; longer labels are broken into lines
constexpr double kMaxLabelShare = 0.3;     // of the width, for narrow pictures
constexpr double kTickLabelGap = 8.0;
constexpr double kLeaderFrom = 3.0;  // a label that moved less needs no leader
constexpr double kMinExtent = 40.0;
constexpr double kInkSpacing = 4.0;  // pixels between the points that stand for a line

double lineHeight(const Font& font) {
  return font.size * kLineSpacing;
}

double widest(const std::vector<std::string>& lines, const Font& font) {
  double width = 0.0;
  for (const std::string& line : lines) width = std::max(width, textWidth(line, font));
  return width;
}

double heightOf(const PlacedLabel& label) {
  return lineHeight(label.font) * static_cast<double>(label.lines.size());
}

int tickCount(double pixels, double pixels_per_tick) {
  return std::max(2, static_cast<int>(pixels / pixels_per_tick));
}

bool isWithin(const PlotAxis& axis, double value) {
  return value >= axis.min && value <= axis.max;
}

/// Where the line ends or leaves the axis on the right. A line that goes on has a point beyond the axis.
PlotPosition endWithinAxis(const PlotSeries& series, double x_max) {
  const PlotPosition last = lastPoint(series);
  if (last.x <= x_max) return last;
  const auto after = static_cast<std::size_t>(std::ranges::upper_bound(series.x, x_max) - series.x.begin());
  if (after == 0 || !std::isfinite(series.y[after]) || !std::isfinite(series.y[after - 1])) return {x_max, last.y};
  const double share = (x_max - series.x[after - 1]) / (series.x[after] - series.x[after - 1]);
  return {x_max, series.y[after - 1] + share * (series.y[after] - series.y[after - 1])};
}

/// Lays out one plot; each step uses what the steps before it placed.
class Layouter {
 public:
  Layouter(const PlotModel& model, double width, double height, const LayoutRoom& room) : model_(model), room_(room) {
    LIMBECK_CHECK(model.x_axis.min < model.x_axis.max && model.y_axis.min < model.y_axis.max,
                  fmt::format("axes [{}, {}] and [{}, {}]", model.x_axis.min, model.x_axis.max, model.y_axis.min,
                              model.y_axis.max));
    layout_.width = width;
    layout_.height = height;
    layout_.margin = room.margin;
    layout_.styles = seriesStyles(model);
  }

  SvgLayout layOut() {
    makeLabels();
    placeArea();
    placeColumn();
    placeInlineLabels();
    return std::move(layout_);
  }

 private:
  void makeLabels() {
    const double max_width = std::min(kMaxLabelColumn, kMaxLabelShare * layout_.width);
    for (std::size_t i = 0; i < model_.series.size(); ++i) {
      const PlotSeries& series = model_.series[i];
      if (series.is_member || !hasPoints(series)) continue;
      const Font font = series.role == PlotRole::AD ? kStrongLabelFont : kLabelFont;
      PlacedLabel label{.series = static_cast<int>(i),
                        .role = series.role,
                        .lines = wrapText(series.name, font, max_width),
                        .font = font,
                        .colour = {},
                        .anchor = endWithinAxis(series, model_.x_axis.max),
                        .box = {}};
      label.colour = layout_.styles[i].colour;
      const double right_edge = model_.x_axis.max - 0.02 * (model_.x_axis.max - model_.x_axis.min);
      const bool is_inline = label.anchor.x < right_edge;
      if (is_inline && !isInside(label.anchor)) continue;
      (is_inline ? inline_ : column_).push_back(std::move(label));
    }
    for (const ReferenceLine& line : model_.reference_lines) {
      if (!isWithin(model_.y_axis, line.y)) continue;
      const std::string text = fmt::format("{} {:.3g}", line.name, line.y);
      PlacedLabel label{.role = line.role,
                        .lines = wrapText(text, kLabelFont, max_width),
                        .font = kLabelFont,
                        .colour = {},
                        .anchor = {model_.x_axis.max, line.y},
                        .box = {}};
      label.colour = plotStyle(line.role).colour;
      column_.push_back(std::move(label));
    }
    for (const PublishedPoint& point : model_.published_points) {
      if (!point.shows_label || !isInside({point.x, point.y})) continue;
      PlacedLabel label{.lines = {point.label},
                        .font = kCaptionFont,
                        .colour = std::string(kTextColour),
                        .anchor = {point.x, point.y},
                        .box = {}};
      inline_.push_back(std::move(label));
    }
    for (const PlotMark& mark : model_.marks) {
      if (mark.label.empty() || !isInside({mark.x, mark.y})) continue;
      PlacedLabel label{.role = mark.role,
                        .lines = {mark.label},
                        .font = kCaptionFont,
                        .colour = std::string(plotStyle(mark.role).colour),
                        .anchor = {mark.x, mark.y},
                        .box = {}};
      inline_.push_back(std::move(label));
    }
  }

  bool isInside(const PlotPosition& value) const {
    return isWithin(model_.x_axis, value.x) && isWithin(model_.y_axis, value.y);
  }

  void placeArea() {
    layout_.title = wrapText(model_.title, kTitleFont, layout_.width - 2 * room_.margin);
    layout_.caption = wrapText(model_.caption, kCaptionFont, layout_.width - 2 * room_.margin);
    layout_.title_bottom = room_.margin + lineHeight(kTitleFont) * static_cast<double>(layout_.title.size());
    PlotBox& area = layout_.area;
    area.top = layout_.title_bottom + (model_.y_axis.label.empty() ? 0.0 : lineHeight(kAxisFont)) + room_.above;
    const double caption_height = lineHeight(kCaptionFont) * static_cast<double>(layout_.caption.size());
    area.bottom = layout_.height - room_.margin - caption_height - room_.below;
    area.bottom = std::max(area.bottom, area.top + kMinExtent);
    layout_.x_label_baseline = area.bottom + room_.x_label_below;
    layout_.y_ticks = niceTicks(model_.y_axis.min, model_.y_axis.max, tickCount(area.height(), room_.y_tick));
    double tick_width = 0.0;
    for (const double value : layout_.y_ticks.values) {
      tick_width = std::max(tick_width, textWidth(layout_.y_ticks.label(value), kTickFont));
    }
    area.left = room_.margin + tick_width + kTickLabelGap;
    double column_width = 0.0;
    for (const PlacedLabel& label : column_) column_width = std::max(column_width, widest(label.lines, label.font));
    area.right = layout_.width - room_.margin - (column_.empty() ? 0.0 : column_width + kLabelGap);
    area.right = std::max(area.right, area.left + kMinExtent);
    layout_.x_ticks = niceTicks(model_.x_axis.min, model_.x_axis.max, tickCount(area.width(), room_.x_tick));
    if (layout_.x_ticks.values.empty()) return;
    // The last number stands in the middle of its tick, which may be the very end of the axis.
    const double last = layout_.x_ticks.values.back();
    const double end = layout_.toX(model_, last) + textWidth(layout_.x_ticks.label(last), kTickFont) / 2;
    area.right = std::max(area.right - std::max(0.0, end - (layout_.width - room_.margin)), area.left + kMinExtent);
  }

  PlotPosition toPixels(const PlotPosition& value) const {
    return {layout_.toX(model_, value.x), layout_.toY(model_, value.y)};
  }

  /// The labels right of the plot, each at the height of its line's end or as near as the others let it.
  void placeColumn() {
    const PlotBox& area = layout_.area;
    std::vector<ColumnLabel> wanted;
    for (PlacedLabel& label : column_) {
      label.anchor = toPixels(label.anchor);
      label.anchor = {area.right, std::clamp(label.anchor.y, area.top, area.bottom)};
      wanted.push_back({label.anchor.y, heightOf(label) + 2.0});
    }
    const std::vector<double> centres = spreadLabels(wanted, area.top - lineHeight(kLabelFont), area.bottom + 6.0);
    for (std::size_t i = 0; i < column_.size(); ++i) {
      PlacedLabel& label = column_[i];
      const double left = area.right + kLabelGap;
      label.box = {left, centres[i] - heightOf(label) / 2, left + widest(label.lines, label.font),
                   centres[i] + heightOf(label) / 2};
      label.has_leader = std::abs(centres[i] - label.anchor.y) > kLeaderFrom;
      layout_.labels.push_back(std::move(label));
    }
  }

  /// What labels inside the plot should not cover.
  std::vector<PlotPosition> ink() const {
    std::vector<PlotPosition> points;
    for (const PlotSeries& series : model_.series) {
      for (std::size_t i = 0; i < series.x.size(); ++i) {
        if (std::isfinite(series.y[i])) points.push_back(toPixels({series.x[i], series.y[i]}));
      }
      // A mark stands on a line, often a steep one of few points.
      if (!model_.marks.empty()) addInkBetween(series, points);
    }
    for (const PublishedPoint& point : model_.published_points) points.push_back(toPixels({point.x, point.y}));
    for (const PlotMark& mark : model_.marks) points.push_back(toPixels({mark.x, mark.y}));
    for (const ReferenceLine& line : model_.reference_lines) {
      const double y = layout_.toY(model_, line.y);
      for (double x = layout_.area.left; x < layout_.area.right; x += kInkSpacing) points.push_back({x, y});
    }
    return points;
  }

  void addInkBetween(const PlotSeries& series, std::vector<PlotPosition>& points) const {
    for (std::size_t i = 1; i < series.x.size(); ++i) {
      if (!std::isfinite(series.y[i - 1]) || !std::isfinite(series.y[i])) continue;
      const PlotPosition from = toPixels({series.x[i - 1], series.y[i - 1]});
      const PlotPosition to = toPixels({series.x[i], series.y[i]});
      const int parts = static_cast<int>(std::min(100.0, std::hypot(to.x - from.x, to.y - from.y) / kInkSpacing));
      for (int part = 1; part < parts; ++part) {
        const double share = static_cast<double>(part) / parts;
        points.push_back({from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)});
      }
    }
  }

  void placeInlineLabels() {
    const std::vector<PlotPosition> points = ink();
    std::vector<PlotBox> taken;
    for (PlacedLabel& label : inline_) {
      label.anchor = toPixels(label.anchor);
      label.box =
          placeBeside(label.anchor, widest(label.lines, label.font), heightOf(label), layout_.area, taken, points);
      taken.push_back(label.box);
      layout_.labels.push_back(std::move(label));
    }
  }

  const PlotModel& model_;
  LayoutRoom room_;
  SvgLayout layout_;
  std::vector<PlacedLabel> column_;  ///< anchors in the units of the axes until they are placed
  std::vector<PlacedLabel> inline_;
};

}  // namespace

double SvgLayout::toX(const PlotModel& model, double x) const {
  return area.left + (x - model.x_axis.min) / (model.x_axis.max - model.x_axis.min) * area.width();
}

double SvgLayout::toY(const PlotModel& model, double y) const {
  return area.bottom - (y - model.y_axis.min) / (model.y_axis.max - model.y_axis.min) * area.height();
}

SvgLayout layOutPlot(const PlotModel& model, double width, double height, const LayoutRoom& room) {
  return Layouter(model, width, height, room).layOut();
}

bool hasPoints(const PlotSeries& series) {
  return std::ranges::any_of(series.y, [](double y) { return std::isfinite(y); });
}

PlotPosition lastPoint(const PlotSeries& series) {
  for (std::size_t i = series.y.size(); i-- > 0;) {
    if (std::isfinite(series.y[i])) return {series.x[i], series.y[i]};
  }
  LIMBECK_CHECK(false, fmt::format("series {} has no points", series.name));
}

}  // namespace limbeck
