// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/model/sequence_model.h"
#include "core/model/torch/torch_transformer.h"

namespace limbeck::torch_backend {

/// Decoding with cached keys and values. Every stream has its own length; a mask hides what lies beyond it, so streams
/// need not be in step. A full context is not rolled (kept entries would still carry what the dropped tokens said): its
/// oldest tokens go and the rest is encoded anew from the raw columns that are kept for that. Cache slots: with one
/// token a step, step t is slot t. With three, step t is slots 3t (action), 3t + 1 (reward), 3t + 2 (observation);
/// slots 0 and 1 stand for what came before the context and are seen by nobody else.
class TorchDecoder final : public Decoder {
 public:
  TorchDecoder(TorchTransformer model, const DecoderOptions& options, Device device, Precision precision);
  void step(const TokenColumns& tokens, std::span<float> log_probabilities) override;
  void clear(int stream) override;
  int length(int stream) const override;

 private:
  /// What a stream has seen, oldest first.
  struct Columns {
    std::vector<std::uint8_t> observations, actions, ends;
    std::vector<float> rewards;
  };

  void remember(const TokenColumns& tokens);
  void forgetOldest(Columns& columns) const;
  void makeRoom();
  void encodeAgain(std::span<const int> streams);
  at::Tensor decode(const TokenColumns& tokens);
  int streams() const { return static_cast<int>(columns_.size()); }
  int observationSize() const { return model_.config().spec.observationSize(); }

  TorchTransformer model_;
  DecoderOptions options_;
  Device device_;
  Precision precision_;
  std::vector<Columns> columns_;
  std::vector<at::Tensor> keys_;  ///< [layers] of [streams, heads, slots, head_width]
  std::vector<at::Tensor> values_;
};

/// Deals the streams out to the threads of a team, each with a decoder of its own. `team` must outlive it.
class TeamDecoder final : public Decoder {
 public:
  TeamDecoder(const TorchTransformer& model, const DecoderOptions& options, Precision precision, Team& team);
  void step(const TokenColumns& tokens, std::span<float> log_probabilities) override;
  void clear(int stream) override;
  int length(int stream) const override;

 private:
  struct Part {
    int begin = 0;
    int count = 0;
    std::unique_ptr<TorchDecoder> decoder;
  };
  const Part& partOf(int stream) const;

  Team& team_;
  std::size_t observation_size_;
  std::size_t action_count_;
  std::vector<Part> parts_;
};

}  // namespace limbeck::torch_backend
