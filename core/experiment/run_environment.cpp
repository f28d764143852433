// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run_environment.h"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/base/build_info.h"

namespace limbeck {
namespace {

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (line.starts_with("model name") && colon + 2 < line.size()) return line.substr(colon + 2);
  }
  return "unknown";
}

int usableProcessors() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

int threadCount(const ExperimentConfig& config) {
  return config.threads > 0 ? config.threads : usableProcessors();
}

nlohmann::json describeRunEnvironment(const ExperimentConfig& config) {
  const BuildInfo& build = buildInfo();
  return {{"version", build.version},       {"commit", build.commit},       {"compiler", build.compiler},
          {"build_type", build.build_type}, {"processor", processorName()}, {"threads", threadCount(config)}};
}

}  // namespace limbeck
