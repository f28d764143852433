// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/allocation_counter.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LIMBECK_COUNTS_ALLOCATIONS 1
#else
#define LIMBECK_COUNTS_ALLOCATIONS 0
#endif

namespace limbeck::cli {
namespace {

// Used before any constructor has run, and by threads that are just starting: plain globals.
constinit std::atomic<bool> is_counting{false};
constinit std::atomic<std::int64_t> allocations{0};

[[maybe_unused]] void count() noexcept {
  if (is_counting.load(std::memory_order_relaxed)) allocations.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

bool countsAllocations() {
  return LIMBECK_COUNTS_ALLOCATIONS != 0;
}

std::int64_t allocationCount() {
  return allocations.load(std::memory_order_relaxed);
}

void switchAllocationCounting(bool is_on) {
  is_counting.store(is_on, std::memory_order_relaxed);
}

}  // namespace limbeck::cli

#if LIMBECK_COUNTS_ALLOCATIONS

// glibc's manual, "Replacing malloc", names the functions that must be replaced together; these are its own under their
// other names. operator new calls malloc, and LibTorch calls posix_memalign.
extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

void* malloc(std::size_t size) noexcept {
  limbeck::cli::count();
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) noexcept {
  limbeck::cli::count();
  return __libc_calloc(count, size);
}

void* realloc(void* block, std::size_t size) noexcept {
  limbeck::cli::count();
  return __libc_realloc(block, size);
}

void* memalign(std::size_t alignment, std::size_t size) noexcept {
  limbeck::cli::count();
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return memalign(alignment, size);
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  void* const found = memalign(alignment, size);
  if (found == nullptr) return ENOMEM;
  *block = found;
  return 0;
}

void free(void* block) noexcept {
  __libc_free(block);
}

}  // extern "C"

#endif
