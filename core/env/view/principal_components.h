// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/work_control.h"

namespace limbeck {

/// Directions of the largest variance of a set of rows.
struct PrincipalComponents {
  int columns = 0;
  std::vector<double> mean;  ///< [columns]
  std::vector<double>
      directions;  ///< [components, columns], orthonormal, the largest variance first; 0 where there is none left
  std::vector<double> variances;  ///< [components]
  double total_variance = 0.0;    ///< of all columns together

  int components() const { return static_cast<int>(variances.size()); }
};

/// `rows`: [row_count, columns]. Covariances are summed exactly in integers; the directions come from block power
/// iteration, so that the smallest of them are approximate. The same rows give the same bits on every machine. The sign
/// of a direction is the one that makes its largest entry positive. Throws Cancelled when stopped.
PrincipalComponents principalComponents(std::span<const std::uint8_t> rows, int columns, int components,
                                        WorkControl& control);

}  // namespace limbeck
