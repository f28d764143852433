// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>
#include <vector>

#include "core/store/run_record.h"

namespace limbeck {

/// One score in words: "return, last 5", "15.30 [12.57, 17.60]".
struct ScoreRow {
  QString name;
  QString value;
  QString help;  ///< what the number means
};

/// The scores of one policy.
struct ScoreSection {
  QString policy;        ///< its name in the database
  QStringList heading;   ///< the policy in words; its return over the last episodes, where there is one
  bool is_main = false;  ///< of what the run trained
  QList<ScoreRow> rows;
};

/// What was trained first, which is called `learner` ("AD"), then what it is compared with. `last_episodes`: how many
/// the last returns are a mean of, 0 if not known.
QList<ScoreSection> scoreSections(const std::vector<ScoreRecord>& scores, const QString& learner, int last_episodes);

}  // namespace limbeck
