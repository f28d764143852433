// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <vector>

#include "core/env/table_stepper.h"
#include "core/source/actor_critic.h"
#include "core/source/observation_features.h"
#include "tests/core/source/plain_mlp.h"

namespace limbeck::test {

/// A2C and PPO in double precision and step by step: every step goes through the network by itself, nothing is
/// remembered or added up before it must be. It shares with the real one the meaning of the random streams and the
/// network's initial weights.
class PlainActorCritic {
 public:
  PlainActorCritic(const TabularTask& task, const SourceOptions& options, const ActorCriticUpdates& updates,
                   std::span<const Rng> rngs)
      : task_(task),
        options_(options),
        updates_(updates),
        features_(task, options.observes_state),
        mlp_(makeMlp(rngs.front())),
        shuffles_(rngs.front().split("minibatches")) {
    for (const Rng& rng : rngs) {
      actors_.push_back({.draws = rng.split("steps"), .stepper = TableStepper(task), .episode = 0, .steps = {}});
      actors_.back().stepper.reset(actors_.back().draws);
    }
  }

  /// The actions of every actor.
  std::vector<std::vector<Action>> learn() {
    std::vector<std::vector<Action>> actions(actors_.size());
    while (std::ranges::any_of(actors_, [&](const Actor& actor) { return actor.episode < options_.episodes; })) {
      for (std::size_t i = 0; i < actors_.size(); ++i) {
        play(actors_[i]);
        for (const Step& step : actors_[i].steps) actions[i].push_back(step.action);
      }
      learnFromSteps();
    }
    return actions;
  }

 private:
  struct Step {
    int state = 0;
    Action action = 0;
    double reward = 0.0;
    int next_state = 0;
    End end = End::None;
    double advantage = 0.0;
    double target = 0.0;
    double old_probability = 0.0;
  };
  struct Actor {
    Rng draws;
    TableStepper stepper;
    int episode = 0;
    std::vector<Step> steps;
  };

  PlainMlp makeMlp(const Rng& rng) const {
    const MlpShape shape{.hidden_layers = options_.hidden_layers,
                         .hidden_width = options_.hidden_width,
                         .outputs = task_.spec.action_count + 1};
    Mlp mlp(features_, shape, rng.split("weights"));
    return {features_.featureCount(), shape, mlp.parameters()};
  }

  std::vector<double> inputOf(int state) const {
    // The features of these tests' tasks: a component for each of the observation's, no states that look alike.
    std::vector<double> row(static_cast<std::size_t>(features_.featureCount()), 0.0);
    int first = 0;
    for (int i = 0; i < task_.spec.observationSize(); ++i) {
      row[static_cast<std::size_t>(first + task_.observation[state * task_.spec.observationSize() + i])] = 1.0;
      first += task_.spec.observation_classes[i];
    }
    return row;
  }

  double value(int state) const { return mlp_.forward(inputOf(state)).back(); }
  std::vector<double> probabilities(int state) const {
    std::vector<double> p = mlp_.forward(inputOf(state));
    p.pop_back();
    const double greatest = std::ranges::max(p);
    double sum = 0.0;
    for (double& x : p) sum += x = std::exp(x - greatest);
    for (double& x : p) x /= sum;
    return p;
  }

  void play(Actor& actor) {
    actor.steps.clear();
    while (static_cast<int>(actor.steps.size()) < options_.rollout_steps && actor.episode < options_.episodes) {
      Step step{.state = actor.stepper.state()};
      const std::vector<double> p = probabilities(step.state);
      const double draw = static_cast<double>(actor.draws.next() >> 40) * 0x1.0p-24;
      double below = 0.0;
      for (std::size_t a = 0; a + 1 < p.size(); ++a) {
        below += p[a];
        if (draw >= below) step.action = static_cast<Action>(a + 1);
      }
      step.old_probability = p[step.action];
      const TableStepper::Outcome outcome = actor.stepper.step(step.action, actor.draws);
      step.reward = static_cast<double>(outcome.reward);
      step.end = outcome.end;
      step.next_state = actor.stepper.state();
      actor.steps.push_back(step);
      if (step.end == End::None) continue;
      ++actor.episode;
      if (actor.episode < options_.episodes) actor.stepper.reset(actor.draws);
    }
  }

