// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>
#include <functional>
#include <span>

namespace limbeck {

class RecordedStream;

/// "right", or "action 3" where there is no name.
QString actionText(int action, const QStringList& names);
/// The shortest that says it: "1", "0.5", "12.25".
QString rewardText(double reward);
/// A share of one: "81 %", "4.2 %", "0.35 %".
QString percentText(double share);
/// What an observation tells of a place: "(7,1)"; empty for nothing.
using PlaceWords = std::function<QString(std::span<const std::uint8_t> observation)>;
/// By `words`; without them the parts of the observation, and nothing where it has too many to be read.
QString observationText(const RecordedStream& stream, std::int64_t row, const PlaceWords& words = {});
/// "episode 58, step 12, at (7,1), right, reward 1"; episodes and steps count from 1. A row that the stream does not
/// have yet is "now".
QString transitionText(const RecordedStream& stream, std::int64_t row, const QStringList& action_names,
                       const PlaceWords& words = {});

}  // namespace limbeck
