// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/pool_frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/check.h"
#include "core/base/work_control.h"
#include "core/env/view/pool_renderer.h"

namespace limbeck {
namespace {

/// Of the poses of every size of pool that this process has played: a sweep makes its environment again and again.
std::shared_ptr<const FrameCodes> codesOf(const PoolFrames& frames, int size) {
  static std::mutex mutex;
  static std::map<int, std::shared_ptr<const FrameCodes>> known;
  const std::scoped_lock lock(mutex);  // while they are made too, so that nobody makes them twice
  std::shared_ptr<const FrameCodes>& codes = known[size];
  if (codes == nullptr) {
    codes = std::make_shared<const FrameCodes>(computeFrameFeatures(frames, PoolFrames::kComponents, uninterrupted()),
                                               PoolFrames::kLevels);
  }
  return codes;
}

}  // namespace

PoolFrames::PoolFrames(const PoolLattice& lattice) : lattice_(lattice) {
  static_assert(kHeadings == kPoolHeadings, "the renderer and the lattice count headings alike");
}

PoolFrames::~PoolFrames() = default;

FrameShape PoolFrames::shape() const {
  return kPoolFrame;
}

const FrameCodes& PoolFrames::codes() const {
  std::call_once(coded_, [&] { codes_ = codesOf(*this, lattice_.size()); });
  return *codes_;
}

int PoolFrames::frameOf(std::span<const std::uint8_t> observation) const {
  return codes().frameOf(observation);
}

void PoolFrames::writeObservation(int frame, std::span<std::uint8_t> observation) const {
  LIMBECK_CHECK(frame >= 0 && frame < frameCount(), fmt::format("frame {} of {}", frame, frameCount()));
  LIMBECK_CHECK(observation.size() == kComponents, fmt::format("{} bytes for a code", observation.size()));
  std::ranges::copy(codes().of(frame), observation.begin());
}

std::optional<ViewPose> PoolFrames::poseOf(std::span<const std::uint8_t> observation) const {
  const int frame = frameOf(observation);
  if (frame < 0) return std::nullopt;
  const PoolPose pose = lattice_.pose(frame);
  return ViewPose{pose.x, pose.y, pose.heading};
}

void PoolFrames::render(int frame, std::span<std::uint8_t> rgb) const {
  LIMBECK_CHECK(frame >= 0 && frame < frameCount(), fmt::format("frame {} of {}", frame, frameCount()));
  std::call_once(painted_, [&] { renderer_ = std::make_unique<const PoolRenderer>(); });
  const PoolPose pose = lattice_.pose(frame);
  const double wall = lattice_.radius() + kWallDistance;
  renderer_->render({(pose.x - lattice_.radius()) / wall, (pose.y - lattice_.radius()) / wall, pose.heading}, rgb);
}

}  // namespace limbeck
