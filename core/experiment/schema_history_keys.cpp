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
                         {.affects = kStage, .help = "Cells a side of the square room.", .unit = "cells", .min = 2}));
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
  keys.push_back(
      makeKey("source.learning_rate", LIMBECK_FIELD(source.learning_rate),
              {.affects = kStage, .help = "Q-learning: step size.", .min = 0, .max = 1, .excludes_min = true}));
  keys.push_back(makeKey("source.discount", LIMBECK_FIELD(source.discount),
                         {.affects = kStage, .help = "Q-learning: discount factor.", .min = 0, .max = 1}));
  keys.push_back(
      makeKey("source.initial_value", LIMBECK_FIELD(source.initial_value),
              {.affects = kStage, .help = "Q-learning: initial action values; above the reachable ones is optimism."}));
  keys.push_back(makeKey(
      "source.initial_noise", LIMBECK_FIELD(source.initial_noise),
      {.affects = kStage, .help = "Q-learning: half-width of the uniform noise on the initial values.", .min = 0}));
  keys.push_back(
      makeKey("source.epsilon_start", LIMBECK_FIELD(source.epsilon_start),
              {.affects = kStage, .help = "Q-learning: probability of a random action at first.", .min = 0, .max = 1}));
  keys.push_back(makeKey(
      "source.epsilon_end", LIMBECK_FIELD(source.epsilon_end),
      {.affects = kStage, .help = "Q-learning: probability of a random action at the end.", .min = 0, .max = 1}));
  keys.push_back(makeKey("source.epsilon_share", LIMBECK_FIELD(source.epsilon_share),
                         {.affects = kStage,
                          .help = "Q-learning: share of the episodes over which epsilon falls linearly.",
                          .min = 0,
                          .max = 1,
                          .excludes_min = true}));
  keys.push_back(makeKey("source.observes_state", LIMBECK_FIELD(source.observes_state),
                         {.affects = kStage,
                          .help = "Q-learning: learn on the full state (key held, ...) instead of what the observation "
                                  "shows."}));
  keys.push_back(makeKey("source.clean_share", LIMBECK_FIELD(source.clean_share),
                         {.affects = kStage,
                          .help = "Noisy oracle: share of the history's end that is played without noise.",
                          .min = 0,
                          .max = 1,
                          .excludes_max = true}));
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
  keys.push_back(makeKey("histories.histories_per_task", LIMBECK_FIELD(histories.histories_per_task),
                         {.affects = kStage,
                          .help = "Times that the source learns each training task, from different seeds.",
                          .unit = "histories",
                          .min = 1}));
  keys.push_back(
      makeKey("histories.tasks_per_shard", LIMBECK_FIELD(histories.tasks_per_shard),
              {.affects = kStage, .help = "Tasks whose histories share a folder.", .unit = "tasks", .min = 1}));
}

}  // namespace limbeck
