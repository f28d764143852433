// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace limbeck {

/// Fusion with outlines that can be seen: it derives them from the window's colour, darkened, which on a dark window
/// leaves nothing of the edges of text fields, check boxes and frames.
class OutlineStyle final : public QProxyStyle {
  Q_OBJECT

 public:
  OutlineStyle();

  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
  /// Icons beside words grow with a large font.
  int pixelMetric(PixelMetric metric, const QStyleOption* option = nullptr,
                  const QWidget* widget = nullptr) const override;
};

}  // namespace limbeck
