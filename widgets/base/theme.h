// SPDX-License-Identifier: GPL-3.0-or-later
// The two looks of the window. Colours stand here and nowhere else; the role colours of the light one are those of
// exported plots (core/plot/plot_style.h). They were chosen for contrast and for colour-vision deficiencies, see the
// table there.
#pragma once

#include <QColor>
#include <QPalette>

#include "core/plot/plot_model.h"

class QWidget;

namespace limbeck {

struct Theme {
  bool is_dark = false;
  QColor window;     ///< behind panels
  QColor base;       ///< behind text, tables and plots
  QColor alternate;  ///< every other row
  QColor text;
  QColor quiet_text;  ///< secondary, still at least 4.5 : 1 on `window` and `base`
  QColor border;
  QColor grid;       ///< lines within a plot
  QColor accent;     ///< the one colour of the chrome: focus, selection, links
  QColor on_accent;  ///< text on it
  QColor good;       ///< states, always beside an icon or a word
  QColor warning;
  QColor bad;
  QColor cell;        ///< a board's cell that nobody visited
  QColor cell_line;   ///< between cells
  QColor goal_inner;  ///< the goal's outline has two tones, so that it shows on any cell
  QColor goal_outer;

  /// Colour of an agent or reference line; `free_index` counts those of role Free.
  QColor role(PlotRole role, int free_index = 0) const;
  /// Visited cells: 0 (once in a long while) to 1 (most often). A ramp cut short so that agent and goal stay visible.
  QColor heat(double share) const;
  /// Attention: the accent, by alpha.
  QColor attention(double share) const;
  QPalette palette() const;
};

const Theme& lightTheme();
const Theme& darkTheme();
/// The theme that a widget is drawn in, told by its palette: a widget repaints on QEvent::PaletteChange and asks again.
const Theme& themeOf(const QWidget& widget);
const Theme& themeOf(const QPalette& palette);

}  // namespace limbeck
