// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_listing.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/store/run_store.h"

namespace limbeck {
namespace {

constexpr std::string_view kSeedKey = "experiment.seed";

std::string valueText(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const nlohmann::json& element : value) text += (text.empty() ? "" : ", ") + valueText(element);
  return text;
}

}  // namespace

RunListing loadListing(const RunStore& store, bool is_trash) {
  RunListing listing{
      .runs = store.listRuns({.is_trashed = is_trash}), .returns = {}, .configs = {}, .is_trash = is_trash};
  for (const RunScore& score : store.scoresNamed("ad", "last_returns")) {
    listing.returns.emplace_hint(listing.returns.end(), score.run, Interval{score.mean, score.low, score.high});
  }
  return listing;
}

GroupConfigs loadGroupConfigs(const RunStore& store, std::set<std::string>& known) {
  GroupConfigs configs;
  for (const auto& [group, config_json] : store.groupConfigs()) {
    if (!known.insert(group).second) continue;
    try {
      configs.emplace(group, configMap(config_json));
    } catch (const Error& error) {
      // The run can still be listed, watched and trashed; only its columns stay empty.
      log::warning("the configuration of runs {}: {}", group, error.what());
    }
  }
  return configs;
}

ConfigMap configMap(std::string_view config_json) {
  const nlohmann::json json = nlohmann::json::parse(config_json, nullptr, false);
  if (!json.is_object())
    throw Error(ErrorCode::Corrupt, "the stored configuration is no JSON object; its file can still be read");
  ConfigMap config;
  for (const auto& [section, keys] : json.items()) {
    if (!keys.is_object()) {
      throw Error(ErrorCode::Corrupt, fmt::format("section {} of the stored configuration is no JSON object", section));
    }
    for (const auto& [name, value] : keys.items()) {
      std::string key = section + "." + name;
      if (key != kSeedKey) config.emplace(std::move(key), valueText(value));
    }
  }
  return config;
}

}  // namespace limbeck
