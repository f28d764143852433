// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run_heartbeat.h"

namespace limbeck {
namespace {

constexpr std::chrono::seconds kBeatInterval{5};

}  // namespace

void RunHeartbeat::report(const Progress& progress) {
  inner_.report(progress);
  const Clock::rep now = Clock::now().time_since_epoch().count();
  Clock::rep last = last_beat_.load();
  const bool is_due = last == 0 || Clock::duration(now - last) >= kBeatInterval;
  // Of several reporting threads the one that moves the mark beats.
  if (is_due && last_beat_.compare_exchange_strong(last, now)) store_.beat(run_);
}

}  // namespace limbeck
