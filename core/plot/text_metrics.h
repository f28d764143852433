// SPDX-License-Identifier: GPL-3.0-or-later
// How wide text will be, without a font library: the advance widths of DejaVu Sans, the first font that our files ask
// for and the widest of the usual ones, so that what fits by this table fits in the fonts that a viewer may put in its
// place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace limbeck {

struct Font {
  double size = 13.0;  ///< pixels
  bool is_bold = false;
};

/// Width of UTF-8 text in pixels. Letters beyond ASCII are taken at the width of a wide Latin letter, those of East
/// Asia at 1 em.
double textWidth(std::string_view text, const Font& font);

/// Breaks text at spaces into lines of at most `max_width` pixels; a longer word stays whole. Empty text gives no
/// lines.
std::vector<std::string> wrapText(std::string_view text, const Font& font, double max_width);

}  // namespace limbeck
