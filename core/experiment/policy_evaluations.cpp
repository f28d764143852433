// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/policy_evaluations.h"

#include <algorithm>
#include <functional>

namespace limbeck {
namespace {

std::vector<ScoredEvaluation> playedEvaluations(const std::vector<SeedOutcome>& seeds, const std::string& policy) {
  std::vector<ScoredEvaluation> evaluations;
  for (const SeedOutcome& seed : seeds) {
    const auto place = std::ranges::find(seed.policies, policy, &PolicyEvaluation::policy);
    if (place != seed.policies.end()) evaluations.push_back(place->scored);
  }
  return evaluations;
}

template <typename Field>
std::vector<ScoredEvaluation> exactEvaluations(std::vector<ScoredEvaluation> evaluations, Field field) {
  for (ScoredEvaluation& evaluation : evaluations) {
    EvaluationResult& result = evaluation.result;
    for (int stream = 0; stream < result.streams(); ++stream) {
      const auto begin = result.returns.begin() + static_cast<std::ptrdiff_t>(stream) * result.episodes;
      const ReferenceReturns& reference = evaluation.references[static_cast<std::size_t>(stream)];
      std::fill_n(begin, result.episodes, static_cast<float>(std::invoke(field, reference)));
    }
  }
  return evaluations;
}

}  // namespace

std::vector<ScoredEvaluation> evaluationsOf(const std::vector<SeedOutcome>& seeds, const std::string& policy) {
  if (policy == kPolicyRandom) return exactEvaluations(playedEvaluations(seeds, kPolicyAd), &ReferenceReturns::random);
  if (policy == kPolicyOptimum)
    return exactEvaluations(playedEvaluations(seeds, kPolicyAd), &ReferenceReturns::optimal);
  return playedEvaluations(seeds, policy);
}

}  // namespace limbeck
