// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/env/view/reduced_frames.h"
#include "core/source/observation_features.h"

namespace limbeck {

/// The pixels of what is seen, for a network that begins with convolutions (convolutional_trunk.h). States that look
/// alike differ, with `observes_state`, in a category beside the trunk's features.
class PixelFeatures final : public ObservationFeatures {
 public:
  /// `task` has frames, which this shares.
  PixelFeatures(const TabularTask& task, bool observes_state);

  const ReducedFrames& frames() const { return *frames_; }
  const std::uint8_t* pixels(int input) const { return frames_->of(frame_[static_cast<std::size_t>(input)]).data(); }
  /// Which of the states that look alike, below `twinCount()`.
  int twin(int input) const { return twin_[static_cast<std::size_t>(input)]; }
  using ObservationFeatures::twinCount;

  std::unique_ptr<FirstLayer> makeFirstLayer(const fused::Kernels& kernels, int width) const override;

 private:
  std::shared_ptr<const ReducedFrames> frames_;  ///< shared with the task
  std::vector<int> frame_;                       ///< [inputs]
  std::vector<int> twin_;                        ///< [inputs]
};

}  // namespace limbeck
