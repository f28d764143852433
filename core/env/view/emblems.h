// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/env/view/colour.h"

namespace limbeck {

/// A sign on the wall: a figure on a round plate.
struct Emblem {
  double turn = 0.0;  ///< where its middle is, as a share of the full circle
  Colour plate;
  Colour figure;
  /// Whether the figure covers the point (x, y) of the plate: -1 .. 1, y upwards.
  bool (*covers)(double x, double y) = nullptr;
};

/// The landmarks of the pool, in the order of their angles.
std::span<const Emblem> emblems();

}  // namespace limbeck
