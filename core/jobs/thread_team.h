// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "core/base/team.h"

namespace limbeck {

/// A Team with its own threads. A `run` costs a few microseconds: workers spin for a short while before they sleep,
/// because decoding calls it thousands of times a second.
class ThreadTeam final : public Team {
 public:
  /// `size` >= 1 workers, of which size-1 are threads of this object.
  explicit ThreadTeam(int size);
  ~ThreadTeam() override;
  int size() const override;
  void run(const std::function<void(int worker)>& work) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limbeck
