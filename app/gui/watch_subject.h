// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/env/reference_returns.h"
#include "core/experiment/experiment_report.h"
#include "core/experiment/policy_names.h"
#include "core/experiment/replay.h"

namespace limbeck {

/// One held-out task and one repeat of it: what the boards of a replay show together.
struct WatchChoice {
  TaskId task{};
  int repeat = 0;
  QString words;  ///< "goal (7,1)", "goal (7,1) · AD from 25 %"
  double optimum = 0.0;
  std::string policy;  ///< the learner's plays on the first board: kPolicyAd, or a promptPolicy, whose context began
                       ///< with a source's history

  bool beginsWithPrompt() const { return policy != kPolicyAd; }
};

/// A finished run, opened to be watched. Immutable once loaded; shared by the controllers that show parts of it.
struct WatchSubject {
  Replay replay;
  ExperimentReport report;           ///< of the run's group
  std::vector<WatchChoice> choices;  ///< [tasks x repeats], and those again for each prompt that was played
  int first_choice = 0;  ///< of the harder half of the tasks the one whose AD return over all episodes is the median

  std::shared_ptr<const RecordedStream> stream(std::string_view policy, const WatchChoice& choice) const {
    return replay.stream(policy, choice.task, choice.repeat);
  }
};

/// For a background thread. Throws Error(NotFound) in words when the run has nothing to watch.
std::shared_ptr<const WatchSubject> loadSubject(const Workspace& workspace, RunId run);

/// "Dark Room 9×9", "Bandit, 10 arms", "Watermaze, pool of 65 points, 50 steps".
QString environmentWords(const EnvironmentOptions& options);
/// What a task of it is, as one never saw it: "a goal", "a key and a door", "a bandit".
QString taskWords(const Environment& environment);
QStringList toStringList(const std::vector<std::string>& names);
/// "Q-learning".
QString sourceWords(const std::string& algorithm);

}  // namespace limbeck
