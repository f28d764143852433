// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/view/frame_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/env/view/average_down.h"
#include "core/env/view/principal_components.h"

namespace limbeck {
namespace {

constexpr int kBlock = 6;  // pixels a side that become one

void heedControl(WorkControl& control) {
  control.pauseIfAsked();
  if (control.stopRequested()) throw Cancelled();
}

/// [frames, columns]
std::vector<std::uint8_t> averagedFrames(const FrameView& view, std::size_t columns, WorkControl& control) {
  std::vector<std::uint8_t> frame(view.shape().bytes());
  std::vector<std::uint8_t> averaged(static_cast<std::size_t>(view.frameCount()) * columns);
  for (int i = 0; i < view.frameCount(); ++i) {
    if (i % 256 == 0) heedControl(control);
    view.render(i, frame);
    averageDown(frame, view.shape(), kBlock,
                std::span(averaged).subspan(static_cast<std::size_t>(i) * columns, columns));
  }
  return averaged;
}

}  // namespace

FrameFeatures computeFrameFeatures(const FrameView& view, int components, WorkControl& control) {
  const FrameShape shape = view.shape();
  LIMBECK_CHECK(shape.height % kBlock == 0 && shape.width % kBlock == 0, "frames are averaged in whole blocks");
  const int columns = shape.height / kBlock * (shape.width / kBlock) * shape.channels;
  const int most = std::min(columns, kMaxFrameComponents);
  if (components < 1 || components > most) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("frame features: {} components are asked for, but must be from 1 to {}", components, most));
  }
  const std::size_t width = static_cast<std::size_t>(columns);
  const std::vector<std::uint8_t> rows = averagedFrames(view, width, control);
  const PrincipalComponents found = principalComponents(rows, columns, components, control);

  FrameFeatures features;
  features.components = components;
  features.values.reserve(static_cast<std::size_t>(view.frameCount()) * components);
  std::vector<double> scale;
  for (const double variance : found.variances) {
    features.explained_share += variance / found.total_variance;
    // A pool whose frames do not vary so many ways gets components that are 0.
    scale.push_back(variance > 1e-9 * found.total_variance ? 1.0 / std::sqrt(variance) : 0.0);
  }
  std::vector<double> centred(width);
  for (std::size_t first = 0; first < rows.size(); first += width) {
    heedControl(control);
    for (std::size_t c = 0; c < width; ++c) centred[c] = rows[first + c] - found.mean[c];
    for (std::size_t k = 0; k < scale.size(); ++k) {
      const double* direction = found.directions.data() + k * width;
      double sum = 0.0;
      for (std::size_t c = 0; c < width; ++c) sum += centred[c] * direction[c];
      features.values.push_back(static_cast<float>(sum * scale[k]));
    }
  }
  return features;
}

}  // namespace limbeck
