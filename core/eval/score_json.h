// SPDX-License-Identifier: GPL-3.0-or-later
// Curves and scores as JSON, for `run --json` and the run record.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/eval/scores.h"

namespace limbeck {

/// {"mean": m, "low": l, "high": h}.
nlohmann::json toJson(const Interval& interval);

/// {"mean": [...], "low": [...], "high": [...]}, entry i for in-context episode i + 1.
nlohmann::json toJson(const LearningCurve& curve);

/// One key per field of `CurveScores`, by its name; "return_at" is a list of {"episode", "mean", "low", "high"}.
nlohmann::json toJson(const CurveScores& scores);

}  // namespace limbeck
