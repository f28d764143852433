// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/base/text.h"

#include <QDateTime>
#include <QLocale>
#include <cmath>

namespace limbeck {

QString toQString(std::string_view utf8) {
  return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString durationText(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0.0) return QStringLiteral("–");
  if (seconds < 10.0) return QStringLiteral("%1 s").arg(seconds, 0, 'f', 1);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 60) return QStringLiteral("%1 s").arg(whole);
  if (whole < 3600) return QStringLiteral("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
  return QStringLiteral("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60, 2, 10, QLatin1Char('0'));
}

QString bytesText(std::int64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  int unit = 0;
  while (value >= 999.5 && unit < 4) {
    value /= 1000.0;
    ++unit;
  }
  return QStringLiteral("%1 %2").arg(value, 0, 'f', unit > 0 && value < 9.95 ? 1 : 0).arg(QLatin1String(kUnits[unit]));
}

QString ageText(std::int64_t then_ms, std::int64_t now_ms) {
  const std::int64_t minutes = (now_ms - then_ms) / 60000;
  if (minutes < 1) return QStringLiteral("just now");
  if (minutes < 60) return QStringLiteral("%1 min ago").arg(minutes);
  if (minutes < 24 * 60) return QStringLiteral("%1 h ago").arg(minutes / 60);
  if (minutes < 14 * 24 * 60) return QStringLiteral("%1 d ago").arg(minutes / (24 * 60));
  return QDateTime::fromMSecsSinceEpoch(then_ms).toString(QStringLiteral("yyyy-MM-dd"));
}

QString countText(std::int64_t count) {
  QString digits = QString::number(std::llabs(count));
  for (qsizetype place = digits.size() - 3; place > 0; place -= 3) digits.insert(place, QChar(0x202F));
  return count < 0 ? QStringLiteral("-") + digits : digits;
}

QString returnText(double value) {
  if (!std::isfinite(value)) return QStringLiteral("–");
  return QString::number(std::abs(value) < 0.005 ? 0.0 : value, 'f', 2);  // no "-0.00"
}

}  // namespace limbeck
