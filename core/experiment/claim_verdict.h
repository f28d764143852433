// SPDX-License-Identifier: GPL-3.0-or-later
// Whether runs show what an experiment file claims, by the 95 % bootstrap interval of the number in question: the claim
// is reproduced when the whole interval fulfils it, not reproduced when none of it does, else undecided.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/claim.h"
#include "core/experiment/seed_outcome.h"

namespace limbeck {

enum class Verdict { Reproduced, NotReproduced, Undecided, NotRun };

/// "reproduced", "not reproduced", "undecided", "not run".
std::string_view verdictName(Verdict verdict);

struct ClaimVerdict {
  struct Number {
    std::string condition;  ///< conditionText
    Interval value;
    Verdict verdict = Verdict::NotRun;
  };

  Claim claim;
  Verdict verdict = Verdict::NotRun;  ///< the worst of its numbers'
  std::vector<Number> numbers;        ///< one a metric; none when something that it needs has not been run
};

/// The seeds that there are of a point of a sweep.
struct PointOutcomes {
  SweepPoint point;
  std::vector<SeedOutcome> seeds;
};

ClaimVerdict judgeClaim(const Claim& claim, std::span<const PointOutcomes> points);

/// Documented in docs/run-json.md.
nlohmann::json toJson(const ClaimVerdict& verdict);

/// The verdict with the claim, then a line for each number.
std::string describeVerdict(const ClaimVerdict& verdict);

}  // namespace limbeck
