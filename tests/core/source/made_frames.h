// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "core/base/rng.h"
#include "core/env/tabular_task.h"
#include "core/env/view/reduced_frames.h"

namespace limbeck {

/// Frames of noise, of 45 x 51 pixels and thus of 15 x 17 when reduced; an observation is the frame's number.
class MadeFrames final : public FrameView {
 public:
  explicit MadeFrames(int count) : count_(count) {}

  FrameShape shape() const override { return {.height = 45, .width = 51, .channels = 3}; }
  int frameCount() const override { return count_; }
  int frameOf(std::span<const std::uint8_t> observation) const override { return observation[0]; }
  void writeObservation(int frame, std::span<std::uint8_t> observation) const override {
    observation[0] = static_cast<std::uint8_t>(frame);
  }
  std::optional<ViewPose> poseOf(std::span<const std::uint8_t>) const override { return std::nullopt; }
  void render(int frame, std::span<std::uint8_t> rgb) const override {
    ++rendered;
    Rng rng = Rng(Seed{1}).split("frame", static_cast<std::uint64_t>(frame));
    // Patches of nine pixels, since the mean of noise is grey.
    for (std::size_t i = 0; i < rgb.size(); ++i) {
      const std::size_t row = i / (51 * 3) / 9;
      const std::size_t column = i % (51 * 3) / 27;
      rgb[i] = static_cast<std::uint8_t>(rng.split("patch", row * 100 + column * 3 + i % 3).below(256));
    }
  }

  mutable std::atomic<int> rendered = 0;

 private:
  int count_;
};

/// Two phases of `sights` states each; those of the second look like those of the first.
inline TabularTask taskWithFrames(int sights) {
  TabularTask task;
  task.spec = {.observation_classes = {sights}, .action_count = 2, .horizon = 5};
  task.state_count = 2 * sights;
  for (int state = 0; state < task.state_count; ++state) {
    task.observation.push_back(static_cast<std::uint8_t>(state % sights));
    for (const int next : {(state + 1) % task.state_count, state}) {
      task.next_state.push_back(static_cast<std::uint16_t>(next));
      task.reward.push_back(state == 2 ? 1.0F : 0.0F);
    }
  }
  task.terminal.assign(static_cast<std::size_t>(task.state_count), 0);
  task.start_states = {0};
  task.frames = std::make_shared<ReducedFrames>(std::make_shared<MadeFrames>(sights));
  return task;
}

}  // namespace limbeck
