// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace limbeck::cli {

/// Options that every command understands.
struct CommonOptions {
  std::filesystem::path workspace = "workspace";
  int threads = -1;  ///< -1: what the experiment says
  bool is_quiet = false;
};

/// Options of the commands that execute an experiment.
struct ExperimentOptions {
  std::filesystem::path file;
  std::vector<std::string> overrides;  ///< "section.key=value"
  std::vector<std::uint64_t> seeds;    ///< empty: the one in the file
  bool prints_json = false;
  std::filesystem::path output;  ///< where the picture goes; empty: beside the rollouts
};

}  // namespace limbeck::cli
