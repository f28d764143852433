// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>
#include <QList>

namespace limbeck {

/// Buttons in a row that goes on below where there is no more room: as narrow as its widest button with any font.
class FlowRow final : public QLayout {
  Q_OBJECT

 public:
  explicit FlowRow(int spacing);
  ~FlowRow() override;

  void addItem(QLayoutItem* item) override { items_.append(item); }
  int count() const override { return static_cast<int>(items_.size()); }
  QLayoutItem* itemAt(int index) const override { return items_.value(index); }
  QLayoutItem* takeAt(int index) override;
  Qt::Orientations expandingDirections() const override { return {}; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  void setGeometry(const QRect& rect) override;
  QSize sizeHint() const override;
  QSize minimumSize() const override;

 private:
  /// The height that is taken; `place` is told where each item goes.
  template <typename Place>
  int flow(const QRect& rect, Place place) const;

  QList<QLayoutItem*> items_;
};

}  // namespace limbeck
