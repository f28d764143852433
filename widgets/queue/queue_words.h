// SPDX-License-Identifier: GPL-3.0-or-later
// What the queue says, as functions of what is the case.
#pragma once

#include <QString>
#include <string_view>

#include "widgets/queue/queue_entry.h"

namespace limbeck {

enum class Tone { Plain, Good, Warning, Bad };

/// A state is shown by icon, word and colour together.
struct StateLook {
  QString icon;
  QString word;
  Tone tone = Tone::Plain;

  bool operator==(const StateLook&) const = default;
};

StateLook stateLook(const QueueEntry& entry);

/// "Training": the stage that counts in these units; empty while nothing is counted yet.
QString stageName(const Progress& progress);
/// "Training · 4 100 of 10 000 steps · loss 0.812".
QString progressText(const Progress& progress);
/// "83 k tokens/s"; empty when the rate is not known.
QString rateText(double rate, std::string_view unit);
/// "38 s left · 83 k tokens/s · 1 min 02 s so far".
QString timeText(const JobSnapshot& job);

/// The first sentence of an error message, without the numbers and ways out that follow it.
QString failureCause(std::string_view message);

struct FailureAdvice {
  QString text;
  bool is_retry_useful = false;  ///< whether the same run may succeed when it is tried again
};

/// What to do after a failure with this code (errorCodeName, "Bug" or "Unknown").
FailureAdvice failureAdvice(std::string_view code);

/// What stopping at this point leaves behind, said while it stops.
QString stoppingText(const Progress& progress, bool is_discarding);
/// Why a stop, or a pause, takes more than a moment.
QString slowStopText(const Progress& progress);

}  // namespace limbeck
