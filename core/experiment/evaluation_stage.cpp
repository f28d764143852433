// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/evaluation_stage.h"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/env/environment_json.h"
#include "core/experiment/live_broadcast.h"
#include "core/experiment/references.h"
#include "core/experiment/rollout_files.h"
#include "core/experiment/source_baseline.h"
#include "core/experiment/source_prompts.h"
#include "core/experiment/stage_hash.h"
#include "core/experiment/stage_record.h"
#include "core/experiment/training_stage.h"
#include "core/model/checkpoint.h"
#include "core/model/transformer_policy.h"

namespace limbeck {
namespace {

class Evaluation {
 public:
  explicit Evaluation(const StageContext& context)
      : context_(context),
        directory_(rolloutDirectory(context.workspace, context.config)),
        references_(taskReferences(context.environment, context.split.held_out)) {
    createDirectories(directory_);
  }

  /// The policy's rollouts, played by `play` unless they stand there and verify.
  PolicyEvaluation evaluate(const std::string& policy, int episodes, const std::function<EvaluationResult()>& play) {
    EvaluationResult result = readOrPlay(policy, episodes, play);
    PolicyEvaluation evaluation{.policy = policy, .scored = {.result = std::move(result), .references = {}}};
    ScoredEvaluation& scored = evaluation.scored;
    scored.references = streamReferences(references_, context_.split.held_out, scored.result);
    context_.workspace.store().putCurve(
        context_.run, toCurveRecord(policy, "held_out", trainerOptions(context_.config).steps, scored));
    scored.result.rollouts.clear();  // They are on disk; a thousand episodes of each stream need not stay in memory.
    return evaluation;
  }

  EvaluationResult playTransformer(const std::string& policy_name, ContextUse use,
                                   std::span<const ContextPrompt> prompts = {}) {
    const PlayBroadcast broadcast(context_, {policy_name.c_str(), "held_out", trainerOptions(context_.config).steps},
                                  context_.split.held_out, references_);
    EvaluationOptions options = context_.config.evaluation.play;
    if (broadcast.isHeard()) options.keep_rollouts = true;
    TransformerPolicy policy(model(), {.choice = context_.config.evaluation.action_choice,
                                       .context = use,
                                       .drop_count = context_.config.drop_count,
                                       .prompts = prompts});
    EvaluationResult result = evaluateInContext(context_.environment, context_.split.held_out, policy, options, rng(),
                                                context_.control, broadcast.observer());
    broadcast.tellWhole(result);
    return result;
  }

  /// From a context that holds a source's play, up to percentage number `which` of evaluation.prompts.
  EvaluationResult playPrompted(std::size_t which) {
    const EvaluationConfig& evaluation = context_.config.evaluation;
    if (prompts_.empty()) {
      prompts_ = sourcePrompts(context_.environment, context_.split.held_out, context_.config.source,
                               {.percents = evaluation.prompts,
                                .repeats = evaluation.play.repeats,
                                .keep_every = context_.config.context.keep_every,
                                .longest = longestPrompt(context_.config)},
                               rng().split("prompt"), context_.control);
    }
    return playTransformer(promptPolicy(evaluation.prompts[which]), ContextUse::AcrossEpisodes, prompts_[which]);
  }

  EvaluationResult playSource() {
    return evaluateSource(context_.environment, context_.split.held_out, context_.config.source,
                          context_.config.evaluation.play.repeats, rng().split("source"), context_.control);
  }

  bool hasPlayed() const { return has_played_; }
  const std::filesystem::path& directory() const { return directory_; }

 private:
  Rng rng() const { return context_.rng().split("evaluation"); }

  /// Loaded when the first policy needs it: a run whose rollouts all stand there needs no model.
  const SequenceModel& model() {
    if (model_ == nullptr) {
      const Checkpoint checkpoint = chosenCheckpoint();
      model_ = makeSequenceModel(checkpoint.config, context_.config.compute, context_.team, rng());
      model_->importState(checkpoint.tensors);
    }
    return *model_;
  }

  /// What the validation tasks chose; without validation, what training ended with.
  Checkpoint chosenCheckpoint() const {
    const CheckpointFolder folder(checkpointDirectory(context_.workspace, context_.config));
    const TrainerOptions& training = trainerOptions(context_.config);
    const bool is_validated = training.validate_every > 0;
    const std::filesystem::path path = is_validated ? folder.bestPath() : folder.pathOf(training.steps);
    try {
      return readCheckpoint(path);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::Corrupt && error.code() != ErrorCode::NotFound) throw;
      throw Error(error.code(), fmt::format("{}; training is done, so nothing replaces it: remove {} and run again, "
                                            "which trains anew and gives the same weights",
                                            error.what(), path.parent_path().string()));
    }
  }

  EvaluationResult readOrPlay(const std::string& policy, int episodes, const std::function<EvaluationResult()>& play) {
    const std::filesystem::path path = directory_ / policy;
    if (std::filesystem::exists(path)) {
      try {
        return readRollouts(path, episodes);
      } catch (const Error& error) {
        // What a newer version wrote or a permission hides is not ours to remove.
        if (error.code() != ErrorCode::Corrupt && error.code() != ErrorCode::NotFound) throw;
        log::warning("{}; playing it again", error.what());
        std::filesystem::remove_all(path);
      }
    }
    has_played_ = true;
    EvaluationResult result = play();
    if (context_.config.evaluation.play.keep_rollouts) {
      writeRollouts(path, context_.environment.spec(), result, provenance(policy));
    }
    return result;
  }

  nlohmann::json provenance(const std::string& policy) const {
    return {{"policy", policy},
            {"evaluation_hash", evaluationHash(context_.config)},
            {"seed", context_.config.seed.value},
            {"environment", toJson(context_.environment.options())}};
  }

  const StageContext& context_;
  const std::filesystem::path directory_;
  const std::vector<ReferenceReturns> references_;  ///< [held-out tasks]
  std::unique_ptr<SequenceModel> model_;
  std::vector<std::vector<ContextPrompt>> prompts_;  ///< [evaluation.prompts] of [streams], once one is needed
  bool has_played_ = false;
};

}  // namespace

std::filesystem::path rolloutDirectory(const Workspace& workspace, const ExperimentConfig& config) {
  return workspace.rollouts() / evaluationHash(config);
}

StageTiming runEvaluationStage(const StageContext& context, SeedOutcome& outcome) {
  const EvaluationConfig& options = context.config.evaluation;
  StageRecorder recorder(context, "evaluation", evaluationHash(context.config));
  Evaluation evaluation(context);
  const int episodes = options.play.episodes;
  outcome.policies.push_back(evaluation.evaluate(
      kPolicyAd, episodes, [&] { return evaluation.playTransformer(kPolicyAd, ContextUse::AcrossEpisodes); }));
  if (options.cleared_context_control) {
    outcome.policies.push_back(evaluation.evaluate(kPolicyCleared, episodes, [&] {
      return evaluation.playTransformer(kPolicyCleared, ContextUse::ClearEachEpisode);
    }));
  }
  for (std::size_t which = 0; which < options.prompts.size(); ++which) {
    outcome.policies.push_back(evaluation.evaluate(promptPolicy(options.prompts[which]), episodes,
                                                   [&] { return evaluation.playPrompted(which); }));
  }
  if (options.source_control) {
    outcome.policies.push_back(
        evaluation.evaluate(kPolicySource, context.config.source.episodes, [&] { return evaluation.playSource(); }));
  }
  return recorder.finish(evaluation.directory(), !evaluation.hasPlayed());
}

}  // namespace limbeck
