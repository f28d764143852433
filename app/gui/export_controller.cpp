// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/export_controller.h"

#include <QFileDialog>
#include <QStandardPaths>

#include "app/gui/animation_dialog.h"
#include "app/gui/session.h"
#include "app/gui/watch_page.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/experiment/run_export.h"
#include "widgets/base/text.h"
#include "widgets/board/board_view.h"
#include "widgets/plot/export_dialog.h"
#include "widgets/plot/plot_view.h"
#include "widgets/watch/time_cursor.h"

namespace limbeck {

PlotModel displayedRange(const PlotView& view, const PlotModel& full) {
  if (!view.isZoomed()) return displayedModel(full);
  const PlotModel shown = view.displayed();
  PlotModel model = visibleModel(full, shown.x_axis.min, shown.x_axis.max);
  model.y_axis = shown.y_axis;
  return model;
}

ExportController::ExportController(Session& session, WatchPage& page, QWidget& window, QObject* parent)
    : QObject(parent),
      session_(session),
      page_(page),
      window_(window),
      is_closing_(std::make_shared<std::atomic<bool>>(false)) {}

ExportController::~ExportController() {
  *is_closing_ = true;
}

QString ExportController::suggestedPath(const QString& name) const {
  const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
  return (documents.isEmpty() ? QDir::homePath() : documents) + QLatin1Char('/') +
         QString(name).replace(QLatin1Char('/'), QLatin1Char('_'));
}

void ExportController::write(std::function<QStringList()> work) {
  writing_.run(
      this, std::move(work), [this](const QStringList& paths) { Q_EMIT wrote(paths); },
      [this](const QString& message) { Q_EMIT failed(message); });
}

void ExportController::askForPlot(const PlotView& view, const PlotModel& full, const QString& name) {
  PlotExportDialog dialog(displayedRange(view, full), full, &window_);
  dialog.setSuggestedPath(suggestedPath(name));
  if (dialog.exec() == QDialog::Accepted)
    writePlot(dialog.displayedModel(), dialog.fullModel(), dialog.path(), dialog.options());
}

void ExportController::writePlot(const PlotModel& displayed, const PlotModel& full, const QString& path,
                                 const PlotExportOptions& options) {
  write([displayed, full, path, options] { return QStringList(exportPlotTo(displayed, full, path, options)); });
}

QList<AnimationBoard> ExportController::boards() const {
  QList<AnimationBoard> boards;
  for (int i = 0; i < WatchPage::kBoards; ++i) {
    const BoardView& board = page_.board(i);
    if (board.isVisible() && board.track() != nullptr) boards.append({board.title(), board.track(), board.look()});
  }
  return boards;
}

void ExportController::askForAnimation(const QString& name) {
  const QList<AnimationBoard> shown = boards();
  if (shown.isEmpty()) {
    Q_EMIT failed(tr("No board shows anything that could be exported; open a finished run first."));
    return;
  }
  const RecordedStream& stream = shown.front().track->stream();
  const double mean_steps = static_cast<double>(stream.columns().rows()) / std::max(1, stream.episodes());
  AnimationDialog dialog(stream.episodes(), page_.cursor().episode(), mean_steps, &window_);
  dialog.setSuggestedPath(suggestedPath(name));
  if (dialog.exec() != QDialog::Accepted) return;
  if (dialog.kind() == AnimationKind::Gif) {
    writeGif(shown, dialog.path(), dialog.options());
  } else {
    writeFrames(shown, dialog.path(), dialog.options());
  }
}

AnimationProgress ExportController::progress() {
  return [this, is_closing = is_closing_](double share) {
    if (*is_closing) return false;
    QMetaObject::invokeMethod(
        this, [this, share] { Q_EMIT progressed(share); }, Qt::QueuedConnection);
    return true;
  };
}

void ExportController::writeGif(const QList<AnimationBoard>& boards, const QString& path,
                                const AnimationOptions& options) {
  write([boards, path, options, report = progress()] {
    exportGif(boards, path, options, report);
    return QStringList{path};
  });
}

void ExportController::writeFrames(const QList<AnimationBoard>& boards, const QString& folder,
                                   const AnimationOptions& options) {
  write([boards, folder, options, report = progress()] {
    exportFrames(boards, folder, options, report);
    return QStringList{folder};
  });
}

void ExportController::askForRecord(RunId run, const QString& name) {
  const QString path = QFileDialog::getSaveFileName(&window_, tr("Write the run record to"),
                                                    suggestedPath(name) + QStringLiteral(".json"), tr("JSON (*.json)"),
                                                    nullptr, QFileDialog::DontUseNativeDialog);
  if (!path.isEmpty()) writeRecord(run, path);
}

void ExportController::writeRecord(RunId run, const QString& path) {
  write([this, run, path] {
    const RunStore& store = session_.reader().store();
    writeFileAtomically(path.toStdString(), runRecordText(store, store.run(run)));
    return QStringList{path};
  });
}

void ExportController::askForFolder(RunId run, const QString& name) {
  const QString folder =
      QFileDialog::getSaveFileName(&window_, tr("Write the run to a new folder"), suggestedPath(name), QString(),
                                   nullptr, QFileDialog::DontUseNativeDialog | QFileDialog::ShowDirsOnly);
  if (!folder.isEmpty()) writeFolder(run, folder);
}

void ExportController::writeFolder(RunId run, const QString& folder) {
  write([this, run, folder, is_closing = is_closing_] {
    struct Closing final : WorkControl {
      explicit Closing(const std::atomic<bool>& flag) : is_closing(flag) {}
      bool stopRequested() const override { return is_closing; }
      const std::atomic<bool>& is_closing;
    };
    Closing control(*is_closing);
    const RunRecord record = session_.reader().store().run(run);
    try {
      exportRunFolder(session_.reader(), record, folder.toStdString(), control);
    } catch (Error& error) {
      error.addContext("writing the run to " + folder.toStdString());  // it may tell of a hidden folder beside it
      throw;
    }
    return QStringList{folder};
  });
}

}  // namespace limbeck
