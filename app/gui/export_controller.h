// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <atomic>
#include <memory>

#include "core/plot/plot_model.h"
#include "core/store/run_record.h"
#include "widgets/base/background.h"
#include "widgets/board/board_animation.h"
#include "widgets/plot/plot_export.h"

class QWidget;

namespace limbeck {

class PlotView;
class Session;
class WatchPage;

/// Writes plots, board animations and runs to files, in the background, and says what it wrote or why it could not.
class ExportController : public QObject {
  Q_OBJECT

 public:
  /// `window`: the parent of its dialogs.
  ExportController(Session& session, WatchPage& page, QWidget& window, QObject* parent = nullptr);
  ~ExportController() override;

  /// Asks for format, size and place. `full`: the plot whole; the visible range is the view's. `name` is suggested for
  /// the file.
  void askForPlot(const PlotView& view, const PlotModel& full, const QString& name);
  void askForAnimation(const QString& name);
  void askForRecord(RunId run, const QString& name);
  void askForFolder(RunId run, const QString& name);

  /// What the dialogs do once they are answered.
  void writePlot(const PlotModel& displayed, const PlotModel& full, const QString& path,
                 const PlotExportOptions& options);
  void writeGif(const QList<AnimationBoard>& boards, const QString& path, const AnimationOptions& options);
  void writeFrames(const QList<AnimationBoard>& boards, const QString& folder, const AnimationOptions& options);
  void writeRecord(RunId run, const QString& path);
  void writeFolder(RunId run, const QString& folder);

  /// The boards that are shown, as an animation takes them.
  QList<AnimationBoard> boards() const;

 Q_SIGNALS:
  void wrote(const QStringList& paths);
  void failed(const QString& message);
  void progressed(double share);

 private:
  QString suggestedPath(const QString& name) const;
  void write(std::function<QStringList()> work);
  AnimationProgress progress();

  Session& session_;
  WatchPage& page_;
  QWidget& window_;
  std::shared_ptr<std::atomic<bool>> is_closing_;  // shared with the thread that writes
  Background writing_;
};

/// `full` in the range that `view` shows: what an export of the displayed plot holds.
PlotModel displayedRange(const PlotView& view, const PlotModel& full);

}  // namespace limbeck
