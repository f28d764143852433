// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace limbeck {

class Program;
class ThemeController;

/// Opens a workspace (empty: a fresh copy of the demo in a temporary folder) and writes a picture of every page and
/// panel in both themes, at 1280x800 and 1920x1080, to `folder`; prints each path. Returns the exit code. For the
/// documentation and for looking at what one built.
int takeScreenshots(Program& program, ThemeController& theme, const QString& workspace, const QString& folder);

}  // namespace limbeck
