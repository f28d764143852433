// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/text_metrics.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace limbeck {

namespace {

constexpr unsigned char kFirst = 32;
constexpr unsigned char kLast = 126;

/// Advance widths of DejaVu Sans from space to tilde, in thousandths of the font size.
constexpr std::array<int, kLast - kFirst + 1> kAdvance = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};
constexpr int kOtherAdvance = 700;
constexpr int kWideAdvance = 1000;
constexpr unsigned char kFirstWideLead = 0xE2 + 1;  // UTF-8 lead byte of U+3000 and beyond
constexpr double kBoldFactor = 1.13;

int advance(unsigned char byte) {
  if (byte >= kFirst && byte <= kLast) return kAdvance[byte - kFirst];
  if ((byte & 0xC0U) == 0x80U) return 0;  // the rest of a letter of several bytes
  return byte >= kFirstWideLead ? kWideAdvance : kOtherAdvance;
}

}  // namespace

double textWidth(std::string_view text, const Font& font) {
  int thousandths = 0;
  for (const char letter : text) thousandths += advance(static_cast<unsigned char>(letter));
  return thousandths / 1000.0 * font.size * (font.is_bold ? kBoldFactor : 1.0);
}

std::vector<std::string> wrapText(std::string_view text, const Font& font, double max_width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string word(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty()) continue;
    if (!lines.empty() && textWidth(lines.back() + ' ' + word, font) <= max_width) {
      lines.back() += ' ' + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

}  // namespace limbeck
