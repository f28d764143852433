// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/vector_environment.h"

#include <fmt/format.h>

#include <map>

#include "core/base/check.h"

namespace limbeck {

VectorEnvironment::VectorEnvironment(const Environment& environment, std::span<const TaskId> tasks, const Rng& rng)
    : spec_(environment.spec()) {
  std::map<TaskId, std::shared_ptr<const TabularTask>> made;
  for (std::size_t stream = 0; stream < tasks.size(); ++stream) {
    std::shared_ptr<const TabularTask>& task = made[tasks[stream]];
    if (!task) task = std::make_shared<const TabularTask>(environment.makeTask(tasks[stream]));
    tasks_.push_back(task);
    steppers_.emplace_back(*task);
    rngs_.push_back(rng.split("stream", stream));
  }
}

void VectorEnvironment::reset(std::span<std::uint8_t> observations) {
  const std::size_t size = static_cast<std::size_t>(spec_.observationSize());
  LIMBECK_CHECK(observations.size() == steppers_.size() * size,
                fmt::format("{} observation bytes", observations.size()));
  for (std::size_t stream = 0; stream < steppers_.size(); ++stream) {
    steppers_[stream].reset(rngs_[stream]);
    writeObservation(stream, observations.data() + stream * size);
  }
}

void VectorEnvironment::step(std::span<const Action> actions, const StepColumns& out) {
  const std::size_t count = steppers_.size();
  const std::size_t size = static_cast<std::size_t>(spec_.observationSize());
  LIMBECK_CHECK(actions.size() == count && out.rewards.size() == count && out.ends.size() == count &&
                    out.arrived.size() == count * size && out.observations.size() == count * size,
                fmt::format("a span does not fit {} streams with {} observation bytes each", count, size));
  for (std::size_t stream = 0; stream < count; ++stream) {
    LIMBECK_CHECK(actions[stream] < spec_.action_count, fmt::format("stream {}: action {}", stream, actions[stream]));
    const TableStepper::Outcome outcome = steppers_[stream].step(actions[stream], rngs_[stream]);
    out.rewards[stream] = outcome.reward;
    out.ends[stream] = outcome.end;
    writeObservation(stream, out.arrived.data() + stream * size);
    if (outcome.end != End::None) steppers_[stream].reset(rngs_[stream]);
    writeObservation(stream, out.observations.data() + stream * size);
  }
}

void VectorEnvironment::writeObservation(std::size_t stream, std::uint8_t* out) const {
  const std::size_t size = static_cast<std::size_t>(spec_.observationSize());
  const std::uint8_t* from =
      tasks_[stream]->observation.data() + static_cast<std::size_t>(steppers_[stream].state()) * size;
  for (std::size_t i = 0; i < size; ++i) out[i] = from[i];
}

}  // namespace limbeck
