// SPDX-License-Identifier: GPL-3.0-or-later
// The measurements of window_benchmark. Each runs once in a process of its own, so that none sees the memory of
// another.
#pragma once

#include <QStringList>

#include "tests/benchmarks/figure_table.h"
#include "tests/benchmarks/gui_thread_watch.h"

namespace limbeck::bench {

struct PartOptions {
  int seconds = 30;     ///< how long frames are watched while a run trains
  int runs = 10'000;    ///< in the workspace that is opened
  int episodes = 1000;  ///< of the rollout that is scrubbed
};

/// "train", "replay", "runs", "scrub", "rest".
QStringList partNames();
/// Adds one sample to each figure of the part. What held the GUI thread up goes to the error output.
void runPart(const QString& part, const PartOptions& options, WatchedApplication& application, FigureTable& figures);

}  // namespace limbeck::bench
