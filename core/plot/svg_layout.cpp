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

constexpr double kMargin = 16.0;
constexpr double kLabelGap = 14.0;         // from the right end of the lines to their labels
constexpr double kMaxLabelColumn = 170.0;  // pixels; longer labels are broken into lines
constexpr double kMaxLabelShare = 0.3;     // of the width, for narrow pictures
constexpr double kPixelsPerXTick = 70.0;
constexpr double kPixelsPerYTick = 42.0;
constexpr double kTickLabelGap = 8.0;
constexpr double kLeaderFrom = 3.0;  // a label that moved less needs no leader
constexpr double kMinExtent = 40.0;

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

/// Lays out one plot; each step uses what the steps before it placed.
class Layouter {
 public:
  Layouter(const PlotModel& model, double width, double height) : model_(model) {
    LIMBECK_CHECK(model.x_axis.min < model.x_axis.max && model.y_axis.min < model.y_axis.max,
                  fmt::format("axes [{}, {}] and [{}, {}]", model.x_axis.min, model.x_axis.max, model.y_axis.min,
                              model.y_axis.max));
    layout_.width = width;
    layout_.height = height;
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
      if (!hasPoints(series)) continue;
      const Font font = series.role == PlotRole::AD ? kStrongLabelFont : kLabelFont;
      PlacedLabel label{.lines = wrapText(series.name, font, max_width),
                        .font = font,
                        .colour = {},
                        .anchor = lastPoint(series),
                        .box = {}};
      label.colour = layout_.styles[i].colour;
      const double right_edge = model_.x_axis.max - 0.02 * (model_.x_axis.max - model_.x_axis.min);
      (label.anchor.x < right_edge ? inline_ : column_).push_back(std::move(label));
    }
    for (const ReferenceLine& line : model_.reference_lines) {
      const std::string text = fmt::format("{} {:.3g}", line.name, line.y);
      PlacedLabel label{.lines = wrapText(text, kLabelFont, max_width),
                        .font = kLabelFont,
                        .colour = {},
                        .anchor = {model_.x_axis.max, line.y},
                        .box = {}};
      label.colour = plotStyle(line.role).colour;
      column_.push_back(std::move(label));
    }
    for (const PublishedPoint& point : model_.published_points) {
      PlacedLabel label{.lines = {point.label},
                        .font = kCaptionFont,
                        .colour = std::string(kTextColour),
                        .anchor = {point.x, point.y},
                        .box = {}};
      inline_.push_back(std::move(label));
    }
  }

  void placeArea() {
    layout_.title = wrapText(model_.title, kTitleFont, layout_.width - 2 * kMargin);
    layout_.caption = wrapText(model_.caption, kCaptionFont, layout_.width - 2 * kMargin);
    layout_.title_bottom = kMargin + lineHeight(kTitleFont) * static_cast<double>(layout_.title.size());
    PlotBox& area = layout_.area;
    area.top = layout_.title_bottom + (model_.y_axis.label.empty() ? 0.0 : lineHeight(kAxisFont)) + 12.0;
    const double caption_height = lineHeight(kCaptionFont) * static_cast<double>(layout_.caption.size());
    area.bottom = layout_.height - kMargin - caption_height - lineHeight(kAxisFont) - lineHeight(kTickFont) - 14.0;
    area.bottom = std::max(area.bottom, area.top + kMinExtent);
    layout_.y_ticks = niceTicks(model_.y_axis.min, model_.y_axis.max, tickCount(area.height(), kPixelsPerYTick));
    double tick_width = 0.0;
    for (const double value : layout_.y_ticks.values) {
      tick_width = std::max(tick_width, textWidth(layout_.y_ticks.label(value), kTickFont));
    }
    area.left = kMargin + tick_width + kTickLabelGap;
    double column_width = 0.0;
    for (const PlacedLabel& label : column_) column_width = std::max(column_width, widest(label.lines, label.font));
    area.right = layout_.width - kMargin - (column_.empty() ? 0.0 : column_width + kLabelGap);
    area.right = std::max(area.right, area.left + kMinExtent);
    layout_.x_ticks = niceTicks(model_.x_axis.min, model_.x_axis.max, tickCount(area.width(), kPixelsPerXTick));
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
    }
    for (const PublishedPoint& point : model_.published_points) points.push_back(toPixels({point.x, point.y}));
    for (const ReferenceLine& line : model_.reference_lines) {
      const double y = layout_.toY(model_, line.y);
      for (double x = layout_.area.left; x < layout_.area.right; x += 4.0) points.push_back({x, y});
    }
    return points;
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

SvgLayout layOutPlot(const PlotModel& model, double width, double height) {
  return Layouter(model, width, height).layOut();
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
