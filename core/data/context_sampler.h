// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/base/rng.h"
#include "core/data/context_batch.h"
#include "core/data/history_dataset.h"
#include "core/data/kept_episodes.h"

namespace limbeck {

struct ContextSamplerOptions {
  int context_length = 300;  ///< transitions in a window
  int keep_every = 1;        ///< of every this many episodes one is kept, whole (subsampling; paper fig. 6)
  double start_share =
      0.8;  ///< share of windows that begin at the beginning of a history, so that short contexts are trained too
};

/// Draws training windows: runs of `context_length` transitions that span the kept episodes of one history and never
/// two histories. With `keep_every` = k, each draw also picks which of the k phases is kept (episodes p, p + k, ...).
/// Windows that do not begin at the start begin at a random transition. Immutable and thread-safe. Keeps nothing of the
/// histories: where their episodes lie is read from the mapped shards for every window anew.
class ContextSampler {
 public:
  /// `dataset` must outlive the sampler. Throws Error(InvalidArgument) when a history is shorter than the context,
  /// naming both.
  ContextSampler(const HistoryDataset& dataset, const ContextSamplerOptions& options);

  /// Fills `batch` with `windows` windows. The same `rng` gives the same batch; window i uses rng.split("window", i).
  void sample(int windows, const Rng& rng, ContextBatch& batch) const;

 private:
  /// Throws when a kept sequence of the history is shorter than the context; sees whether episodes differ in length.
  void inspect(int history);
  void fill(KeptEpisodes episodes, const TransitionColumns& history, std::int64_t offset, int window,
            ContextBatch& batch) const;

  const HistoryDataset& dataset_;
  ContextSamplerOptions options_;
  std::int64_t common_length_ = 0;  ///< of every episode of every history; 0 where they differ
};

}  // namespace limbeck
