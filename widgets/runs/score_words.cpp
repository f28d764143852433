// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/score_words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/experiment/policy_names.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

/// In the order in which they are shown; others follow.
constexpr std::array kPolicies = {kPolicyAd, kPolicyCleared, kPolicySource, kPolicyRandom, kPolicyOptimum};

std::size_t placeOf(const QString& policy) {
  const auto found = std::ranges::find(kPolicies, policy, [](const char* known) { return QLatin1String(known); });
  return static_cast<std::size_t>(found - kPolicies.begin());
}

struct ScoreWords {
  QString name;
  QString help;
};

/// Short enough for a narrow column. A score that is not known keeps its own name.
ScoreWords wordsOf(const QString& name, int last_episodes) {
  static const QString kAt = QStringLiteral("return_at_");
  const QString last = last_episodes > 0 ? QStringLiteral("last %1").arg(last_episodes) : QStringLiteral("last");
  if (name == QLatin1String("first_return")) {
    return {QStringLiteral("return, first"), QStringLiteral("Mean return of the first episode")};
  }
  if (name == QLatin1String("last_returns")) {
    return {QStringLiteral("return, ") + last, QStringLiteral("Mean return of the last episodes")};
  }
  if (name.startsWith(kAt)) {
    return {QStringLiteral("return at ") + name.mid(kAt.size()),
            QStringLiteral("Mean return of the up to 10 episodes that end there")};
  }
  if (name == QLatin1String("normalized_last")) {
    return {QStringLiteral("share, ") + last,
            QStringLiteral("Last episodes, normalised: 0 is random, 1 is the optimum of each task")};
  }
  if (name == QLatin1String("interquartile_last_returns")) {
    return {QStringLiteral("IQM return"),
            QStringLiteral("Interquartile mean return of the last episodes: of the middle half of tasks and seeds")};
  }
  if (name == QLatin1String("interquartile_normalized_last")) {
    return {QStringLiteral("IQM share"),
            QStringLiteral("Interquartile mean of the last episodes, normalised: of the middle half of tasks and "
                           "seeds; 0 is random, 1 is the optimum of each task")};
  }
  if (name == QLatin1String("area_under_curve")) {
    return {QStringLiteral("share, all"),
            QStringLiteral("All episodes, normalised: 0 is random, 1 is the optimum of each task")};
  }
  if (name == QLatin1String("episodes_to_80_percent")) {
    return {QStringLiteral("80 % at"), QStringLiteral("First episode whose trailing mean over 5 reaches 80 % of the "
                                                      "optimum; who never does counts as one more than were played")};
  }
  if (name == QLatin1String("never_reached_share")) {
    return {QStringLiteral("no reward"), QStringLiteral("Share of the tasks that never paid anything")};
  }
  return {name, {}};
}

QString valueOf(const ScoreRecord& score) {
  const QString mean = returnText(score.mean);
  const bool has_interval = std::isfinite(score.low) && std::isfinite(score.high);
  return has_interval ? QStringLiteral("%1 [%2, %3]").arg(mean, returnText(score.low), returnText(score.high)) : mean;
}

}  // namespace

QList<ScoreSection> scoreSections(const std::vector<ScoreRecord>& scores, const QString& learner, int last_episodes) {
  QList<ScoreSection> sections;
  for (const ScoreRecord& score : scores) {
    const QString policy = toQString(score.policy);
    auto section = std::ranges::find(sections, policy, &ScoreSection::policy);
    if (section == sections.end()) {
      sections.append({.policy = policy,
                       .heading = {toQString(policyLabel(learner.toStdString(), score.policy))},
                       .is_main = placeOf(policy) == 0,
                       .rows = {}});
      section = sections.end() - 1;
    }
    const QString name = toQString(score.name);
    const ScoreWords words = wordsOf(name, last_episodes);
    section->rows.append({words.name, valueOf(score),
                          words.help.isEmpty() ? words.help : words.help + QStringLiteral("; with its 95 % interval")});
    if (name == QLatin1String("last_returns")) section->heading = {section->heading.front(), valueOf(score)};
  }
  std::ranges::stable_sort(sections, {}, [](const ScoreSection& section) { return placeOf(section.policy); });
  return sections;
}

}  // namespace limbeck
