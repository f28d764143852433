// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace limbeck::bench {

/// A measured quantity and its value in each repetition.
struct Figure {
  std::string name;
  std::string unit;
  std::vector<double> samples;
};

/// Figures in the order in which they were first measured. Parts of a benchmark that run in processes of their own hand
/// theirs over as JSON.
class FigureTable {
 public:
  void add(const std::string& name, const std::string& unit, double sample);
  /// Median, 95 %, 99 %, 99.9 % and the largest of many samples, as one sample each of five figures.
  void addDistribution(const std::string& name, const std::string& unit, std::vector<double> values);
  void merge(const nlohmann::json& other);
  nlohmann::json toJson() const;
  /// One line a figure: min, median and max over the repetitions.
  std::string toText() const;

 private:
  std::vector<Figure> figures_;
};

}  // namespace limbeck::bench
