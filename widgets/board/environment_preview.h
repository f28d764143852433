// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/env/environment.h"
#include "core/env/task_split.h"
#include "widgets/board/board_painter.h"

namespace limbeck {

/// What stands in a cell: each has a shape and a colour of its own.
enum class PreviewSign { None, Training, Validation, HeldOut, Key, Door, Start };

/// The environment that a new run is being given: its grid, where episodes begin, and which tasks train, choose and
/// test. Where a task is more than one cell (a key and a door), the cells are drawn by how often held-out tasks use
/// them.
class EnvironmentPreview : public QWidget {
  Q_OBJECT

 public:
  explicit EnvironmentPreview(QWidget* parent = nullptr);

  /// Draws it, and ends any problem.
  void setSplit(std::shared_ptr<const Environment> environment, const TaskSplit& split);
  /// Why there is nothing to draw; the last drawing stays, faint. Empty: no problem.
  void setProblem(const QString& problem);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct LegendEntry {
    PreviewSign sign = PreviewSign::None;
    QString words;
  };

  void countPairs(const TaskSplit& split);
  void markGoals(const TaskSplit& split);
  void writeLegend(const TaskSplit& split);
  /// Paints it unless `painter` is null, and returns its height.
  double layOutLegend(QPainter* painter, const QRectF& area, bool is_small) const;
  void paintLegendSign(QPainter& painter, const QRectF& place, PreviewSign sign, bool is_small) const;
  void paintSigns(QPainter& painter, const BoardGeometry& geometry) const;
  void paintProblem(QPainter& painter) const;

  std::shared_ptr<const Environment> environment_;  // shared with the form
  bool has_pairs_ = false;
  std::vector<PreviewSign> parts_;          ///< [cells], where a task is one cell
  std::vector<std::uint32_t> key_counts_;   ///< [cells], held-out tasks
  std::vector<std::uint32_t> door_counts_;  ///< [cells]
  std::vector<LegendEntry> legend_;
  QString problem_;
};

}  // namespace limbeck
