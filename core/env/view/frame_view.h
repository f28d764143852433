// SPDX-License-Identifier: GPL-3.0-or-later
// Environments whose agent sees pictures keep their observations small: an observation is a code of the picture
// (frame_codes.h), and this is what turns it back into the picture and the pose from which it is seen. Data sets store
// codes, never pixels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace limbeck {

/// Rows, columns and colours of a frame, which is stored as [height, width, channels].
struct FrameShape {
  int height = 72;
  int width = 96;
  int channels = 3;

  std::size_t bytes() const { return static_cast<std::size_t>(height) * width * channels; }
  bool operator==(const FrameShape&) const = default;
};

/// Where an agent is and looks, in the units of the environment's drawing (core/env/top_view.h).
struct ViewPose {
  int x = 0;        ///< to the right
  int y = 0;        ///< downwards
  int heading = 0;  ///< in eighths of a circle, clockwise from x
  bool operator==(const ViewPose&) const = default;
};

/// All the frames that an agent of one environment can see, by number. They do not depend on the task. Immutable and
/// thread-safe.
class FrameView {
 public:
  virtual ~FrameView() = default;

  virtual FrameShape shape() const = 0;
  /// Frames are numbered 0 .. frameCount() - 1; each is what is seen from one pose that can be reached.
  virtual int frameCount() const = 0;
  /// The frame that `observation` ([observationSize()] bytes, as in data sets) stands for; -1: no pose looks like that.
  virtual int frameOf(std::span<const std::uint8_t> observation) const = 0;
  /// The inverse. `observation`: [observationSize()].
  virtual void writeObservation(int frame, std::span<std::uint8_t> observation) const = 0;
  /// For drawing: where an agent that sees `observation` is. Nothing: no pose looks like that.
  virtual std::optional<ViewPose> poseOf(std::span<const std::uint8_t> observation) const = 0;
  /// `rgb`: [height, width, channels]. The same frame gives the same bytes on every machine.
  virtual void render(int frame, std::span<std::uint8_t> rgb) const = 0;
};

}  // namespace limbeck
