// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/transformer_policy.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"

namespace limbeck {

TransformerPolicy::TransformerPolicy(const SequenceModel& model, const TransformerPolicyOptions& options)
    : model_(model), options_(options) {}

void TransformerPolicy::reset(int streams) {
  const auto count = static_cast<std::size_t>(streams);
  const int action_count = model_.config().spec.action_count;
  decoder_ = model_.makeDecoder({.streams = streams, .drop_count = options_.drop_count});
  previous_actions_.assign(count, static_cast<std::uint8_t>(action_count));
  previous_rewards_.assign(count, 0.0F);
  previous_ends_.assign(count, 0);
  log_probabilities_.assign(count * static_cast<std::size_t>(action_count), 0.0F);
  if (!options_.prompts.empty()) takePrompts();
}

void TransformerPolicy::takePrompts() {
  const std::span<const ContextPrompt> prompts = options_.prompts;
  LIMBECK_CHECK(prompts.size() == previous_actions_.size(),
                fmt::format("{} prompts for {} streams", prompts.size(), previous_actions_.size()));
  int longest = 0;
  for (const ContextPrompt& prompt : prompts) longest = std::max(longest, prompt.tokens.length);
  std::vector<std::uint8_t> observations(prompts.size() *
                                         static_cast<std::size_t>(model_.config().spec.observationSize()));
  for (int step = 0; step < longest; ++step) {
    fillTokens(step, longest, observations);
    decoder_->step({observations, previous_actions_, previous_rewards_, previous_ends_}, log_probabilities_);
  }
  for (std::size_t stream = 0; stream < prompts.size(); ++stream) {
    previous_actions_[stream] = prompts[stream].tokens.actions.back();
    previous_rewards_[stream] = prompts[stream].last_reward;
    previous_ends_[stream] = prompts[stream].last_end != End::None ? 1 : 0;
  }
}

// A decoder takes one token of every stream at a time, and prompts differ in length. So all of them end together, and
// what a stream is fed before its own begins is forgotten then.
void TransformerPolicy::fillTokens(int step, int longest, std::span<std::uint8_t> observations) {
  const auto size = static_cast<std::size_t>(model_.config().spec.observationSize());
  for (std::size_t stream = 0; stream < options_.prompts.size(); ++stream) {
    const ContextBatch& tokens = options_.prompts[stream].tokens;
    LIMBECK_CHECK(tokens.windows == 1 && tokens.length > 0, "a prompt is one window of at least one token");
    const int fillers = longest - tokens.length;
    if (step < fillers) continue;  // any token will do, such as what stands there
    if (step == fillers && step > 0) decoder_->clear(static_cast<int>(stream));
    const auto at = static_cast<std::size_t>(step - fillers);
    std::ranges::copy(std::span(tokens.observations).subspan(at * size, size),
                      observations.subspan(stream * size, size).begin());
    previous_actions_[stream] = tokens.previous_actions[at];
    previous_rewards_[stream] = tokens.previous_rewards[at];
    previous_ends_[stream] = tokens.previous_ends[at];
  }
}

void TransformerPolicy::act(std::span<const std::uint8_t> observations, std::span<Action> actions_out,
                            std::span<Rng> rngs) {
  LIMBECK_CHECK(decoder_ != nullptr, "act() before reset()");
  LIMBECK_CHECK(actions_out.size() == previous_actions_.size() && rngs.size() == previous_actions_.size(),
                fmt::format("{} actions and {} generators for {} streams", actions_out.size(), rngs.size(),
                            previous_actions_.size()));
  decoder_->step({observations, previous_actions_, previous_rewards_, previous_ends_}, log_probabilities_);
  const auto action_count = static_cast<std::size_t>(model_.config().spec.action_count);
  for (std::size_t stream = 0; stream < actions_out.size(); ++stream) {
    const std::span<const float> row =
        std::span<const float>(log_probabilities_).subspan(stream * action_count, action_count);
    const auto choice = options_.choice == ActionChoice::Sample ? rngs[stream].categorical(row)
                                                                : std::ranges::max_element(row) - row.begin();
    actions_out[stream] = static_cast<Action>(choice);
  }
  std::ranges::copy(actions_out, previous_actions_.begin());
}

void TransformerPolicy::observe(std::span<const float> rewards, std::span<const End> ends) {
  LIMBECK_CHECK(
      rewards.size() == previous_rewards_.size() && ends.size() == previous_rewards_.size(),
      fmt::format("{} rewards and {} ends for {} streams", rewards.size(), ends.size(), previous_rewards_.size()));
  std::ranges::copy(rewards, previous_rewards_.begin());
  for (std::size_t stream = 0; stream < ends.size(); ++stream) {
    const bool ended = ends[stream] != End::None;
    previous_ends_[stream] = ended ? 1 : 0;
    if (!ended || options_.context == ContextUse::AcrossEpisodes) continue;
    // The control begins its next episode as a history begins: nothing was done, nothing was paid.
    decoder_->clear(static_cast<int>(stream));
    previous_actions_[stream] = static_cast<std::uint8_t>(model_.config().spec.action_count);
    previous_rewards_[stream] = 0.0F;
    previous_ends_[stream] = 0;
  }
}

}  // namespace limbeck
