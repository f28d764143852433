// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/hand_keys.h"

#include <QObject>

#include "core/env/grid.h"
#include "core/env/pool_lattice.h"
#include "widgets/board/board_track.h"

namespace limbeck {
namespace {

constexpr int kDigits = 10;  // the keys 1 to 9, and 0 for the tenth

HandKey move(GridAction action, const char* name, const QString& text, const QList<QKeySequence>& keys) {
  return {HandKeySet::Moves, static_cast<Action>(action), QString::fromLatin1(name), text, keys};
}

HandKey stroke(PoolAction action, const char* name, const QString& text, const QList<QKeySequence>& keys) {
  return {HandKeySet::Strokes, static_cast<Action>(action), QString::fromLatin1(name), text, keys};
}

}  // namespace

HandKeySet handKeySetOf(const Environment& environment) {
  const std::vector<std::string> names = environment.actionNames();
  if (names == gridActionNames()) return HandKeySet::Moves;
  return names == poolActionNames() ? HandKeySet::Strokes : HandKeySet::Digits;
}

bool isUsed(const HandKey& key, const Environment& environment) {
  return key.set == handKeySetOf(environment) && key.action < environment.spec().action_count;
}

std::vector<HandKey> handKeys() {
  std::vector<HandKey> keys = {
      move(GridAction::Left, "hand_left", QObject::tr("Move left"), {Qt::Key_Left}),
      move(GridAction::Right, "hand_right", QObject::tr("Move right"), {Qt::Key_Right}),
      move(GridAction::Up, "hand_up", QObject::tr("Move up"), {Qt::Key_Up}),
      move(GridAction::Down, "hand_down", QObject::tr("Move down"), {Qt::Key_Down}),
      move(GridAction::Stay, "hand_stay", QObject::tr("Stay"), {Qt::Key_Return, Qt::Key_Enter}),
      stroke(PoolAction::Forward, "hand_forward", QObject::tr("Swim forward"), {Qt::Key_Up}),
      stroke(PoolAction::Back, "hand_back", QObject::tr("Swim back"), {Qt::Key_Down}),
      stroke(PoolAction::TurnLeft, "hand_turn_left", QObject::tr("Turn left"), {Qt::Key_Left}),
      stroke(PoolAction::TurnRight, "hand_turn_right", QObject::tr("Turn right"), {Qt::Key_Right}),
      stroke(PoolAction::TurnLeftForward, "hand_curve_left", QObject::tr("Turn left and swim"),
             {Qt::SHIFT | Qt::Key_Left}),
      stroke(PoolAction::TurnRightForward, "hand_curve_right", QObject::tr("Turn right and swim"),
             {Qt::SHIFT | Qt::Key_Right}),
      stroke(PoolAction::StrafeLeft, "hand_aside_left", QObject::tr("Swim aside to the left"),
             {Qt::CTRL | Qt::Key_Left}),
      stroke(PoolAction::StrafeRight, "hand_aside_right", QObject::tr("Swim aside to the right"),
             {Qt::CTRL | Qt::Key_Right}),
  };
  for (int number = 1; number <= kDigits; ++number) {
    keys.push_back({HandKeySet::Digits,
                    static_cast<Action>(number - 1),
                    QStringLiteral("hand_%1").arg(number),
                    QObject::tr("Pull arm or press button %1").arg(number),
                    {QKeySequence(Qt::Key_0 + number % kDigits)}});
  }
  return keys;
}

QString handSentence(const Environment& environment) {
  switch (handKeySetOf(environment)) {
    case HandKeySet::Moves: {
      const bool has_key = environment.markers(TaskId{0}).size() > 1;
      return has_key ? QObject::tr("Find the hidden key, then the door: arrow keys move, Enter stays.")
                     : QObject::tr("Find the hidden goal: arrow keys move, Enter stays.");
    }
    case HandKeySet::Strokes:
      return QObject::tr(
          "Find the hidden platform: Up and Down swim, Left and Right turn, with Shift while swimming, with Ctrl "
          "aside.");
    case HandKeySet::Digits:
      break;
  }
  if (boardKindOf(environment) == BoardKind::Arms) {
    return QObject::tr("Find the arm that pays best: the keys 1 to 9 and 0 pull, and so does a click.");
  }
  return QObject::tr("Find out what the buttons do, and go to the goal: the keys 1 to %1 press them.")
      .arg(environment.spec().action_count);
}

}  // namespace limbeck
