// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/pgfplots_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <set>
#include <vector>

#include "core/plot/finite_runs.h"
#include "core/plot/plot_style.h"

namespace limbeck {

namespace {

constexpr double kPointsPerPixel = 0.6;  // a screen's line widths are too heavy in print

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "nan";
}

std::string lineOptions(const PlotStyle& style) {
  std::string options = fmt::format("{}, line width={:.2f}pt", style.colour_name, style.width * kPointsPerPixel);
  if (style.dash.empty()) return options;
  options += ", dash pattern=";
  for (std::size_t i = 0; i < style.dash.size(); ++i) {
    options +=
        fmt::format("{}{} {:.2f}pt", i == 0 ? "" : " ", i % 2 == 0 ? "on" : "off", style.dash[i] * kPointsPerPixel);
  }
  return options;
}

class PgfplotsWriter {
 public:
  PgfplotsWriter(const PlotModel& model, std::string_view csv_name)
      : model_(displayedModel(model)), csv_name_(csv_name), styles_(seriesStyles(model_)) {
    for (const PlotSeries& series : model_.series) rows_ = std::max(rows_, series.x.size());
  }

  PgfplotsFigure write() {
    writeHead();
    for (std::size_t i = 0; i < model_.series.size(); ++i) writeBand(i);
    for (const ReferenceLine& line : model_.reference_lines) writeReference(line);
    for (std::size_t i = 0; i < model_.series.size(); ++i) writeLine(i);
    for (const PublishedPoint& point : model_.published_points) writePublished(point);
    for (const PlotMark& mark : model_.marks) writeMark(mark);
    put("\\end{{axis}}\n\\end{{tikzpicture}}\n");
    return {std::move(tex_), csv()};
  }

