// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/env/table_stepper.h"
#include "core/source/history_recorder.h"
#include "core/source/learning_watch.h"

namespace limbeck {

/// The last steps of every actor, one row an actor: [actors, capacity] each. An actor that has played all its episodes
/// has fewer than the others.
struct Rollouts {
  Rollouts(int actors, int steps)
      : capacity(steps),
        lengths(static_cast<std::size_t>(actors), 0),
        inputs(static_cast<std::size_t>(actors) * static_cast<std::size_t>(steps)),
        next_inputs(inputs.size()),
        actions(inputs.size()),
        rewards(inputs.size()),
        ends(inputs.size()) {}

  int actors() const { return static_cast<int>(lengths.size()); }
  std::size_t begin(int actor) const { return static_cast<std::size_t>(actor) * static_cast<std::size_t>(capacity); }
  std::size_t end(int actor) const { return begin(actor) + static_cast<std::size_t>(lengths[actor]); }
  /// Whether a learner that looks at this row alone must guess what comes after `place`: the task did not end there.
  bool isCut(int actor, std::size_t place) const {
    return ends[place] == End::Truncated || (ends[place] == End::None && place + 1 == end(actor));
  }
  /// Whether what the actor did next stands at the next place.
  bool goesOn(int actor, std::size_t place) const { return ends[place] == End::None && place + 1 < end(actor); }

  /// Row `to` becomes row `from` of `other`, which has the same capacity.
  void copyRow(int to, const Rollouts& other, int from) {
    lengths[to] = other.lengths[from];
    const auto copy = [&](auto& column, const auto& source) {
      std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(other.begin(from)), lengths[to],
                  column.begin() + static_cast<std::ptrdiff_t>(begin(to)));
    };
    copy(inputs, other.inputs);
    copy(next_inputs, other.next_inputs);
    copy(actions, other.actions);
    copy(rewards, other.rewards);
    copy(ends, other.ends);
  }

  int capacity;
  std::vector<int> lengths;                ///< [actors]
  std::vector<std::uint16_t> inputs;       ///< what the actor saw
  std::vector<std::uint16_t> next_inputs;  ///< what the step led to, also where the episode ended there
  std::vector<Action> actions;
  std::vector<float> rewards;
  std::vector<End> ends;
};

/// Plays one task with many actors in lockstep, each from a random stream of its own, and records each one's history.
class ActorTeam {
 public:
  /// All must outlive it. `input_of_state`: what a learner calls each state.
  ActorTeam(const TabularTask& task, const std::vector<std::uint16_t>& input_of_state, int episodes,
            std::span<const Rng> rngs, std::span<HistoryBuffer> buffers)
      : input_of_state_(input_of_state.data()), episodes_(episodes), tally_(episodes) {
    actors_.reserve(rngs.size());
    for (std::size_t i = 0; i < rngs.size(); ++i) {
      actors_.push_back({rngs[i].split("steps"), TableStepper(task), HistoryRecorder(task, episodes, buffers[i])});
      actors_.back().stepper.reset(actors_.back().draws);
      playing_.push_back(static_cast<int>(i));
    }
  }

  bool isDone() const { return playing_.empty(); }

  /// Plays up to `rollouts.capacity` steps of every actor. Before each step `want(input)` hears what every actor sees,
  /// then `prepare()` is called once, then `choose(input, episode, draws)` for each actor.
  template <typename Want, typename Prepare, typename Choose>
  void play(Rollouts& rollouts, const Want& want, const Prepare& prepare, const Choose& choose) {
    std::ranges::fill(rollouts.lengths, 0);
    for (int step = 0; step < rollouts.capacity && !isDone(); ++step) {
      for (const int actor : playing_) want(inputOf(actors_[static_cast<std::size_t>(actor)]));
      prepare();
      for (const int number : playing_) {
        Actor& actor = actors_[static_cast<std::size_t>(number)];
        const std::uint16_t input = inputOf(actor);
        const Action action = choose(input, actor.episode, actor.draws);
        const std::size_t place = rollouts.end(number);
        ++rollouts.lengths[static_cast<std::size_t>(number)];
        rollouts.inputs[place] = input;
        rollouts.actions[place] = action;
        rollouts.ends[place] = stepActor(actor, action, rollouts.rewards[place], rollouts.next_inputs[place]);
      }
      if (has_one_finished_) leaveFinished();
    }
  }

  /// Cuts the buffers to what was played.
  void finish() {
    for (Actor& actor : actors_) actor.recorder.finish();
  }

  LearningTally& tally() { return tally_; }

 private:
  struct Actor {
    Rng draws;
    TableStepper stepper;
    HistoryRecorder recorder;
    int episode = 0;
    double episode_return = 0.0;
  };

  std::uint16_t inputOf(const Actor& actor) const { return input_of_state_[actor.stepper.state()]; }

  End stepActor(Actor& actor, Action action, float& reward, std::uint16_t& next_input) {
    const int state = actor.stepper.state();
    const TableStepper::Outcome outcome = actor.stepper.step(action, actor.draws);
    actor.recorder.record(state, action, outcome.reward, outcome.end);
    actor.episode_return += static_cast<double>(outcome.reward);
    reward = outcome.reward;
    next_input = inputOf(actor);
    if (outcome.end == End::None) return outcome.end;
    tally_.addEpisode(actor.episode, actor.episode_return, actor.stepper.steps());
    actor.episode_return = 0.0;
    ++actor.episode;
    if (actor.episode == episodes_) {
      has_one_finished_ = true;
    } else {
      actor.stepper.reset(actor.draws);
    }
    return outcome.end;
  }

  void leaveFinished() {
    std::erase_if(playing_,
                  [this](int actor) { return actors_[static_cast<std::size_t>(actor)].episode == episodes_; });
    has_one_finished_ = false;
  }

  const std::uint16_t* input_of_state_;
  int episodes_;
  LearningTally tally_;
  std::vector<Actor> actors_;
  std::vector<int> playing_;
  bool has_one_finished_ = false;
};

}  // namespace limbeck
