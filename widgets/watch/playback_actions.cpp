// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/playback_actions.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAction>
#include <QComboBox>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTextEdit>
#include <algorithm>
#include <utility>

#include "widgets/base/icons.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/time_cursor.h"

namespace limbeck {
namespace {

constexpr int kManySteps = 10;

/// Whether a control has a use of its own for a key that playback uses too.
bool usesKey(const QObject& control, int key) {
  if (qobject_cast<const QAbstractButton*>(&control) != nullptr) return key == Qt::Key_Space;
  return qobject_cast<const QComboBox*>(&control) != nullptr ||
         qobject_cast<const QAbstractItemView*>(&control) != nullptr ||
         qobject_cast<const QAbstractSlider*>(&control) != nullptr ||
         qobject_cast<const QAbstractSpinBox*>(&control) != nullptr ||
         qobject_cast<const QTabBar*>(&control) != nullptr || qobject_cast<const QLineEdit*>(&control) != nullptr ||
         qobject_cast<const QTextEdit*>(&control) != nullptr ||
         qobject_cast<const QPlainTextEdit*>(&control) != nullptr;
}

}  // namespace

PlaybackActions::PlaybackActions(TimeCursor& cursor, Playback& playback, QObject* parent)
    : QObject(parent), cursor_(cursor), playback_(playback) {
  addMoves();
  addEpisodeMoves();
  addSpeeds();
  addLoop();
  connect(&playback_, &Playback::playingChanged, this, &PlaybackActions::showPlaying);
  connect(&cursor_, &TimeCursor::streamChanged, this, &PlaybackActions::showEnabled);
  showPlaying();
  showEnabled();
  QCoreApplication::instance()->installEventFilter(this);
}

PlaybackActions::~PlaybackActions() = default;

bool PlaybackActions::eventFilter(QObject* watched, QEvent* event) {
  // Before a shortcut gets a key, the focused widget is asked whether it wants it for itself. Qt's buttons and lists do
  // not answer yes though they use it (measured: a shortcut on Space left a focused button without a click), so we
  // answer for them.
  if (event->type() == QEvent::ShortcutOverride) {
    const auto& key_event = static_cast<const QKeyEvent&>(*event);
    if (usesKey(*watched, key_event.key()) && isOurs(key_event)) {
      event->accept();
      return true;
    }
  }
  return QObject::eventFilter(watched, event);
}

QAction* PlaybackActions::add(const Look& look, std::function<void()> act) {
  auto* action = new QAction(icon(QLatin1String(look.icon)), look.text, this);
  action->setObjectName(QLatin1String(look.name));
  action->setToolTip(QStringLiteral("%1 (%2)").arg(look.tip, look.key.toString(QKeySequence::NativeText)));
  action->setShortcut(look.key);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(action, &QAction::triggered, this, [act = std::move(act)] { act(); });
  actions_.append(action);
  return action;
}

void PlaybackActions::addMoves() {
  play = add({"playback_play", "play", tr("Play"), tr("Play"), Qt::Key_Space}, [this] { playback_.toggle(); });
  play->setAutoRepeat(false);
  step_back = add({"playback_step_back", "step-back", tr("Step back"), tr("One step back"), Qt::Key_Left},
                  [this] { cursor_.stepBy(-1); });
  step_forward = add({"playback_step_forward", "step-forward", tr("Step forward"), tr("One step on"), Qt::Key_Right},
                     [this] { cursor_.stepBy(1); });
  add({"playback_steps_back", "step-back", tr("10 steps back"), tr("Ten steps back"), Qt::SHIFT | Qt::Key_Left},
      [this] { cursor_.stepBy(-kManySteps); });
  add({"playback_steps_forward", "step-forward", tr("10 steps forward"), tr("Ten steps on"), Qt::SHIFT | Qt::Key_Right},
      [this] { cursor_.stepBy(kManySteps); });
}

void PlaybackActions::addEpisodeMoves() {
  episode_back = add({"playback_episode_back", "episode-back", tr("Previous episode"), tr("To the episode before"),
                      Qt::CTRL | Qt::Key_Left},
                     [this] { cursor_.episodeBy(-1); });
  episode_forward = add({"playback_episode_forward", "episode-forward", tr("Next episode"), tr("To the next episode"),
                         Qt::CTRL | Qt::Key_Right},
                        [this] { cursor_.episodeBy(1); });
  to_start = add({"playback_start", "to-start", tr("Start"), tr("To the first episode"), Qt::Key_Home},
                 [this] { cursor_.toStart(); });
  to_end = add({"playback_end", "to-end", tr("End, follow live"),
                tr("To the end, and on with it while the run is live"), Qt::Key_End},
               [this] { cursor_.toEnd(); });
}

void PlaybackActions::addSpeeds() {
  add({"playback_slower", "speed", tr("Slower"), tr("Half as fast"), Qt::Key_Comma}, [this] { playback_.slower(); });
  add({"playback_faster", "speed", tr("Faster"), tr("Twice as fast"), Qt::Key_Period}, [this] { playback_.faster(); });
  constexpr std::pair<int, Qt::Key> kKeys[] = {
      {1, Qt::Key_1}, {4, Qt::Key_2}, {16, Qt::Key_3}, {64, Qt::Key_4}, {kMaxPlaybackSpeed, Qt::Key_5}};
  for (const auto& [speed, key] : kKeys) {
    const QString text = tr("Speed %1").arg(speedText(speed));
    const QByteArray name = "playback_speed_" + QByteArray::number(key - Qt::Key_0);
    add({name.constData(), "speed", text, text, key}, [this, speed = speed] { playback_.setSpeed(speed); });
  }
}

void PlaybackActions::addLoop() {
  add({"playback_loop_start", "loop", tr("Loop from here"), tr("Play round and round from this episode on"),
       Qt::Key_BracketLeft},
      [this] { playback_.setLoopFirst(cursor_.episode()); });
  add({"playback_loop_end", "loop", tr("Loop to here"), tr("Play round and round up to this episode"),
       Qt::Key_BracketRight},
      [this] { playback_.setLoopLast(cursor_.episode()); });
  loop_clear =
      add({"playback_loop_clear", "close", tr("Clear the loop"), tr("Play everything again"), Qt::Key_Backslash},
          [this] { playback_.clearLoop(); });
}

void PlaybackActions::showPlaying() {
  const QString text = playback_.isPlaying() ? tr("Pause") : tr("Play");
  play->setText(text);
  play->setIcon(icon(playback_.isPlaying() ? QStringLiteral("pause") : QStringLiteral("play")));
  play->setToolTip(QStringLiteral("%1 (%2)").arg(text, play->shortcut().toString(QKeySequence::NativeText)));
}

void PlaybackActions::showEnabled() {
  for (QAction* action : std::as_const(actions_)) action->setEnabled(cursor_.episodes() > 0);
}

bool PlaybackActions::isOurs(const QKeyEvent& event) const {
  const QKeySequence pressed(
      QKeyCombination(event.modifiers() & ~Qt::KeypadModifier, static_cast<Qt::Key>(event.key())));
  return std::ranges::any_of(actions_, [&pressed](const QAction* action) { return action->shortcut() == pressed; });
}

}  // namespace limbeck
