// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QString>

namespace limbeck {

/// One of our own SVG icons (resources/icons/NAME.svg, drawn in `currentColor` on a 16 x 16 field), painted in the text
/// colour of the application's palette at the moment of painting, so that it follows a change of theme. Throws BugError
/// for an unknown name.
QIcon icon(const QString& name);

}  // namespace limbeck
