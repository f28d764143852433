// SPDX-License-Identifier: GPL-3.0-or-later
// A board with its words, as it stands in the window and in an exported animation: title in the role's colour behind
// the role's shape, one line for the moment, the board, a short line at its foot.
#pragma once

#include <QFont>
#include <QString>
#include <memory>
#include <optional>

#include "widgets/board/board_painter.h"
#include "widgets/board/visit_counts.h"

namespace limbeck {

/// What of a track is drawn.
enum class BoardHeat { Off, Episode, Cumulative };
struct BoardLook {
  BoardHeat heat = BoardHeat::Episode;
  bool has_trail = true;
  bool has_goal = true;
  PlotRole role = PlotRole::AD;
};

/// `counts` may be null as long as they are not there: a cumulative heat map then stays empty.
BoardScene makeScene(const BoardTrack& track, const VisitCounts* counts, const BoardMoment& moment,
                     const BoardLook& look);

/// The words around a board.
struct BoardCaption {
  QString title;
  PlotRole role = PlotRole::AD;
  QString status;  ///< "episode 62 · step 7 · return 18"
  QString event;   ///< "reached goal"
  QString foot;
};

/// How much a line of status spells out, for boards of different width.
enum class StatusForm { Full, Short, Shortest };
QString statusText(const BoardTrack& track, const BoardMoment& moment, StatusForm form);
/// The longest form whose widest line of this stream fits in `width`, so that the form never changes while playing.
StatusForm fittingForm(const BoardTrack& track, const QFont& font, double width);
/// "reached goal", "took the key", "opened the door" when the last action was paid; otherwise empty.
QString eventText(const BoardTrack& track, const BoardMoment& moment);
/// "ended after 40 episodes".
QString endedText(const BoardTrack& track);
/// "AD, episode 62, step 7, agent at 4,3, return 18".
QString spokenText(const QString& title, const BoardTrack& track, const BoardMoment& moment);

struct BoardCardFonts {
  QFont title;
  QFont text;
  static BoardCardFonts from(const QFont& font);
};

/// Space of the two lines above a board.
double boardHeadHeight(const BoardCardFonts& fonts);
/// Lays out and paints all; a scene of size 0 leaves out the board. Returns where the cells lie.
BoardGeometry paintBoardCard(QPainter& painter, const QRectF& area, const BoardCaption& caption,
                             const BoardScene& scene, const BoardCardFonts& fonts, const Theme& theme);

}  // namespace limbeck
