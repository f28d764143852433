// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/view/reduced_frames.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/env/view/average_down.h"

namespace limbeck {
namespace {

constexpr int kBlock = 3;  // pixels a side that become one

}  // namespace

ReducedFrames::ReducedFrames(std::shared_ptr<const FrameView> view) : view_(std::move(view)), shape_(view_->shape()) {
  LIMBECK_CHECK(shape_.height % kBlock == 0 && shape_.width % kBlock == 0,
                fmt::format("{} x {} pixels in blocks of {}", shape_.height, shape_.width, kBlock));
  shape_.height /= kBlock;
  shape_.width /= kBlock;
}

void ReducedFrames::makeRoom() const {
  const auto frames = static_cast<std::size_t>(view_->frameCount());
  is_made_ = std::make_unique<std::atomic<bool>[]>(frames);
  pixels_ = std::make_unique_for_overwrite<std::uint8_t[]>(frames * shape_.bytes());
}

std::span<const std::uint8_t> ReducedFrames::of(int frame) const {
  LIMBECK_CHECK(frame >= 0 && frame < view_->frameCount(), fmt::format("frame {} of {}", frame, view_->frameCount()));
  std::call_once(has_room_, [this] { makeRoom(); });
  const std::span<std::uint8_t> pixels(pixels_.get() + static_cast<std::size_t>(frame) * shape_.bytes(),
                                       shape_.bytes());
  std::atomic<bool>& is_made = is_made_[static_cast<std::size_t>(frame)];
  if (is_made.load(std::memory_order_acquire)) return pixels;
  const std::lock_guard lock(making_);
  if (is_made.load(std::memory_order_relaxed)) return pixels;
  std::vector<std::uint8_t> whole(view_->shape().bytes());
  view_->render(frame, whole);
  averageDown(whole, view_->shape(), kBlock, pixels);
  is_made.store(true, std::memory_order_release);
  return pixels;
}

}  // namespace limbeck
