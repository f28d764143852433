// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/team.h"

namespace limbeck::test {

/// Fresh threads for every run.
class PlainTeam final : public Team {
 public:
  explicit PlainTeam(int size) : size_(size) {}
  int size() const override { return size_; }
  void run(const std::function<void(int)>& work) override {
    std::exception_ptr first;
    std::mutex mutex;
    const auto guarded = [&](int worker) {
      try {
        work(worker);
      } catch (...) {
        const std::scoped_lock lock(mutex);
        if (!first) first = std::current_exception();
      }
    };
    {
      std::vector<std::jthread> threads;
      for (int worker = 1; worker < size_; ++worker) threads.emplace_back(guarded, worker);
      guarded(0);
    }
    if (first) std::rethrow_exception(first);
  }

 private:
  int size_;
};

}  // namespace limbeck::test
