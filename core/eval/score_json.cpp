// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/score_json.h"

#include <nlohmann/json.hpp>

namespace limbeck {

using nlohmann::json;

json toJson(const Interval& interval) {
  return {{"mean", interval.mean}, {"low", interval.low}, {"high", interval.high}};
}

json toJson(const LearningCurve& curve) {
  json result = {{"mean", json::array()}, {"low", json::array()}, {"high", json::array()}};
  for (const Interval& interval : curve.returns) {
    result["mean"].push_back(interval.mean);
    result["low"].push_back(interval.low);
    result["high"].push_back(interval.high);
  }
  return result;
}

json toJson(const CurveScores& scores) {
  json return_at = json::array();
  for (const auto& [episode, interval] : scores.return_at) {
    return_at.push_back(toJson(interval));
    return_at.back()["episode"] = episode;
  }
  return {{"first_return", toJson(scores.first_return)},
          {"last_returns", toJson(scores.last_returns)},
          {"last_episodes", scores.last_episodes},
          {"return_at", return_at},
          {"normalized_last", toJson(scores.normalized_last)},
          {"interquartile_last_returns", toJson(scores.interquartile_last_returns)},
          {"interquartile_normalized_last", toJson(scores.interquartile_normalized_last)},
          {"area_under_curve", toJson(scores.area_under_curve)},
          {"episodes_to_80_percent", toJson(scores.episodes_to_80_percent)},
          {"never_reached_share", toJson(scores.never_reached_share)}};
}

}  // namespace limbeck
