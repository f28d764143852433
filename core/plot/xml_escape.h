// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace limbeck {

/// Text for XML content and attributes. Control characters, which XML 1.0 cannot hold, become U+FFFD.
std::string escapeXml(std::string_view text);

}  // namespace limbeck
