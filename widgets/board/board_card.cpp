// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/board_card.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace limbeck {
namespace {

constexpr double kLineGap = 1.0;
constexpr double kBoardGap = 5.0;
constexpr double kLeastWords = 200.0;

struct HeadRows {
  QRectF title;
  QRectF status;
};

/// As wide as the board, but a very small one leaves its words more room.
HeadRows headRows(const QRectF& area, const QRectF& board, const BoardCardFonts& fonts) {
  const double left = std::max(area.left(), board.left());
  const double right = std::min(area.right(), std::max(board.right(), left + kLeastWords));
  const double title = std::ceil(QFontMetricsF(fonts.title).height());
  const double text = std::ceil(QFontMetricsF(fonts.text).height());
  return {{left, area.top(), right - left, title}, {left, area.top() + title + kLineGap, right - left, text}};
}

void paintTitle(QPainter& painter, const QRectF& row, const BoardCaption& caption, const BoardCardFonts& fonts,
                const Theme& theme) {
  const QFontMetricsF metrics(fonts.title);
  const QColor colour = theme.role(caption.role);
  const double radius = metrics.ascent() * 0.34;
  const QPointF centre(row.left() + radius * 1.25, row.center().y());
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillPath(roleShape(caption.role, centre, radius), colour);
  QRectF words = row.adjusted(radius * 1.25 * 2.0 + metrics.horizontalAdvance(QLatin1Char(' ')), 0.0, 0.0, 0.0);
  const QFontMetricsF event_metrics(fonts.text);
  const double event_width = event_metrics.horizontalAdvance(caption.event);
  const double needed = metrics.horizontalAdvance(caption.title) + event_width + event_metrics.averageCharWidth() * 2.0;
  // The event gives way to the name: the board itself shows it too.
  if (!caption.event.isEmpty() && needed <= words.width()) {
    painter.setFont(fonts.text);
    painter.setPen(theme.good);
    painter.drawText(words, Qt::AlignRight | Qt::AlignVCenter, caption.event);
  }
  painter.setFont(fonts.title);
  painter.setPen(colour);
  painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(caption.title, Qt::ElideRight, words.width()));
}

void paintFoot(QPainter& painter, const QRectF& area, const QRectF& board, const QString& foot,
               const BoardCardFonts& fonts, const Theme& theme) {
  const QFontMetricsF metrics(fonts.text);
  const double height = std::ceil(metrics.height()) + 2.0;
  painter.setFont(fonts.text);
  const QRectF below(board.left(), board.bottom() + 2.0, area.right() - board.left(), height);
  if (below.bottom() <= area.bottom()) {
    painter.setPen(theme.quiet_text);
    painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(foot, Qt::ElideRight, below.width()));
    return;
  }
  const double padding = metrics.averageCharWidth();
  const QString words = metrics.elidedText(foot, Qt::ElideRight, board.width() - 2.0 * padding - 6.0);
  const double width = metrics.horizontalAdvance(words) + 2.0 * padding;
  const QRectF pill(board.center().x() - width / 2.0, board.bottom() - height - 4.0, width, height);
  QColor back = theme.base;
  back.setAlphaF(0.88F);
  painter.setRenderHint(QPainter::Antialiasing);
  QPainterPath path;
  path.addRoundedRect(pill, 4.0, 4.0);
  painter.fillPath(path, back);
  painter.strokePath(path, QPen(theme.border, 1.0));
  painter.setPen(theme.text);
  painter.drawText(pill, Qt::AlignCenter, words);
}

}  // namespace

BoardCardFonts BoardCardFonts::from(const QFont& font) {
  BoardCardFonts fonts{font, font};
  fonts.title.setBold(true);
  if (font.pointSizeF() > 0.0) {
    fonts.text.setPointSizeF(font.pointSizeF() * 0.92);
  } else {
    fonts.text.setPixelSize(std::max(7, static_cast<int>(std::lround(font.pixelSize() * 0.92))));
  }
  return fonts;
}

double boardHeadHeight(const BoardCardFonts& fonts) {
  return std::ceil(QFontMetricsF(fonts.title).height()) + kLineGap + std::ceil(QFontMetricsF(fonts.text).height()) +
         kBoardGap;
}

PictureGeometry paintBoardCard(QPainter& painter, const QRectF& area, const BoardCaption& caption,
                               const BoardPicture& picture, const BoardCardFonts& fonts, const Theme& theme) {
  const QRectF below = area.adjusted(0.0, boardHeadHeight(fonts), 0.0, 0.0);
  const PictureGeometry geometry = fitPicture(below, picture, painter.deviceTransform());
  const HeadRows rows = headRows(area, geometry.board, fonts);
  paintTitle(painter, rows.title, caption, fonts, theme);
  painter.setFont(fonts.text);
  painter.setPen(theme.quiet_text);
  painter.drawText(rows.status, Qt::AlignLeft | Qt::AlignVCenter,
                   QFontMetricsF(fonts.text).elidedText(caption.status, Qt::ElideRight, rows.status.width()));
  paintPicture(painter, geometry, picture, fonts.text, theme);
  if (!caption.foot.isEmpty()) paintFoot(painter, area, geometry.board, caption.foot, fonts, theme);
  return geometry;
}

}  // namespace limbeck
