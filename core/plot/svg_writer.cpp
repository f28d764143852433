// SPDX-License-Identifier: GPL-3.0-or-later
// Written by ourselves because Qt 6.4's generator ignores clipping, and because a plot should not need a window.
#include "core/plot/svg_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <vector>

#include "core/plot/finite_runs.h"
#include "core/plot/plot_style.h"
#include "core/plot/svg_layout.h"
#include "core/plot/xml_escape.h"

namespace limbeck {

namespace {

constexpr double kFarAway = 1e5;         // clipped anyway; renderers lose precision far beyond
constexpr double kBaselineShare = 0.36;  // how far below a line's middle its letters stand, in font sizes
constexpr double kMarkerRadius = 4.2;
constexpr std::string_view kFontFamily = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

/// Two decimals without trailing zeros: a hundredth of a pixel, the same on every machine.
std::string number(double value) {
  std::string text = fmt::format("{:.2f}", std::clamp(value, -kFarAway, kFarAway));
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string dashAttribute(const std::vector<double>& dash) {
  if (dash.empty()) return {};
  std::string lengths;
  for (const double length : dash) {
    if (!lengths.empty()) lengths += ' ';
    lengths += number(length);
  }
  return fmt::format(" stroke-dasharray=\"{}\"", lengths);
}

class SvgWriter {
 public:
  SvgWriter(const PlotModel& model, const SvgOptions& options)
      : model_(displayedModel(model)),
        options_(options),
        scale_(options.unit == LengthUnit::Pixel ? 1.0 : kPixelsPerMillimetre),
        layout_(layOutPlot(model_, options.width * scale_, options.height * scale_)) {}

  std::string write() {
    writeHead();
    writeAxes();
    put("<g clip-path=\"url(#{}inside)\">\n", options_.id_prefix);
    for (std::size_t i = model_.series.size(); i-- > 0;) writeBand(i);
    for (const ReferenceLine& line : model_.reference_lines) writeReference(line);
    // The first series is the one that the plot is about: it is drawn last, over the others.
    for (std::size_t i = model_.series.size(); i-- > 0;) writeLine(i);
    put("</g>\n");
    for (std::size_t i = model_.series.size(); i-- > 0;) writeEndMarker(i);
    for (const PublishedPoint& point : model_.published_points) writePublished(point);
    for (const PlotMark& mark : model_.marks) writeMark(mark);
    for (const PlacedLabel& label : layout_.labels) writeLabel(label);
    put("</svg>\n");
    return std::move(out_);
  }

 private:
  template <typename... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  std::string x(double value) const { return number(layout_.toX(model_, value)); }
  std::string y(double value) const { return number(layout_.toY(model_, value)); }

  void writeText(std::string_view text, double left, double baseline, const Font& font, std::string_view colour,
                 std::string_view more = {}) {
    put("<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"#{}\"{}{}>{}</text>\n", number(left), number(baseline),
        number(font.size), colour, font.is_bold ? " font-weight=\"bold\"" : "", more, escapeXml(text));
  }

  void writeHead() {
    const std::string_view unit = options_.unit == LengthUnit::Pixel ? "px" : "mm";
    const PlotBox& area = layout_.area;
    put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    put("<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"{}{}\" height=\"{}{}\" viewBox=\"0 0 {} "
        "{}\" "
        "font-family=\"{}\">\n",
        number(options_.width), unit, number(options_.height), unit, number(layout_.width), number(layout_.height),
        kFontFamily);
    put("<title>{}</title>\n", escapeXml(model_.title));
    put("<defs><clipPath id=\"{0}inside\"><rect id=\"{0}plot-area\" x=\"{1}\" y=\"{2}\" width=\"{3}\" "
        "height=\"{4}\"/></clipPath></defs>\n",
        options_.id_prefix, number(area.left), number(area.top), number(area.width()), number(area.height()));
    put("<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n");
    double baseline = kTitleFont.size * 0.9 + 14.0;
    for (const std::string& line : layout_.title) {
      writeText(line, layout_.margin, baseline, kTitleFont, kTextColour);
      baseline += kTitleFont.size * kLineSpacing;
    }
    baseline =
        layout_.height - 14.0 - kCaptionFont.size * kLineSpacing * (static_cast<double>(layout_.caption.size()) - 1.0);
    for (const std::string& line : layout_.caption) {
      writeText(line, layout_.margin, baseline, kCaptionFont, kQuietTextColour);
      baseline += kCaptionFont.size * kLineSpacing;
    }
  }

  void writeAxes() {
    const PlotBox& area = layout_.area;
    const std::string left = number(area.left);
    const std::string right = number(area.right);
    const std::string bottom = number(area.bottom);
    for (const double value : layout_.y_ticks.values) {
      put("<path d=\"M{} {}H{}\" stroke=\"#{}\"/>\n", left, y(value), right, kGridColour);
      writeText(layout_.y_ticks.label(value), area.left - 8.0,
                layout_.toY(model_, value) + kTickFont.size * kBaselineShare, kTickFont, kQuietTextColour,
                " text-anchor=\"end\"");
    }
    put("<path d=\"M{} {}H{}\" stroke=\"#{}\"/>\n", left, bottom, right, kAxisColour);
    for (const double value : layout_.x_ticks.values) {
      put("<path d=\"M{} {}v5\" stroke=\"#{}\"/>\n", x(value), bottom, kAxisColour);
      writeText(layout_.x_ticks.label(value), layout_.toX(model_, value), area.bottom + 19.0, kTickFont,
                kQuietTextColour, " text-anchor=\"middle\"");
    }
    writeText(model_.y_axis.label, layout_.margin, layout_.title_bottom + kAxisFont.size, kAxisFont, kQuietTextColour);
    writeText(model_.x_axis.label, (area.left + area.right) / 2, layout_.x_label_baseline, kAxisFont, kQuietTextColour,
              " text-anchor=\"middle\"");
  }

  void writeBand(std::size_t index) {
    const PlotSeries& series = model_.series[index];
    if (!series.band) return;
    std::string path;
    const auto point = [&](char command, std::size_t i, double value) {
      fmt::format_to(std::back_inserter(path), "{}{} {}", command, x(series.x[i]), y(value));
    };
    std::vector<double> both(series.x.size());
    for (std::size_t i = 0; i < both.size(); ++i) both[i] = series.band->low[i] + series.band->high[i];
    for (const auto& [begin, end] : finiteRuns(both)) {
      for (std::size_t i = begin; i < end; ++i) point(i == begin ? 'M' : 'L', i, series.band->high[i]);
      for (std::size_t i = end; i-- > begin;) point('L', i, series.band->low[i]);
      path += 'Z';
    }
    put("<path id=\"{}band-{}\" d=\"{}\" fill=\"#{}\" fill-opacity=\"{}\"/>\n", options_.id_prefix, index, path,
        layout_.styles[index].colour, number(kBandOpacity));
  }

  void writeLine(std::size_t index) {
    const PlotSeries& series = model_.series[index];
    const PlotStyle& style = layout_.styles[index];
    std::string path;
    for (const auto& [begin, end] : finiteRuns(series.y)) {
      for (std::size_t i = begin; i < end; ++i) {
        fmt::format_to(std::back_inserter(path), "{}{} {}", i == begin ? 'M' : 'L', x(series.x[i]), y(series.y[i]));
      }
      if (end == begin + 1) path += "h0";  // With round caps a line of no length is a dot.
    }
    put("<path id=\"{}series-{}\" d=\"{}\" fill=\"none\" stroke=\"#{}\" stroke-width=\"{}\" "
        "stroke-linejoin=\"round\"{}{}{}/>\n",
        options_.id_prefix, index, path, style.colour, number(style.width),
        style.dash.empty() ? " stroke-linecap=\"round\"" : "", dashAttribute(style.dash),
        series.is_member ? fmt::format(" stroke-opacity=\"{}\"", number(kMemberOpacity)) : "");
  }

  void writeReference(const ReferenceLine& line) {
    const PlotStyle style = plotStyle(line.role);
    put("<path d=\"M{} {}H{}\" fill=\"none\" stroke=\"#{}\" stroke-width=\"{}\"{}/>\n", number(layout_.area.left),
        y(line.y), number(layout_.area.right), style.colour, number(style.width), dashAttribute(style.dash));
  }

  void writeMarker(PlotMarker marker, const PlotPosition& at, std::string_view colour) {
    const double r = kMarkerRadius;
    std::string shape;
    switch (marker) {
      case PlotMarker::Circle:
        shape = fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", number(at.x), number(at.y), number(r));
        break;
      case PlotMarker::Square:
        shape = fmt::format("<path d=\"M{} {}h{}v{}h{}Z\"", number(at.x - 0.9 * r), number(at.y - 0.9 * r),
                            number(1.8 * r), number(1.8 * r), number(-1.8 * r));
        break;
      case PlotMarker::Triangle:
        shape = fmt::format("<path d=\"M{} {}l{} {}h{}Z\"", number(at.x), number(at.y - 1.2 * r), number(1.15 * r),
                            number(2.0 * r), number(-2.3 * r));
        break;
      case PlotMarker::Diamond:
        shape =
            fmt::format("<path d=\"M{} {}l{} {}l{} {}l{} {}Z\"", number(at.x), number(at.y - 1.2 * r), number(1.2 * r),
                        number(1.2 * r), number(-1.2 * r), number(1.2 * r), number(-1.2 * r), number(-1.2 * r));
        break;
    }
    put("{} fill=\"#{}\" stroke=\"#FFFFFF\" stroke-width=\"1.2\"/>\n", shape, colour);
  }

  void writeEndMarker(std::size_t index) {
    if (model_.series[index].is_member || !hasPoints(model_.series[index])) return;
    const PlotPosition last = lastPoint(model_.series[index]);
    const PlotPosition at{layout_.toX(model_, last.x), layout_.toY(model_, last.y)};
    if (layout_.area.contains(at)) writeMarker(layout_.styles[index].marker, at, layout_.styles[index].colour);
  }

  void writePublished(const PublishedPoint& point) {
    const PlotPosition at{layout_.toX(model_, point.x), layout_.toY(model_, point.y)};
    if (!layout_.area.contains(at)) return;
    put("<g><title>{}</title>\n", escapeXml(point.source));
    if (point.error > 0.0) {
      put("<path d=\"M{} {}V{}\" stroke=\"#{}\"/>\n", number(at.x), y(point.y - point.error), y(point.y + point.error),
          kTextColour);
    }
    writeMarker(PlotMarker::Diamond, at, kTextColour);
    put("</g>\n");
  }

  void writeMark(const PlotMark& mark) {
    const PlotPosition at{layout_.toX(model_, mark.x), layout_.toY(model_, mark.y)};
    if (!layout_.area.contains(at)) return;
    put("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"#FFFFFF\" stroke=\"#{}\" stroke-width=\"{}\"/>\n", number(at.x),
        number(at.y), number(kMarkRadius), plotStyle(mark.role).colour, number(kMarkWidth));
  }

  void writeLabel(const PlacedLabel& label) {
    if (label.has_leader) {
      put("<path d=\"M{} {}L{} {}\" fill=\"none\" stroke=\"#{}\" stroke-width=\"0.8\" stroke-opacity=\"0.6\"/>\n",
          number(label.anchor.x + 1.0), number(label.anchor.y), number(label.box.left - 3.0),
          number((label.box.top + label.box.bottom) / 2), label.colour);
    }
    double baseline = label.box.top + label.font.size * (kLineSpacing / 2 + kBaselineShare);
    // A white rim keeps letters readable that lie over a line.
    const std::string_view rim =
        " stroke=\"#FFFFFF\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"";
    for (const std::string& line : label.lines) {
      writeText(line, label.box.left, baseline, label.font, label.colour, rim);
      baseline += label.font.size * kLineSpacing;
    }
  }

  PlotModel model_;
  SvgOptions options_;
  double scale_;
  SvgLayout layout_;
  std::string out_;
};

}  // namespace

std::string svgText(const PlotModel& model, const SvgOptions& options) {
  return SvgWriter(model, options).write();
}

}  // namespace limbeck
