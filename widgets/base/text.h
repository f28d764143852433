// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <string>
#include <string_view>

namespace limbeck {

QString toQString(std::string_view utf8);

/// "0.4 s", "38 s", "2 min 05 s", "3 h 12 min".
QString durationText(double seconds);
/// "812 B", "38 MB", "1.2 GB": powers of 1000.
QString bytesText(std::int64_t bytes);
/// "just now", "5 min ago", "3 h ago", "2 d ago", then the date.
QString ageText(std::int64_t then_ms, std::int64_t now_ms);
/// "1 234 567" with thin spaces.
QString countText(std::int64_t count);
/// "14.22", "0.35", "-": two decimals, a dash for what is not finite.
QString returnText(double value);

}  // namespace limbeck
