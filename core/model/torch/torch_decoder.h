// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <vector>

#include "core/model/sequence_model.h"
#include "core/model/torch/input_block.h"
#include "core/model/torch/stream_columns.h"
#include "core/model/torch/torch_transformer.h"

namespace limbeck::torch_backend {

struct TorchDecoderPlace {
  Device device = Device::Cpu;
  Precision precision = Precision::Float32;
  int threads = 1;  ///< LibTorch's own
};

/// Decoding with cached keys and values. Every stream has its own length; a mask hides what lies beyond it, so streams
/// need not be in step. A full context is not rolled (kept entries would still carry what the dropped tokens said): its
/// oldest tokens go and the rest is encoded anew from the raw columns that are kept for that. Cache slots: with one
/// token a step, step t is slot t. With three, step t is slots 3t (action), 3t + 1 (reward), 3t + 2 (observation);
/// slots 0 and 1 stand for what came before the context and are seen by nobody else.
class TorchDecoder final : public Decoder {
 public:
  TorchDecoder(TorchTransformer model, const DecoderOptions& options, const TorchDecoderPlace& place);
  void step(const TokenColumns& tokens, std::span<float> log_probabilities) override;
  void clear(int stream) override;
  int length(int stream) const override;

 private:
  void makeRoom();
  void encodeAgain(std::span<const int> streams);
  /// Of what lies in `inputs_`; `lengths` are the numbers there.
  at::Tensor decode(std::span<const float> lengths);
  /// Which slots a stream's new tokens do not see: bool [streams, 1, tokens a step, reach].
  at::Tensor unseenSlots(const at::Tensor& new_slots, std::int64_t reach) const;
  int streams() const { return columns_.streams(); }
  int observationSize() const { return model_.config().spec.observationSize(); }

  TorchTransformer model_;
  DecoderOptions options_;
  TorchDecoderPlace place_;
  StreamColumns columns_;
  InputBlock inputs_;             ///< one moment of every stream, and its context's length
  std::vector<at::Tensor> keys_;  ///< [layers] of [streams, heads, slots, head_width]
  std::vector<at::Tensor> values_;
};

}  // namespace limbeck::torch_backend
