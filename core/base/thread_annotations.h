// SPDX-License-Identifier: GPL-3.0-or-later
// LIMBECK_GUARDED_BY(mutex_) after a field says which mutex must be held to touch it. A reader's aid; clang checks it
// under -Wthread-safety where the standard library's mutex is annotated (libc++).
#pragma once

#if defined(__clang__)
#define LIMBECK_GUARDED_BY(mutex) __attribute__((guarded_by(mutex)))
#else
#define LIMBECK_GUARDED_BY(mutex)
#endif
