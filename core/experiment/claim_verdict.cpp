// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/claim_verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "core/eval/curve_metric.h"
#include "core/eval/score_json.h"
#include "core/experiment/policy_evaluations.h"

namespace limbeck {
namespace {

constexpr double kSecondsPerHour = 3600.0;
constexpr double kUpdates = 10'000.0;

using Evaluations = std::vector<ScoredEvaluation>;

/// The same seeds on the same tasks: what makes a task or a seed's histories easy for both cancels out.
bool arePaired(const Evaluations& a, const Evaluations& b, const PointOutcomes& of_a, const PointOutcomes& of_b) {
  const auto isSameSeed = [](const SeedOutcome& x, const SeedOutcome& y) { return x.seed.value == y.seed.value; };
  const bool are_all = a.size() == of_a.seeds.size() && b.size() == of_b.seeds.size();
  return are_all && std::ranges::equal(of_a.seeds, of_b.seeds, isSameSeed) && shareTasks(a, b);
}

double ratio(double numerator, double denominator) {
  if (denominator != 0.0) return numerator / denominator;
  return std::copysign(std::numeric_limits<double>::infinity(), numerator);
}

class Judge {
 public:
  Judge(const Claim& claim, std::span<const PointOutcomes> points) : claim_(claim), points_(points) {}

  ClaimVerdict judge() {
    ClaimVerdict result{.claim = claim_, .numbers = {}};
    for (const std::string& metric : claim_.metrics) {
      const std::optional<Interval> value = metric == kHoursMetric ? hours() : valueOf(metric);
      if (!value) return {.claim = claim_, .numbers = {}};
      result.numbers.push_back({conditionText(claim_, metric), *value, verdictOn(*value)});
    }
    // The worst of them, in the order of the enumeration but for "undecided", which a failure outweighs.
    const auto has = [&](Verdict verdict) {
      return std::ranges::find(result.numbers, verdict, &ClaimVerdict::Number::verdict) != result.numbers.end();
    };
    result.verdict = has(Verdict::NotReproduced) ? Verdict::NotReproduced
                     : has(Verdict::Undecided)   ? Verdict::Undecided
                                                 : Verdict::Reproduced;
    return result;
  }

 private:
  const PointOutcomes& pointOf(const ClaimSide& side) const {
    const auto place = std::ranges::find(points_, side.point, [](const PointOutcomes& p) { return p.point.name; });
    LIMBECK_CHECK(place != points_.end(), fmt::format("claim of the point \"{}\"", side.point));
    return *place;
  }

  /// What a side's metric is in each resample; nothing when it has not been run.
  std::optional<std::vector<double>> samples(const ClaimSide& side, const std::string& metric_name, const Rng& rng,
                                             int episodes = 0) const {
    const PointOutcomes& point = pointOf(side);
    const EvaluationConfig& evaluation = point.point.config.evaluation;
    const Evaluations evaluations = evaluationsOf(point.seeds, side.storedPolicy());
    const std::optional<CurveMetric> metric = findCurveMetric(metric_name, evaluation.last_episodes);
    if (evaluations.empty() || evaluations.front().result.episodes < metric->least_episodes) return std::nullopt;
    const bool is_normalized = claim_.scale == Claim::Scale::Normalized;
    return sampleMetric(evaluations, *metric, is_normalized ? MetricScale::Normalized : MetricScale::Return, episodes,
                        evaluation.bootstrap, rng);
  }

  /// On the scale of the claim. For the source's scale its curve counts as far as the policy's goes: the same budget.
  std::optional<std::vector<double>> scaledSamples(const ClaimSide& side, const std::string& metric,
                                                   const Rng& rng) const {
    std::optional<std::vector<double>> values = samples(side, metric, rng);
    if (claim_.scale != Claim::Scale::Source || !values) return values;
    const int episodes = pointOf(side).point.config.evaluation.play.episodes;
    const auto source = samples({side.point, kPolicySource}, metric, rng, episodes);
    const auto random = samples({side.point, kPolicyRandom}, metric, rng);
    if (!source || !random) return std::nullopt;
    for (std::size_t i = 0; i < values->size(); ++i) {
      (*values)[i] = ratio((*values)[i] - (*random)[i], (*source)[i] - (*random)[i]);
    }
    return values;
  }

