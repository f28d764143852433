// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/plot_reveal.h"

#include <algorithm>

namespace limbeck {
namespace {

/// A series up to x, with all that belongs to it.
PlotSeries headOf(const PlotSeries& series, double x) {
  PlotSeries head = series;
  const auto count = static_cast<std::size_t>(std::ranges::upper_bound(series.x, x) - series.x.begin());
  head.x.resize(count);
  head.y.resize(count);
  if (head.band) {
    head.band->low.resize(count);
    head.band->high.resize(count);
  }
  return head;
}

}  // namespace

PlotModel revealedTo(const PlotModel& displayed, double x) {
  PlotModel model = displayed;
  model.series.clear();
  for (const PlotSeries& series : displayed.series) {
    if (series.is_member) {
      model.series.push_back(series);
      continue;
    }
    model.series.push_back(headOf(series, x));
    PlotSeries rest = series;
    rest.is_member = true;
    rest.band.reset();
    model.series.push_back(std::move(rest));
  }
  std::erase_if(model.marks, [x](const PlotMark& mark) { return mark.x > x; });
  return model;
}

}  // namespace limbeck