 private:
  template <typename... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(tex_), format, std::forward<Args>(args)...);
  }

  void defineColours() {
    std::vector<PlotStyle> used = styles_;
    for (const ReferenceLine& line : model_.reference_lines) used.push_back(plotStyle(line.role));
    for (const PlotMark& mark : model_.marks) used.push_back(plotStyle(mark.role));
    std::set<std::string_view> defined;
    for (const PlotStyle& style : used) {
      if (!defined.insert(style.colour_name).second) continue;
      put("\\definecolor{{{}}}{{HTML}}{{{}}}\n", style.colour_name, style.colour);
    }
  }

  void writeHead() {
    put("% In the preamble: \\usepackage{{pgfplots}} \\usepgfplotslibrary{{fillbetween}} "
        "\\pgfplotsset{{compat=1.16}}\n");
    defineColours();
    put("\\begin{{tikzpicture}}\n\\begin{{axis}}[\n");
    put("  width=\\linewidth, height=0.6\\linewidth,\n");
    put("  title={{{}}}, xlabel={{{}}}, ylabel={{{}}},\n", escapeTex(model_.title), escapeTex(model_.x_axis.label),
        escapeTex(model_.y_axis.label));
    put("  xmin={}, xmax={}, ymin={}, ymax={},\n", number(model_.x_axis.min), number(model_.x_axis.max),
        number(model_.y_axis.min), number(model_.y_axis.max));
    put("  axis lines=left, ymajorgrids, grid style={{black!10}}, unbounded coords=jump, table/col sep=comma,\n");
    put("  legend cell align=left, legend style={{draw=none, at={{(1.02,1)}}, anchor=north west, font=\\small}},\n]\n");
    put("% {}\n", escapeTex(model_.caption));
  }

  /// A table of the points begin .. end of a series; the column `y` is y, low or high.
  std::string table(std::string_view y, std::size_t series, std::size_t begin, std::size_t end) const {
    std::string filter;
    if (begin > 0) filter += fmt::format(", skip coords between index={{0}}{{{}}}", begin);
    if (end < rows_) filter += fmt::format(", skip coords between index={{{}}}{{{}}}", end, rows_);
    return fmt::format("{}] table[x=x{}, y={}{}] {{{}}};\n", filter, series, y, series, csv_name_);
  }

  /// fillbetween cannot jump over gaps, so that each stretch without one gets its own fill.
  void writeBand(std::size_t index) {
    const PlotSeries& series = model_.series[index];
    if (!series.band) return;
    std::size_t part = 0;
    for (const FiniteRun run : finiteRuns(series.band->low)) {
      for (const std::string_view edge : {"low", "high"}) {
        put("\\addplot[name path={}{}p{}, draw=none, forget plot{}", edge, index, part,
            table(edge, index, run.begin, run.end));
      }
      put("\\addplot[{}, fill opacity={}, draw=none, forget plot] fill between[of=low{}p{} and high{}p{}];\n",
          styles_[index].colour_name, kBandOpacity, index, part, index, part);
      ++part;
    }
  }

  void writeLine(std::size_t index) {
    const PlotSeries& series = model_.series[index];
    const std::string member = series.is_member ? fmt::format(", draw opacity={}, forget plot", kMemberOpacity) : "";
    put("\\addplot[{}{}{}", lineOptions(styles_[index]), member, table("y", index, 0, series.x.size()));
    if (!series.is_member) put("\\addlegendentry{{{}}}\n", escapeTex(series.name));
  }

  void writeReference(const ReferenceLine& line) {
    put("\\addplot[{}, domain={}:{}, samples=2] {{{}}};\n", lineOptions(plotStyle(line.role)),
        number(model_.x_axis.min), number(model_.x_axis.max), number(line.y));
    put("\\addlegendentry{{{} {:.3g}}}\n", escapeTex(line.name), line.y);
  }

  void writePublished(const PublishedPoint& point) {
    const std::string bars = point.error > 0.0 ? ", error bars/.cd, y dir=both, y explicit" : "";
    const std::string error = point.error > 0.0 ? fmt::format(" +- (0,{})", number(point.error)) : "";
    put("\\addplot[only marks, mark=diamond*, black, forget plot{}] coordinates {{({},{}){}}}; % {}\n", bars,
        number(point.x), number(point.y), error, escapeTex(point.source));
    if (!point.shows_label) return;
    put("\\node[anchor=west, font=\\scriptsize] at (axis cs:{},{}) {{{}}};\n", number(point.x), number(point.y),
        escapeTex(point.label));
  }

  void writeMark(const PlotMark& mark) {
    const std::string_view colour = plotStyle(mark.role).colour_name;
    put("\\addplot[only marks, mark=o, {}, forget plot] coordinates {{({},{})}};\n", colour, number(mark.x),
        number(mark.y));
    put("\\node[anchor=north west, font=\\scriptsize, {}] at (axis cs:{},{}) {{{}}};\n", colour, number(mark.x),
        number(mark.y), escapeTex(mark.label));
  }

  std::string csv() const {
    std::string out;
    for (std::size_t i = 0; i < model_.series.size(); ++i) {
      out += fmt::format("{}x{},y{}", i == 0 ? "" : ",", i, i);
      if (model_.series[i].band) out += fmt::format(",low{},high{}", i, i);
    }
    out += '\n';
    for (std::size_t row = 0; row < rows_; ++row) {
      for (std::size_t i = 0; i < model_.series.size(); ++i) {
        const PlotSeries& series = model_.series[i];
        const auto cell = [&](const std::vector<double>& column) {
          return row < column.size() ? number(column[row]) : std::string("nan");
        };
        out += fmt::format("{}{},{}", i == 0 ? "" : ",", cell(series.x), cell(series.y));
        if (series.band) out += fmt::format(",{},{}", cell(series.band->low), cell(series.band->high));
      }
      out += '\n';
    }
    return out;
  }

  PlotModel model_;
  std::string csv_name_;
  std::vector<PlotStyle> styles_;
  std::size_t rows_ = 0;  ///< of the longest series
  std::string tex_;
};

}  // namespace

std::string escapeTex(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '\\':
        out += "\\textbackslash{}";
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        out += '\\';
        out += letter;
        break;
      case '\n':
      case '\r':
        out += ' ';
        break;
      default:
        out += letter;
    }
  }
  return out;
}

PgfplotsFigure pgfplotsFigure(const PlotModel& model, std::string_view csv_name) {
  return PgfplotsWriter(model, csv_name).write();
}

}  // namespace limbeck
