// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>

#include "core/env/pool_lattice.h"
#include "core/env/view/frame_view.h"

namespace limbeck {

class PoolRenderer;

/// The frames of a pool: frame i is seen from pose i, and an observation is the three bytes x, y, heading. The first
/// frame paints the textures, so that an environment that nobody looks at costs nothing.
class PoolFrames final : public FrameView {
 public:
  /// The wall is this much farther from the middle than the outermost positions, in lattice units, so that a swimmer
  /// who faces it sees a few bricks and not a part of one.
  static constexpr double kWallDistance = 2.5;

  /// Borrows the lattice.
  explicit PoolFrames(const PoolLattice& lattice);
  ~PoolFrames() override;

  FrameShape shape() const override;
  int frameCount() const override { return lattice_.poseCount(); }
  int frameOf(std::span<const std::uint8_t> observation) const override;
  void writeObservation(int frame, std::span<std::uint8_t> observation) const override;
  void render(int frame, std::span<std::uint8_t> rgb) const override;

 private:
  const PoolLattice& lattice_;
  mutable std::once_flag painted_;
  mutable std::unique_ptr<const PoolRenderer> renderer_;
};

}  // namespace limbeck
