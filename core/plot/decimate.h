// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plot/plot_model.h"

namespace limbeck {

/// The centred moving mean of y (and of both edges of the band) over the points within window / 2 in x. Near the ends
/// of a line the window shrinks on both sides, so that it stays centred: straight lines stay as they are, and so do two
/// points. Windows do not reach over gaps.
PlotSeries smoothed(const PlotSeries& series, double window);

/// How many points become one when a series of that many is drawn.
int bucketSize(std::size_t points, int max_points);

/// At most `max_points` points: buckets of `bucketSize` neighbours become one at their mean x and mean y. The band
/// reaches from the lowest to the highest of the band's edges, or of y where there was no band, so that no extreme is
/// lost. Points that are not finite do not count; a bucket of nothing else stays a gap. A series that is short enough
/// comes back as it was.
PlotSeries decimated(const PlotSeries& series, int max_points);

/// The same with buckets of this many points.
PlotSeries inBuckets(const PlotSeries& series, int bucket_size);

}  // namespace limbeck
