// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/transition_text.h"

#include "core/data/recorded_stream.h"

namespace limbeck {

QString actionText(int action, const QStringList& names) {
  return action < names.size() ? names[action] : QStringLiteral("action %1").arg(action);
}

QString rewardText(double reward) {
  return QString::number(reward, 'g', 6);
}

QString percentText(double share) {
  const double percent = 100.0 * share;
  if (percent <= 0.0) return QStringLiteral("0 %");
  if (percent < 0.01) return QStringLiteral("< 0.01 %");
  const int decimals = percent >= 9.95 ? 0 : percent >= 0.995 ? 1 : 2;
  return QStringLiteral("%1 %").arg(percent, 0, 'f', decimals);
}

QString observationText(const RecordedStream& stream, std::int64_t row, const PlaceWords& words) {
  constexpr std::size_t kReadableParts = 4;
  const auto size = static_cast<std::size_t>(stream.spec().observationSize());
  const auto seen = stream.columns().observations.subspan(static_cast<std::size_t>(row) * size, size);
  if (words) return words(seen);
  if (size == 0 || size > kReadableParts) return {};
  QStringList parts;
  for (const std::uint8_t part : seen) parts << QString::number(part);
  return QStringLiteral("(%1)").arg(parts.join(QLatin1Char(',')));
}

QString transitionText(const RecordedStream& stream, std::int64_t row, const QStringList& action_names,
                       const PlaceWords& words) {
  if (row >= stream.columns().rows()) return QStringLiteral("now");
  const int episode = stream.episodeAt(row);
  const auto index = static_cast<std::size_t>(row);
  QString text = QStringLiteral("episode %1, step %2").arg(episode + 1).arg(row - stream.begin(episode) + 1);
  const QString place = observationText(stream, row, words);
  if (!place.isEmpty()) text += QStringLiteral(", at ") + place;
  return text + QStringLiteral(", %1, reward %2")
                    .arg(actionText(stream.columns().actions[index], action_names),
                         rewardText(static_cast<double>(stream.columns().rewards[index])));
}

}  // namespace limbeck
