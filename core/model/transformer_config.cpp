// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/transformer_config.h"

#include <fmt/format.h>

#include <string_view>

#include "core/base/error.h"

namespace limbeck {
namespace {

// Limits far above what fits a machine today: they keep products of sizes well inside 64 bits.
constexpr int kLargestLayers = 1024;
constexpr int kLargestWidth = 65536;
constexpr int kLargestContext = 1 << 20;

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::InvalidArgument, std::move(message));
}

void checkRange(std::string_view key, int value, int low, int high) {
  if (value < low || value > high) fail(fmt::format("model.{} = {}: must lie in [{}, {}]", key, value, low, high));
}

void checkProbability(std::string_view key, double value) {
  // The negation also catches NaN.
  if (!(value >= 0.0 && value < 1.0)) fail(fmt::format("model.{} = {}: must be at least 0 and below 1", key, value));
}

void checkSpec(const EnvironmentSpec& spec) {
  if (spec.observation_classes.empty()) fail("the environment shows no observation components: at least one is needed");
  for (const int classes : spec.observation_classes) {
    if (classes < 1 || classes > 256) {
      fail(fmt::format("the environment has an observation component of {} classes: must lie in [1, 256]", classes));
    }
  }
  if (spec.action_count < 2 || spec.action_count > 255) {
    fail(fmt::format("the environment has {} actions: must lie in [2, 255]", spec.action_count));
  }
}

void checkTransformer(const TransformerConfig& config) {
  checkRange("heads", config.heads, 1, config.width);
  checkRange("feed_forward", config.feed_forward, 1, 4 * kLargestWidth);
  if (config.width % config.heads != 0) {
    fail(fmt::format("model.heads = {}: must divide model.width = {} without remainder", config.heads, config.width));
  }
  if (config.actor_critic) fail("an actor-critic is recurrent: its backbone must be an LSTM");
}

/// A setting that would silently mean nothing is an error: whoever compares architectures should see what differs.
template <typename T>
void checkUnused(std::string_view key, const T& value, const T& default_value, std::string_view default_name) {
  if (value == default_value) return;
  fail(fmt::format("model.{}: an LSTM has no use for it; leave it at its default, {}, where model.backbone is lstm",
                   key, default_name));
}

void checkLstm(const TransformerConfig& config) {
  const TransformerConfig defaults;
  checkUnused("heads", config.heads, defaults.heads, fmt::to_string(defaults.heads));
  checkUnused("feed_forward", config.feed_forward, defaults.feed_forward, fmt::to_string(defaults.feed_forward));
  checkUnused("norm", config.norm, defaults.norm, "pre");
  checkUnused("positions", config.positions, defaults.positions, "learned");
  checkUnused("tokens", config.tokens, defaults.tokens, "one");
  checkUnused("attention_dropout", config.attention_dropout, defaults.attention_dropout, "0");
}

}  // namespace

void validate(const TransformerConfig& config) {
  checkSpec(config.spec);
  checkRange("context_length", config.context_length, 1, kLargestContext);
  checkRange("layers", config.layers, 1, kLargestLayers);
  checkRange("width", config.width, 1, kLargestWidth);
  switch (config.backbone) {
    case Backbone::Transformer:
      checkTransformer(config);
      break;
    case Backbone::Lstm:
      checkLstm(config);
      break;
  }
  checkProbability("dropout", config.dropout);
  checkProbability("attention_dropout", config.attention_dropout);
  checkProbability("input_mask", config.input_mask);
  checkProbability("label_smoothing", config.label_smoothing);
}

}  // namespace limbeck
