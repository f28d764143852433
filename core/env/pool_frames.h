// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>

#include "core/env/pool_lattice.h"
#include "core/env/view/frame_codes.h"
#include "core/env/view/frame_view.h"

namespace limbeck {

class PoolRenderer;

/// The frames of a pool: frame i is seen from pose i, and an observation is the frame's code. The first frame paints
/// the textures, and the first observation renders all frames of the pool, which takes a second or two and is done once
/// for all pools of one size; so an environment that nobody plays costs nothing.
class PoolFrames final : public FrameView {
 public:
  /// The wall is this much farther from the middle than the outermost positions, in lattice units, so that a swimmer
  /// who faces it sees a few bricks and not a part of one.
  static constexpr double kWallDistance = 2.5;

  /// Of an observation. With fewer of either some poses of a large pool would look the same.
  static constexpr int kComponents = 24;
  static constexpr int kLevels = 32;

  explicit PoolFrames(const PoolLattice& lattice);
  ~PoolFrames() override;

  FrameShape shape() const override;
  int frameCount() const override { return lattice_.poseCount(); }
  int frameOf(std::span<const std::uint8_t> observation) const override;
  void writeObservation(int frame, std::span<std::uint8_t> observation) const override;
  std::optional<ViewPose> poseOf(std::span<const std::uint8_t> observation) const override;
  void render(int frame, std::span<std::uint8_t> rgb) const override;

 private:
  const FrameCodes& codes() const;

  PoolLattice lattice_;
  mutable std::once_flag painted_;
  mutable std::unique_ptr<const PoolRenderer> renderer_;
  mutable std::once_flag coded_;
  mutable std::shared_ptr<const FrameCodes> codes_;  ///< shared with all pools of this size
};

}  // namespace limbeck
