// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/label_layout.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace limbeck {

namespace {

constexpr double kGap = 8.0;          // between an anchor and its label
constexpr double kCostOverlap = 1e6;  // against 1 for each point of ink that is covered
constexpr double kCostOutside = 1e7;

/// Labels that touch: they move as one, to the mean of what they want.
struct Block {
  double sum = 0.0;
  std::size_t count = 0;

  double mean() const { return sum / static_cast<double>(count); }
};

PlotBox boxAt(double centre_x, double centre_y, double width, double height) {
  return {centre_x - width / 2, centre_y - height / 2, centre_x + width / 2, centre_y + height / 2};
}

}  // namespace

std::vector<double> spreadLabels(std::span<const ColumnLabel> labels, double top, double bottom) {
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return labels[i].wanted; });

  // Measured from where each would stand in a stack without gaps, the centres need only not descend: isotonic
  // regression, solved by pooling adjacent violators; a bound on all is then a clamp.
  std::vector<double> stacked;
  double height = 0.0;
  for (const std::size_t i : order) {
    stacked.push_back(height + labels[i].height / 2);
    height += labels[i].height;
  }
  std::vector<Block> blocks;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    blocks.push_back({labels[order[rank]].wanted - stacked[rank], 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() > blocks.back().mean()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back().sum += last.sum;
      blocks.back().count += last.count;
    }
  }
  std::vector<double> centres(labels.size());
  std::size_t rank = 0;
  for (const Block& block : blocks) {
    const double shift = std::max(top, std::min(block.mean(), bottom - height));
    for (std::size_t i = 0; i < block.count; ++i, ++rank) centres[order[rank]] = shift + stacked[rank];
  }
  return centres;
}

PlotBox placeBeside(const PlotPosition& anchor, double width, double height, const PlotBox& area,
                    std::span<const PlotBox> taken, std::span<const PlotPosition> ink) {
  const double dx = width / 2 + kGap;
  const double dy = height / 2 + kGap;
  const PlotBox candidates[] = {
      boxAt(anchor.x + dx, anchor.y, width, height),      boxAt(anchor.x - dx, anchor.y, width, height),
      boxAt(anchor.x, anchor.y - dy, width, height),      boxAt(anchor.x, anchor.y + dy, width, height),
      boxAt(anchor.x + dx, anchor.y - dy, width, height), boxAt(anchor.x + dx, anchor.y + dy, width, height),
      boxAt(anchor.x - dx, anchor.y - dy, width, height), boxAt(anchor.x - dx, anchor.y + dy, width, height)};
  const auto cost = [&](const PlotBox& box) {
    const bool is_inside =
        box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
    const auto overlaps = std::ranges::count_if(taken, [&](const PlotBox& other) { return box.overlaps(other); });
    const auto covered = std::ranges::count_if(ink, [&](const PlotPosition& p) { return box.contains(p); });
    return (is_inside ? 0.0 : kCostOutside) + kCostOverlap * static_cast<double>(overlaps) +
           static_cast<double>(covered);
  };
  return *std::ranges::min_element(candidates, {}, cost);
}

}  // namespace limbeck
