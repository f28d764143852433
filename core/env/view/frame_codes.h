// SPDX-License-Identifier: GPL-3.0-or-later
// Frames as a few bytes: what an agent with eyes observes, where tables, embeddings and one byte a component are to do.
// A byte says where a frame stands along one principal component of all frames, in as many levels as all frames fill
// evenly. Like the components it comes from the pixels alone: no task enters and no pose.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/env/view/frame_features.h"

namespace limbeck {

/// A code for every frame of a view.
class FrameCodes {
 public:
  /// `levels`: at most 256. Along each component the frames are ranked and cut into `levels` runs of the same length,
  /// so that no level is rare and frames that look alike have levels that are equal or near. (Components that are the
  /// same for all frames tell nothing, and get arbitrary levels.)
  FrameCodes(const FrameFeatures& features, int levels);

  int components() const { return components_; }
  int frames() const { return static_cast<int>(by_code_.size()); }
  /// [components()], each below `levels`
  std::span<const std::uint8_t> of(int frame) const {
    return std::span(codes_).subspan(static_cast<std::size_t>(frame) * static_cast<std::size_t>(components_),
                                     static_cast<std::size_t>(components_));
  }
  /// The frame that has `code`, the first of them if several do; -1: none.
  int frameOf(std::span<const std::uint8_t> code) const;

 private:
  int components_;
  std::vector<std::uint8_t> codes_;    ///< [frames, components]
  std::vector<std::int32_t> by_code_;  ///< frames in the order of their codes, for looking one up
};

}  // namespace limbeck
