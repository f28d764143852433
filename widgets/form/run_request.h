// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/sweep.h"

namespace limbeck {

/// What the new-run page asks for: every point with every seed. `parseExperimentFile(text, ..., overrides)` gives
/// `config` and `points`.
struct NewRunRequest {
  ExperimentConfig config;             ///< its seed is the file's; each run takes one of `seeds` instead
  std::string text;                    ///< the experiment file verbatim, or `toToml(config)` when there is none
  std::vector<std::string> overrides;  ///< "section.name=value", what differs from `text`
  std::vector<std::uint64_t> seeds;
  std::vector<SweepPoint> points{};         ///< of the file's sweep; empty for one experiment
  std::vector<std::uint64_t> file_seeds{};  ///< those that the file asks for itself; empty: that of `config`

  std::size_t runCount() const { return seeds.size() * (points.empty() ? 1 : points.size()); }
};

/// Whether every key has the same value in both.
bool isSameExperiment(const ExperimentConfig& a, const ExperimentConfig& b);

/// The overrides that turn the experiment file `text` into `config`; the environment's name is the first of them,
/// because it sets the defaults of keys that the file leaves out. Throws as `parseExperiment` does when `text` is no
/// experiment.
std::vector<std::string> overridesFor(std::string_view text, const ExperimentConfig& config);

/// One word of a command for a POSIX shell, in quotes where it needs them.
QString shellQuoted(const QString& word);

/// "limbeck-cli run FILE --set key=value ... --seed 0,1,2". `--seed` is left out when the file says the same,
/// `--workspace` when `workspace` is empty.
QString commandLine(const QString& file, const NewRunRequest& request, const QString& workspace);

}  // namespace limbeck
