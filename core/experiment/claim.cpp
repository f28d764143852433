// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/claim.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/base/nearest_name.h"
#include "core/eval/curve_metric.h"

namespace limbeck {
namespace {

const std::vector<std::string>& claimKeys() {
  static const std::vector<std::string> kKeys = {"text",   "source", "published", "point",   "policy",
                                                 "metric", "scale",  "at_least",  "at_most", "above",
                                                 "below",  "minus",  "divided_by"};
  return kKeys;
}

bool isClaimPolicy(std::string_view name) {
  return name == kClaimRl2 || isPolicyName(name);
}

bool isMetric(std::string_view name) {
  return name == kHoursMetric || findCurveMetric(name, 1).has_value();
}

/// Reads one [[claim]].
class ClaimReader {
 public:
  ClaimReader(const TomlTable& table, const SweepPlan& plan, std::string_view file_name)
      : table_(table), file_name_(file_name) {
    claim_.place = fmt::format("{}:{}:{}", file_name, table.line, table.column);
    for (const SweepPlan::Point& point : plan.points) points_.push_back(point.name);
  }

  Claim read() {
    for (const TomlEntry& entry : table_.entries) {
      if (std::ranges::find(claimKeys(), entry.key) != claimKeys().end()) continue;
      failAt(placeOf(entry, file_name_), fmt::format("unknown key \"{}\" in [[claim]]; did you mean \"{}\"?", entry.key,
                                                     nearestName(entry.key, claimKeys())));
    }
    if (const TomlEntry* entry = find("text")) claim_.text = text(*entry);
    if (claim_.text.empty()) failAt(claim_.place, "a [[claim]] needs a text: what is claimed");
    if (const TomlEntry* entry = find("source")) claim_.source = text(*entry);
    if (const TomlEntry* entry = find("published")) claim_.published = number(*entry);
    readMetrics();
    readScale();
    readSide();
    readComparison();
    checkWhole();
    return std::move(claim_);
  }

 private:
  const TomlEntry* find(std::string_view key) const {
    const auto place = std::ranges::find(table_.entries, key, &TomlEntry::key);
    return place == table_.entries.end() ? nullptr : &*place;
  }

  [[noreturn]] void failOn(const TomlEntry& entry, std::string_view problem) const {
    const std::string value = entry.value ? formatValue(*entry.value) : entry.type_name;
    failAt(placeOf(entry, file_name_),
           fmt::format("{}{}{} {}", entry.key, entry.key.empty() ? "" : " is ", value, problem));
  }

  std::string text(const TomlEntry& entry) const {
    const auto* value = entry.value ? std::get_if<std::string>(&*entry.value) : nullptr;
    if (value == nullptr) failOn(entry, "but must be text");
    return *value;
  }

  double number(const TomlEntry& entry) const {
    if (entry.value) {
      if (const auto* integer = std::get_if<std::int64_t>(&*entry.value)) return static_cast<double>(*integer);
      if (const auto* real = std::get_if<double>(&*entry.value)) return *real;
    }
    failOn(entry, "but must be a number");
  }

  void addMetric(const TomlEntry& entry) {
    const std::string name = text(entry);
    if (!isMetric(name)) {
      failOn(entry,
             fmt::format("but there is no such metric; did you mean \"{}\"? There are {}, {}",
                         nearestName(name, curveMetricNames()), fmt::join(curveMetricNames(), ", "), kHoursMetric));
    }
    claim_.metrics.push_back(name);
  }

  void readMetrics() {
    const TomlEntry* entry = find("metric");
    if (entry == nullptr) failAt(claim_.place, "a [[claim]] needs a metric, \"return_at_100\" for example");
    for (const TomlEntry& element : entry->elements) addMetric(element);
    if (claim_.metrics.empty()) addMetric(*entry);
  }

  void readScale() {
    const TomlEntry* entry = find("scale");
    if (entry == nullptr) return;
    static const std::vector<std::string> kScales = {"return", "normalized", "source"};
    const auto place = std::ranges::find(kScales, text(*entry));
    if (place == kScales.end()) {
      failOn(*entry, fmt::format("but must be one of \"{}\"; did you mean \"{}\"?", fmt::join(kScales, "\", \""),
                                 nearestName(text(*entry), kScales)));
    }
    claim_.scale = static_cast<Claim::Scale>(place - kScales.begin());
  }

