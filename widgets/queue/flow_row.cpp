// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/queue/flow_row.h"

#include <algorithm>

namespace limbeck {

FlowRow::FlowRow(int spacing) {
  setSpacing(spacing);
  setContentsMargins(0, 0, 0, 0);
}

FlowRow::~FlowRow() {
  qDeleteAll(items_);  // the base class's way of doing it needs our virtual functions
}

QLayoutItem* FlowRow::takeAt(int index) {
  return index >= 0 && index < count() ? items_.takeAt(index) : nullptr;
}

template <typename Place>
int FlowRow::flow(const QRect& rect, Place place) const {
  int left = rect.left();
  int top = rect.top();
  int row_height = 0;
  for (QLayoutItem* item : items_) {
    if (item->isEmpty()) continue;
    const QSize size = item->sizeHint();
    if (left > rect.left() && left + size.width() > rect.left() + rect.width()) {
      left = rect.left();
      top += row_height + spacing();
      row_height = 0;
    }
    place(*item, QRect(QPoint(left, top), size));
    left += size.width() + spacing();
    row_height = std::max(row_height, size.height());
  }
  return top + row_height - rect.top();
}

int FlowRow::heightForWidth(int width) const {
  return flow(QRect(0, 0, width, 0), [](QLayoutItem&, const QRect&) {});
}

void FlowRow::setGeometry(const QRect& rect) {
  QLayout::setGeometry(rect);
  flow(rect, [](QLayoutItem& item, const QRect& place) { item.setGeometry(place); });
}

QSize FlowRow::sizeHint() const {
  QSize size;
  for (const QLayoutItem* item : items_) {
    if (item->isEmpty()) continue;
    size.rwidth() += item->sizeHint().width() + (size.width() > 0 ? spacing() : 0);
    size.setHeight(std::max(size.height(), item->sizeHint().height()));
  }
  return size;
}

QSize FlowRow::minimumSize() const {
  QSize size;
  for (const QLayoutItem* item : items_) {
    if (!item->isEmpty()) size = size.expandedTo(item->sizeHint());
  }
  return size;
}

}  // namespace limbeck
