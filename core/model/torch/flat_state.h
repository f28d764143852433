// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

#include "core/model/tensor_file.h"
#include "core/model/transformer_config.h"

namespace limbeck::torch_backend {

/// All that training changes, as flat float32 buffers in the order of parameter_layout.h. They never move: models are
/// views of `weights`, and a recorded CUDA graph knows their addresses.
struct FlatState {
  FlatState(const TransformerConfig& config, at::Device device);

  /// See SequenceModel.
  TensorMap exportTo(const TransformerConfig& config, bool with_optimizer) const;
  /// See SequenceModel. A damaged map leaves the state as it was.
  void importFrom(const TransformerConfig& config, const TensorMap& tensors);

  at::Tensor weights;
  at::Tensor first_moment;
  at::Tensor second_moment;
  at::Tensor decays;         ///< 1 where weight decay applies, else 0
  std::int64_t updates = 0;  ///< optimiser steps behind the moments
};

}  // namespace limbeck::torch_backend