  /// The sum of discounted one-step errors as it is defined, not by recursion.
  void estimateAdvantages(std::vector<Step>& steps) const {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      double factor = 1.0;
      steps[i].advantage = 0.0;
      for (std::size_t k = i; k < steps.size(); ++k) {
        const double later = steps[k].end == End::Terminated ? 0.0 : value(steps[k].next_state);
        steps[i].advantage += factor * (steps[k].reward + options_.discount * later - value(steps[k].state));
        if (steps[k].end != End::None) break;
        factor *= options_.discount * options_.trace_decay;
      }
      steps[i].target = steps[i].advantage + value(steps[i].state);
    }
  }

  void learnFromSteps() {
    std::vector<Step> lessons;  // in the order in which the real one has them: each actor's last step first
    for (Actor& actor : actors_) {
      estimateAdvantages(actor.steps);
      lessons.insert(lessons.end(), actor.steps.rbegin(), actor.steps.rend());
    }
    for (int epoch = 0; epoch < updates_.epochs; ++epoch) {
      if (updates_.minibatches > 1) {
        for (std::size_t i = lessons.size(); i > 1; --i) {
          std::swap(lessons[i - 1], lessons[shuffles_.below(static_cast<std::uint32_t>(i))]);
        }
      }
      const auto parts = static_cast<std::size_t>(updates_.minibatches);
      for (std::size_t part = 0; part < parts; ++part) {
        const std::size_t begin = lessons.size() * part / parts;
        const std::size_t end = lessons.size() * (part + 1) / parts;
        if (end > begin)
          learnFrom({lessons.begin() + static_cast<std::ptrdiff_t>(begin),
                     lessons.begin() + static_cast<std::ptrdiff_t>(end)});
      }
    }
  }

  void learnFrom(const std::vector<Step>& lessons) {
    const auto count = static_cast<double>(lessons.size());
    double mean = 0.0;
    double deviation = 1.0;
    if (updates_.normalises_advantage) {
      double squares = 0.0;
      for (const Step& lesson : lessons) mean += lesson.advantage / count;
      for (const Step& lesson : lessons) squares += (lesson.advantage - mean) * (lesson.advantage - mean) / count;
      deviation = std::sqrt(squares) + 1e-8;
    }
    for (const Step& lesson : lessons) {
      const std::vector<double> p = probabilities(lesson.state);
      const double advantage = (lesson.advantage - mean) / deviation;
      const double ratio = p[lesson.action] / lesson.old_probability;
      const double clip = updates_.clip_ratio;
      // The gradient of min(r A, clip(r) A): that of r A where it is the smaller one.
      const bool counts = clip == 0.0 || ratio * advantage <= std::clamp(ratio, 1.0 - clip, 1.0 + clip) * advantage;
      double entropy = 0.0;
      for (const double x : p) entropy -= x * std::log(x);
      std::vector<double> gradient;
      for (std::size_t a = 0; a < p.size(); ++a) {
        const double of_log = (a == lesson.action ? 1.0 : 0.0) - p[a];
        const double of_entropy = -p[a] * (std::log(p[a]) + entropy);
        gradient.push_back((-(counts ? ratio * advantage : 0.0) * of_log - options_.entropy_bonus * of_entropy) /
                           count);
      }
      gradient.push_back(options_.value_weight * (value(lesson.state) - lesson.target) / count);
      mlp_.addGradient(inputOf(lesson.state), gradient);
    }
    mlp_.step({.learning_rate = options_.network_learning_rate, .gradient_clip = options_.gradient_clip});
  }

  const TabularTask& task_;
  const SourceOptions& options_;
  const ActorCriticUpdates& updates_;
  OneHotFeatures features_;
  PlainMlp mlp_;
  Rng shuffles_;
  std::vector<Actor> actors_;
};

}  // namespace limbeck::test
