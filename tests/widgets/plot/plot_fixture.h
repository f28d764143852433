// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plot/plot_model.h"

namespace limbeck::test {

/// AD rises as 14 e / (e + 8) with a band from 0.8 of it to 1 above it, the source as e / 10, over `episodes` episodes.
inline PlotModel returnPlot(int episodes = 60) {
  PlotModel model;
  model.title = "Dark Room: return";
  model.x_axis.label = "in-context episode";
  model.y_axis.label = "return per episode";
  PlotSeries ad{.name = "AD", .role = PlotRole::AD, .x = {}, .y = {}, .band = PlotBand{}};
  PlotSeries source{.name = "source", .role = PlotRole::Source, .x = {}, .y = {}, .band = {}};
  for (int episode = 1; episode <= episodes; ++episode) {
    const double y = 14.0 * episode / (episode + 8.0);
    ad.x.push_back(episode);
    ad.y.push_back(y);
    ad.band->low.push_back(0.8 * y);
    ad.band->high.push_back(y + 1.0);
    source.x.push_back(episode);
    source.y.push_back(episode / 10.0);
  }
  ad.band->meaning = "95 % interval";
  model.series = {ad, source};
  model.reference_lines = {{"optimum", PlotRole::Optimum, 16.1}, {"random", PlotRole::Random, 0.5}};
  fitAxes(model);
  return model;
}

}  // namespace limbeck::test
