// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>
#include <memory>

#include "core/env/environment.h"
#include "core/env/task_split.h"

namespace limbeck {

class PreviewDrawing;
struct PreviewLegend;

/// The environment that a new run is being given: its map, arms or pool, where episodes begin, and which tasks train,
/// choose and test.
class EnvironmentPreview : public QWidget {
  Q_OBJECT

 public:
  explicit EnvironmentPreview(QWidget* parent = nullptr);
  ~EnvironmentPreview() override;

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
  void writeLegend(const TaskSplit& split, int task_count);
  /// Paints it unless `painter` is null, and returns its height.
  double layOutLegend(QPainter* painter, const QRectF& area, bool is_small) const;
  void paintProblem(QPainter& painter) const;

  std::unique_ptr<const PreviewDrawing> drawing_;  ///< null: what there is cannot be drawn
  QList<PreviewLegend> legend_;
  QString problem_;
};

}  // namespace limbeck
