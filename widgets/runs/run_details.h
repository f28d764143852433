// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <filesystem>
#include <optional>
#include <vector>

#include "widgets/runs/run_listing.h"

namespace limbeck {

/// A file or folder of the workspace with its size in words.
struct FileEntry {
  QString path;
  QString size;
};

/// Everything that the inspector shows of one run.
struct RunDetails {
  RunRecord run;
  ConfigMap config;
  QString learner = QStringLiteral("AD");  ///< what people call that which it trained
  QString other_name;                      ///< of the run that it is compared with; empty when there is none
  ConfigMap other_config;
  std::vector<StageRecord> stages;
  std::vector<ScoreRecord> scores;
  QList<FileEntry> files;
};

/// For a background thread: walks the folders that the run's stages wrote. A configuration that can't be read is left
/// empty and logged. `other`: the run to compare with. Throws what RunStore throws.
RunDetails loadRunDetails(const RunStore& store, const std::filesystem::path& workspace, RunId run,
                          std::optional<RunId> other);

}  // namespace limbeck
