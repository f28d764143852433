// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/schema_field.h"
#include "core/experiment/schema_keys.h"

namespace limbeck {
namespace {

constexpr auto kStage = AffectedStage::Histories;

void appendEnvironmentKeys(std::vector<KeySchema>& keys) {
  keys.push_back(makeKey("environment.name", LIMBECK_FIELD(environment.name),
                         {.affects = kStage,
                          .help = "The family of tasks; it sets the defaults of the keys below.",
                          .choices = environmentNames()}));
  keys.push_back(makeKey("environment.size", LIMBECK_FIELD(environment.size),
                         {.affects = kStage,
                          .help = "Cells a side of the square room; 0 where there is none (bandit, grid_map).",
                          .unit = "cells",
                          .min = 0}));
  keys.push_back(makeKey("environment.horizon", LIMBECK_FIELD(environment.horizon),
                         {.affects = kStage, .help = "Longest episode.", .unit = "steps", .min = 1}));
  keys.push_back(
      makeKey("environment.start", LIMBECK_FIELD(environment.start),
              {.affects = kStage, .help = "Where an episode begins.", .choices = {"centre", "corner", "random"}}));
  keys.push_back(makeKey("environment.reward", LIMBECK_FIELD(environment.reward),
                         {.affects = kStage,
                          .help = "Whether the goal pays on every step spent there or once an episode.",
                          .choices = {"every_step", "once"}}));
  keys.push_back(makeKey("environment.ends_at_goal", LIMBECK_FIELD(environment.ends_at_goal),
                         {.affects = kStage, .help = "The episode ends on reaching the goal (or the door)."}));
  keys.push_back(makeKey("environment.allows_start_goal", LIMBECK_FIELD(environment.allows_start_goal),
                         {.affects = kStage, .help = "Dark Room: the start cell is a task too (an easy one)."}));
  keys.push_back(makeKey("environment.allows_key_is_door", LIMBECK_FIELD(environment.allows_key_is_door),
                         {.affects = kStage, .help = "Key-to-Door: key and door may share a cell."}));
  keys.push_back(makeKey("environment.goal", LIMBECK_FIELD(environment.goal),
                         {.affects = kStage,
                          .help = "Dynamic rooms: the corner of the goal, the top left one or the one opposite; "
                                  "elsewhere the task says where it is.",
                          .choices = {"by_task", "corner", "opposite_corner"},
                          .came_later = true}));
  keys.push_back(makeKey("environment.map", LIMBECK_FIELD(environment.map),
                         {.affects = kStage,
                          .help = "grid_map: the grid as lines of text; # wall, . floor, ~ slippery floor, S start "
                                  "(without any: anywhere), G goal (each a task), or K and D for the places of key and "
                                  "door (each pair a task).",
                          .came_later = true}));
  keys.push_back(
      makeKey("environment.slip_probability", LIMBECK_FIELD(environment.slip_probability),
              {.affects = kStage,
               .help = "grid_map: on slippery floor, how often a random action happens instead of the chosen "
                       "one.",
               .min = 0,
               .max = 1,
               .came_later = true}));
  keys.push_back(
      makeKey("environment.arms", LIMBECK_FIELD(environment.arms),
              {.affects = kStage, .help = "Bandit: number of arms.", .min = 0, .max = 255, .came_later = true}));
  keys.push_back(makeKey("environment.favoured_share", LIMBECK_FIELD(environment.favoured_share),
                         {.affects = kStage,
                          .help = "Bandit: share of the training tasks in which the odd arms are the better ones.",
                          .min = 0,
                          .max = 1,
                          .came_later = true}));
  keys.push_back(
      makeKey("environment.platform_radius", LIMBECK_FIELD(environment.platform_radius),
              {.affects = kStage,
               .help = "Watermaze: radius of the hidden platform, where environment.size is the number of lattice "
                       "points across the pool and a stroke is 4 of them.",
               .unit = "lattice units",
               .min = 0,
               .came_later = true}));
}

void appendTaskKeys(std::vector<KeySchema>& keys) {
  keys.push_back(makeKey("tasks.training", LIMBECK_FIELD(tasks.training),
                         {.affects = kStage,
                          .help = "Tasks that the source learns for the transformer; 0: all that the other two leave.",
                          .unit = "tasks",
                          .min = 0}));
  keys.push_back(makeKey("tasks.validation", LIMBECK_FIELD(tasks.validation),
                         {.affects = kStage,
                          .help = "Tasks that choose the checkpoint; not trained on, not reported.",
                          .unit = "tasks",
                          .min = 1}));
  keys.push_back(
      makeKey("tasks.held_out", LIMBECK_FIELD(tasks.held_out),
              {.affects = kStage, .help = "Tasks that only the final evaluation plays.", .unit = "tasks", .min = 1}));
  keys.push_back(makeKey("tasks.held_out_from", LIMBECK_FIELD(tasks.held_out_from),
                         {.affects = AffectedStage::Evaluation,
                          .help = "Pool of the held-out tasks, where the environment has several; empty for the usual "
                                  "one.",
                          .came_later = true}));
  keys.push_back(makeKey("tasks.seed", LIMBECK_FIELD(tasks.seed),
                         {.affects = kStage,
                          .help = "Seed of the split, apart from experiment.seed, so that every seed of an experiment "
                                  "holds out the same tasks.",
                          .min = 0}));
}

void appendSourceKeys(std::vector<KeySchema>& keys) {
  keys.push_back(makeKey(
      "source.algorithm", LIMBECK_FIELD(source.algorithm),
      {.affects = kStage, .help = "The RL algorithm whose learning is distilled.", .choices = sourceAlgorithmNames()}));
  keys.push_back(makeKey(
      "source.episodes", LIMBECK_FIELD(source.episodes),
      {.affects = kStage, .help = "Length of a learning history.", .unit = "episodes", .min = 1, .max = 10'000'000}));
  keys.push_back(makeKey(
      "source.learning_rate", LIMBECK_FIELD(source.learning_rate),
      {.affects = kStage, .help = "q_learning, q_lambda: step size.", .min = 0, .max = 1, .excludes_min = true}));
  keys.push_back(
      makeKey("source.discount", LIMBECK_FIELD(source.discount),
              {.affects = kStage, .help = "All that learn by reward: discount factor.", .min = 0, .max = 1}));
  keys.push_back(
      makeKey("source.initial_value", LIMBECK_FIELD(source.initial_value),
              {.affects = kStage,
               .help = "q_learning, q_lambda: initial action values; above the reachable ones is optimism."}));
  keys.push_back(makeKey("source.initial_noise", LIMBECK_FIELD(source.initial_noise),
                         {.affects = kStage,
                          .help = "q_learning, q_lambda: half-width of the uniform noise on the initial values.",
                          .min = 0}));
  keys.push_back(makeKey("source.epsilon_start", LIMBECK_FIELD(source.epsilon_start),
                         {.affects = kStage,
                          .help = "q_learning, q_lambda, dqn: probability of a random action at first.",
                          .min = 0,
                          .max = 1}));
  keys.push_back(makeKey("source.epsilon_end", LIMBECK_FIELD(source.epsilon_end),
                         {.affects = kStage,
                          .help = "q_learning, q_lambda, dqn: probability of a random action at the end.",
                          .min = 0,
                          .max = 1}));
  keys.push_back(makeKey("source.epsilon_share", LIMBECK_FIELD(source.epsilon_share),
                         {.affects = kStage,
                          .help = "q_learning, q_lambda, dqn: share of the episodes over which epsilon falls linearly.",
                          .min = 0,
                          .max = 1,
                          .excludes_min = true}));
  keys.push_back(
      makeKey("source.observes_state", LIMBECK_FIELD(source.observes_state),
              {.affects = kStage,
               .help = "All that learn by reward: learn on the full state (key held, ...) instead of what the "
                       "observation shows."}));
  keys.push_back(makeKey("source.clean_share", LIMBECK_FIELD(source.clean_share),
                         {.affects = kStage,
                          .help = "noisy_oracle: share of the history's end that is played without noise.",
                          .min = 0,
                          .max = 1,
                          .excludes_max = true}));
  keys.push_back(makeKey("source.exploration", LIMBECK_FIELD(source.exploration),
                         {.affects = kStage,
                          .help = "ucb: the constant before the square root; what it earns depends strongly on it.",
                          .min = 0,
                          .came_later = true}));
  keys.push_back(
      makeKey("source.trace_decay", LIMBECK_FIELD(source.trace_decay),
              {.affects = kStage,
               .help = "q_lambda, a2c, ppo, dqn: lambda, the share of a step's lesson that goes on to the step before.",
               .min = 0,
               .max = 1,
               .came_later = true}));
}

/// What the learners with a network read.
void appendSourceNetworkKeys(std::vector<KeySchema>& keys) {
  keys.push_back(makeKey("source.actors", LIMBECK_FIELD(source.actors),
                         {.affects = kStage,
                          .help = "a2c, ppo, dqn: streams that one learner plays at once; each is a history, so "
                                  "histories.histories_per_task must be a multiple.",
                          .unit = "actors",
                          .min = 1,
                          .max = 4096,
                          .came_later = true}));
  keys.push_back(makeKey("source.hidden_layers", LIMBECK_FIELD(source.hidden_layers),
                         {.affects = kStage,
                          .help = "a2c, ppo, dqn: hidden layers of the network.",
                          .unit = "layers",
                          .min = 1,
                          .max = 16,
                          .came_later = true}));
  keys.push_back(makeKey("source.hidden_width", LIMBECK_FIELD(source.hidden_width),
                         {.affects = kStage,
                          .help = "a2c, ppo, dqn: units of a hidden layer.",
                          .unit = "units",
                          .min = 1,
                          .max = 4096,
                          .came_later = true}));
  keys.push_back(makeKey("source.network_learning_rate", LIMBECK_FIELD(source.network_learning_rate),
                         {.affects = kStage,
                          .help = "a2c, ppo, dqn: step size of Adam.",
                          .min = 0,
                          .max = 1,
                          .excludes_min = true,
                          .came_later = true}));
  keys.push_back(makeKey("source.gradient_clip", LIMBECK_FIELD(source.gradient_clip),
                         {.affects = kStage,
                          .help = "a2c, ppo, dqn: greatest norm of a gradient; 0: not clipped.",
                          .min = 0,
                          .came_later = true}));
  keys.push_back(makeKey("source.rollout_steps", LIMBECK_FIELD(source.rollout_steps),
                         {.affects = kStage,
                          .help = "a2c, ppo, dqn: steps of each actor between two updates.",
                          .unit = "steps",
                          .min = 1,
                          .max = 100'000,
                          .came_later = true}));
  keys.push_back(makeKey("source.entropy_bonus", LIMBECK_FIELD(source.entropy_bonus),
                         {.affects = kStage,
                          .help = "a2c, ppo: weight of the policy's entropy in the objective.",
                          .min = 0,
                          .max = 100,
                          .came_later = true}));
  keys.push_back(makeKey("source.value_weight", LIMBECK_FIELD(source.value_weight),
                         {.affects = kStage,
                          .help = "a2c, ppo: weight of the critic's squared error in the loss.",
                          .min = 0,
                          .came_later = true}));
  keys.push_back(makeKey("source.clip_ratio", LIMBECK_FIELD(source.clip_ratio),
                         {.affects = kStage,
                          .help = "ppo: how far the probability of an action may move in one update.",
                          .min = 0,
                          .excludes_min = true,
                          .came_later = true}));
  keys.push_back(makeKey("source.update_epochs", LIMBECK_FIELD(source.update_epochs),
                         {.affects = kStage,
                          .help = "ppo: times that a rollout is learned from.",
                          .min = 1,
                          .max = 1000,
                          .came_later = true}));
  keys.push_back(makeKey("source.minibatches", LIMBECK_FIELD(source.minibatches),
                         {.affects = kStage,
                          .help = "ppo: parts that a rollout is cut into each time.",
                          .min = 1,
                          .max = 1000,
                          .came_later = true}));
  keys.push_back(makeKey("source.batch_rollouts", LIMBECK_FIELD(source.batch_rollouts),
                         {.affects = kStage,
                          .help = "dqn: rollouts of one actor that an update learns from.",
                          .unit = "rollouts",
                          .min = 1,
                          .max = 4096,
                          .came_later = true}));
  keys.push_back(makeKey("source.replay_share", LIMBECK_FIELD(source.replay_share),
                         {.affects = kStage,
                          .help = "dqn: share of them that come from the replay memory; the others are new.",
                          .min = 0,
                          .max = 1,
                          .came_later = true}));
  keys.push_back(makeKey("source.replay_capacity", LIMBECK_FIELD(source.replay_capacity),
                         {.affects = kStage,
                          .help = "dqn: transitions that the replay memory holds.",
                          .unit = "transitions",
                          .min = 1,
                          .max = 100'000'000,
                          .came_later = true}));
  keys.push_back(makeKey("source.target_period", LIMBECK_FIELD(source.target_period),
                         {.affects = kStage,
                          .help = "dqn: updates between two copies of the network to the target network.",
                          .unit = "updates",
                          .min = 1,
                          .max = 100'000'000,
                          .came_later = true}));
  keys.push_back(
      makeKey("source.network", LIMBECK_FIELD(source.network),
              {.affects = kStage,
               .help = "dqn: dense learns on the observation; convolutional on the pixels of the frames that "
                       "the agent sees, averaged down to 24 x 32, where it sees any (watermaze).",
               .choices = {std::string(kDenseNetwork), std::string(kConvolutionalNetwork)},
               .came_later = true}));
}

}  // namespace

void appendHistoryKeys(std::vector<KeySchema>& keys) {
  keys.push_back(makeKey("experiment.name", LIMBECK_FIELD(name), {.help = "Short name of the experiment."}));
  keys.push_back(makeKey("experiment.description", LIMBECK_FIELD(description), {.help = "What it shows."}));
  keys.push_back(makeKey(
      "experiment.seed", LIMBECK_FIELD(seed),
      {.affects = kStage, .help = "Seed of the histories, the weights, the batches and the evaluation.", .min = 0}));
  appendEnvironmentKeys(keys);
  appendTaskKeys(keys);
  appendSourceKeys(keys);
  appendSourceNetworkKeys(keys);
  keys.push_back(makeKey("histories.histories_per_task", LIMBECK_FIELD(histories.histories_per_task),
                         {.affects = kStage,
                          .help = "Times that the source learns each training task, from different seeds.",
                          .unit = "histories",
                          .min = 1}));
  keys.push_back(
      makeKey("histories.tasks_per_shard", LIMBECK_FIELD(histories.tasks_per_shard),
              {.affects = kStage, .help = "Tasks whose histories share a folder.", .unit = "tasks", .min = 1}));
  keys.push_back(makeKey("histories.oracle_labels", LIMBECK_FIELD(histories.oracle_labels),
                         {.affects = kStage,
                          .help = "Store with every transition what the oracle would have done there, for "
                                  "context.labels = \"oracle\"; a byte each.",
                          .came_later = true}));
}

}  // namespace limbeck
