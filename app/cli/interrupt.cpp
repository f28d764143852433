// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "app/cli/exit_code.h"

namespace limbeck::cli {
namespace {

std::atomic<int> interrupts{0};  // A signal handler can reach nothing but a global.
static_assert(std::atomic<int>::is_always_lock_free);

void onSignal(int) {
  if (++interrupts >= 3) ::_exit(static_cast<int>(ExitCode::Stopped));
}

}  // namespace

void countInterrupts() {
  std::signal(SIGINT, onSignal);
  std::signal(SIGTERM, onSignal);
}

int interruptCount() {
  return interrupts.load();
}

}  // namespace limbeck::cli
