// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/jobs/job_engine.h"
#include "core/store/run_record.h"

namespace limbeck {

/// One run in the queue, at one moment.
struct QueueEntry {
  RunId run{};
  QString name;   ///< "AD-20"
  QString title;  ///< the user's; may be empty
  JobSnapshot job;
  bool is_recoverable = false;  ///< found interrupted or paused when the program started: there is no job yet
  QString recover_text;         ///< "interrupted at 62 %", of a recoverable one
};

}  // namespace limbeck
