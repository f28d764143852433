// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/pool_frames.h"

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/env/view/pool_renderer.h"

namespace limbeck {

PoolFrames::PoolFrames(const PoolLattice& lattice) : lattice_(lattice) {
  static_assert(kHeadings == kPoolHeadings, "the renderer and the lattice count headings alike");
}

PoolFrames::~PoolFrames() = default;

FrameShape PoolFrames::shape() const {
  return kPoolFrame;
}

int PoolFrames::frameOf(std::span<const std::uint8_t> observation) const {
  LIMBECK_CHECK(observation.size() == 3, fmt::format("{} bytes are no pose", observation.size()));
  return lattice_.numberOf({observation[0], observation[1], observation[2]});
}

void PoolFrames::writeObservation(int frame, std::span<std::uint8_t> observation) const {
  LIMBECK_CHECK(observation.size() == 3, fmt::format("{} bytes for a pose", observation.size()));
  const PoolPose pose = lattice_.pose(frame);
  observation[0] = static_cast<std::uint8_t>(pose.x);
  observation[1] = static_cast<std::uint8_t>(pose.y);
  observation[2] = static_cast<std::uint8_t>(pose.heading);
}

void PoolFrames::render(int frame, std::span<std::uint8_t> rgb) const {
  LIMBECK_CHECK(frame >= 0 && frame < frameCount(), fmt::format("frame {} of {}", frame, frameCount()));
  std::call_once(painted_, [&] { renderer_ = std::make_unique<const PoolRenderer>(); });
  const PoolPose pose = lattice_.pose(frame);
  const double wall = lattice_.radius() + kWallDistance;
  renderer_->render({(pose.x - lattice_.radius()) / wall, (pose.y - lattice_.radius()) / wall, pose.heading}, rgb);
}

}  // namespace limbeck
