// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/experiment/sweep.h"

namespace limbeck {

/// A ready experiment file.
struct Preset {
  std::filesystem::path path;  ///< empty for what comes from no file
  QString group{};             ///< the folder within the ready experiments that it lies in; empty for the folder itself
  QString name;                ///< experiment.name, or the file's when it can't be read
  QString title;               ///< the description as far as its first colon or comma
  QString description;
  QString takes;  ///< what its head says after "Takes:", one sentence without its stop: "about 90 seconds a seed on two
                  ///< cores"
  std::string text;                        ///< verbatim
  std::optional<ExperimentConfig> config;  ///< nothing when the file can't be read
  QString problem;                         ///< why not
  int seeds = 1;                           ///< how many, from the configuration's on
  std::vector<SweepPoint> points{};        ///< of its sweep; empty when it has none
  std::size_t claims = 0;
  std::size_t published = 0;  ///< tables of published numbers
};

/// Never throws: what is wrong with the file stands in `problem`.
Preset loadPreset(const std::filesystem::path& path);

/// Every *.toml of a folder and then of the folders within it; those with "quick" in their name lead each, then by
/// name.
std::vector<Preset> loadPresets(const std::filesystem::path& folder);

}  // namespace limbeck
