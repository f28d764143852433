// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/xml_escape.h"

namespace limbeck {

std::string escapeXml(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(letter) >= 0x20 || letter == '\t' || letter == '\n') {
          out += letter;
        } else {
          out += "\xEF\xBF\xBD";
        }
    }
  }
  return out;
}

}  // namespace limbeck
