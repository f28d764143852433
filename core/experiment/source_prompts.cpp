// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/source_prompts.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/data/kept_episodes.h"
#include "core/data/recorded_stream.h"
#include "core/model/context_window.h"

namespace limbeck {
namespace {

/// Of `history` only the kept episodes.
std::shared_ptr<const RecordedStream> keptStream(const EnvironmentSpec& spec, const TransitionColumns& history,
                                                 int keep_every, int phase) {
  OwnedTransitions kept;
  const auto size = static_cast<std::size_t>(spec.observationSize());
  const auto append = [](auto& column, const auto& values) {
    column.insert(column.end(), values.begin(), values.end());
  };
  for (KeptEpisodes episode(history.ends, 0, keep_every, phase); episode.isValid(); episode.next()) {
    const auto begin = static_cast<std::size_t>(episode.begin());
    const auto rows = static_cast<std::size_t>(episode.length());
    append(kept.observations, history.observations.subspan(begin * size, rows * size));
    append(kept.actions, history.actions.subspan(begin, rows));
    append(kept.rewards, history.rewards.subspan(begin, rows));
    append(kept.ends, history.ends.subspan(begin, rows));
  }
  return RecordedStream::fromColumns(spec, {}, std::move(kept));
}

ContextPrompt promptAt(const RecordedStream& kept, int percent, int longest) {
  const auto episodes = std::max(1, static_cast<int>(std::lround(percent / 100.0 * kept.episodes())));
  const std::int64_t end = kept.begin(episodes);
  return contextPrompt(kept, {.begin = std::max<std::int64_t>(0, end - longest), .end = end, .is_fresh = false});
}

/// Learns one task after the other, and hands out the histories in the order of the streams.
class PromptMaker {
 public:
  PromptMaker(const Environment& environment, const SourceOptions& source, const PromptOptions& options,
              WorkControl& control)
      : environment_(environment),
        algorithm_(makeSourceAlgorithm(source)),
        options_(options),
        watch_(control),
        control_(control),
        prompts_(options.percents.size()) {}

  void addTask(TaskId task, const Rng& rng) {
    const TabularTask table = environment_.makeTask(task);
    const int together = algorithm_->historiesTogether();
    for (int first = 0; first < options_.repeats; first += together) {
      control_.pauseIfAsked();
      if (control_.stopRequested()) throw Cancelled();
      const int wanted = std::min(together, options_.repeats - first);
      // Actors that learn jointly need one another: all of them play, even if few are wanted.
      learn(table, rng, first, algorithm_->learnsJointly() ? together : wanted);
      for (int i = 0; i < wanted; ++i)
        cut(buffers_[static_cast<std::size_t>(i)].columns(), rngs_[static_cast<std::size_t>(i)]);
    }
  }

  std::vector<std::vector<ContextPrompt>> take() { return std::move(prompts_); }

 private:
  void learn(const TabularTask& table, const Rng& rng, int first, int count) {
    rngs_.clear();
    for (int i = 0; i < count; ++i) rngs_.push_back(rng.split("repeat", static_cast<std::uint64_t>(first + i)));
    buffers_.resize(static_cast<std::size_t>(count));
    for (HistoryBuffer& buffer : buffers_) buffer.clear();
    algorithm_->learnEach(table, rngs_, buffers_, &watch_);
  }

  void cut(const TransitionColumns& history, const Rng& rng) {
    const auto phase = static_cast<int>(rng.split("phase").below(static_cast<std::uint32_t>(options_.keep_every)));
    const auto kept = keptStream(environment_.spec(), history, options_.keep_every, phase);
    LIMBECK_CHECK(kept->episodes() > 0, "a history of which no episode is kept");
    for (std::size_t i = 0; i < prompts_.size(); ++i) {
      prompts_[i].push_back(promptAt(*kept, options_.percents[i], options_.longest));
    }
  }

  const Environment& environment_;
  const std::unique_ptr<SourceAlgorithm> algorithm_;
  const PromptOptions& options_;
  ObedientWatch watch_;
  WorkControl& control_;
  std::vector<Rng> rngs_;
  std::vector<HistoryBuffer> buffers_;
  std::vector<std::vector<ContextPrompt>> prompts_;
};

}  // namespace

std::vector<std::vector<ContextPrompt>> sourcePrompts(const Environment& environment, std::span<const TaskId> tasks,
                                                      const SourceOptions& source, const PromptOptions& options,
                                                      const Rng& rng, WorkControl& control) {
  PromptMaker maker(environment, source, options, control);
  for (const TaskId task : tasks) maker.addTask(task, rng.split("task", static_cast<std::uint64_t>(task)));
  return maker.take();
}

}  // namespace limbeck
