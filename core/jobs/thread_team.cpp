// SPDX-License-Identifier: GPL-3.0-or-later
// A barrier that spins for a short while and then sleeps. The sleeping side announces itself before it looks at the
// condition for the last time, the waking side changes the condition before it looks for sleepers; both in sequentially
// consistent order, so one of the two always sees the other and no wake-up is lost (Dekker's argument).
#include "core/jobs/thread_team.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/base/check.h"
#include "core/base/error.h"

namespace limbeck {
namespace {

// Longer than the gap between two decoding steps, far shorter than a time slice that somebody else could use.
constexpr std::chrono::microseconds kSpinTime{50};
constexpr std::size_t kCacheLine = 64;

void pauseProcessor() {
#if defined(__x86_64__)
  _mm_pause();
#else
  std::this_thread::yield();
#endif
}

/// Returns when `isReady()` holds or the spin time is over; says which.
template <typename Ready>
bool spinUntil(const Ready& isReady) {
  constexpr int kLooksPerClockRead = 16;
  const auto deadline = std::chrono::steady_clock::now() + kSpinTime;
  while (true) {
    for (int look = 0; look < kLooksPerClockRead; ++look) {
      if (isReady()) return true;
      pauseProcessor();
    }
    if (std::chrono::steady_clock::now() >= deadline) return isReady();
  }
}

}  // namespace

struct ThreadTeam::Impl {
  using Work = std::function<void(int)>;

  explicit Impl(int team_size) : size(team_size), errors(static_cast<std::size_t>(team_size)) {}

  const int size;
  // Written by the caller before it raises `generation`, read by workers after they saw it: the atomic orders both.
  const Work* work = nullptr;
  std::vector<std::exception_ptr> errors;  // one slot a worker
  alignas(kCacheLine) std::atomic<std::uint64_t> generation{0};
  alignas(kCacheLine) std::atomic<int> unfinished{0};
  alignas(kCacheLine) std::atomic<int> sleeping_workers{0};
  std::atomic<bool> caller_sleeps{false};
  std::atomic<bool> is_running{false};
  std::atomic<bool> is_stopping{false};
  std::mutex mutex;  // guards no data: it only makes "look, then sleep" one step
  std::condition_variable work_came;
  std::condition_variable work_ended;
  std::vector<std::thread> threads;

  void startThreads();
  void stopThreads();
  void raiseGeneration();
  void runWorker(int worker);
  void callWork(int worker);
  void awaitGeneration(std::uint64_t seen);
  void awaitWorkers();
  void rethrowFirst();
};

void ThreadTeam::Impl::startThreads() {
  try {
    for (int worker = 1; worker < size; ++worker) threads.emplace_back([this, worker] { runWorker(worker); });
  } catch (const std::system_error& error) {
    stopThreads();
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("cannot start {} threads ({}); ask for fewer", size, error.what()));
  }
}

void ThreadTeam::Impl::stopThreads() {
  is_stopping.store(true);
  raiseGeneration();
  for (std::thread& thread : threads) thread.join();
}

void ThreadTeam::Impl::raiseGeneration() {
  generation.fetch_add(1);
  if (sleeping_workers.load() == 0) return;
  const std::lock_guard lock(mutex);
  work_came.notify_all();
}

void ThreadTeam::Impl::runWorker(int worker) {
  std::uint64_t seen = 0;
  while (true) {
    awaitGeneration(seen);
    ++seen;
    if (is_stopping.load()) return;
    callWork(worker);
    if (unfinished.fetch_sub(1) == 1 && caller_sleeps.load()) {
      const std::lock_guard lock(mutex);
      work_ended.notify_one();
    }
  }
}

void ThreadTeam::Impl::callWork(int worker) {
  try {
    (*work)(worker);
  } catch (...) {
    errors[static_cast<std::size_t>(worker)] = std::current_exception();
  }
}

void ThreadTeam::Impl::awaitGeneration(std::uint64_t seen) {
  if (spinUntil([&] { return generation.load(std::memory_order_acquire) != seen; })) return;
  std::unique_lock lock(mutex);
  sleeping_workers.fetch_add(1);
  work_came.wait(lock, [&] { return generation.load() != seen; });
  sleeping_workers.fetch_sub(1);
}

void ThreadTeam::Impl::awaitWorkers() {
  if (spinUntil([&] { return unfinished.load(std::memory_order_acquire) == 0; })) return;
  std::unique_lock lock(mutex);
  caller_sleeps.store(true);
  work_ended.wait(lock, [&] { return unfinished.load() == 0; });
  caller_sleeps.store(false);
}

void ThreadTeam::Impl::rethrowFirst() {
  std::exception_ptr first;
  for (std::exception_ptr& error : errors) {
    if (error && !first) first = error;
    error = nullptr;
  }
  if (first) std::rethrow_exception(first);
}

ThreadTeam::ThreadTeam(int size) {
  LIMBECK_CHECK(size >= 1, fmt::format("a team of {} workers", size));
  impl_ = std::make_unique<Impl>(size);
  impl_->startThreads();
}

ThreadTeam::~ThreadTeam() {
  impl_->stopThreads();
}

int ThreadTeam::size() const {
  return impl_->size;
}

void ThreadTeam::run(const std::function<void(int worker)>& work) {
  LIMBECK_CHECK(!impl_->is_running.exchange(true), "a thread team runs one piece of work at a time");
  impl_->work = &work;
  impl_->unfinished.store(impl_->size - 1);
  impl_->raiseGeneration();
  impl_->callWork(0);
  impl_->awaitWorkers();
  impl_->is_running.store(false);
  impl_->rethrowFirst();
}

}  // namespace limbeck
