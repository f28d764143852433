// SPDX-License-Identifier: GPL-3.0-or-later
// Frames as short vectors, for learners that cannot afford a convolutional network. No label and no task enters: a
// frame is averaged down to 12 x 16 x 3 and projected on the principal components of all frames of the pool, so the
// vectors tell what the pixels tell and nothing else.
#pragma once

#include <span>
#include <vector>

#include "core/base/work_control.h"
#include "core/env/view/frame_view.h"

namespace limbeck {

/// A vector for every frame of a view.
struct FrameFeatures {
  int components = 0;
  std::vector<float> values;     ///< [frames, components]; each component has mean 0 and variance 1 over all frames
  double explained_share = 0.0;  ///< of the averaged frames' variance, by the components

  int frames() const { return components == 0 ? 0 : static_cast<int>(values.size()) / components; }
  std::span<const float> of(int frame) const {
    return std::span(values).subspan(static_cast<std::size_t>(frame) * components,
                                     static_cast<std::size_t>(components));
  }
};

inline constexpr int kMaxFrameComponents = 256;

/// Renders every frame once: a second or two for a whole pool. The same view and number give the same bits on every
/// machine. Throws Error(InvalidArgument) for a number of components below 1, above kMaxFrameComponents or above what
/// the frames have; Cancelled when stopped.
FrameFeatures computeFrameFeatures(const FrameView& view, int components, WorkControl& control);

}  // namespace limbeck