  bool isPoint(std::string_view name) const { return std::ranges::find(points_, name) != points_.end(); }

  std::string pointOf(const TomlEntry& entry) const {
    const std::string name = text(entry);
    if (points_.empty()) failOn(entry, "but the file has no [sweep] and no [[variant]]");
    if (isPoint(name)) return name;
    failOn(entry, fmt::format("but there is no such point; did you mean \"{}\"?", nearestName(name, points_)));
  }

  void readSide() {
    if (const TomlEntry* entry = find("point")) claim_.side.point = pointOf(*entry);
    if (claim_.side.point.empty() && !points_.empty()) {
      failAt(claim_.place, fmt::format("the claim must say which point it is of: point = \"{}\"", points_.front()));
    }
    const TomlEntry* entry = find("policy");
    if (entry == nullptr) return;
    claim_.side.policy = text(*entry);
    if (!isClaimPolicy(claim_.side.policy)) failOn(*entry, "but must be a policy: " + policyWords());
  }

  static std::string policyWords() { return "ad, rl2, ad_cleared, ad_prompt_P, source, random or optimum"; }

  /// "point", "policy" or "point/policy".
  ClaimSide otherSide(const TomlEntry& entry) const {
    const std::string name = text(entry);
    if (isPoint(name)) return {.point = name, .policy = claim_.side.policy};
    if (isClaimPolicy(name)) return {.point = claim_.side.point, .policy = name};
    const std::size_t slash = name.rfind('/');
    if (slash != std::string::npos && isPoint(name.substr(0, slash)) && isClaimPolicy(name.substr(slash + 1))) {
      return {.point = name.substr(0, slash), .policy = name.substr(slash + 1)};
    }
    const std::string nearest =
        points_.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearestName(name, points_));
    failOn(entry, fmt::format("but must be a point, a policy ({}) or \"point/policy\"{}", policyWords(), nearest));
  }

  void readComparison() {
    if (const TomlEntry* entry = find("at_least")) claim_.at_least = number(*entry);
    if (const TomlEntry* entry = find("at_most")) claim_.at_most = number(*entry);
    const TomlEntry* chosen = nullptr;
    for (const char* key : {"above", "below", "minus", "divided_by"}) {
      const TomlEntry* entry = find(key);
      if (entry == nullptr) continue;
      if (chosen != nullptr) failOn(*entry, fmt::format("but the claim has {} already", chosen->key));
      chosen = entry;
    }
    if (chosen == nullptr) return;
    claim_.other = otherSide(*chosen);
    claim_.comparison = chosen->key == "divided_by" ? Claim::Comparison::Ratio : Claim::Comparison::Difference;
    if (claim_.other == claim_.side) failOn(*chosen, "which the claim would compare with itself");
    if (chosen->key != "above" && chosen->key != "below") return;
    if (claim_.at_least || claim_.at_most) failOn(*chosen, "; for a limit of the difference write minus = ... instead");
    (chosen->key == "above" ? claim_.at_least : claim_.at_most) = 0.0;
    claim_.is_strict = true;
  }

  void checkWhole() const {
    if (!claim_.at_least && !claim_.at_most) {
      failAt(claim_.place, "the claim says nothing to check: give at_least, at_most, above or below");
    }
    const bool is_of_training = std::ranges::find(claim_.metrics, kHoursMetric) != claim_.metrics.end();
    const bool is_plain = claim_.comparison == Claim::Comparison::None && claim_.scale == Claim::Scale::Return &&
                          claim_.metrics.size() == 1 && find("policy") == nullptr;
    if (is_of_training && !is_plain) {
      failAt(claim_.place,
             fmt::format("{} stands alone: without other metrics, policy, scale and comparison", kHoursMetric));
    }
  }

