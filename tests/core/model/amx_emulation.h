// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/kernels.h"

namespace limbeck::test {

/// The products and the attention of the AMX kernels, packing and blocking as they are, with the matrix units played by
/// plain loops; all other entries are null.
fused::Kernels emulatedAmxKernels();

}  // namespace limbeck::test
