// SPDX-License-Identifier: GPL-3.0-or-later
// Streams of experience from readable walks: "RRU." is right, right, up, stay.
#pragma once

#include <QString>
#include <QStringList>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/rng.h"
#include "core/data/recorded_stream.h"
#include "core/env/environment.h"
#include "core/env/table_stepper.h"

namespace limbeck::test {

inline std::shared_ptr<const Environment> makeRoom(std::string_view name, int size, int horizon,
                                                   StartRule start = StartRule::Centre) {
  EnvironmentOptions options = defaultOptions(name);
  options.size = size;
  options.horizon = horizon;
  options.start = start;
  return makeEnvironment(options);
}

inline TaskId taskNamed(const Environment& environment, const std::string& name) {
  for (int id = 0; id < environment.taskCount(); ++id) {
    if (environment.taskName(TaskId{id}) == name) return TaskId{id};
  }
  throw std::runtime_error("no task " + name);
}

/// One action after another; an episode begins (in the first start state) whenever the one before ended.
inline std::shared_ptr<const RecordedStream> play(const Environment& environment, TaskId id,
                                                  const std::vector<Action>& actions, std::uint64_t seed = 1) {
  const TabularTask task = environment.makeTask(id);
  TableStepper stepper(task);
  Rng rng(Seed{seed});
  stepper.startAt(task.start_states[0]);
  OwnedTransitions rows;
  const auto size = static_cast<std::size_t>(environment.spec().observationSize());
  for (const Action action : actions) {
    const auto seen = std::span(task.observation).subspan(static_cast<std::size_t>(stepper.state()) * size, size);
    rows.observations.insert(rows.observations.end(), seen.begin(), seen.end());
    const TableStepper::Outcome outcome = stepper.step(action, rng);
    rows.actions.push_back(action);
    rows.rewards.push_back(outcome.reward);
    rows.ends.push_back(outcome.end);
    if (outcome.end != End::None) stepper.startAt(task.start_states[0]);
  }
  return RecordedStream::fromColumns(environment.spec(), {static_cast<std::int32_t>(id), 0}, std::move(rows));
}

/// One walk after another on a grid.
inline std::shared_ptr<const RecordedStream> walk(const Environment& environment, TaskId id, const QString& moves) {
  std::vector<Action> actions;
  for (const QChar move : moves) actions.push_back(static_cast<Action>(QStringLiteral("LRUD.").indexOf(move)));
  return play(environment, id, actions);
}

/// Actions drawn uniformly, the same for the same seed.
inline std::shared_ptr<const RecordedStream> randomPlay(const Environment& environment, TaskId id, int steps,
                                                        std::uint64_t seed) {
  Rng rng(Seed{seed});
  std::vector<Action> actions;
  for (int i = 0; i < steps; ++i) {
    actions.push_back(static_cast<Action>(rng.below(static_cast<std::uint32_t>(environment.spec().action_count))));
  }
  return play(environment, id, actions, seed);
}

inline std::shared_ptr<const Environment> makeMap(const std::string& map, double slip_probability = 0.2,
                                                  int horizon = 20) {
  EnvironmentOptions options = defaultOptions("grid_map");
  options.map = map;
  options.slip_probability = slip_probability;
  options.horizon = horizon;
  return makeEnvironment(options);
}

/// 17 points across.
inline std::shared_ptr<const Environment> makePool(int horizon = 20) {
  EnvironmentOptions options = defaultOptions("watermaze");
  options.size = 17;
  options.platform_radius = 2;
  options.horizon = horizon;
  return makeEnvironment(options);
}

/// Random moves, the same for the same seed.
inline std::shared_ptr<const RecordedStream> randomWalk(const Environment& environment, TaskId id, int steps,
                                                        std::uint64_t seed) {
  Rng rng(Seed{seed});
  QString moves;
  for (int i = 0; i < steps; ++i) moves += QStringLiteral("LRUD.").at(static_cast<qsizetype>(rng.below(5)));
  return walk(environment, id, moves);
}

}  // namespace limbeck::test
