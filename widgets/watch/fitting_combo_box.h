// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace limbeck {

/// A combo box whose current text ends in an ellipsis where it has no room, and is then whole in the tooltip.
class FittingComboBox : public QComboBox {
  Q_OBJECT

 public:
  using QComboBox::QComboBox;
  /// Whether the current text is cut at this width.
  bool isCut() const;

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  int roomForText() const;
};

}  // namespace limbeck
