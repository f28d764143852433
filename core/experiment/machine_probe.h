// SPDX-License-Identifier: GPL-3.0-or-later
// Short measurements of how fast this machine does the parts of a run, each in a few hundredths of a second. All of
// them keep the whole team busy, as a run does, and look at `control` between steps: they throw Cancelled.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/team.h"
#include "core/base/work_control.h"
#include "core/env/environment.h"
#include "core/model/sequence_model.h"
#include "core/source/source_algorithm.h"

namespace limbeck {

/// Of a learner whose histories are made together only a part is seen, and taken for the whole.
struct HistorySpeed {
  double seconds = 0.0;      ///< a history, for each worker while all are at it
  double transitions = 0.0;  ///< of a history, on the average
};
HistorySpeed probeHistories(const Environment& environment, std::span<const TaskId> tasks, const SourceOptions& source,
                            Team& team, WorkControl& control);

/// An optimiser step takes `fixed_seconds` and `window_seconds` for each window that the busiest worker has.
struct TrainingSpeed {
  double fixed_seconds = 0.0;
  double window_seconds = 0.0;
};
TrainingSpeed probeTraining(SequenceModel& model, int batch_size, const Team& team, WorkControl& control);

/// A decoding step of `streams` streams whose contexts hold n transitions takes `empty_seconds` + n * `growth_seconds`.
struct DecodingSpeed {
  int streams = 0;
  double empty_seconds = 0.0;
  double growth_seconds = 0.0;
};
/// With as many of the streams as half a context can be filled with in `budget_seconds`.
DecodingSpeed probeDecoding(const SequenceModel& model, int streams, int drop_count, double budget_seconds,
                            const Team& team, WorkControl& control);

/// Seconds to encode `length` transitions at once, for each stream that the busiest worker has.
double probeEncoding(SequenceModel& model, int length, const Team& team, WorkControl& control);

}  // namespace limbeck
