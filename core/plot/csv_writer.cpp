// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/csv_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <string_view>

namespace limbeck {

namespace {

/// The shortest digits that read back as the same double.
std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + '"';
}

std::string rowsOf(const PlotModel& shown) {
  std::string out = "kind,name,x,y,low,high,source\n";
  for (const PlotSeries& series : shown.series) {
    const std::string name = field(series.name);
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      out += fmt::format("{},{},{},{},{},{},\n", series.is_member ? "member" : "series", name, number(series.x[i]),
                         number(series.y[i]), series.band ? number(series.band->low[i]) : "",
                         series.band ? number(series.band->high[i]) : "");
    }
  }
  for (const ReferenceLine& line : shown.reference_lines) {
    out += fmt::format("reference,{},,{},,,\n", field(line.name), number(line.y));
  }
  for (const PublishedPoint& point : shown.published_points) {
    const bool has_error = point.error > 0.0;
    out += fmt::format("published,{},{},{},{},{},{}\n", field(point.label), number(point.x), number(point.y),
                       has_error ? number(point.y - point.error) : "", has_error ? number(point.y + point.error) : "",
                       field(point.source));
  }
  for (const PlotMark& mark : shown.marks) {
    out += fmt::format("mark,{},{},{},,,\n", field(mark.label), number(mark.x), number(mark.y));
  }
  return out;
}

}  // namespace

std::string csvText(const PlotModel& model) {
  return rowsOf(displayedModel(model));
}

std::string allPointsCsv(const PlotModel& model) {
  return rowsOf(model);
}

}  // namespace limbeck