  const TomlTable& table_;
  std::string_view file_name_;
  std::vector<std::string> points_;
  Claim claim_;
};

bool hasPolicy(const ExperimentConfig& config, const std::string& policy) {
  if (policy == kClaimRl2) return config.method == TrainingMethod::Rl2;
  if (policy == kPolicyCleared) return config.evaluation.cleared_context_control;
  if (policy == kPolicySource) return config.evaluation.source_control;
  if (const auto percent = promptPercent(policy)) {
    return std::ranges::find(config.evaluation.prompts, *percent) != config.evaluation.prompts.end();
  }
  return true;
}

const ExperimentConfig& configOf(const ClaimSide& side, const std::vector<SweepPoint>& points) {
  return std::ranges::find(points, side.point, &SweepPoint::name)->config;
}

/// What is left out means what the point trains, and is called by its name.
void nameLearner(ClaimSide& side, const std::vector<SweepPoint>& points) {
  const bool is_rl2 = configOf(side, points).method == TrainingMethod::Rl2;
  if (side.policy == kPolicyAd && is_rl2) side.policy = kClaimRl2;
}

void checkSide(const Claim& claim, const ClaimSide& side, const std::vector<SweepPoint>& points) {
  const ExperimentConfig& config = configOf(side, points);
  if (!hasPolicy(config, side.policy)) {
    const char* where = side.policy == kClaimRl2 ? "training.method" : "the keys of [evaluation]";
    failAt(claim.place,
           fmt::format("the claim is of \"{}\", which the experiment does not play; see {}", side.policy, where));
  }
  const bool is_source = side.policy == kPolicySource;
  const int episodes = is_source ? config.source.episodes : config.evaluation.play.episodes;
  for (const std::string& name : claim.metrics) {
    const auto metric = findCurveMetric(name, config.evaluation.last_episodes);
    if (!metric || metric->least_episodes <= episodes) continue;
    failAt(claim.place, fmt::format("{} needs {} episodes, but {} is {}", name, metric->least_episodes,
                                    is_source ? "source.episodes" : "evaluation.episodes", episodes));
  }
}

std::string sideText(const ClaimSide& side) {
  if (side.point.empty()) return side.policy;
  return side.isLearner() ? side.point : fmt::format("{}/{}", side.point, side.policy);
}

}  // namespace

std::vector<Claim> readClaims(const TomlDocument& document, const SweepPlan& plan, std::string_view file_name) {
  std::vector<Claim> claims;
  for (const TomlTable& table : document.tables) {
    if (table.name == "claim") claims.push_back(ClaimReader(table, plan, file_name).read());
  }
  return claims;
}

void settleClaims(std::vector<Claim>& claims, const std::vector<SweepPoint>& points) {
  for (Claim& claim : claims) {
    nameLearner(claim.side, points);
    checkSide(claim, claim.side, points);
    if (claim.comparison != Claim::Comparison::None) {
      nameLearner(claim.other, points);
      checkSide(claim, claim.other, points);
      if (claim.other == claim.side) failAt(claim.place, "the claim compares its policy with itself");
    }
    if (claim.scale == Claim::Scale::Source) {
      checkSide(claim, {.point = claim.side.point, .policy = kPolicySource}, points);
    }
  }
}

std::string conditionText(const Claim& claim, const std::string& metric) {
  static constexpr std::array<std::string_view, 3> kScales = {"", "normalized ", "source-normalized "};
  const std::string name = fmt::format("{}{}", kScales[static_cast<std::size_t>(claim.scale)], metric);
  std::string text = fmt::format("{} of {}", name, metric == kHoursMetric ? claim.side.point : sideText(claim.side));
  if (metric == kHoursMetric && claim.side.point.empty()) text = name;
  if (claim.comparison != Claim::Comparison::None) {
    text +=
        fmt::format(" {} that of {}", claim.comparison == Claim::Comparison::Ratio ? "/" : "-", sideText(claim.other));
  }
  if (claim.at_least) text += fmt::format(" {} {}", claim.is_strict ? ">" : ">=", *claim.at_least);
  if (claim.at_least && claim.at_most) text += " and";
  if (claim.at_most) text += fmt::format(" {} {}", claim.is_strict ? "<" : "<=", *claim.at_most);
  return text;
}

}  // namespace limbeck
