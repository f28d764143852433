// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTextObjectInterface>
#include <vector>

#include "core/plot/plot_model.h"

namespace limbeck {

struct Theme;

/// Plots as letters of a text: drawn as lines and not as a picture, so that they are sharp on paper too. It belongs to
/// the document that it was put into.
class PlotTextObject final : public QObject, public QTextObjectInterface {
  Q_OBJECT
  Q_INTERFACES(QTextObjectInterface)

 public:
  /// Puts `plots` in place of the images that are called "plot-0", "plot-1", ...
  static void insertPlots(QTextDocument& document, std::vector<PlotModel> plots, const Theme& theme);

  QSizeF intrinsicSize(QTextDocument* document, int position, const QTextFormat& format) override;
  void drawObject(QPainter* painter, const QRectF& rect, QTextDocument* document, int position,
                  const QTextFormat& format) override;

 private:
  PlotTextObject(std::vector<PlotModel> plots, const Theme& theme, QObject* parent);

  std::vector<PlotModel> plots_;
  const Theme& theme_;
};

}  // namespace limbeck
