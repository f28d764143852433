// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace limbeck {

/// A database layout and how older ones become it.
struct Schema {
  std::vector<std::string> migrations;  ///< SQL; number k leads from version k to k + 1, version 0 being empty

  int version() const { return static_cast<int>(migrations.size()); }
};

/// In the header of the file: "Lmbk".
constexpr std::int32_t kApplicationId = 0x4c6d626b;

/// The layout of `limbeck.db`. A released migration is never changed: databases that went through it are out there.
const Schema& runStoreSchema();

}  // namespace limbeck
