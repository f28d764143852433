// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/experiment/experiment_config.h"

namespace limbeck {

/// What each stage of an experiment will do, one or two sentences each.
struct StageWords {
  QString histories;
  QString training;
  QString evaluation;
};

StageWords stageWords(const ExperimentConfig& config);

/// The whole run in one sentence for somebody who never saw one.
QString runSentence(const ExperimentConfig& config, int seed_count);

}  // namespace limbeck
