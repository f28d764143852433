// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/base/rng.h"

namespace limbeck {

/// How one network gets from inputs to the sums that its first hidden units rectify: rows of a weight for categories, a
/// small network of its own for pixels. It keeps what is made from parameters and room to work in, the parameters
/// themselves stand first among those of the network, so that one norm and one step of the optimiser take them all. Not
/// thread-safe: one per network.
class FirstLayer {
 public:
  virtual ~FirstLayer() = default;

  /// Biases included; a multiple of 16.
  virtual std::int64_t parameterCount() const = 0;
  /// `units`: how many of its units are no padding. `parameters` are zero.
  virtual void initialise(int units, Rng& rng, float* parameters) const = 0;
  /// After parameters have changed.
  virtual void repack(const float* parameters) = 0;

  /// sums: [inputs, width]
  virtual void forward(std::span<const int> inputs, const float* parameters, float* sums) = 0;
  /// Adds to `gradient`, which is laid out like the parameters. of_sums: [inputs, width], the gradient of the sums.
  virtual void backward(std::span<const int> inputs, const float* parameters, const float* of_sums,
                        float* gradient) = 0;
};

}  // namespace limbeck
