// SPDX-License-Identifier: GPL-3.0-or-later
// The transformer of parameter_layout.h, token by token: of each layer keys and values of all tokens, then each token's
// attention and feed-forward. Of the last layer only the last token is needed. Keys are kept by component, so that the
// scores of all tokens are summed side by side.
#include "core/model/attention_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <utility>

#include "core/base/check.h"
#include "core/model/plain_weights.h"

namespace limbeck {
namespace {

float gelu(float x) {
  constexpr float kScale = std::numbers::sqrt2_v<float> * std::numbers::inv_sqrtpi_v<float>;  // sqrt(2 / pi)
  return 0.5F * x * (1.0F + std::tanh(kScale * (x + 0.044715F * x * x * x)));
}

void softmax(std::span<float> scores) {
  const float largest = std::ranges::max(scores);
  float total = 0.0F;
  for (float& score : scores) {
    score = std::exp(score - largest);
    total += score;
  }
  for (float& score : scores) score /= total;
}

void logSoftmax(std::span<float> logits) {
  const float largest = std::ranges::max(logits);
  float total = 0.0F;
  for (const float logit : logits) total += std::exp(logit - largest);
  const float log_total = largest + std::log(total);
  for (float& logit : logits) logit -= log_total;
}

/// One window on its way through the layers.
class Pass {
 public:
  Pass(const PlainWeights& weights, const ContextBatch& window)
      : weights_(weights),
        config_(weights.config),
        width_(config_.width),
        group_(config_.tokens == TokenScheme::One ? 1 : 3),
        tokens_(group_ * window.length - (group_ - 1)),  // the first transition is its observation alone
        x_(size(tokens_, width_)),
        normed_(x_.size()),
        keys_(x_.size()),
        values_(x_.size()),
        scores_(static_cast<std::size_t>(tokens_)),
        result_{.layers = config_.layers,
                .heads = config_.heads,
                .length = window.length,
                .weights = std::vector<float>(size(config_.layers * config_.heads, window.length)),
                .log_probabilities = std::vector<float>(static_cast<std::size_t>(config_.spec.action_count))} {
    embed(window);
  }

  Attention run() {
    for (int layer = 0; layer < config_.layers; ++layer) {
      project(layer);
      for (int token = layer + 1 < config_.layers ? 0 : tokens_ - 1; token < tokens_; ++token) finish(layer, token);
    }
    float* const top = rowOf(x_, tokens_ - 1);
    if (config_.norm == NormPlacement::Pre) weights_.final_norm.apply(top, top);
    weights_.head.apply(top, result_.log_probabilities.data());
    logSoftmax(result_.log_probabilities);
    return std::move(result_);
  }

 private:
  static std::size_t size(int rows, int columns) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  }
  float* rowOf(std::vector<float>& matrix, int row) const { return matrix.data() + size(row, width_); }
  const PlainLayer& layerOf(int layer) const { return weights_.layers[static_cast<std::size_t>(layer)]; }
  /// The transition that a token belongs to: tokens are o0, a1 r1 o1, a2 r2 o2, ... in the three-token scheme.
  int transitionOf(int token) const { return (token + group_ - 1) / group_; }

  void add(int token, const float* row, float factor = 1.0F) {
    float* const to = rowOf(x_, token);
    for (int i = 0; i < width_; ++i) to[i] += factor * row[i];
  }

  void embed(const ContextBatch& window) {
    const bool is_one = config_.tokens == TokenScheme::One;
    for (int place = 0; place < window.length; ++place) {
      const int last = place * group_;  // the transition's observation token
      const std::uint8_t* const seen = window.observations.data() + size(place, window.observation_size);
      for (int i = 0; i < window.observation_size; ++i) add(last, weights_.rowOf(weights_.observation[i], seen[i]));
      if (is_one) add(last, weights_.rowOf(weights_.end, window.previous_ends[place]));
      if (!is_one && place == 0) continue;
      add(is_one ? last : last - 2, weights_.rowOf(weights_.action, window.previous_actions[place]));
      add(is_one ? last : last - 1, weights_.reward.data(), window.previous_rewards[place]);
    }
    if (config_.positions == PositionEncoding::None) return;
    for (int token = 0; token < tokens_; ++token) add(token, weights_.rowOf(weights_.position, token));
  }

  /// Keys and values of all tokens.
  void project(int layer) {
    const PlainLayer& weights = layerOf(layer);
    std::vector<float> key(static_cast<std::size_t>(width_));
    for (int token = 0; token < tokens_; ++token) {
      float* const in = rowOf(normed_, token);
      std::copy_n(rowOf(x_, token), width_, in);
      if (config_.norm == NormPlacement::Pre) weights.norm1.apply(in, in);
      weights.key.apply(in, key.data());
      for (int i = 0; i < width_; ++i) keys_[size(i, tokens_) + token] = key[i];
      weights.value.apply(in, rowOf(values_, token));
    }
  }

