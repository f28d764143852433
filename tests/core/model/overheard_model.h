// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/model/sequence_model.h"

namespace limbeck::test {

/// A model that writes down what its decoder said.
class OverheardModel final : public SequenceModel {
 public:
  explicit OverheardModel(const SequenceModel& inner) : inner_(inner) {}
  const TransformerConfig& config() const override { return inner_.config(); }
  std::string describe() const override { return inner_.describe(); }
  TrainStepResult trainStep(const ContextBatch&, double, const Rng&) override { return {}; }
  void logProbabilities(const ContextBatch&, std::span<float>) override {}
  std::unique_ptr<Decoder> makeDecoder(const DecoderOptions& options) const override {
    return std::make_unique<OverheardDecoder>(inner_.makeDecoder(options), *this);
  }
  TensorMap exportState(bool with_optimizer) const override { return inner_.exportState(with_optimizer); }
  void importState(const TensorMap&) override {}

  mutable std::vector<std::vector<float>> log_probabilities;  ///< [steps] of [streams, action_count]
  mutable std::vector<int> lengths;                           ///< [steps], of the first stream

 private:
  class OverheardDecoder final : public Decoder {
   public:
    OverheardDecoder(std::unique_ptr<Decoder> inner, const OverheardModel& model)
        : inner_(std::move(inner)), model_(model) {}
    void step(const TokenColumns& tokens, std::span<float> out) override {
      inner_->step(tokens, out);
      model_.log_probabilities.emplace_back(out.begin(), out.end());
      model_.lengths.push_back(inner_->length(0));
    }
    void clear(int stream) override { inner_->clear(stream); }
    int length(int stream) const override { return inner_->length(stream); }

   private:
    std::unique_ptr<Decoder> inner_;
    const OverheardModel& model_;
  };
  const SequenceModel& inner_;
};

}  // namespace limbeck::test
