// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/watch_subject.h"

#include <QObject>
#include <algorithm>
#include <map>

#include "core/env/map_text.h"
#include "core/experiment/stored_run.h"
#include "widgets/base/text.h"
#include "widgets/board/board_track.h"

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
    if (subject.choices[i].optimum > middle_optimum || subject.choices[i].beginsWithPrompt()) continue;
    const auto stream = subject.stream(kPolicyAd, subject.choices[i]);
    if (stream != nullptr) areas.emplace_back(areaShare(*stream, subject.choices[i].optimum), static_cast<int>(i));
  }
  if (areas.empty()) return 0;
  const auto middle = areas.begin() + static_cast<std::ptrdiff_t>(areas.size() / 2);
  std::ranges::nth_element(areas, middle);
  return middle->second;
}

void addPromptedChoices(WatchSubject& subject) {
  const std::size_t plain = subject.choices.size();
  for (const ReplayPolicy& played : subject.replay.policies) {
    if (!promptPercent(played.policy)) continue;
    const QString label = toQString(policyLabel(subject.replay.config, played.policy));
    for (std::size_t i = 0; i < plain; ++i) {
      WatchChoice choice = subject.choices[i];
      choice.policy = played.policy;
      choice.words = QObject::tr("%1 · %2").arg(choice.words, label);
      subject.choices.push_back(std::move(choice));
    }
  }
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
      subject->choices.push_back(
          {.task = task, .repeat = repeat, .words = words, .optimum = optimum, .policy = kPolicyAd});
    }
  }
  addPromptedChoices(*subject);
  subject->first_choice = medianChoice(*subject);
  return subject;
}

QString environmentWords(const EnvironmentOptions& options) {
  static const std::map<std::string, QString> kNames = {
      {"darkroom", QObject::tr("Dark Room")},
      {"darkroom_hard", QObject::tr("Dark Room (hard)")},
      {"darkroom_dynamic", QObject::tr("Dark Room (dynamic)")},
      {"key_to_door", QObject::tr("Key-to-Door")},
      {"large_darkroom", QObject::tr("Large Dark Room")},
      {"large_darkroom_hard", QObject::tr("Large Dark Room (hard)")},
      {"large_darkroom_dynamic", QObject::tr("Large Dark Room (dynamic)")},
      {"large_key_to_door", QObject::tr("Large Key-to-Door")},
      {"bandit", QObject::tr("Bandit")},
      {"grid_map", QObject::tr("Map")},
      {"watermaze", QObject::tr("Watermaze")},
  };
  const auto known = kNames.find(options.name);
  const QString name = known == kNames.end() ? toQString(options.name) : known->second;
  if (options.arms > 0) return QObject::tr("%1, %2 arms").arg(name).arg(options.arms);
  if (options.platform_radius > 0) {
    return QObject::tr("%1, pool of %2 points, %3 steps").arg(name).arg(options.size).arg(options.horizon);
  }
  if (!options.map.empty()) {
    const Grid grid = readMapText(options).grid;
    return QStringLiteral("%1 %2×%3").arg(name).arg(grid.width()).arg(grid.height());
  }
  return options.size > 0 ? QStringLiteral("%1 %2×%2").arg(name).arg(options.size) : name;
}

QString taskWords(const Environment& environment) {
  switch (boardKindOf(environment)) {
    case BoardKind::Arms:
      return QObject::tr("a bandit");
    case BoardKind::Pool:
      return QObject::tr("a platform");
    case BoardKind::Grid: {
      if (environment.options().goal != GoalRule::ByTask) return QObject::tr("a set of buttons");
      const bool has_key = environment.markers(TaskId{0}).size() > 1;
      return has_key ? QObject::tr("a key and a door") : QObject::tr("a goal");
    }
    case BoardKind::None:
      break;
  }
  return QObject::tr("a task");
}

QStringList toStringList(const std::vector<std::string>& names) {
  QStringList list;
  for (const std::string& name : names) list.append(toQString(name));
  return list;
}

QString sourceWords(const std::string& algorithm) {
  if (algorithm == "q_learning") return QObject::tr("Q-learning");
  if (algorithm == "noisy_oracle") return QObject::tr("Noise-annealed oracle");
  if (algorithm == "random") return QObject::tr("Random");
  if (algorithm == "oracle") return QObject::tr("Oracle");
  return toQString(algorithm);
}

}  // namespace limbeck