  /// Attention and feed-forward of one token, whose row becomes the layer's output.
  void finish(int layer, int token) {
    const PlainLayer& weights = layerOf(layer);
    const bool is_pre = config_.norm == NormPlacement::Pre;
    std::vector<float> mixed = attend(layer, token);
    std::vector<float> branch(static_cast<std::size_t>(width_));
    weights.out.apply(mixed.data(), branch.data());
    add(token, branch.data());

    float* const row = rowOf(x_, token);
    std::vector<float> hidden(static_cast<std::size_t>(config_.feed_forward));
    if (!is_pre) weights.norm1.apply(row, row);
    std::copy_n(row, width_, mixed.begin());
    if (is_pre) weights.norm2.apply(row, mixed.data());
    weights.widen.apply(mixed.data(), hidden.data());
    for (float& value : hidden) value = gelu(value);
    weights.narrow.apply(hidden.data(), branch.data());
    add(token, branch.data());
    if (!is_pre) weights.norm2.apply(row, row);
  }

  /// What the heads of a token read, side by side; the last token's weights go into the result.
  std::vector<float> attend(int layer, int token) {
    const int head_width = config_.headWidth();
    const float scale = 1.0F / std::sqrt(static_cast<float>(head_width));
    const int seen = token + 1;
    std::vector<float> query(static_cast<std::size_t>(width_));
    std::vector<float> mixed(static_cast<std::size_t>(width_));
    layerOf(layer).query.apply(rowOf(normed_, token), query.data());
    float* const scores = scores_.data();
    for (int head = 0; head < config_.heads; ++head) {
      std::fill_n(scores, seen, 0.0F);
      for (int i = head * head_width; i < (head + 1) * head_width; ++i) {
        const float* const keys = keys_.data() + size(i, tokens_);
        for (int s = 0; s < seen; ++s) scores[s] += scale * query[i] * keys[s];
      }
      softmax({scores, static_cast<std::size_t>(seen)});
      float* const out = mixed.data() + head * head_width;
      for (int s = 0; s < seen; ++s) {
        const float* const value = rowOf(values_, s) + head * head_width;
        for (int i = 0; i < head_width; ++i) out[i] += scores[s] * value[i];
      }
      if (seen == tokens_) record(layer, head);
    }
    return mixed;
  }

  void record(int layer, int head) {
    float* const weights = result_.weights.data() + size(layer * config_.heads + head, result_.length);
    for (int token = 0; token < tokens_; ++token) weights[transitionOf(token)] += scores_[token];
  }

  const PlainWeights& weights_;
  const TransformerConfig& config_;
  const int width_;
  const int group_;  ///< tokens a transition
  const int tokens_;
  std::vector<float> x_;       ///< [tokens, width]: the layer's input, row by row its output
  std::vector<float> normed_;  ///< [tokens, width]: what the layer's attention reads
  std::vector<float> keys_;    ///< [width, tokens]
  std::vector<float> values_;  ///< [tokens, width]
  std::vector<float> scores_;  ///< [tokens]
  Attention result_;
};

void checkWindow(const TransformerConfig& config, const ContextBatch& window) {
  const auto length = static_cast<std::size_t>(window.length);
  const std::vector<int>& classes = config.spec.observation_classes;
  LIMBECK_CHECK(window.windows == 1 && window.length > 0 && window.length <= config.context_length,
                fmt::format("{} windows of {}, context {}", window.windows, window.length, config.context_length));
  LIMBECK_CHECK(window.observation_size == config.spec.observationSize() &&
                    window.observations.size() == length * classes.size() && window.previous_actions.size() == length &&
                    window.previous_rewards.size() == length && window.previous_ends.size() == length,
                fmt::format("columns that do not fit {} transitions of {} bytes", length, classes.size()));
  for (std::size_t i = 0; i < window.observations.size(); ++i) {
    LIMBECK_CHECK(window.observations[i] < classes[i % classes.size()],
                  fmt::format("observation {} is {}", i, window.observations[i]));
  }
  for (std::size_t i = 0; i < length; ++i) {
    LIMBECK_CHECK(window.previous_actions[i] <= config.spec.action_count && window.previous_ends[i] <= 1,
                  fmt::format("action {} and end {}", window.previous_actions[i], window.previous_ends[i]));
  }
}

}  // namespace

AttentionProbe::AttentionProbe(const Checkpoint& checkpoint)
    : weights_(std::make_shared<const PlainWeights>(checkpoint)) {}

const TransformerConfig& AttentionProbe::config() const {
  return weights_->config;
}

Attention AttentionProbe::inspect(const ContextBatch& window) const {
  checkWindow(config(), window);
  return Pass(*weights_, window).run();
}

}  // namespace limbeck
