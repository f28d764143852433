// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/figure_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace limbeck::bench {
namespace {

/// The smallest value that `share` of the sorted ones do not exceed.
double quantile(const std::vector<double>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

std::vector<double> sorted(std::vector<double> values) {
  std::ranges::sort(values);
  return values;
}

}  // namespace

void FigureTable::add(const std::string& name, const std::string& unit, double sample) {
  auto place = std::ranges::find(figures_, name, &Figure::name);
  if (place == figures_.end()) place = figures_.insert(figures_.end(), {.name = name, .unit = unit, .samples = {}});
  place->samples.push_back(sample);
}

void FigureTable::addDistribution(const std::string& name, const std::string& unit, std::vector<double> values) {
  if (values.empty()) return;
  const std::vector<double> all = sorted(std::move(values));
  add(name + ": median", unit, quantile(all, 0.5));
  add(name + ": 95 %", unit, quantile(all, 0.95));
  add(name + ": 99 %", unit, quantile(all, 0.99));
  add(name + ": 99.9 %", unit, quantile(all, 0.999));
  add(name + ": largest", unit, all.back());
}

void FigureTable::merge(const nlohmann::json& other) {
  for (const nlohmann::json& figure : other.at("figures")) {
    for (const nlohmann::json& sample : figure.at("samples")) {
      add(figure.at("name").get<std::string>(), figure.at("unit").get<std::string>(), sample.get<double>());
    }
  }
}

nlohmann::json FigureTable::toJson() const {
  nlohmann::json figures = nlohmann::json::array();
  for (const Figure& figure : figures_) {
    const std::vector<double> all = sorted(figure.samples);
    figures.push_back({{"name", figure.name},
                       {"unit", figure.unit},
                       {"min", all.front()},
                       {"median", quantile(all, 0.5)},
                       {"max", all.back()},
                       {"samples", figure.samples}});
  }
  return {{"figures", figures}};
}

std::string FigureTable::toText() const {
  std::string text =
      fmt::format("{:<64} {:>6} {:>10} {:>10} {:>10}  {}\n", "figure", "times", "min", "median", "max", "unit");
  for (const Figure& figure : figures_) {
    const std::vector<double> all = sorted(figure.samples);
    text += fmt::format("{:<64} {:>6} {:>10.2f} {:>10.2f} {:>10.2f}  {}\n", figure.name, all.size(), all.front(),
                        quantile(all, 0.5), all.back(), figure.unit);
  }
  return text;
}

}  // namespace limbeck::bench
