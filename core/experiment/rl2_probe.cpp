// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/rl2_probe.h"

#include <vector>

#include "core/base/error.h"
#include "core/meta/rl2_learner.h"

namespace limbeck {

double probeRl2(SequenceModel& model, const Environment& environment, std::span<const TaskId> tasks,
                const Rl2Options& options, const WorkControl& control) {
  Rl2Learner learner(model, environment, std::vector<TaskId>(tasks.begin(), tasks.end()), options, Rng(Seed{0}));
  learner.step(0, options.trainer.learning_rate);  // makes room
  if (control.stopRequested()) throw Cancelled("estimating");
  return learner.step(1, options.trainer.learning_rate).seconds;
}

}  // namespace limbeck
