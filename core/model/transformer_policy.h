// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/model/sequence_model.h"
#include "core/rl/policy.h"

namespace limbeck {

enum class ActionChoice { Sample, Argmax };
/// What the control does to the context.
enum class ContextUse {
  AcrossEpisodes,     ///< Algorithm Distillation
  ClearEachEpisode,   ///< the control: no memory of earlier episodes
};

struct TransformerPolicyOptions {
  ActionChoice choice = ActionChoice::Sample;
  ContextUse context = ContextUse::AcrossEpisodes;
  int drop_count = 100;  ///< DecoderOptions::drop_count
};

/// A frozen transformer that acts from its context. `model` must outlive it and its weights are taken at `reset()`.
class TransformerPolicy final : public Policy {
 public:
  TransformerPolicy(const SequenceModel& model, const TransformerPolicyOptions& options);
  void reset(int streams) override;
  void act(std::span<const std::uint8_t> observations, std::span<Action> actions_out, std::span<Rng> rngs) override;
  void observe(std::span<const float> rewards, std::span<const End> ends) override;

 private:
  const SequenceModel& model_;
  TransformerPolicyOptions options_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<std::uint8_t> previous_actions_;  ///< [streams]
  std::vector<float> previous_rewards_;
  std::vector<std::uint8_t> previous_ends_;
  std::vector<float> log_probabilities_;  ///< [streams, action_count]
};

}  // namespace limbeck
