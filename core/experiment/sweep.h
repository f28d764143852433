// SPDX-License-Identifier: GPL-3.0-or-later
// Several experiments in one file. The keys of [sweep] have lists of values, and every combination of them is a point;
// each [[variant]] is one more point that sets several keys together under a name of its own:
//   [sweep]
//   context.context_length = [20, 50, 100]     # "context.context_length" in quotes is the same
//   evaluation.at_episodes = [[10], [10, 20]]  # a key whose value is a list: a list of lists
//   [[variant]]
//   name = "expert distillation"
//   context.last_episodes = 10
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/setting.h"

namespace limbeck {

/// One experiment of a sweep. Its runs have `overrides` beside the file's text, so that they are ordinary runs.
struct SweepPoint {
  std::string name;                    ///< "context_length=20", or the variant's; empty for a file without a sweep
  std::vector<std::string> overrides;  ///< "context.context_length=20"
  ExperimentConfig config;
};

/// As `validate` of the experiment, with the point's name in the message.
void validate(const SweepPoint& point);

/// What one file says of its points, checked as far as it can be without the other settings.
struct SweepPlan {
  struct Point {
    std::string name;
    std::string place;  ///< of the variant or of [sweep], for a message
    std::vector<Setting> settings;
  };
  std::vector<Point> points;            ///< the combinations, the last key changing fastest; then the variants
  std::vector<std::string> swept_keys;  ///< of [sweep], in the order of the file
};

/// Throws Error(InvalidArgument) with file:line:column: an unknown key with the nearest one, a value that the key
/// cannot have, a key of [experiment], a name that is there twice, too many points.
SweepPlan readSweep(const TomlDocument& document, std::string_view file_name);

/// The points' experiments: `settings` of the file, those of the point, `overrides`, the later the stronger. Throws
/// Error(InvalidArgument) for an override of a swept key, and for two points that come to the same experiment.
std::vector<SweepPoint> expandSweep(const SweepPlan& plan, const std::vector<Setting>& settings,
                                    const std::vector<Setting>& overrides);

}  // namespace limbeck
