// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/rng.h"
#include "core/data/context_batch.h"
#include "core/data/history_dataset.h"

namespace limbeck {

struct ContextSamplerOptions {
  int context_length = 300;  ///< transitions in a window
  int keep_every = 1;        ///< of every this many episodes one is kept, whole (subsampling; paper fig. 6)
  double start_share =
      0.8;  ///< share of windows that begin at the beginning of a history, so that short contexts are trained too
};

/// Draws training windows: runs of `context_length` transitions that span the kept episodes of one history and never
/// two histories. With `keep_every` = k, each draw also picks which of the k phases is kept (episodes p, p + k, ...).
/// Windows that do not begin at the start begin at a random transition. Immutable and thread-safe.
class ContextSampler {
 public:
  /// `dataset` must outlive the sampler. Throws Error(InvalidArgument) when a history is shorter than the context,
  /// naming both.
  ContextSampler(const HistoryDataset& dataset, const ContextSamplerOptions& options);

  /// Fills `batch` with `windows` windows. The same `rng` gives the same batch; window i uses rng.split("window", i).
  void sample(int windows, const Rng& rng, ContextBatch& batch) const;

 private:
  /// One kept episode; those of a (history, phase) stand together in order.
  struct KeptEpisode {
    std::int64_t source_begin = 0;  ///< first row within the history
    std::int64_t kept_begin = 0;    ///< transitions kept before it
  };
  /// The kept sequence of one history and phase.
  struct KeptSequence {
    std::size_t first_episode = 0;  ///< in `episodes_`
    std::size_t episode_count = 0;
    std::int64_t transitions = 0;
  };

  void addHistory(int history);
  void fill(const KeptSequence& sequence, const TransitionColumns& history, std::int64_t offset, int window,
            ContextBatch& batch) const;

  const HistoryDataset& dataset_;
  ContextSamplerOptions options_;
  std::vector<TransitionColumns> columns_;  ///< [histories]
  std::vector<KeptSequence> sequences_;     ///< [histories, keep_every]
  std::vector<KeptEpisode> episodes_;       ///< of all sequences
};

}  // namespace limbeck
