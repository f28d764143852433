// SPDX-License-Identifier: GPL-3.0-or-later
// "Try it by hand": the user acts on a hidden task, every transition goes into the model's context, then the model
// takes over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/base/team.h"
#include "core/data/recorded_stream.h"
#include "core/env/environment.h"
#include "core/env/vector_environment.h"
#include "core/experiment/experiment_config.h"
#include "core/model/checkpoint.h"
#include "core/store/workspace.h"

namespace limbeck {

enum class Mover : std::uint8_t { Hand, Model };

/// One stream of experience on one task with a frozen transformer that reads all of it, whoever acts. The context spans
/// episodes and drops its oldest as in the evaluation: left to the model from the start, it is the evaluation of that
/// one task. Not thread-safe. With the default model opening takes some 25 ms, a step hundredths of one, making room in
/// a full context 3.
class HandPlay {
 public:
  struct Options {
    TaskId task{};
    Seed seed;  ///< of the starts and of the model's draws
    ActionChoice choice = ActionChoice::Sample;
  };
  struct Moment {
    std::vector<std::uint8_t> observation;
    std::vector<std::uint8_t> arrived;  ///< what the last move led to, also where it ended its episode; empty at first
    std::vector<float> log_probabilities;  ///< [action_count]: what the model would do here
    int episode = 0;
    int step = 0;            ///< within the episode
    int context_length = 0;  ///< transitions in the context, this moment included
  };
  struct Step {
    Action action = 0;
    float reward = 0.0F;
    End end = End::None;
  };

  /// Throws Error(InvalidArgument) when the task does not exist or the checkpoint was trained on another environment;
  /// what makeSequenceModel and importState throw.
  HandPlay(const ExperimentConfig& config, const Checkpoint& checkpoint, const Options& options);
  HandPlay(const HandPlay&) = delete;
  HandPlay& operator=(const HandPlay&) = delete;

  const Moment& moment() const { return moment_; }
  /// The hand's move. An action outside the environment's is a bug.
  Step act(Action action) { return advance(action, Mover::Hand); }
  /// The model's move: drawn from its probabilities, or its most likely one.
  Step actAsModel();

  /// All so far; a copy that stays as it is.
  std::shared_ptr<const RecordedStream> recording() const;
  const std::vector<Mover>& movers() const { return movers_; }  ///< [rows]: who acted
  TaskId task() const { return options_.task; }
  Seed seed() const { return options_.seed; }
  const Environment& environment() const { return *environment_; }
  /// The best expected return of an episode on this task.
  double optimalReturn() const { return optimal_return_; }

 private:
  Step advance(Action action, Mover mover);
  /// Gives the model the new moment; the last transition is what came before it.
  void read();

  Options options_;
  std::unique_ptr<const Environment> environment_;
  SoloTeam team_;
  std::unique_ptr<Decoder> decoder_;  // runs on team_
  VectorEnvironment world_;
  Rng draws_;
  double optimal_return_ = 0.0;
  Moment moment_;
  OwnedTransitions columns_;
  std::vector<Mover> movers_;
};

/// Keeps the play as a rollout in the workspace (hand_play_files.cpp is the specification) and returns its folder.
/// Throws Error(InvalidArgument) for a play without a move or a workspace that is open read-only, Error(IoFailure) when
/// the disk refuses. One call at a time.
std::filesystem::path keepHandPlay(const Workspace& workspace, const RunRecord& run, const ExperimentConfig& config,
                                   const HandPlay& play);

struct KeptHandPlay {
  std::filesystem::path folder;
  std::shared_ptr<const RecordedStream> stream;  // shared with those that show it
  std::vector<Mover> movers;                     ///< [rows]
};

/// The run's kept plays, oldest first; damaged ones are left out with a logged warning.
std::vector<KeptHandPlay> keptHandPlays(const Workspace& workspace, const RunRecord& run);

}  // namespace limbeck
