// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/run_words.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/base/error.h"
#include "core/env/environment.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("RunWords", text);
}

/// "1 task", "56 tasks".
QString counted(std::int64_t count, const QString& thing) {
  return QStringLiteral("%1 %2%3").arg(countText(count), thing, count == 1 ? QString() : QStringLiteral("s"));
}

/// 0 when the environment or the split makes no sense; the form says what is wrong with it.
std::int64_t trainingTaskCount(const ExperimentConfig& config) {
  if (config.tasks.training > 0) return config.tasks.training;
  try {
    const int total = makeEnvironment(config.environment)->taskCount();
    return std::max(0, total - config.tasks.validation - config.tasks.held_out);
  } catch (const Error&) {
    return 0;
  }
}

QString trainingTasks(const ExperimentConfig& config) {
  const std::int64_t count = trainingTaskCount(config);
  return count > 0 ? counted(count, tr("task")) : tr("the training tasks");
}

/// "Q-learning", "the noisy oracle"; the name itself of an algorithm that nobody has words for yet.
QString source(const ExperimentConfig& config) {
  const std::string& algorithm = config.source.algorithm;
  if (algorithm == "q_learning") return tr("Q\u2011learning");  // a hyphen that does not break the line
  if (algorithm == "noisy_oracle") return tr("a noisy oracle");
  if (algorithm == "oracle") return tr("an oracle");
  if (algorithm == "random") return tr("a random player");
  if (algorithm == "ucb" || algorithm == "a2c" || algorithm == "ppo" || algorithm == "dqn") {
    return toQString(algorithm).toUpper();
  }
  if (algorithm == "q_lambda") return tr("Q(λ)\u2011learning");
  return toQString(algorithm);
}

QString controls(const EvaluationConfig& evaluation, const QString& source_name) {
  const QString cleared = tr("the same weights with a context that is cleared at each episode");
  const QString learner = tr("%1, which learns them from scratch").arg(source_name);
  if (evaluation.cleared_context_control && evaluation.source_control)
    return tr(" Beside it play %1, and %2.").arg(cleared, learner);
  if (evaluation.cleared_context_control) return tr(" Beside it play %1.").arg(cleared);
  return evaluation.source_control ? tr(" Beside it plays %1.").arg(learner) : QString();
}

/// RL² makes no histories and predicts nothing: it learns from what it does itself.
StageWords rl2Words(const ExperimentConfig& config) {
  StageWords words;
  words.histories = tr("None: what is trained plays the training tasks itself.");
  words.training = tr("An LSTM of width %1 learns in %2 to act on %3, for %4 of each, whose rewards it sees.")
                       .arg(config.model.width)
                       .arg(counted(config.rl2.trainer.steps, tr("update")), trainingTasks(config),
                            counted(config.rl2.episodes_per_trial, tr("episode")));
  words.evaluation =
      tr("Its weights are frozen. It plays %1 that it never saw, %2 in a row: whatever it learns now, it "
         "keeps in its memory.")
          .arg(counted(config.tasks.held_out, tr("task")), counted(config.evaluation.play.episodes, tr("episode"))) +
      controls(config.evaluation, source(config));
  return words;
}

QString withSeeds(const QString& what, int seed_count) {
  return seed_count > 1 ? tr("%1; %2 seeds, one after the other.").arg(what).arg(seed_count) : what + QLatin1Char('.');
}

QString rl2Sentence(const ExperimentConfig& config, int seed_count) {
  const QString what = tr("An LSTM learns to learn on %1, then plays %2 that it never saw, with frozen weights")
                           .arg(trainingTasks(config), counted(config.tasks.held_out, tr("task")));
  return withSeeds(what, seed_count);
}

}  // namespace

StageWords stageWords(const ExperimentConfig& config) {
  if (config.method == TrainingMethod::Rl2) return rl2Words(config);
  StageWords words;
  const QString source_name = source(config);
  const std::int64_t transitions = trainingTaskCount(config) * config.histories.histories_per_task *
                                   config.source.episodes * config.environment.horizon;
  words.histories = tr("The source, %1, learns %2 from scratch: %3 of each, %4 long.")
                        .arg(source_name, trainingTasks(config),
                             config.histories.histories_per_task == 1
                                 ? tr("1 history")
                                 : tr("%1 histories").arg(countText(config.histories.histories_per_task)),
                             counted(config.source.episodes, tr("episode")));
  if (transitions > 0) words.histories += tr(" At most %1 in all.").arg(counted(transitions, tr("transition")));
  words.training =
      tr("A transformer of %1, width %2, learns in %3 to predict the source's next action from the last %4.")
          .arg(counted(config.model.layers, tr("layer")))
          .arg(config.model.width)
          .arg(counted(config.training.steps, tr("step")), counted(config.context.context_length, tr("transition")));
  words.evaluation =
      tr("Its weights are frozen. It plays %1 that it never saw, %2 in a row: whatever it learns now, it learns in its "
         "context.")
          .arg(counted(config.tasks.held_out, tr("task")), counted(config.evaluation.play.episodes, tr("episode"))) +
      controls(config.evaluation, source_name);
  return words;
}

QString runSentence(const ExperimentConfig& config, int seed_count) {
  if (config.method == TrainingMethod::Rl2) return rl2Sentence(config, seed_count);
  const QString what = tr("%1 learns %2, a transformer is trained on how it learned, then plays %3 that it never saw, "
                          "with frozen weights")
                           .arg(source(config), trainingTasks(config), counted(config.tasks.held_out, tr("task")));
  const QString sentence = withSeeds(what, seed_count);
  return sentence.left(1).toUpper() + sentence.mid(1);
}

}  // namespace limbeck
