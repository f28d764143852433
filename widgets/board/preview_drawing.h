// SPDX-License-Identifier: GPL-3.0-or-later
// What is drawn of an environment and the split of its tasks, for each kind of board: without the legend.
#pragma once

#include <QFont>
#include <QList>
#include <QString>
#include <memory>

#include "core/env/environment.h"
#include "core/env/task_split.h"
#include "widgets/board/preview_signs.h"

namespace limbeck {

struct PreviewLegend {
  PreviewSign sign = PreviewSign::None;
  QString words;
};

class PreviewDrawing {
 public:
  virtual ~PreviewDrawing() = default;

  struct Painted {
    QRectF board;
    bool is_small = false;  ///< its signs are those of small cells
  };
  /// At the top of `area` and centred across.
  virtual Painted paint(QPainter& painter, const QRectF& area, const QFont& font, const Theme& theme) const = 0;
  /// "grid of 9 by 9 cells".
  virtual QString title() const = 0;
  /// What stands below it beside the counts of tasks.
  virtual QList<PreviewLegend> legend() const = 0;
  /// Whether training, validation and held-out tasks have signs on the drawing.
  virtual bool marksParts() const { return true; }
  virtual PreviewSign heldOutSign() const { return PreviewSign::HeldOut; }
  /// "pairs" in "128 of 6480 pairs held out".
  virtual QString taskWord() const { return {}; }
  /// How high it wants to be of so many pixels of width.
  virtual double heightFor(double width) const { return width; }
};

std::unique_ptr<PreviewDrawing> makeGridPreview(std::shared_ptr<const Environment> environment, const TaskSplit& split);
std::unique_ptr<PreviewDrawing> makeArmsPreview(const Environment& environment, const TaskSplit& split);
std::unique_ptr<PreviewDrawing> makePoolPreview(const Environment& environment, const TaskSplit& split);

/// At most so many of the tasks, evenly spread: of more, these tell as much.
std::vector<TaskId> someTasks(const std::vector<TaskId>& tasks, std::size_t most);

}  // namespace limbeck
