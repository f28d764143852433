// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/accessible_role.h"

#include <QAccessibleWidget>
#include <QVariant>
#include <QWidget>

namespace limbeck {
namespace {

constexpr const char* kProperty = "limbeck_accessible_role";

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
  const QVariant role = object != nullptr ? object->property(kProperty) : QVariant();
  if (!role.isValid() || !object->isWidgetType()) return nullptr;
  return new QAccessibleWidget(static_cast<QWidget*>(object), static_cast<QAccessible::Role>(role.toInt()));
}

}  // namespace

void setAccessibleRole(QWidget& widget, QAccessible::Role role) {
  QAccessible::installFactory(makeInterface);  // once: Qt refuses one that it has
  widget.setProperty(kProperty, static_cast<int>(role));
}

}  // namespace limbeck
