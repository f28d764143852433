// SPDX-License-Identifier: GPL-3.0-or-later
// What the list of runs shows, read in two steps: the runs with their returns at once, what made them afterwards,
// because parsing thousands of configurations would hold up the first paint.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/eval/scores.h"
#include "core/store/run_record.h"

namespace limbeck {

class RunStore;

/// "training.steps" -> "700". Without the seed, which is not the group's but each run's own.
using ConfigMap = std::map<std::string, std::string>;
/// By group key; runs of a group have the same configuration.
using GroupConfigs = std::map<std::string, ConfigMap>;

struct RunListing {
  std::vector<RunRecord> runs;        ///< newest first
  std::map<RunId, Interval> returns;  ///< mean of the last held-out episodes; runs that were not evaluated are missing
  GroupConfigs configs;               ///< of some groups: what is missing here stays as it was shown before
  bool is_trash = false;              ///< the trashed runs instead of the others
};

/// Reads the runs and returns, no configurations. For a background thread; throws what RunStore throws.
RunListing loadListing(const RunStore& store, bool is_trash);

/// Reads one configuration a group. The groups of `known` are skipped, because a group's configuration never changes;
/// those that were looked at join them. A configuration that is not JSON is logged and left out. For a background
/// thread; throws what RunStore throws.
GroupConfigs loadGroupConfigs(const RunStore& store, std::set<std::string>& known);

/// The keys of `config_json` with their values as short text: 0.001 -> "0.001", [1, 5] -> "1, 5", "darkroom" ->
/// "darkroom". Throws Error(Corrupt) when it is no JSON object of objects.
ConfigMap configMap(std::string_view config_json);

}  // namespace limbeck
