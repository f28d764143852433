// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process_tuning.h"

#include <malloc.h>

#include <csignal>
#include <cstdlib>

namespace limbeck {
namespace {

void setUnlessChosen(const char* name, const char* value) {
  ::setenv(name, value, 0);
}

// OpenBLAS 0.3.21 takes recent Xeons for a processor of 2004 and runs at a fifth of their speed; ATen chooses right but
// is told as well so that both agree. OpenBLAS reads its variable when it is loaded, which LibTorch's module does long
// after `main` began: no restart of the program is needed.
void chooseKernels() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx512) {
    setUnlessChosen("OPENBLAS_CORETYPE", "SkylakeX");
    setUnlessChosen("ATEN_CPU_CAPABILITY", "avx512");
  } else if (avx2) {
    setUnlessChosen("OPENBLAS_CORETYPE", "Haswell");
    setUnlessChosen("ATEN_CPU_CAPABILITY", "avx2");
  }
#endif
}

// Our own team of threads is the only pool that works; each of its threads calls the libraries for itself.
void chooseThreads() {
  setUnlessChosen("OMP_NUM_THREADS", "1");
  setUnlessChosen("OPENBLAS_NUM_THREADS", "1");
  // For the plain LibTorch of measurements, the one user of OpenMP's own threads: while one of them waits for a core
  // that another process has, the others would spin on theirs (forty times slower at four processes a core).
  setUnlessChosen("OMP_WAIT_POLICY", "passive");
}

// glibc maps and unmaps every block above 32 MB anew: three times the cost of adding two such arrays.
void keepMemory() {
#if defined(__GLIBC__)
  constexpr int kOneGigabyte = 1 << 30;
  ::mallopt(M_MMAP_THRESHOLD, kOneGigabyte);
  ::mallopt(M_TRIM_THRESHOLD, kOneGigabyte);
  ::mallopt(M_TOP_PAD, 64 << 20);
#endif
}

}  // namespace

void tuneProcess() {
  chooseKernels();
  chooseThreads();
  keepMemory();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace limbeck
