// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <vector>

namespace limbeck {

/// The seeds that a line asks for, or what is wrong with it.
struct SeedList {
  std::vector<std::uint64_t> seeds;  ///< in the order they were given; empty when there is a problem
  QString problem;
};

/// Reads "1", "0-4", "0,1,2" and mixtures, with the limits of the command line: each at least 0, none twice; at most
/// 1000.
SeedList parseSeeds(const QString& text);

/// So many seeds, from `first` on.
std::vector<std::uint64_t> seedRange(std::uint64_t first, int count);

/// Whether they are `seedRange`.
bool isSeedRange(const std::vector<std::uint64_t>& seeds);

/// "0-2", "7": as a person writes a range.
QString rangeText(std::uint64_t first, int count);

/// "0,1,2" as --seed takes it.
QString seedsText(const std::vector<std::uint64_t>& seeds);

}  // namespace limbeck
