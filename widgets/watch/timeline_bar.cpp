// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/timeline_bar.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <chrono>

#include "widgets/watch/fitting_label.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/playback_actions.h"
#include "widgets/watch/time_cursor.h"
#include "widgets/watch/timeline_track.h"

namespace limbeck {
namespace {

constexpr std::chrono::milliseconds kAnnounceEvery{500};  // a screen reader cannot follow every step

}  // namespace

TimelineBar::TimelineBar(TimeCursor& cursor, Playback& playback, QWidget* parent)
    : QWidget(parent),
      cursor_(cursor),
      playback_(playback),
      actions_(new PlaybackActions(cursor, playback, this)),
      track_(new TimelineTrack(cursor, playback, this)),
      place_(new FittingLabel(this)),
      loop_(new FittingLabel(this)),
      clear_loop_(makeButton(actions_->loop_clear)),
      speed_(new QComboBox(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addWidget(track_);
  makeSpeeds();
  layout->addLayout(makeRow());
  addActions(actions_->all());

  announce_.setSingleShot(true);
  announce_.setInterval(kAnnounceEvery);
  connect(&announce_, &QTimer::timeout, this, [this] { track_->setAccessibleDescription(place_->accessibleName()); });
  connect(&cursor_, &TimeCursor::moved, this, &TimelineBar::showPlace);
  connect(&cursor_, &TimeCursor::streamChanged, this, &TimelineBar::showPlace);
  connect(&cursor_, &TimeCursor::followingChanged, this, &TimelineBar::showPlace);
  connect(&playback_, &Playback::loopChanged, this, &TimelineBar::showLoop);
  connect(&playback_, &Playback::speedChanged, this, &TimelineBar::showSpeed);
  showPlace();
  showLoop();
  showSpeed();
}

void TimelineBar::setOptimum(std::optional<double> optimum) {
  track_->setOptimum(optimum);
}

QHBoxLayout* TimelineBar::makeRow() {
  auto* row = new QHBoxLayout;
  row->setSpacing(2);
  for (QAction* action : {actions_->to_start, actions_->episode_back, actions_->step_back, actions_->play,
                          actions_->step_forward, actions_->episode_forward, actions_->to_end}) {
    row->addWidget(makeButton(action));
  }
  row->addSpacing(fontMetrics().averageCharWidth());
  row->addWidget(place_, 1);
  row->addWidget(loop_);
  row->addWidget(clear_loop_);
  row->addSpacing(fontMetrics().averageCharWidth());
  row->addWidget(speed_);
  return row;
}

QToolButton* TimelineBar::makeButton(QAction* action) {
  auto* button = new QToolButton(this);
  button->setDefaultAction(action);
  button->setAutoRaise(true);
  button->setIconSize(QSize(fontMetrics().height(), fontMetrics().height()));
  // A click must not take the focus away from the board: Space goes on to mean play and pause.
  button->setFocusPolicy(Qt::TabFocus);
  return button;
}

void TimelineBar::makeSpeeds() {
  for (const int speed : kPlaybackSpeeds) speed_->addItem(speedText(speed), speed);
  speed_->setObjectName(QStringLiteral("playback_speed"));
  speed_->setAccessibleName(tr("Playback speed"));
  speed_->setToolTip(tr("Playback speed (comma and full stop: slower, faster)"));
  speed_->setFocusPolicy(Qt::TabFocus);
  connect(speed_, &QComboBox::activated, this,
          [this](int index) { playback_.setSpeed(speed_->itemData(index).toInt()); });
}

void TimelineBar::showPlace() {
  if (cursor_.episodes() == 0) {
    place_->setTexts({tr("nothing to play"), QString()});
    return;
  }
  const int episode = cursor_.episode();
  const QString episodes = QStringLiteral("%1 / %2").arg(episode + 1).arg(cursor_.episodes());
  const QString steps = QStringLiteral("%1 / %2").arg(cursor_.step()).arg(cursor_.stepsOf(episode));
  const QString whole = tr("episode %1 · step %2").arg(episodes, steps);
  if (cursor_.followsEnd()) {
    place_->setTexts({tr("%1 · following the end").arg(whole), whole + tr(" · live"), tr("%1 · live").arg(episodes)});
  } else {
    place_->setTexts({whole, QStringLiteral("%1 · %2").arg(episodes, steps), episodes});
  }
  if (!announce_.isActive()) announce_.start();
}

void TimelineBar::showLoop() {
  const std::optional<LoopRange> loop = playback_.loop();
  loop_->setVisible(loop.has_value());
  clear_loop_->setVisible(loop.has_value());
  if (!loop) return;
  const QString range = QStringLiteral("%1–%2").arg(loop->first + 1).arg(loop->last + 1);
  loop_->setTexts({tr("loop %1").arg(range), range});
}

void TimelineBar::showSpeed() {
  speed_->setCurrentIndex(speed_->findData(playback_.speed()));
}

}  // namespace limbeck
