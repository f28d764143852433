// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/watch_subject.h"

#include <QObject>
#include <algorithm>

#include "core/experiment/stored_run.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

/// Mean return over all episodes as a share of the optimum.
double areaShare(const RecordedStream& stream, double optimum) {
  double sum = 0.0;
  for (int episode = 0; episode < stream.episodes(); ++episode) sum += stream.returnOf(episode);
  return optimum > 0.0 ? sum / (optimum * std::max(1, stream.episodes())) : 0.0;
}

/// Among the tasks that are not easier than the middle one, so that there is something to see.
int medianChoice(const WatchSubject& subject) {
  std::vector<double> optima;
  for (const WatchChoice& choice : subject.choices) optima.push_back(choice.optimum);
  std::ranges::sort(optima);
  const double middle_optimum = optima.empty() ? 0.0 : optima[optima.size() / 2];
  std::vector<std::pair<double, int>> areas;
  for (std::size_t i = 0; i < subject.choices.size(); ++i) {
    if (subject.choices[i].optimum > middle_optimum) continue;
    const auto stream = subject.stream(kPolicyAd, subject.choices[i]);
    if (stream != nullptr) areas.emplace_back(areaShare(*stream, subject.choices[i].optimum), static_cast<int>(i));
  }
  if (areas.empty()) return 0;
  const auto middle = areas.begin() + static_cast<std::ptrdiff_t>(areas.size() / 2);
  std::ranges::nth_element(areas, middle);
  return middle->second;
}

}  // namespace

std::shared_ptr<const WatchSubject> loadSubject(const Workspace& workspace, RunId run) {
  const RunRecord record = workspace.store().run(run);
  auto subject = std::make_shared<WatchSubject>();
  subject->replay = openReplay(workspace, record);
  subject->report = loadReport(workspace.store(), record, ReportScope::Group);
  const int repeats = subject->replay.repeats(subject->replay.policies.front().policy);
  for (const TaskId task : subject->replay.tasks()) {
    const double optimum = computeReferenceReturns(subject->replay.environment->makeTask(task)).optimal;
    const QString name = toQString(subject->replay.environment->taskName(task));
    for (int repeat = 0; repeat < repeats; ++repeat) {
      const QString words = repeats > 1 ? QObject::tr("%1 · play %2").arg(name).arg(repeat + 1) : name;
      subject->choices.push_back({.task = task, .repeat = repeat, .words = words, .optimum = optimum});
    }
  }
  subject->first_choice = medianChoice(*subject);
  return subject;
}

QString environmentWords(const EnvironmentOptions& options) {
  QString name = toQString(options.name);
  if (options.name == "darkroom") name = QObject::tr("Dark Room");
  if (options.name == "darkroom_hard") name = QObject::tr("Dark Room (hard)");
  if (options.name == "key_to_door") name = QObject::tr("Key-to-Door");
  return QStringLiteral("%1 %2×%2").arg(name).arg(options.size);
}

QString sourceWords(const std::string& algorithm) {
  if (algorithm == "q_learning") return QObject::tr("Q-learning");
  if (algorithm == "noisy_oracle") return QObject::tr("Noise-annealed oracle");
  if (algorithm == "random") return QObject::tr("Random");
  if (algorithm == "oracle") return QObject::tr("Oracle");
  return toQString(algorithm);
}

}  // namespace limbeck