  std::optional<Interval> valueOf(const std::string& metric) const {
    const Rng rng = Rng(kBootstrapSeed).split("claim");
    std::optional<std::vector<double>> values = scaledSamples(claim_.side, metric, rng);
    if (!values) return std::nullopt;
    if (claim_.comparison == Claim::Comparison::None) return percentileInterval(*values);
    const PointOutcomes& point = pointOf(claim_.side);
    const PointOutcomes& other_point = pointOf(claim_.other);
    const Evaluations evaluations = evaluationsOf(point.seeds, claim_.side.storedPolicy());
    const Evaluations others = evaluationsOf(other_point.seeds, claim_.other.storedPolicy());
    if (others.empty()) return std::nullopt;
    const bool is_paired = arePaired(evaluations, others, point, other_point);
    const auto other = scaledSamples(claim_.other, metric, is_paired ? rng : rng.split("other"));
    if (!other) return std::nullopt;
    const std::size_t count = std::min(values->size(), other->size());
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_ratio = claim_.comparison == Claim::Comparison::Ratio;
      (*values)[i] = is_ratio ? ratio((*values)[i], (*other)[i]) : (*values)[i] - (*other)[i];
    }
    values->resize(count);
    return percentileInterval(*values);
  }

  /// Mean, lowest and highest over the seeds, at the speed that training had.
  std::optional<Interval> hours() const {
    const PointOutcomes& point = pointOf(claim_.side);
    const ExperimentConfig& config = point.point.config;
    const double tokens = kUpdates * config.training.batch_size * config.context.context_length;
    std::vector<double> all;
    for (const SeedOutcome& seed : point.seeds) {
      if (seed.training_tokens_per_second > 0.0)
        all.push_back(tokens / seed.training_tokens_per_second / kSecondsPerHour);
    }
    if (all.empty()) return std::nullopt;
    double sum = 0.0;
    for (const double value : all) sum += value;
    return Interval{sum / static_cast<double>(all.size()), std::ranges::min(all), std::ranges::max(all)};
  }

  Verdict verdictOn(const Interval& value) const {
    const auto isAbove = [&](double number) {
      return !claim_.at_least || (claim_.is_strict ? number > *claim_.at_least : number >= *claim_.at_least);
    };
    const auto isBelow = [&](double number) {
      return !claim_.at_most || (claim_.is_strict ? number < *claim_.at_most : number <= *claim_.at_most);
    };
    if (isAbove(value.low) && isBelow(value.high)) return Verdict::Reproduced;
    // A bound that is no number decides nothing.
    const bool is_too_low = !isAbove(value.high) && !std::isnan(value.high);
    const bool is_too_high = !isBelow(value.low) && !std::isnan(value.low);
    return is_too_low || is_too_high ? Verdict::NotReproduced : Verdict::Undecided;
  }

  const Claim& claim_;
  std::span<const PointOutcomes> points_;
};

}  // namespace

std::string_view verdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::Reproduced:
      return "reproduced";
    case Verdict::NotReproduced:
      return "not reproduced";
    case Verdict::Undecided:
      return "undecided";
    case Verdict::NotRun:
      return "not run";
  }
  return {};
}

ClaimVerdict judgeClaim(const Claim& claim, std::span<const PointOutcomes> points) {
  return Judge(claim, points).judge();
}

nlohmann::json toJson(const ClaimVerdict& verdict) {
  const Claim& claim = verdict.claim;
  nlohmann::json json = {{"text", claim.text},
                         {"source", claim.source},
                         {"published", claim.published ? nlohmann::json(*claim.published) : nlohmann::json(nullptr)},
                         {"point", claim.side.point},
                         {"policy", claim.side.storedPolicy()},
                         {"verdict", verdictName(verdict.verdict)},
                         {"numbers", nlohmann::json::array()}};
  for (const ClaimVerdict::Number& number : verdict.numbers) {
    json["numbers"].push_back(
        {{"condition", number.condition}, {"value", toJson(number.value)}, {"verdict", verdictName(number.verdict)}});
  }
  return json;
}

std::string describeVerdict(const ClaimVerdict& verdict) {
  std::string out = fmt::format("{:<15} {}", verdictName(verdict.verdict), verdict.claim.text);
  std::string published = verdict.claim.source;
  if (verdict.claim.published) {
    published += fmt::format("{}{:g}", published.empty() ? "published: " : ": ", *verdict.claim.published);
  }
  if (!published.empty()) out += fmt::format(" ({})", published);
  out += '\n';
  for (const ClaimVerdict::Number& number : verdict.numbers) {
    out += fmt::format("{:<15}   {}: {:.3g} [{:.3g}, {:.3g}]\n", "", number.condition, number.value.mean,
                       number.value.low, number.value.high);
  }
  return out;
}

}  // namespace limbeck
