// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/schema_field.h"
#include "core/experiment/schema_keys.h"

namespace limbeck {
namespace {

void appendPlayKeys(std::vector<KeySchema>& keys) {
  constexpr auto kStage = AffectedStage::Evaluation;
  keys.push_back(makeKey("evaluation.episodes", LIMBECK_FIELD(evaluation.play.episodes),
                         {.affects = kStage,
                          .help = "In-context episodes on every held-out task.",
                          .unit = "episodes",
                          .min = 1,
                          .max = 10'000'000}));
  keys.push_back(makeKey("evaluation.repeats", LIMBECK_FIELD(evaluation.play.repeats),
                         {.affects = kStage,
                          .help = "Independent plays of every held-out task.",
                          .unit = "plays",
                          .min = 1,
                          .max = 1'000'000}));
  keys.push_back(makeKey("evaluation.keep_rollouts", LIMBECK_FIELD(evaluation.play.keep_rollouts),
                         {.affects = kStage, .help = "Keep every transition for replay (a few bytes each)."}));
  keys.push_back(makeKey("evaluation.action_choice", LIMBECK_FIELD(evaluation.action_choice),
                         {.affects = kStage,
                          .help = "Draw actions from the model's probabilities, or take the likeliest (which does not "
                                  "explore).",
                          .choices = {"sample", "argmax"}}));
  keys.push_back(makeKey("evaluation.cleared_context_control", LIMBECK_FIELD(evaluation.cleared_context_control),
                         {.affects = kStage, .help = "Also play with the context cleared at each episode."}));
  keys.push_back(makeKey("evaluation.source_control", LIMBECK_FIELD(evaluation.source_control),
                         {.affects = kStage, .help = "Also let the source algorithm learn the held-out tasks."}));
  keys.push_back(
      makeKey("evaluation.prompts", LIMBECK_FIELD(evaluation.prompts),
              {.affects = kStage,
               .help = "Also play from a context that begins with a source's history on the same task up to "
                       "each of these percentages of it (Laskin et al. 2022, figure 5): does the model go on "
                       "to improve what it is shown? Empty: no such plays.",
               .unit = "percent",
               .min = 1,
               .max = 100,
               .came_later = true}));
}

void appendScoreKeys(std::vector<KeySchema>& keys) {
  constexpr auto kStage = AffectedStage::Evaluation;
  keys.push_back(makeKey(
      "evaluation.at_episodes", LIMBECK_FIELD(evaluation.at_episodes),
      {.affects = kStage, .help = "Episodes, from 1, whose return is reported.", .unit = "episodes", .min = 1}));
  keys.push_back(makeKey("evaluation.last_episodes", LIMBECK_FIELD(evaluation.last_episodes),
                         {.affects = kStage,
                          .help = "Episodes at the end whose mean return is the headline.",
                          .unit = "episodes",
                          .min = 1}));
  keys.push_back(makeKey("evaluation.bootstrap_resamples", LIMBECK_FIELD(evaluation.bootstrap.resamples),
                         {.affects = kStage,
                          .help = "Resamples behind the 95 % intervals.",
                          .unit = "resamples",
                          .min = 100,
                          .max = 1'000'000}));
}

}  // namespace

void appendEvaluationKeys(std::vector<KeySchema>& keys) {
  // The validation curve picks the best checkpoint, so it is part of training.
  keys.push_back(makeKey("validation.episodes", LIMBECK_FIELD(validation.episodes),
                         {.affects = AffectedStage::Training,
                          .help = "In-context episodes on every validation task.",
                          .unit = "episodes",
                          .min = 1,
                          .max = 10'000'000}));
  keys.push_back(makeKey("validation.repeats", LIMBECK_FIELD(validation.repeats),
                         {.affects = AffectedStage::Training,
                          .help = "Independent plays of every validation task.",
                          .unit = "plays",
                          .min = 1,
                          .max = 1'000'000}));
  appendPlayKeys(keys);
  appendScoreKeys(keys);
}

}  // namespace limbeck
