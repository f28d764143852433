// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

#include "core/env/view/frame_view.h"

namespace limbeck {

/// All frames of a view averaged down to a third of their height and width, as learners with a convolutional network
/// see them. A frame is rendered when it is first asked for and kept. Thread-safe.
class ReducedFrames {
 public:
  explicit ReducedFrames(std::shared_ptr<const FrameView> view);

  const FrameView& view() const { return *view_; }
  FrameShape shape() const { return shape_; }
  /// [height, width, channels] of `shape()`; frames are numbered as in the view.
  std::span<const std::uint8_t> of(int frame) const;

 private:
  void makeRoom() const;

  std::shared_ptr<const FrameView> view_;  ///< shared with the environment, which tasks may outlive
  FrameShape shape_;
  mutable std::once_flag has_room_;
  mutable std::mutex making_;
  mutable std::unique_ptr<std::atomic<bool>[]> is_made_;  ///< [frames]
  mutable std::unique_ptr<std::uint8_t[]>
      pixels_;  ///< [frames, height, width, channels]; the system gives it as it is filled
};

}  // namespace limbeck
