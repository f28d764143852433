// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/schema_field.h"
#include "core/experiment/schema_keys.h"

namespace limbeck {
namespace {

/// All of them came later and belong to the training stage; `facts` says the rest.
template <typename Access>
KeySchema makeRl2Key(std::string key, Access access, KeyFacts facts) {
  facts.affects = AffectedStage::Training;
  facts.came_later = true;
  return makeKey(std::move(key), access, std::move(facts));
}

void appendTrialKeys(std::vector<KeySchema>& keys) {
  keys.push_back(makeRl2Key("rl2.updates", LIMBECK_FIELD(rl2.trainer.steps),
                            {.help = "Updates of the weights; each is of one unroll of all trials at once.",
                             .unit = "updates",
                             .min = 1,
                             .max = 1e12}));
  keys.push_back(makeRl2Key("rl2.trials_at_once", LIMBECK_FIELD(rl2.trials_at_once),
                            {.help = "Trials that are played side by side, each of a task drawn anew.",
                             .unit = "trials",
                             .min = 1,
                             .max = 1'000'000}));
  keys.push_back(
      makeRl2Key("rl2.episodes_per_trial", LIMBECK_FIELD(rl2.episodes_per_trial),
                 {.help = "Episodes of a trial, over which the memory is kept. The evaluation goes on for as "
                          "many episodes as it asks for, also beyond what was trained.",
                  .unit = "episodes",
                  .min = 1,
                  .max = 100'000}));
  keys.push_back(makeRl2Key("rl2.unroll", LIMBECK_FIELD(rl2.unroll),
                            {.help = "Steps of every trial between two updates; the gradient reaches back that far.",
                             .unit = "steps",
                             .min = 1,
                             .max = 100'000}));
  keys.push_back(
      makeRl2Key("rl2.lstm_layers", LIMBECK_FIELD(rl2.layers), {.help = "LSTM layers.", .min = 1, .max = 1024}));
  keys.push_back(makeRl2Key("rl2.lstm_width", LIMBECK_FIELD(rl2.width),
                            {.help = "Hidden units of each LSTM layer.", .min = 1, .max = 65536}));
}

void appendLearningKeys(std::vector<KeySchema>& keys) {
  keys.push_back(makeRl2Key("rl2.learning_rate", LIMBECK_FIELD(rl2.trainer.learning_rate),
                            {.help = "Learning rate at the beginning.", .min = 0, .excludes_min = true}));
  keys.push_back(makeRl2Key("rl2.final_learning_rate", LIMBECK_FIELD(rl2.trainer.final_learning_rate),
                            {.help = "Share of the learning rate that its cosine ends at.", .min = 0, .max = 1}));
  keys.push_back(makeRl2Key("rl2.discount", LIMBECK_FIELD(rl2.discount),
                            {.help = "Discount of a step, across the episodes of a trial.", .min = 0, .max = 1}));
  keys.push_back(makeRl2Key("rl2.gae_lambda", LIMBECK_FIELD(rl2.gae_lambda),
                            {.help = "Decay of the generalised advantage estimate.", .min = 0, .max = 1}));
  keys.push_back(makeRl2Key("rl2.entropy_weight", LIMBECK_FIELD(rl2.entropy_weight),
                            {.help = "Weight of the policy's entropy in the loss.", .min = 0}));
  keys.push_back(makeRl2Key("rl2.value_weight", LIMBECK_FIELD(rl2.value_weight),
                            {.help = "Weight of the value's squared error, halved, in the loss.", .min = 0}));
  keys.push_back(
      makeRl2Key("rl2.validate_every", LIMBECK_FIELD(rl2.trainer.validate_every),
                 {.help = "Updates between plays of the validation tasks; 0 for never.", .unit = "updates", .min = 0}));
}

}  // namespace

void appendRl2Keys(std::vector<KeySchema>& keys) {
  appendTrialKeys(keys);
  appendLearningKeys(keys);
}

}  // namespace limbeck
