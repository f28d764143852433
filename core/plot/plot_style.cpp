// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/plot_style.h"

#include <array>
#include <cstddef>

namespace limbeck {

namespace {

constexpr std::array<std::string_view, 6> kFreeColours = {"7F361C", "8E63E6", "028377", "3A12B8", "B68C20", "D0417E"};
constexpr std::array<std::string_view, 6> kFreeNames = {"limbeckFreeA", "limbeckFreeB", "limbeckFreeC",
                                                        "limbeckFreeD", "limbeckFreeE", "limbeckFreeF"};

constexpr double kMemberWidth = 1.0;

PlotStyle freeStyle(int index) {
  const auto place = static_cast<std::size_t>(index) % kFreeColours.size();
  static constexpr std::array<PlotMarker, 4> kMarkers = {PlotMarker::Circle, PlotMarker::Square, PlotMarker::Triangle,
                                                         PlotMarker::Diamond};
  const std::vector<double> dash = index % 2 == 0 ? std::vector<double>{} : std::vector<double>{8.0, 4.0};
  return {kFreeNames[place], kFreeColours[place], 2.0, dash,
          kMarkers[static_cast<std::size_t>(index) % kMarkers.size()]};
}

}  // namespace

PlotStyle plotStyle(PlotRole role, int free_index) {
  switch (role) {
    case PlotRole::AD:
      return {"limbeckAD", "005AA0", 2.6, {}, PlotMarker::Circle};
    case PlotRole::Source:
      return {"limbeckSource", "D55E00", 2.0, {8.0, 4.0}, PlotMarker::Square};
    case PlotRole::ExpertDistillation:
      return {"limbeckExpert", "12A37B", 2.2, {2.0, 3.5}, PlotMarker::Triangle};
    case PlotRole::Control:
      return {"limbeckControl", "70757A", 1.6, {10.0, 3.0, 2.0, 3.0}, PlotMarker::Diamond};
    case PlotRole::Random:
      return {"limbeckRandom", "70757A", 1.2, {7.0, 3.0, 1.5, 3.0}, PlotMarker::Diamond};
    case PlotRole::Optimum:
      return {"limbeckOptimum", "70757A", 1.2, {7.0, 3.0, 1.5, 3.0}, PlotMarker::Diamond};
    case PlotRole::Free:
      break;
  }
  return freeStyle(free_index);
}

std::vector<PlotStyle> seriesStyles(const PlotModel& model) {
  std::vector<PlotStyle> styles;
  int free_index = 0;
  for (const PlotSeries& series : model.series) {
    if (series.is_member && !styles.empty()) {
      styles.push_back(styles.back());
      styles.back().width = kMemberWidth;
      continue;
    }
    styles.push_back(plotStyle(series.role, free_index));
    if (series.role == PlotRole::Free) ++free_index;
  }
  return styles;
}

}  // namespace limbeck
