// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/thread_use.h"

#include <ATen/Parallel.h>

// OpenBLAS built on POSIX threads does not follow OpenMP's count. Weak: other libraries of BLAS have no such function.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int threads);

namespace limbeck::torch_backend {

void useThreads(int threads) {
  thread_local int current = 0;
  if (current == threads) return;
  at::set_num_threads(threads);
  if (openblas_set_num_threads != nullptr) openblas_set_num_threads(threads);
  current = threads;
}

void runOnTeam(Team& team, const std::function<void(int worker)>& work) {
  team.run([&](int worker) {
    useThreads(1);
    work(worker);
  });
}

}  // namespace limbeck::torch_backend
