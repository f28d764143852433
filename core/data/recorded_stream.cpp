// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/recorded_stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"

namespace limbeck {

std::shared_ptr<const RecordedStream> RecordedStream::fromShard(std::shared_ptr<const Shard> shard, int history) {
  LIMBECK_CHECK(history >= 0 && history < shard->histories(),
                fmt::format("stream {} of {}", history, shard->histories()));
  std::shared_ptr<RecordedStream> stream(new RecordedStream);
  stream->spec_ = shard->spec();
  stream->label_ = shard->label(history);
  stream->columns_ = shard->columns(history);
  stream->shard_ = std::move(shard);
  stream->index();
  return stream;
}

std::shared_ptr<const RecordedStream> RecordedStream::fromColumns(EnvironmentSpec spec, HistoryLabel label,
                                                                  OwnedTransitions columns) {
  std::shared_ptr<RecordedStream> stream(new RecordedStream);
  stream->spec_ = std::move(spec);
  stream->label_ = label;
  stream->owned_ = std::move(columns);
  const OwnedTransitions& owned = stream->owned_;
  const std::size_t rows = owned.actions.size();
  LIMBECK_CHECK(owned.rewards.size() == rows && owned.ends.size() == rows &&
                    owned.observations.size() == rows * static_cast<std::size_t>(stream->spec_.observationSize()),
                fmt::format("columns of a stream of {} rows differ in length", rows));
  stream->columns_ = {owned.observations, owned.actions, owned.rewards, owned.ends};
  stream->index();
  return stream;
}

int RecordedStream::episodeAt(std::int64_t row) const {
  LIMBECK_CHECK(row >= 0 && row < columns_.rows(), fmt::format("row {} of {}", row, columns_.rows()));
  return static_cast<int>(std::ranges::upper_bound(begins_, row) - begins_.begin()) - 1;
}

void RecordedStream::index() {
  begins_.push_back(0);
  float sum = 0.0F;
  for (std::int64_t row = 0; row < columns_.rows(); ++row) {
    const auto place = static_cast<std::size_t>(row);
    sum += columns_.rewards[place];
    if (columns_.ends[place] == End::None && row + 1 < columns_.rows()) continue;
    begins_.push_back(row + 1);
    returns_.push_back(sum);
    sum = 0.0F;
  }
}

}  // namespace limbeck
