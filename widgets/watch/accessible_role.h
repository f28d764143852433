// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>

class QWidget;

namespace limbeck {

/// What a screen reader takes an own-drawn widget for; its name and description are read from the widget as of any
/// other.
void setAccessibleRole(QWidget& widget, QAccessible::Role role);

}  // namespace limbeck
