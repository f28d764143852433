// SPDX-License-Identifier: GPL-3.0-or-later
// A moment of a track in words: the line above a board, what a screen reader says, tooltips.
#pragma once

#include <QFont>
#include <QString>
#include <cstdint>
#include <span>

#include "widgets/board/board_picture.h"

namespace limbeck {

/// How much a line of status spells out, for boards of different width.
enum class StatusForm { Full, Short, Shortest };
/// "episode 62 · step 7 · return 18"; of a bandit "pull 62 · 48 paid".
QString statusText(const BoardTrack& track, const BoardMoment& moment, StatusForm form);
/// The longest form whose widest line of this stream fits in `width`, so that the form never changes while playing.
StatusForm fittingForm(const BoardTrack& track, const QFont& font, double width);
/// "reached goal", "took the key", "opened the door", "found the platform", "paid" when the last action was paid;
/// otherwise empty.
QString eventText(const BoardTrack& track, const BoardMoment& moment);
/// "ended after 40 episodes".
QString endedText(const BoardTrack& track);
/// "AD, episode 62, step 7, agent at 4,3, return 18".
QString spokenText(const QString& title, const BoardTrack& track, const BoardMoment& moment);

/// "cell (4,3) · goal · 12 visits".
QString cellTip(const BoardScene& scene, QPoint cell);
/// "arm 3 · 9 of 12 pulls paid · pays with probability 0.83".
QString armTip(const ArmsScene& scene, int arm);
/// Where an agent that sees `observation` is: "(7,1)"; in a pool "(32,28) looking down". Empty for what tells no place.
QString placeText(const Environment& environment, std::span<const std::uint8_t> observation);
/// "right", "down and right" of a heading in eighths of a circle.
QString headingText(int heading);

}  // namespace limbeck
