// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "app/cli/bench_models.h"

namespace limbeck::cli {
namespace {

constexpr std::size_t kNameWidth = 24;
constexpr std::size_t kFigureWidth = 11;

std::string grouped(std::int64_t value) {
  return value < 1000 ? fmt::format("{}", value) : fmt::format("{},{:03}", grouped(value / 1000), value % 1000);
}

/// "84,213", "334", "33.6", "0.21".
std::string numberText(double value) {
  if (!std::isfinite(value)) return "-";
  if (value >= 1000.0) return grouped(std::llround(value));
  return fmt::format("{:.{}f}", value, value >= 100.0 ? 0 : value >= 10.0 ? 1 : 2);
}

/// At most 16 characters, so without separators.
std::string ratioText(const std::optional<Summary>& ratio) {
  if (!ratio) return {};
  const auto text = [](double value) { return value < 1000.0 ? numberText(value) : fmt::format("{:.0f}", value); };
  return fmt::format("{} ({}-{})", text(ratio->median), text(ratio->minimum), text(ratio->maximum));
}

template <typename Format>
std::string orEmpty(const std::optional<double>& value, const Format& format) {
  return value ? format(*value) : std::string();
}

/// How a column calls the path that it compares with.
std::string headOf(const std::string& baseline) {
  if (baseline == kPlainFloat32) return "x plain fp32";
  if (baseline == kPlainBFloat16) return "x plain bf16";
  if (baseline == kPlainUncached) return "x no cache";
  return fmt::format("x {}", baseline);
}

/// Columns that a group has nothing for are left out.
bool hasGflops(const RowResult& row) {
  return std::ranges::any_of(row.paths, [](const PathResult& path) { return path.gflops.has_value(); });
}

bool hasHours(const RowResult& row) {
  return std::ranges::any_of(row.paths, [](const PathResult& path) { return path.hours.has_value(); });
}

std::string headText(const RowResult& row) {
  std::string line = fmt::format("{:<{}}{:>{}}{:>{}}{:>{}}", fmt::format("{}, {}", row.group, row.unit), kNameWidth,
                                 "median", kFigureWidth, "min", kFigureWidth, "max", kFigureWidth);
  for (const std::string& baseline : row.baselines) line += fmt::format("{:>17}", headOf(baseline));
  if (hasGflops(row)) line += fmt::format("{:>9}{:>6}{:>7}", "GFLOP/s", "peak", "allocs");
  if (hasHours(row)) line += fmt::format("{:>6}", "h");
  return fmt::format("{}\n{:-<{}}\n", line, "", line.size());
}

std::string pathText(const RowResult& row, const PathResult& path) {
  std::string line =
      fmt::format("  {:<{}}{:>{}}{:>{}}{:>{}}", path.name, kNameWidth - 2, numberText(path.figure.median), kFigureWidth,
                  numberText(path.figure.minimum), kFigureWidth, numberText(path.figure.maximum), kFigureWidth);
  for (const std::optional<Summary>& ratio : path.ratios) line += fmt::format("{:>17}", ratioText(ratio));
  if (hasGflops(row)) {
    line +=
        fmt::format("{:>9}{:>6}{:>7}", orEmpty(path.gflops, numberText),
                    orEmpty(path.share_of_peak, [](double share) { return fmt::format("{:.0f} %", 100.0 * share); }),
                    orEmpty(path.allocations_per_step, [](double count) {
                      return count > 0.0 && count < 1.0 ? fmt::format("{:.2f}", count) : fmt::format("{:.0f}", count);
                    }));
  }
  if (hasHours(row)) line += fmt::format("{:>6}", orEmpty(path.hours, numberText));
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

nlohmann::json toJson(const Summary& summary) {
  return {{"median", summary.median}, {"minimum", summary.minimum}, {"maximum", summary.maximum}};
}

nlohmann::json toJson(const RowResult& row, const PathResult& path) {
  nlohmann::json json = {{"name", path.name}, {"figure", toJson(path.figure)}};
  if (!path.detail.empty()) json["detail"] = path.detail;
  for (std::size_t i = 0; i < path.ratios.size(); ++i) {
    if (path.ratios[i]) json["ratios"][row.baselines[i]] = toJson(*path.ratios[i]);
  }
  const auto put = [&](const char* key, const std::optional<double>& value) {
    if (value) json[key] = *value;
  };
  put("gflops", path.gflops);
  put("share_of_peak", path.share_of_peak);
  put("allocations_per_step", path.allocations_per_step);
  put("hours_per_10000_updates", path.hours);
  return json;
}

}  // namespace

std::string tableText(const RowResult& row, bool has_head) {
  std::string text = has_head ? fmt::format("\n{}", headText(row)) : std::string();
  text += row.name + "\n";
  if (!row.note.empty()) text += fmt::format("({})\n", row.note);
  for (const PathResult& path : row.paths) text += pathText(row, path);
  return text;
}

std::string tableLegend() {
  return "\nx: ratio to that path within a repetition, median (min-max). GFLOP/s: attention counts its causal half. "
         "peak: share of\nwhat the machine did in registers just before. allocs: blocks asked of the heap in a "
         "training or decoding step.\n";
}

nlohmann::json toJson(const RowResult& row) {
  nlohmann::json json = {{"group", row.group},
                         {"name", row.name},
                         {"unit", row.unit},
                         {"repetitions", row.repetitions},
                         {"paths", nlohmann::json::array()}};
  if (!row.note.empty()) json["note"] = row.note;
  for (const PathResult& path : row.paths) json["paths"].push_back(toJson(row, path));
  return json;
}

}  // namespace limbeck::cli
