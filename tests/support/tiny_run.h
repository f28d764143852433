// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/team.h"
#include "core/base/work_control.h"
#include "core/experiment/run_experiment.h"

namespace limbeck::test {

/// tests/support/experiments/tiny.toml with overrides, as a request.
inline RunRequest tinyRequest(const std::vector<std::string>& overrides = {},
                              StageLimit through = StageLimit::Evaluation) {
  const ExperimentFile file =
      loadExperiment(std::string(LIMBECK_SOURCE_DIR) + "/tests/support/experiments/tiny.toml", overrides);
  return {.config = file.config, .text = file.text, .overrides = overrides, .through = through};
}

/// Opens the run and does it on the calling thread.
inline SeedOutcome runTiny(const Workspace& workspace, const RunRequest& request,
                           WorkControl& control = uninterrupted()) {
  SoloTeam team;
  return runExperiment(workspace, openRun(workspace, request), request, team, control);
}

}  // namespace limbeck::test
