// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace limbeck::cli {

/// Ctrl-C (SIGINT) and SIGTERM are counted instead of ending the program; the third one ends it at once.
void countInterrupts();
int interruptCount();

}  // namespace limbeck::cli
