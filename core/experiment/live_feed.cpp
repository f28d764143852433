// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/live_feed.h"

#include <utility>

namespace limbeck {

LiveSnapshot LiveFeed::snapshot() const {
  const std::scoped_lock lock(mutex_);
  return latest_;
}

void LiveFeed::publishStage(std::string stage) {
  const std::scoped_lock lock(mutex_);
  latest_.stage = std::move(stage);
  ++latest_.version;
}

// What is replaced is let go after the lock: nobody may hold it but this feed, and freeing a rollout takes a while.
void LiveFeed::publish(LiveHistories histories) {
  std::shared_ptr<const LiveHistories> newest = std::make_shared<LiveHistories>(std::move(histories));
  const std::scoped_lock lock(mutex_);
  std::swap(latest_.histories, newest);
  ++latest_.version;
}

void LiveFeed::publish(LiveTraining training) {
  std::shared_ptr<const LiveTraining> newest = std::make_shared<LiveTraining>(std::move(training));
  const std::scoped_lock lock(mutex_);
  std::swap(latest_.training, newest);
  ++latest_.version;
}

void LiveFeed::publish(LivePlay play) {
  std::shared_ptr<const LivePlay> newest = std::make_shared<LivePlay>(std::move(play));
  const std::scoped_lock lock(mutex_);
  std::swap(latest_.play, newest);
  ++latest_.version;
}

}  // namespace limbeck
