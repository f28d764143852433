// SPDX-License-Identifier: GPL-3.0-or-later
// A board with its words, as it stands in the window and in an exported animation: title in the role's colour behind
// the role's shape, one line for the moment, the board, a short line at its foot.
#pragma once

#include <QFont>
#include <QString>

#include "widgets/board/board_words.h"

namespace limbeck {

/// The words around a board.
struct BoardCaption {
  QString title;
  PlotRole role = PlotRole::AD;
  QString status;  ///< "episode 62 · step 7 · return 18"
  QString event;   ///< "reached goal"
  QString foot;
};

struct BoardCardFonts {
  QFont title;
  QFont text;
  static BoardCardFonts from(const QFont& font);
};

/// Space of the two lines above a board.
double boardHeadHeight(const BoardCardFonts& fonts);
/// Lays out and paints all. Returns where the picture's parts lie.
PictureGeometry paintBoardCard(QPainter& painter, const QRectF& area, const BoardCaption& caption,
                               const BoardPicture& picture, const BoardCardFonts& fonts, const Theme& theme);

}  // namespace limbeck
