// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace limbeck {

/// What a program of ours does first thing in `main`, before any other thread: chooses kernels and thread pools for
/// numerical libraries that are loaded later (through the environment, unless the user has set the variable), keeps
/// large blocks of memory instead of unmapping them, and makes a closed pipe or a file size limit an error of the write
/// instead of the end of the program.
void tuneProcess();

}  // namespace limbeck
