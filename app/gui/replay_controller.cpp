// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/replay_controller.h"

#include <QComboBox>
#include <QSignalBlocker>
#include <algorithm>
#include <cmath>

#include "app/gui/session.h"
#include "app/gui/watch_page.h"
#include "core/experiment/policy_names.h"
#include "widgets/base/text.h"
#include "widgets/board/board_view.h"
#include "widgets/plot/plot_view.h"
#include "widgets/shell/stage_progress.h"
#include "widgets/watch/attention_strip.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/time_cursor.h"
#include "widgets/watch/timeline_bar.h"

namespace limbeck {
namespace {

struct BoardRole {
  const char* policy;
  PlotRole role;
};

constexpr std::array<BoardRole, WatchPage::kBoards> kBoardRoles = {
    {{kPolicyAd, PlotRole::AD}, {kPolicySource, PlotRole::Source}, {kPolicyCleared, PlotRole::Control}}};

QString boardTitle(PlotRole role, const ExperimentConfig& config, const std::string& policy) {
  switch (role) {
    case PlotRole::AD:
      return ReplayController::tr("%1, frozen weights").arg(toQString(policyLabel(config, policy)));
    case PlotRole::Source:
      return ReplayController::tr("Source: %1").arg(sourceWords(config.source.algorithm));
    default:
      return ReplayController::tr("Control: context cleared");
  }
}

/// Expert distillation plays from its context too, and is there to show that it does not improve.
QString sentenceOf(const Replay& replay) {
  const QString learner = toQString(learnerLabel(replay.config));
  const QString what = taskWords(*replay.environment);
  return learner == QStringLiteral("AD")
             ? ReplayController::tr("AD improves from its context alone on %1 it never saw: no weights change here.")
                   .arg(what)
             : ReplayController::tr("%1 plays %2 it never saw from its context alone: no weights change here.")
                   .arg(learner, what);
}

/// The whole learning in about ten seconds, as far as there is such a speed: long enough to follow, short enough to see
/// it at once.
int speedForFilm(std::int64_t steps) {
  constexpr double kSeconds = 12.0;
  constexpr double kStepsPerSecond = 5.0;  // at 1x
  for (const int speed : kPlaybackSpeeds) {
    if (static_cast<double>(steps) <= kSeconds * kStepsPerSecond * speed) return speed;
  }
  return kPlaybackSpeeds.back();
}

}  // namespace

ReplayController::ReplayController(Session& session, WatchPage& page, QObject* parent)
    : QObject(parent), session_(session), page_(page) {
  connect(&page_.cursor(), &TimeCursor::moved, this, [this] {
    if (is_active_) moveBoards();
  });
  connect(&page_.taskPicker(), &QComboBox::activated, this, [this](int index) {
    if (is_active_) showChoice(index);
  });
  connect(&page_.plot(), &PlotView::cursorDragged, this, [this](double x) {
    if (is_active_) dragCursor(x);
  });
}

void ReplayController::show(RunId run) {
  const int generation = loading_.next();
  Q_EMIT loading(run);
  session_.reading().run(
      this, [this, run] { return loadSubject(session_.reader(), run); },
      [this, run, generation](std::shared_ptr<const WatchSubject> subject) {
        if (!loading_.isCurrent(generation)) return;
        subject_ = std::move(subject);
        is_active_ = true;
        showSubject();
        Q_EMIT shown(run);
      },
      [this, run, generation](const QString& message) {
        if (loading_.isCurrent(generation)) Q_EMIT couldNotShow(run, message);
      });
}

void ReplayController::leave() {
  page_.plot().setRevealed(std::nullopt);
  loading_.next();
  is_active_ = false;
}

void ReplayController::showSubject() {
  const Replay& replay = subject_->replay;
  page_.showEmpty(false);
  page_.progress().hide();
  page_.showLoss(false);
  page_.showTimeline(true);
  page_.showTaskPicker(true);
  {
    const QSignalBlocker blocker(page_.taskPicker());
    page_.taskPicker().clear();
    for (const WatchChoice& choice : subject_->choices) page_.taskPicker().addItem(choice.words);
  }
  page_.attention().setAttention(nullptr, nullptr);  // that of the run before has observations of another environment
  page_.attention().setPlaceWords([environment = replay.environment](std::span<const std::uint8_t> observation) {
    return placeText(*environment, observation);
  });
  page_.plot().setEmptyWords(tr("No curve yet"), tr("This run has not been evaluated."));
  for (int i = 0; i < WatchPage::kBoards; ++i) {
    BoardView& board = page_.board(i);
    const BoardRole& role = kBoardRoles[static_cast<std::size_t>(i)];
    board.setVisible(i == 0 || replay.repeats(role.policy) > 0);
    board.setMessage({});
    board.setGoalVisible(true);
    board.highlightRow(std::nullopt);
  }
  page_.plot().resetZoom();
  rebuildPlot();
  showChoice(subject_->first_choice);
  page_.playback().setLoopsWhole(true);
  page_.playback().clearLoop();
  page_.cursor().toStart();
  page_.playback().setSpeed(speedForFilm(page_.cursor().moments()));
  page_.playback().play();
}

void ReplayController::showChoice(int index) {
  choice_ = std::clamp(index, 0, static_cast<int>(subject_->choices.size()) - 1);
  {
    const QSignalBlocker blocker(page_.taskPicker());
    page_.taskPicker().setCurrentIndex(choice_);
  }
  const Replay& replay = subject_->replay;
  std::array<std::shared_ptr<const RecordedStream>, WatchPage::kBoards> streams;
  std::ranges::transform(kBoardRoles, streams.begin(), [&](const BoardRole& role) {
    return subject_->stream(role.role == PlotRole::AD ? choice().policy : role.policy, choice());
  });
  for (int i = 0; i < WatchPage::kBoards; ++i) {
    BoardView& board = page_.board(i);
    const PlotRole role = kBoardRoles[static_cast<std::size_t>(i)].role;
    board.setTitle(boardTitle(role, replay.config, choice().policy), role);
    board.setTask(replay.environment, choice().task);
    board.setStream(streams[static_cast<std::size_t>(i)]);
    board.setEmptyWords(tr("The recording of these plays is damaged or gone."));
  }
  page_.setHeading(environmentWords(replay.config.environment), sentenceOf(replay),
                   tr("%1 · held out · seed %2 · replay").arg(toQString(replay.run.name())).arg(replay.run.seed));
  page_.attention().setActionNames(toStringList(replay.environment->taskActionNames(choice().task)));
  page_.timeline().setOptimum(choice().optimum);
  // AD's own, unless only the others can be read.
  const auto driving = std::ranges::find_if(streams, [](const auto& stream) { return stream != nullptr; });
  page_.cursor().setStream(driving == streams.end() ? nullptr : *driving);
  moveBoards();
  Q_EMIT choiceChanged();
}

void ReplayController::setPlotOptions(const ReportPlotOptions& options) {
  plot_options_ = options;
  if (is_active_) rebuildPlot();
}

void ReplayController::setBandsVisible(bool are_visible) {
  has_bands_ = are_visible;
  if (is_active_) rebuildPlot();
}

void ReplayController::rebuildPlot() {
  full_plot_ = plotReport(subject_->report, plot_options_);
  if (!has_bands_) {
    for (PlotSeries& series : full_plot_.series) series.band.reset();
  }
  page_.plot().setModel(full_plot_);
  moveBoards();
}

double ReplayController::unitsPerEpisode() const {
  return plot_options_.x_axis == ReportPlotOptions::XAxis::Episode
             ? 1.0
             : static_cast<double>(subject_->replay.config.environment.horizon);
}

double ReplayController::cursorX() const {
  const TimeCursor& cursor = page_.cursor();
  const int steps = std::max(1, cursor.stepsOf(cursor.episode()));
  return (cursor.episode() + (cursor.step() + cursor.fraction()) / steps) * unitsPerEpisode();
}

void ReplayController::moveBoards() {
  const TimeCursor& cursor = page_.cursor();
  for (int i = 0; i < WatchPage::kBoards; ++i) {
    if (page_.board(i).isVisible()) page_.board(i).showMoment(cursor.episode(), cursor.step() + cursor.fraction());
  }
  // A return stands on the curve once its episode is over.
  const int finished = cursor.isAtEnd() ? cursor.episodes() : cursor.episode();
  page_.plot().setRevealed(finished * unitsPerEpisode());
  page_.plot().setCursor(cursorX());
}

void ReplayController::dragCursor(double x) {
  const double place = x / unitsPerEpisode();
  const int episode = static_cast<int>(std::floor(place));
  page_.cursor().moveTo(episode, static_cast<int>(std::lround((place - episode) * page_.cursor().stepsOf(episode))));
}

}  // namespace limbeck
