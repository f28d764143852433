// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/board_words.h"

#include <QFontMetricsF>
#include <QObject>
#include <QStringList>
#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/base/text.h"

namespace limbeck {
namespace {

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

QString pullWords(const QString& pulls, const QString& paid, StatusForm form) {
  return form == StatusForm::Full ? QStringLiteral("pull %1 · %2 of them paid").arg(pulls, paid)
                                  : QStringLiteral("pull %1 · %2 paid").arg(pulls, paid);
}

/// Rows and paid rows up to a moment.
std::pair<std::int64_t, std::int64_t> pullsUpTo(const BoardTrack& track, const BoardMoment& moment) {
  const std::int64_t rows = track.stream().begin(moment.episode) + moment.step;
  const auto rewards = track.stream().columns().rewards.first(static_cast<std::size_t>(rows));
  return {rows, std::ranges::count_if(rewards, [](float reward) { return reward > 0.0F; })};
}

/// The widest line of a stream in each form.
QString widestStatus(const RecordedStream& stream, BoardKind kind, StatusForm form) {
  if (kind == BoardKind::Arms) {
    const QString rows = QString::number(stream.columns().rows());
    return pullWords(rows, rows, form);
  }
  double widest_return = 0.0;
  bool is_whole = true;
  for (int episode = 0; episode < stream.episodes(); ++episode) {
    const double value = stream.returnOf(episode);
    widest_return = std::max(widest_return, std::abs(value));
    is_whole = is_whole && value == std::round(value);
  }
  // All digits of a font are equally wide, or nearly.
  const QString sum = is_whole ? QString::number(std::lround(widest_return)) : QString::number(widest_return, 'f', 2);
  return statusWords(QString::number(stream.episodes()), QString::number(stream.spec().horizon), sum, form);
}

}  // namespace

QString statusText(const BoardTrack& track, const BoardMoment& moment, StatusForm form) {
  if (track.kind() == BoardKind::Arms) {
    const auto [pulls, paid] = pullsUpTo(track, moment);
    return pullWords(QString::number(pulls), QString::number(paid), form);
  }
  return statusWords(QString::number(moment.episode + 1), QString::number(moment.step),
                     shortReturn(track.returnAt(moment.episode, moment.step)), form);
}

StatusForm fittingForm(const BoardTrack& track, const QFont& font, double width) {
  const QFontMetricsF metrics(font);
  for (const StatusForm form : {StatusForm::Full, StatusForm::Short}) {
    if (metrics.horizontalAdvance(widestStatus(track.stream(), track.kind(), form)) <= width) return form;
  }
  return StatusForm::Shortest;
}

QString eventText(const BoardTrack& track, const BoardMoment& moment) {
  if (track.rewardAt(moment.episode, moment.step) <= 0.0F) return {};
  if (track.kind() == BoardKind::Arms) return QStringLiteral("paid");
  if (track.kind() == BoardKind::Pool) return QStringLiteral("found the platform");
  const std::optional<TaskMarker> paid = track.markerPaidAt(moment.episode, moment.step);
  return paid ? eventWords(paid->kind) : QString();
}

QString endedText(const BoardTrack& track) {
  const int episodes = track.stream().episodes();
  return episodes == 1 ? QStringLiteral("ended after 1 episode")
                       : QStringLiteral("ended after %1 episodes").arg(episodes);
}

QString spokenText(const QString& title, const BoardTrack& track, const BoardMoment& moment) {
  QString text;
  if (track.kind() == BoardKind::Arms) {
    const ArmsScene scene = armsUpTo(track, moment, false);
    text = QStringLiteral("%1, %2").arg(
        title, statusText(track, moment, StatusForm::Full).replace(QStringLiteral(" ·"), QStringLiteral(",")));
    if (scene.pulled) text += QStringLiteral(", arm %1").arg(*scene.pulled + 1);
    if (scene.pulled && !scene.was_paid) text += QStringLiteral(", paid nothing");
  } else {
    const QPoint cell = track.cellAt(moment.episode, moment.step);
    text = QStringLiteral("%1, episode %2, step %3, agent at %4,%5")
               .arg(title)
               .arg(moment.episode + 1)
               .arg(moment.step)
               .arg(cell.x())
               .arg(cell.y());
    if (track.kind() == BoardKind::Pool) {
      text += QStringLiteral(" looking %1").arg(headingText(track.poseAt(moment.episode, moment.step).heading));
    }
    text += QStringLiteral(", return %1").arg(shortReturn(track.returnAt(moment.episode, moment.step)));
  }
  const QString event = eventText(track, moment);
  if (!event.isEmpty()) text += QStringLiteral(", ") + event;
  return text;
}

QString cellTip(const BoardScene& scene, QPoint cell) {
  QStringList words{QObject::tr("cell (%1,%2)").arg(cell.x()).arg(cell.y())};
  const auto place = static_cast<std::size_t>(cell.y()) * scene.grid.width + cell.x();
  const CellKind kind = scene.kinds.empty() ? CellKind::Floor : scene.kinds[place];
  if (kind == CellKind::Wall) words += QObject::tr("wall");
  if (kind == CellKind::Slippery) words += QObject::tr("slippery");
  for (const BoardMarker& marker : scene.markers) {
    if (QPoint(marker.marker.x, marker.marker.y) != cell) continue;
    switch (marker.marker.kind) {
      case TaskMarker::Kind::Goal:
        words += QObject::tr("goal");
        break;
      case TaskMarker::Kind::Key:
        words += marker.is_done ? QObject::tr("key, taken") : QObject::tr("key");
        break;
      case TaskMarker::Kind::Door:
        words += marker.is_done ? QObject::tr("door, opened") : QObject::tr("door");
        break;
    }
  }
  if (scene.start == cell) words += QObject::tr("start of this episode");
  if (!scene.visits.empty() && kind != CellKind::Wall) {
    const std::uint32_t visits = scene.visits[place];
    words += visits == 1 ? QObject::tr("1 visit") : QObject::tr("%1 visits").arg(countText(visits));
  }
  return words.join(QStringLiteral(" · "));
}

QString armTip(const ArmsScene& scene, int arm) {
  const auto i = static_cast<std::size_t>(arm);
  QStringList words{QObject::tr("arm %1").arg(arm + 1)};
  words += scene.pulls[i] == 0
               ? QObject::tr("not pulled yet")
               : QObject::tr("%1 of %2 pulls paid").arg(countText(scene.paid[i]), countText(scene.pulls[i]));
  if (!scene.means.empty()) {
    words += QObject::tr("pays with probability %1").arg(static_cast<double>(scene.means[i]), 0, 'f', 2);
  }
  return words.join(QStringLiteral(" · "));
}

QString placeText(const Environment& environment, std::span<const std::uint8_t> observation) {
  switch (boardKindOf(environment)) {
    case BoardKind::Grid:
      return QStringLiteral("(%1,%2)").arg(observation[0]).arg(observation[1]);
    case BoardKind::Pool:
      if (const auto pose = environment.frames()->poseOf(observation)) {
        return QObject::tr("(%1,%2) looking %3").arg(pose->x).arg(pose->y).arg(headingText(pose->heading));
      }
      break;
    case BoardKind::Arms:
    case BoardKind::None:
      break;
  }
  return {};
}

QString headingText(int heading) {
  static const std::array<QString, 8> kWords = {
      QObject::tr("right"), QObject::tr("down and right"), QObject::tr("down"), QObject::tr("down and left"),
      QObject::tr("left"),  QObject::tr("up and left"),    QObject::tr("up"),   QObject::tr("up and right")};
  return kWords[static_cast<std::size_t>(heading) % kWords.size()];
}

}  // namespace limbeck
