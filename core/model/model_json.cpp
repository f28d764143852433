// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace limbeck {

NLOHMANN_JSON_SERIALIZE_ENUM(Backbone, {{Backbone::Transformer, "transformer"}, {Backbone::Lstm, "lstm"}})
NLOHMANN_JSON_SERIALIZE_ENUM(NormPlacement, {{NormPlacement::Pre, "pre"}, {NormPlacement::Post, "post"}})
NLOHMANN_JSON_SERIALIZE_ENUM(PositionEncoding,
                             {{PositionEncoding::Learned, "learned"}, {PositionEncoding::None, "none"}})
NLOHMANN_JSON_SERIALIZE_ENUM(TokenScheme, {{TokenScheme::One, "one"}, {TokenScheme::Three, "three"}})

namespace {

template <typename T>
T read(const nlohmann::json& json, const char* key) {
  try {
    const nlohmann::json& value = json.at(key);
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      if (!value.is_number_integer())
        throw Error(ErrorCode::Corrupt, fmt::format("architecture: {} is no whole number", key));
    }
    T result = value.get<T>();
    // An unknown name would silently become the first enumerator.
    if constexpr (std::is_enum_v<T>) {
      if (nlohmann::json(result) != value)
        throw Error(ErrorCode::Corrupt, fmt::format("architecture: unknown {}", key));
    }
    return result;
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::Corrupt, fmt::format("architecture: cannot read {}: {}", key, error.what()));
  }
}

/// Fields that were added after the first release: name, value, default.
template <typename Config, typename Visit>
void forEachLaterField(Config& config, const Visit& visit) {
  static const TransformerConfig kDefaults;
  visit("backbone", config.backbone, kDefaults.backbone);
  visit("actor_critic", config.actor_critic, kDefaults.actor_critic);
}

}  // namespace

nlohmann::json toJson(const TransformerConfig& config) {
  nlohmann::json json = {{"observation_classes", config.spec.observation_classes},
                         {"action_count", config.spec.action_count},
                         {"horizon", config.spec.horizon},
                         {"context_length", config.context_length},
                         {"layers", config.layers},
                         {"heads", config.heads},
                         {"width", config.width},
                         {"feed_forward", config.feed_forward},
                         {"norm", config.norm},
                         {"positions", config.positions},
                         {"tokens", config.tokens},
                         {"dropout", config.dropout},
                         {"attention_dropout", config.attention_dropout},
                         {"input_mask", config.input_mask},
                         {"label_smoothing", config.label_smoothing}};
  forEachLaterField(config, [&](const char* key, const auto& value, const auto& default_value) {
    if (value != default_value) json[key] = value;
  });
  return json;
}

TransformerConfig transformerConfigFromJson(const nlohmann::json& json) {
  TransformerConfig config;
  config.spec.observation_classes = read<std::vector<int>>(json, "observation_classes");
  config.spec.action_count = read<int>(json, "action_count");
  config.spec.horizon = read<int>(json, "horizon");
  config.context_length = read<int>(json, "context_length");
  config.layers = read<int>(json, "layers");
  config.heads = read<int>(json, "heads");
  config.width = read<int>(json, "width");
  config.feed_forward = read<int>(json, "feed_forward");
  config.norm = read<NormPlacement>(json, "norm");
  config.positions = read<PositionEncoding>(json, "positions");
  config.tokens = read<TokenScheme>(json, "tokens");
  config.dropout = read<double>(json, "dropout");
  config.attention_dropout = read<double>(json, "attention_dropout");
  config.input_mask = read<double>(json, "input_mask");
  config.label_smoothing = read<double>(json, "label_smoothing");
  nlohmann::json known = toJson(config);
  forEachLaterField(config, [&]<typename T>(const char* key, T& value, const T& default_value) {
    value = json.contains(key) ? read<T>(json, key) : default_value;
    known[key] = value;
  });
  for (const auto& [key, value] : json.items()) {
    if (!known.contains(key)) throw Error(ErrorCode::Corrupt, fmt::format("architecture: unknown key '{}'", key));
  }
  validate(config);
  return config;
}

}  // namespace limbeck
