// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/data/context_batch.h"
#include "core/data/history_dataset.h"
#include "core/data/kept_episodes.h"

namespace limbeck {

/// How the kept episodes of a window follow one another.
enum class EpisodeOrder {
  Learning,  ///< as the source played them: Algorithm Distillation
  Shuffled,  ///< at random, each window anew: the control, whose data do not improve from episode to episode
};

/// What the model is to name at every moment.
enum class ContextLabels {
  Source,  ///< what the source did next: Algorithm Distillation
  Oracle,  ///< what the oracle would have done there, which was stored with the histories: a decision-pretrained
           ///< transformer (Lee et al. 2023, arXiv 2306.14892)
};

struct ContextSamplerOptions {
  int context_length = 300;  ///< transitions in a window
  int keep_every = 1;        ///< of every this many episodes one is kept, whole (subsampling; paper fig. 6)
  double start_share =
      0.8;  ///< share of windows that begin at the beginning of a history, so that short contexts are trained too
  int last_episodes = 0;  ///< only this many of a history's last episodes count, before keep_every; 0 for all of them
  EpisodeOrder episode_order = EpisodeOrder::Learning;
  ContextLabels labels = ContextLabels::Source;
};

/// Draws training windows: runs of `context_length` transitions that span the kept episodes of one history and never
/// two histories. With `keep_every` = k, each draw also picks which of the k phases is kept (episodes p, p + k, ...).
/// Windows that do not begin at the start begin at a random transition.
/// With `last_episodes` a history begins with the first of its last episodes, as if nothing had been before (Expert
/// Distillation, where the source has learned by then). With EpisodeOrder::Shuffled the kept episodes of a whole
/// history change places, each window anew, and the window is cut from that. Immutable and thread-safe. Keeps nothing
/// of the histories: where their episodes lie is read from the mapped shards for every window anew.
class ContextSampler {
 public:
  /// `dataset` must outlive the sampler. A history that is shorter than the context is left out, with one warning for
  /// all of them (where an episode ends at its goal, tasks whose goal is near give such). Throws Error(InvalidArgument)
  /// when more than half of the histories are, naming the first, or when labels are wanted that were not stored.
  ContextSampler(const HistoryDataset& dataset, const ContextSamplerOptions& options);

  /// Fills `batch` with `windows` windows. The same `rng` gives the same batch; window i uses rng.split("window", i).
  void sample(int windows, const Rng& rng, ContextBatch& batch) const;

 private:
  /// Of a history, what windows may come from.
  TransitionColumns usedColumns(int history) const;
  /// What is wrong with the history when a kept sequence of it is shorter than the context, else nothing; sees whether
  /// episodes differ in length.
  std::optional<std::string> inspect(int history);
  int drawHistory(Rng& draw) const;
  /// One window of a batch before it is copied.
  struct DrawnWindow {
    TransitionColumns columns;
    KeptEpisodes episodes;
    std::int64_t offset = 0;
    Rng rng;  ///< for what is drawn after it
  };
  DrawnWindow drawWindow(Rng rng) const;
  void prefetch(KeptEpisodes episodes, const TransitionColumns& history, std::int64_t offset) const;
  std::int64_t drawOffset(const KeptEpisodes& episodes, Rng& draw) const;
  template <typename Episodes>
  void fill(Episodes episodes, const TransitionColumns& history, std::int64_t offset, int window,
            ContextBatch& batch) const;

  const HistoryDataset& dataset_;
  ContextSamplerOptions options_;
  std::vector<int> long_enough_;    ///< histories that windows come from; empty: all of them
  std::int64_t common_length_ = 0;  ///< of every episode that counts; 0 where they differ
};

}  // namespace limbeck
