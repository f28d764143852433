// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/actor_critic.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/source/actor_team.h"
#include "core/source/policy_network.h"

namespace limbeck {
namespace {

/// A step to learn from.
struct Lesson {
  std::uint16_t input = 0;
  Action action = 0;
  float advantage = 0.0F;
  float target = 0.0F;           ///< of the value
  float old_probability = 0.0F;  ///< of the action, when it was played
};

/// One learner on its way.
class Learner {
 public:
  Learner(const TabularTask& task, const SourceOptions& options, const ActorCriticUpdates& updates,
          std::span<const Rng> rngs, std::span<HistoryBuffer> buffers)
      : options_(options),
        updates_(updates),
        adam_{.learning_rate = options.network_learning_rate, .gradient_clip = options.gradient_clip},
        features_(task, options.observes_state),
        network_(features_,
                 {.hidden_layers = options.hidden_layers,
                  .hidden_width = options.hidden_width,
                  .outputs = task.spec.action_count + 1},
                 rngs.front().split("weights"), 2 * static_cast<std::int64_t>(rngs.size()) * options.rollout_steps),
        actors_(task, features_.inputOfState(), options.episodes, rngs, buffers),
        rollouts_(static_cast<int>(rngs.size()), options.rollout_steps),
        shuffles_(rngs.front().split("minibatches")) {}

  void learn(LearningWatch* watch) {
    while (!actors_.isDone()) {
      const auto want = [this](int input) { network_.want(input); };
      const auto prepare = [this] { network_.evaluate(); };
      const auto choose = [this](int input, int, Rng& draws) {
        return static_cast<Action>(network_.choose(input, static_cast<float>(draws.next() >> 40) * 0x1.0p-24F));
      };
      actors_.play(rollouts_, want, prepare, choose);
      takeLessons();
      for (int epoch = 0; epoch < updates_.epochs; ++epoch) learnOnce();
      if (watch != nullptr) watch->look(actors_.tally());
    }
    actors_.finish();
  }

 private:
  void takeLessons() {
    lessons_.clear();
    for (int actor = 0; actor < rollouts_.actors(); ++actor) {
      for (std::size_t place = rollouts_.begin(actor); place < rollouts_.end(actor); ++place) {
        if (rollouts_.isCut(actor, place)) network_.want(rollouts_.next_inputs[place]);
      }
    }
    network_.evaluate();
    for (int actor = 0; actor < rollouts_.actors(); ++actor) takeLessonsOf(actor);
  }

  void takeLessonsOf(int actor) {
    const auto discount = static_cast<float>(options_.discount);
    const auto decay = static_cast<float>(options_.discount * options_.trace_decay);
    float advantage = 0.0F;   // of the step after
    float next_value = 0.0F;  // of what that step saw
    for (std::size_t place = rollouts_.end(actor); place-- > rollouts_.begin(actor);) {
      if (!rollouts_.goesOn(actor, place)) {
        advantage = 0.0F;
        next_value = rollouts_.isCut(actor, place) ? network_.value(rollouts_.next_inputs[place]) : 0.0F;
      }
      const std::uint16_t input = rollouts_.inputs[place];
      const float value = network_.value(input);
      advantage = rollouts_.rewards[place] + discount * next_value - value + decay * advantage;
      next_value = value;
      const Action action = rollouts_.actions[place];
      lessons_.push_back({input, action, advantage, advantage + value, network_.probability(input, action)});
    }
  }

  void learnOnce() {
    const auto parts = static_cast<std::size_t>(updates_.minibatches);
    if (parts > 1) shuffle();
    const std::span all(lessons_);
    for (std::size_t part = 0; part < parts; ++part) {
      const std::size_t begin = all.size() * part / parts;
      learnFrom(all.subspan(begin, all.size() * (part + 1) / parts - begin));
    }
  }

  void shuffle() {
    for (std::size_t i = lessons_.size(); i > 1; --i) {
      std::swap(lessons_[i - 1], lessons_[shuffles_.below(static_cast<std::uint32_t>(i))]);
    }
  }

  void learnFrom(std::span<const Lesson> lessons) {
    for (const Lesson& lesson : lessons) network_.want(lesson.input);
    network_.evaluate();
    float mean = 0.0F;
    float scale = 1.0F;
    if (updates_.normalises_advantage) normalise(lessons, mean, scale);
    for (const Lesson& lesson : lessons) {
      network_.addStep(lesson.input, lesson.action, weightOf(lesson, (lesson.advantage - mean) * scale), lesson.target);
    }
    network_.learn(options_.entropy_bonus, options_.value_weight, adam_);
  }

  static void normalise(std::span<const Lesson> lessons, float& mean, float& scale) {
    const auto count = static_cast<float>(lessons.size());
    for (const Lesson& lesson : lessons) mean += lesson.advantage / count;
    float variance = 0.0F;
    for (const Lesson& lesson : lessons) variance += (lesson.advantage - mean) * (lesson.advantage - mean) / count;
    scale = 1.0F / (std::sqrt(variance) + 1e-8F);
  }

  /// The factor of the gradient of log p(action). PPO's objective is min(r A, clip(r) A) with r = p / p_old, and r's
  /// gradient is r times that of log p: nothing where clipping decides.
  float weightOf(const Lesson& lesson, float advantage) const {
    if (updates_.clip_ratio == 0.0) return advantage;
    const float ratio = network_.probability(lesson.input, lesson.action) / lesson.old_probability;
    const auto clip = static_cast<float>(updates_.clip_ratio);
    const bool is_clipped = advantage > 0.0F ? ratio > 1.0F + clip : ratio < 1.0F - clip;
    return is_clipped ? 0.0F : ratio * advantage;
  }

  const SourceOptions& options_;
  const ActorCriticUpdates& updates_;
  AdamSettings adam_;
  OneHotFeatures features_;
  PolicyNetwork network_;
  ActorTeam actors_;
  Rollouts rollouts_;
  Rng shuffles_;
  std::vector<Lesson> lessons_;
};

}  // namespace

void ActorCritic::learnEach(const TabularTask& task, std::span<const Rng> rngs, std::span<HistoryBuffer> buffers,
                            LearningWatch* watch) const {
  if (!rngs.empty()) Learner(task, options_, updates_, rngs, buffers).learn(watch);
}

}  // namespace limbeck
