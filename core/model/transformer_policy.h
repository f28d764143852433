// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/data/context_batch.h"
#include "core/model/sequence_model.h"
#include "core/rl/policy.h"

namespace limbeck {

enum class ActionChoice { Sample, Argmax };
/// What the control does to the context.
enum class ContextUse {
  AcrossEpisodes,    ///< Algorithm Distillation
  ClearEachEpisode,  ///< the control: no memory of earlier episodes
};

/// What a stream has in its context before it plays: some transitions, of whoever played them.
struct ContextPrompt {
  ContextBatch tokens;       ///< one window of at least one token, with the action that followed on each
  float last_reward = 0.0F;  ///< what the last of these actions brought
  End last_end = End::None;
};

struct TransformerPolicyOptions {
  ActionChoice choice = ActionChoice::Sample;
  ContextUse context = ContextUse::AcrossEpisodes;
  int drop_count = 100;                         ///< DecoderOptions::drop_count
  std::span<const ContextPrompt> prompts = {};  ///< [streams], borrowed; none: contexts begin empty
};

/// A frozen transformer that acts from its context, which begins empty or with a prompt: then every choice is what it
/// would be had the stream played the prompt's transitions itself. `model` must outlive it and its weights are taken at
/// `reset()`.
class TransformerPolicy final : public Policy {
 public:
  TransformerPolicy(const SequenceModel& model, const TransformerPolicyOptions& options);
  void reset(int streams) override;
  void act(std::span<const std::uint8_t> observations, std::span<Action> actions_out, std::span<Rng> rngs) override;
  void observe(std::span<const float> rewards, std::span<const End> ends) override;

 private:
  void takePrompts();
  /// Token `step` of as many as the longest prompt has; the shorter ones come after fillers.
  void fillTokens(int step, int longest, std::span<std::uint8_t> observations);

  const SequenceModel& model_;
  TransformerPolicyOptions options_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<std::uint8_t> previous_actions_;  ///< [streams]
  std::vector<float> previous_rewards_;
  std::vector<std::uint8_t> previous_ends_;
  std::vector<float> log_probabilities_;  ///< [streams, action_count]
};

}  // namespace limbeck
