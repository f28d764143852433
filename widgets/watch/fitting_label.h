// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

namespace limbeck {

/// One line of text in several lengths, of which the longest that fits is shown, so that a narrow window loses words
/// and not half letters. The longest is the accessible name.
class FittingLabel : public QWidget {
  Q_OBJECT

 public:
  explicit FittingLabel(QWidget* parent = nullptr);

  /// Longest first; at least one.
  void setTexts(const QStringList& texts);
  /// The one that is shown at the present width.
  QString shownText() const;
  /// In the colour of secondary text.
  void setQuiet(bool is_quiet);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QSize sizeOf(const QString& text) const;

  QStringList texts_ = {QString()};
  bool is_quiet_ = false;
};

}  // namespace limbeck
