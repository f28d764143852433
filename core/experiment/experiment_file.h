// SPDX-License-Identifier: GPL-3.0-or-later
// Experiment files: TOML, one table a section, every key of schema.h optional. What the file does not say has its
// default; the [environment] defaults are those of the environment that `environment.name` picks.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "core/experiment/claim.h"
#include "core/experiment/experiment_config.h"
#include "core/experiment/published.h"
#include "core/experiment/sweep.h"

namespace limbeck {

/// Reads an experiment (of a file with a sweep: what its points have in common) and lays `overrides`
/// ("section.name=value") over it, also over the choice of the environment's defaults. Throws Error(InvalidArgument)
/// with file:line:column for bad syntax or UTF-8, an unknown key (with the nearest known one), a wrong type or a value
/// out of range. Keys are checked one by one; call `validate` for what they must fulfil together.
ExperimentConfig parseExperiment(std::string_view toml_text, std::string_view file_name,
                                 std::span<const std::string> overrides = {});

/// An experiment and the file it came from.
struct ExperimentFile {
  ExperimentConfig config;  ///< without the sweep
  std::string text;         ///< verbatim
  std::filesystem::path path;
  int seeds = 1;                                ///< how many, from `config.seed` on
  std::vector<SweepPoint> points{};             ///< of its sweep; empty when it has none
  std::vector<Claim> claims{};                  ///< what it is to show
  std::vector<PublishedReference> published{};  ///< what to draw beside its curves
};

/// Throws as `parseExperiment` does, and for a sweep or claim that the overrides contradict. `path` is for messages.
ExperimentFile parseExperimentFile(std::string text, const std::filesystem::path& path,
                                   std::span<const std::string> overrides = {});

/// The points of the sweep; without one, a single point without a name.
std::vector<SweepPoint> pointsOf(const ExperimentFile& file);

/// Throws as `parseExperiment` does; Error(NotFound) for a missing file; Error(InvalidArgument) for a directory, an
/// empty or a binary file.
ExperimentFile loadExperiment(const std::filesystem::path& path, std::span<const std::string> overrides = {});

/// Sets one key: "training.steps=100". A value that is not TOML is taken as text, so that quotes are optional.
/// "environment.name=..." takes all of that environment's defaults. Throws Error(InvalidArgument).
void applyOverride(ExperimentConfig& config, std::string_view assignment);

enum class TomlStyle {
  Plain,      ///< sections, keys, values
  Explained,  ///< each key under a comment with its help, limits and default
};

/// Every key with its value, in schema order. `parseExperiment` of the result gives the same config.
std::string toToml(const ExperimentConfig& config, TomlStyle style = TomlStyle::Plain);

/// {"section": {"name": value}}, every key.
nlohmann::json toJson(const ExperimentConfig& config);

/// The same without keys that came later and are not set: what was the same before they came stays the same.
nlohmann::json identityOf(const ExperimentConfig& config);

}  // namespace limbeck
