// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QSettings>
#include <filesystem>
#include <memory>
#include <vector>

#include "app/gui/theme_controller.h"
#include "core/store/run_record.h"

class QMainWindow;
class QSplitter;

namespace limbeck {

/// How a window looked when it was closed, kept in its workspace (`window.ini`); what a broken or foreign file says is
/// ignored, and the defaults stand.
class WindowState {
 public:
  explicit WindowState(const std::filesystem::path& workspace);

  /// Returns false when there was nothing usable.
  bool restore(QMainWindow& window, const QList<QSplitter*>& splitters) const;
  void save(const QMainWindow& window, const QList<QSplitter*>& splitters);
  void forgetLayout();

  /// The runs that "pause and quit" goes on with; reading them takes them out.
  std::vector<RunId> takePausedRuns();
  void setPausedRuns(const std::vector<RunId>& runs);

  /// The one that was watched last.
  std::optional<RunId> lastRun() const;
  void setLastRun(RunId run);

 private:
  std::unique_ptr<QSettings> settings_;
};

/// What belongs to the user and not to a workspace.
ThemeChoice savedTheme();
void saveTheme(ThemeChoice choice);
/// The workspace of the last start; empty when there was none.
QString lastWorkspace();
void setLastWorkspace(const QString& folder);

}  // namespace limbeck
