// SPDX-License-Identifier: GPL-3.0-or-later
// To be included by each header whose signals carry a RunId: Qt 6.4 streams enums by their underlying type but knows no
// `long`, which std::int64_t is on 64-bit Linux, and moc's code asks for the streaming of all that a signal carries.
#pragma once

#include <QDataStream>
#include <cstdint>

namespace limbeck {

enum class RunId : std::int64_t;

inline QDataStream& operator<<(QDataStream& stream, RunId run) {
  return stream << static_cast<qint64>(run);
}

inline QDataStream& operator>>(QDataStream& stream, RunId& run) {
  qint64 number = 0;
  stream >> number;
  run = RunId{number};
  return stream;
}

}  // namespace limbeck
