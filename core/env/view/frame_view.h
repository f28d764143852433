// SPDX-License-Identifier: GPL-3.0-or-later
// Environments whose agent sees pictures keep their observations small: an observation names a pose, and this is what
// turns a pose into the picture that is seen from there. Data sets store poses, never pixels.
#pragma once

#include <cstddef>
#include <cstdint>
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
  /// `rgb`: [height, width, channels]. The same frame gives the same bytes on every machine.
  virtual void render(int frame, std::span<std::uint8_t> rgb) const = 0;
};

}  // namespace limbeck
