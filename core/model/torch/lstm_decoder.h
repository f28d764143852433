// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <span>
#include <vector>

#include "core/model/sequence_model.h"
#include "core/model/torch/input_block.h"
#include "core/model/torch/stream_columns.h"
#include "core/model/torch/torch_decoder.h"
#include "core/model/torch/torch_lstm.h"

namespace limbeck::torch_backend {

/// Decoding with a carried memory. What a memory holds cannot be taken out of it, so when a context is full its oldest
/// tokens go and the memory is made anew of the rest. An actor-critic's context is never full: it carries its memory
/// over all that it sees, as it was trained.
class LstmDecoder final : public Decoder {
 public:
  LstmDecoder(TorchLstm model, const DecoderOptions& options, const TorchDecoderPlace& place);
  void step(const TokenColumns& tokens, std::span<float> log_probabilities) override;
  void clear(int stream) override;
  int length(int stream) const override;

 private:
  bool hasWindow() const { return !model_.config().actor_critic; }
  int streams() const { return static_cast<int>(lengths_.size()); }
  void makeRoom();
  void empty(std::span<const int> streams);

  TorchLstm model_;
  DecoderOptions options_;
  TorchDecoderPlace place_;
  StreamColumns columns_;     ///< empty where there is no window: nothing is ever encoded again
  std::vector<int> lengths_;  ///< [streams]
  InputBlock inputs_;         ///< one moment of every stream
  LstmMemory memory_;
};

}  // namespace limbeck::torch_backend
