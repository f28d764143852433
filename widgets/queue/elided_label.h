// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace limbeck {

/// One line that never asks for more width than there is: what does not fit ends in an ellipsis and stands in the
/// tooltip. Numbers that change ten times a second can then not move what is below.
class ElidedLabel final : public QLabel {
  Q_OBJECT

 public:
  explicit ElidedLabel(QWidget* parent = nullptr);

  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  QString shownText() const;
};

}  // namespace limbeck
