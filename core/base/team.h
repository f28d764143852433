// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

namespace limbeck {

/// A fixed group of threads that do one thing together: every worker runs the same function with its own number, and
/// the call returns when all are done. core/jobs has the one that owns threads (`ThreadTeam`); folders below it see
/// this interface.
class Team {
 public:
  virtual ~Team() = default;
  virtual int size() const = 0;
  /// Calls `work(worker)` for worker 0 .. size()-1, worker 0 on the calling thread. The first exception is rethrown
  /// here after all have returned. Not reentrant.
  virtual void run(const std::function<void(int worker)>& work) = 0;
};

/// The calling thread alone: for tests and small work.
class SoloTeam final : public Team {
 public:
  int size() const override { return 1; }
  void run(const std::function<void(int)>& work) override { work(0); }
};

/// Where worker `worker` of `workers` begins in `count` items; its end is the next one's begin.
inline std::int64_t shareBegin(std::int64_t count, int worker, int workers) {
  return count * worker / workers;
}

}  // namespace limbeck
