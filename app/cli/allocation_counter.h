// SPDX-License-Identifier: GPL-3.0-or-later
// Counts what the program asks of the heap, for `bench`: limbeck-cli's own malloc and its family stand before glibc's,
// also for every library that it loads. Elsewhere (another C library, a sanitizer, which brings its own) nothing is
// counted.
#pragma once

#include <cstdint>

namespace limbeck::cli {

/// Whether this build counts.
bool countsAllocations();

/// Blocks that all threads have asked for since counting was switched on.
std::int64_t allocationCount();
void switchAllocationCounting(bool is_on);

}  // namespace limbeck::cli
