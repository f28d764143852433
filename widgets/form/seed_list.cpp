// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/seed_list.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSet>
#include <QStringList>
#include <limits>
#include <optional>

namespace limbeck {
namespace {

constexpr std::uint64_t kMostSeeds = 1000;

QString tr(const char* text) {
  return QCoreApplication::translate("SeedList", text);
}

/// As far as the command line goes: what fits into 63 bits.
std::optional<std::uint64_t> readSeed(const QString& text) {
  bool is_number = false;
  const qulonglong seed = text.toULongLong(&is_number);
  if (!is_number || seed > static_cast<qulonglong>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return seed;
}

/// Appends the seeds of one part of the line, "7" or "0-4"; what is wrong with it, or nothing.
QString appendPart(const QString& part, std::vector<std::uint64_t>& seeds) {
  static const QRegularExpression kPart(QStringLiteral("^(\\d+)(?:\\s*-\\s*(\\d+))?$"));
  const QRegularExpressionMatch match = kPart.match(part);
  if (!match.hasMatch()) {
    if (part.startsWith(QLatin1Char('-'))) return tr("%1 is below 0; seeds begin at 0").arg(part);
    return tr("“%1” is no seed; give numbers such as 1, 0-4 or 0,1,2").arg(part);
  }
  const std::optional<std::uint64_t> first = readSeed(match.captured(1));
  const std::optional<std::uint64_t> last = match.captured(2).isEmpty() ? first : readSeed(match.captured(2));
  if (!first || !last) {
    return tr("%1 is too large; seeds go up to %2").arg(part).arg(std::numeric_limits<std::int64_t>::max());
  }
  if (*last < *first) return tr("%1 runs backwards; give %2-%3").arg(part).arg(*last).arg(*first);
  if (*last - *first >= kMostSeeds - std::min<std::uint64_t>(kMostSeeds, seeds.size())) {
    return tr("more than %1 seeds; give fewer").arg(kMostSeeds);
  }
  for (std::uint64_t seed = *first; seed <= *last; ++seed) seeds.push_back(seed);
  return {};
}

}  // namespace

SeedList parseSeeds(const QString& text) {
  SeedList list;
  for (const QString& part : text.split(QLatin1Char(','))) {
    const QString trimmed = part.trimmed();
    if (trimmed.isEmpty()) {
      const bool is_all = text.trimmed().isEmpty();
      return {.seeds = {}, .problem = is_all ? tr("no seed; give one, such as 1") : tr("a seed is missing at a comma")};
    }
    if (const QString problem = appendPart(trimmed, list.seeds); !problem.isEmpty()) return {{}, problem};
  }
  QSet<std::uint64_t> known;
  for (const std::uint64_t seed : list.seeds) {
    if (known.contains(seed))
      return {{}, tr("%1 is there twice, and would count twice in every mean; give it once").arg(seed)};
    known.insert(seed);
  }
  return list;
}

std::vector<std::uint64_t> seedRange(std::uint64_t first, int count) {
  std::vector<std::uint64_t> seeds;
  for (int i = 0; i < count; ++i) seeds.push_back(first + static_cast<std::uint64_t>(i));
  return seeds;
}

bool isSeedRange(const std::vector<std::uint64_t>& seeds) {
  return !seeds.empty() && seeds == seedRange(seeds.front(), static_cast<int>(seeds.size()));
}

QString rangeText(std::uint64_t first, int count) {
  if (count <= 1) return QString::number(first);
  return QStringLiteral("%1-%2").arg(first).arg(first + static_cast<std::uint64_t>(count) - 1);
}

QString seedsText(const std::vector<std::uint64_t>& seeds) {
  QStringList texts;
  for (const std::uint64_t seed : seeds) texts.append(QString::number(seed));
  return texts.join(QLatin1Char(','));
}

}  // namespace limbeck
