// SPDX-License-Identifier: GPL-3.0-or-later
// Streams of experience from readable walks: "RRU." is right, right, up, stay.
#pragma once

#include <QString>
#include <QStringList>
#include <memory>
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

/// One walk after another; an episode begins (in the first start state) whenever the one before ended.
inline std::shared_ptr<const RecordedStream> walk(const Environment& environment, TaskId id, const QString& moves) {
  const TabularTask task = environment.makeTask(id);
  TableStepper stepper(task);
  Rng rng(Seed{1});
  stepper.startAt(task.start_states[0]);
  OwnedTransitions rows;
  for (const QChar move : moves) {
    const auto action = static_cast<Action>(QStringLiteral("LRUD.").indexOf(move));
    const std::size_t seen = 2 * static_cast<std::size_t>(stepper.state());
    rows.observations.insert(rows.observations.end(), {task.observation[seen], task.observation[seen + 1]});
    const TableStepper::Outcome outcome = stepper.step(action, rng);
    rows.actions.push_back(action);
    rows.rewards.push_back(outcome.reward);
    rows.ends.push_back(outcome.end);
    if (outcome.end != End::None) stepper.startAt(task.start_states[0]);
  }
  return RecordedStream::fromColumns(environment.spec(), {static_cast<std::int32_t>(id), 0}, std::move(rows));
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
