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

/// Whole returns as whole numbers: a grid pays ones.
QString shortReturn(double value) {
  return std::abs(value - std::round(value)) < 1e-6 ? QString::number(std::lround(value))
                                                    : QString::number(value, 'f', 2);
}

QString statusWords(const QString& episode, const QString& step, const QString& sum, StatusForm form) {
  switch (form) {
    case StatusForm::Full:
      return QStringLiteral("episode %1 · step %2 · return %3").arg(episode, step, sum);
    case StatusForm::Short:
      return QStringLiteral("ep %1 · step %2 · ret %3").arg(episode, step, sum);
    case StatusForm::Shortest:
      break;
  }
  return QStringLiteral("ep %1 · ret %2").arg(episode, sum);
}

QString eventWords(TaskMarker::Kind kind) {
  switch (kind) {
    case TaskMarker::Kind::Goal:
      return QStringLiteral("reached goal");
    case TaskMarker::Kind::Key:
      return QStringLiteral("took the key");
    case TaskMarker::Kind::Door:
      break;
  }
  return QStringLiteral("opened the door");
}

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

BoardScene makeScene(const BoardTrack& track, const VisitCounts* counts, const BoardMoment& moment,
                     const BoardLook& look) {
  BoardScene scene;
  scene.size = track.size();
  scene.role = look.role;
  const std::vector<QPoint> cells = track.cellsUpTo(moment.episode, moment.step);
  const QPoint here = cells.back();
  const QPoint next = moment.share > 0.0 ? track.cellAt(moment.episode, moment.step + 1) : here;
  scene.agent = BoardAgent{here, next, moment.share};
  scene.start = cells.front();
  if (look.has_trail) scene.trail = cells;
  switch (look.heat) {
    case BoardHeat::Off:
      break;
    case BoardHeat::Episode:
      scene.visits = episodeVisits(track, moment.episode, moment.step);
      break;
    case BoardHeat::Cumulative:
      if (counts != nullptr) scene.visits = counts->upTo(moment.episode, moment.step);
      break;
  }
  if (look.has_goal) {
    const std::vector<bool> done = track.markersDone(moment.episode, moment.step);
    for (std::size_t m = 0; m < done.size(); ++m) scene.markers.push_back({track.markers()[m], done[m]});
  }
  if (track.rewardAt(moment.episode, moment.step) > 0.0F) scene.flash = 1.0 - moment.share;
  return scene;
}

QString statusText(const BoardTrack& track, const BoardMoment& moment, StatusForm form) {
  return statusWords(QString::number(moment.episode + 1), QString::number(moment.step),
                     shortReturn(track.returnAt(moment.episode, moment.step)), form);
}

StatusForm fittingForm(const BoardTrack& track, const QFont& font, double width) {
  const RecordedStream& stream = track.stream();
  double widest_return = 0.0;
  bool is_whole = true;
  for (int episode = 0; episode < stream.episodes(); ++episode) {
    const double value = stream.returnOf(episode);
    widest_return = std::max(widest_return, std::abs(value));
    is_whole = is_whole && value == std::round(value);
  }
  const QFontMetricsF metrics(font);
  // All digits of a font are equally wide, or nearly.
  const QString sum = is_whole ? QString::number(std::lround(widest_return)) : QString::number(widest_return, 'f', 2);
  for (const StatusForm form : {StatusForm::Full, StatusForm::Short}) {
    const QString words =
        statusWords(QString::number(stream.episodes()), QString::number(stream.spec().horizon), sum, form);
    if (metrics.horizontalAdvance(words) <= width) return form;
  }
  return StatusForm::Shortest;
}

QString eventText(const BoardTrack& track, const BoardMoment& moment) {
  const std::optional<TaskMarker> paid = track.markerPaidAt(moment.episode, moment.step);
  return paid ? eventWords(paid->kind) : QString();
}

QString endedText(const BoardTrack& track) {
  const int episodes = track.stream().episodes();
  return episodes == 1 ? QStringLiteral("ended after 1 episode")
                       : QStringLiteral("ended after %1 episodes").arg(episodes);
}

QString spokenText(const QString& title, const BoardTrack& track, const BoardMoment& moment) {
  const QPoint cell = track.cellAt(moment.episode, moment.step);
  QString text = QStringLiteral("%1, episode %2, step %3, agent at %4,%5, return %6")
                     .arg(title)
                     .arg(moment.episode + 1)
                     .arg(moment.step)
                     .arg(cell.x())
                     .arg(cell.y())
                     .arg(shortReturn(track.returnAt(moment.episode, moment.step)));
  const QString event = eventText(track, moment);
  if (!event.isEmpty()) text += QStringLiteral(", ") + event;
  return text;
}

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

BoardGeometry paintBoardCard(QPainter& painter, const QRectF& area, const BoardCaption& caption,
                             const BoardScene& scene, const BoardCardFonts& fonts, const Theme& theme) {
  const QRectF below = area.adjusted(0.0, boardHeadHeight(fonts), 0.0, 0.0);
  const BoardGeometry geometry = fitBoard(below, scene.size, painter.deviceTransform());
  const HeadRows rows = headRows(area, scene.size > 0 ? geometry.board() : below, fonts);
  paintTitle(painter, rows.title, caption, fonts, theme);
  painter.setFont(fonts.text);
  painter.setPen(theme.quiet_text);
  painter.drawText(rows.status, Qt::AlignLeft | Qt::AlignVCenter,
                   QFontMetricsF(fonts.text).elidedText(caption.status, Qt::ElideRight, rows.status.width()));
  paintBoard(painter, geometry, scene, theme);
  if (!caption.foot.isEmpty()) paintFoot(painter, area, geometry.board(), caption.foot, fonts, theme);
  return geometry;
}

}  // namespace limbeck
