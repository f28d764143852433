// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/live_words.h"

#include <QObject>
#include <array>

#include "widgets/base/text.h"

namespace limbeck {
namespace {

constexpr std::array<const char*, 3> kStages = {"histories", "training", "evaluation"};
/// How long the stages take beside each other in the experiments that come with the program.
constexpr std::array<double, 3> kWeights = {0.5, 8.0, 1.0};

int stageNumber(const std::string& stage) {
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    if (stage == kStages[i]) return static_cast<int>(i);
  }
  return -1;
}

double shareOf(const LiveSnapshot& snapshot, const JobSnapshot* job) {
  if (job != nullptr && job->progress.total > 0)
    return static_cast<double>(job->progress.done) / static_cast<double>(job->progress.total);
  if (snapshot.training != nullptr && snapshot.training->steps > 0) {
    return static_cast<double>(snapshot.training->step) / static_cast<double>(snapshot.training->steps);
  }
  return 0.0;
}

QString rateText(const Progress& progress) {
  if (progress.rate <= 0.0) return {};
  const double rate = progress.rate;
  const QString number = rate >= 2e6   ? QStringLiteral("%1 M").arg(rate / 1e6, 0, 'f', 1)
                         : rate >= 2e3 ? QStringLiteral("%1 k").arg(rate / 1e3, 0, 'f', 0)
                                       : QString::number(rate, 'f', 0);
  return QStringLiteral("%1 %2/s").arg(number, toQString(progress.rate_unit));
}

}  // namespace

QString liveSentence(const std::string& stage) {
  switch (stageNumber(stage)) {
    case 0:
      return QObject::tr("Source agents learn each training task from scratch; their whole learning is recorded.");
    case 1:
      return QObject::tr(
          "A transformer learns to predict what the source does next. Every few seconds it is tested on tasks that it "
          "does not "
          "train on, with the weights of that moment.");
    case 2:
      return QObject::tr("Weights frozen: the model plays tasks that nothing has touched before.");
    default:
      return QObject::tr("First source agents learn, then a transformer learns from them, then it plays unseen tasks.");
  }
}

std::vector<StageShare> stageShares(const LiveSnapshot& snapshot, const JobSnapshot* job) {
  const int current = stageNumber(snapshot.stage);
  const bool is_done = job != nullptr && job->state == JobState::Done;
  const bool is_failed = job != nullptr && job->state == JobState::Failed;
  std::vector<StageShare> stages;
  for (int i = 0; i < static_cast<int>(kStages.size()); ++i) {
    StageShare stage{.name = QString::fromLatin1(kStages[static_cast<std::size_t>(i)]),
                     .weight = kWeights[static_cast<std::size_t>(i)]};
    if (is_done || i < current) {
      stage.state = StageShare::State::Done;
    } else if (i == current) {
      stage.state = is_failed ? StageShare::State::Failed : StageShare::State::Running;
      stage.share = shareOf(snapshot, job);
    }
    stages.push_back(std::move(stage));
  }
  return stages;
}

QString progressWords(const LiveSnapshot& snapshot, const JobSnapshot* job) {
  QStringList parts;
  if (job == nullptr) {
    parts.append(snapshot.stage.empty() ? QObject::tr("in another program")
                                        : QObject::tr("%1, in another program").arg(toQString(snapshot.stage)));
    if (snapshot.training != nullptr) {
      parts.append(
          QObject::tr("step %1 of %2").arg(countText(snapshot.training->step), countText(snapshot.training->steps)));
    }
    return parts.join(QStringLiteral(" · "));
  }
  if (job->state == JobState::Waiting) return QObject::tr("Waits for the run before it.");
  if (job->state == JobState::Paused) parts.append(QObject::tr("paused"));
  if (job->state == JobState::Stopping) parts.append(QObject::tr("stopping…"));
  if (job->state == JobState::Failed) return QObject::tr("Failed: %1").arg(toQString(job->failure_message));
  if (job->state == JobState::Stopped)
    return QObject::tr("Stopped. Kept: %1")
        .arg(job->kept.empty() ? QObject::tr("all finished work") : toQString(job->kept));
  if (!snapshot.stage.empty()) parts.append(toQString(snapshot.stage));
  const Progress& progress = job->progress;
  if (progress.total > 0) {
    parts.append(
        QObject::tr("%1 of %2 %3").arg(countText(progress.done), countText(progress.total), toQString(progress.what)));
  }
  if (const QString rate = rateText(progress); !rate.isEmpty()) parts.append(rate);
  if (!progress.detail.empty()) parts.append(toQString(progress.detail));
  if (job->remaining_seconds) {
    const QString left = durationText(*job->remaining_seconds);
    parts.append(snapshot.stage == "training" ? QObject::tr("%1 left, then the test on unseen tasks").arg(left)
                                              : QObject::tr("%1 left").arg(left));
  }
  return parts.join(QStringLiteral(" · "));
}

}  // namespace limbeck
