// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/hand_play_controller.h"

#include <QAction>
#include <cmath>

#include "app/gui/hand_keys.h"
#include "app/gui/replay_controller.h"
#include "app/gui/session.h"
#include "app/gui/watch_page.h"
#include "core/base/error.h"
#include "core/model/checkpoint.h"
#include "widgets/base/icons.h"
#include "widgets/base/text.h"
#include "widgets/board/board_view.h"
#include "widgets/plot/plot_view.h"
#include "widgets/shell/stage_progress.h"
#include "widgets/watch/action_bars.h"
#include "widgets/watch/context_list.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/time_cursor.h"
#include "widgets/watch/timeline_bar.h"

namespace limbeck {
namespace {

/// Episodes that the model plays after it took over: as many as a usual evaluation needs to show what it learnt. Those
/// of a bandit are single pulls.
int modelEpisodes(const ExperimentConfig& config) {
  return config.environment.arms > 0 ? config.evaluation.play.episodes : 25;
}

}  // namespace

/// Everything of one play that lives on the background thread.
struct HandPlayController::Play {
  std::unique_ptr<HandPlay> game;
};

/// What the window needs to know after each step.
struct HandPlayController::Look {
  std::shared_ptr<const RecordedStream> stream;
  std::vector<Mover> movers;
  HandPlay::Moment moment;
  TaskId task{};
  double optimum = 0.0;
};

HandPlayController::HandPlayController(Session& session, ReplayController& replay, WatchPage& page,
                                       ContextList& context, ActionBars& actions, QObject* parent)
    : QObject(parent), session_(session), replay_(replay), page_(page), context_(context), actions_(actions) {
  start_ = new QAction(icon("hand"), tr("Try it by &hand"), this);
  start_->setObjectName(QStringLiteral("hand_play"));
  start_->setShortcut(Qt::Key_H);
  start_->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  start_->setToolTip(tr("Look for what is hidden yourself, then let the model go on from what you found (H)"));
  start_->setEnabled(false);
  connect(start_, &QAction::triggered, this, [this] { is_active_ ? leave() : start(); });
  for (const HandKey& key : handKeys()) {
    addKey(key.name, key.text, key.keys, [this, action = key.action] { act(action); });
  }
  addKey("hand_over", tr("Give over to the model"), {Qt::Key_Escape}, [this] { handOver(); });
  addKey("hand_goal", tr("Show what is hidden"), {Qt::Key_G}, [this] { page_.board(0).setGoalVisible(true); });
  enableKeys(false);
  connect(&page_.board(0), &BoardView::armClicked, this, [this](int arm) { act(static_cast<Action>(arm)); });
  connect(&replay_, &ReplayController::shown, this, [this] { start_->setEnabled(true); });
  connect(&page_.cursor(), &TimeCursor::moved, this, [this] {
    if (is_active_) moveBoard();
  });
}

HandPlayController::~HandPlayController() = default;

void HandPlayController::addKey(const QString& name, const QString& text, const QList<QKeySequence>& keys,
                                std::function<void()> act) {
  auto* action = new QAction(text, this);
  action->setObjectName(name);
  action->setShortcuts(keys);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  action->setToolTip(text);
  connect(action, &QAction::triggered, this, std::move(act));
  keys_.append(action);
}

/// Two actions with the same key would both be ambiguous: so only the keys that this environment's actions have are at
/// work, and the page is without the playback keys meanwhile.
void HandPlayController::enableKeys(bool are_enabled) {
  for (QAction* action : keys_) action->setEnabled(are_enabled);
  if (are_enabled) {
    const Environment& environment = play_->game->environment();
    for (const HandKey& key : handKeys()) findChild<QAction*>(key.name)->setEnabled(isUsed(key, environment));
  }
  for (QAction* action : page_.timeline().actions()) are_enabled ? page_.removeAction(action) : page_.addAction(action);
  page_.timeline().setEnabled(!are_enabled);
}

void HandPlayController::nameStart() {
  start_->setText(is_active_ ? tr("Back to the &replay") : tr("Try it by &hand"));
}

void HandPlayController::start() {
  const auto subject = replay_.subject();
  if (subject == nullptr || is_active_) return;
  if (subject->replay.checkpoint.empty()) {
    Q_EMIT failed(tr("The checkpoint of %1 is not in the workspace any more; train it again to play with it.")
                      .arg(toQString(subject->replay.run.name())));
    return;
  }
  const int generation = generation_.next();
  const int number = plays_++;
  const std::vector<TaskId>& tasks = subject->replay.tasks();
  const TaskId task = tasks[static_cast<std::size_t>(
      Rng(Seed{static_cast<std::uint64_t>(number) + 77}).below(static_cast<std::uint32_t>(tasks.size())))];
  playing_.run(
      this,
      [subject, task, number] {
        auto play = std::make_shared<Play>();
        play->game =
            std::make_unique<HandPlay>(subject->replay.config, readCheckpoint(subject->replay.checkpoint),
                                       HandPlay::Options{.task = task,
                                                         .seed = Seed{static_cast<std::uint64_t>(number)},
                                                         .choice = subject->replay.config.evaluation.action_choice});
        return std::pair(play,
                         Look{play->game->recording(), {}, play->game->moment(), task, play->game->optimalReturn()});
      },
      [this, generation](const std::pair<std::shared_ptr<Play>, Look>& answer) {
        if (!generation_.isCurrent(generation)) return;
        play_ = answer.first;
        is_active_ = true;
        is_hands_turn_ = true;
        nameStart();
        prepare();
        show(answer.second);
        Q_EMIT started();
      },
      [this](const QString& message) { Q_EMIT failed(message); });
}

void HandPlayController::prepare() {
  const auto subject = replay_.subject();
  replay_.leave();
  page_.playback().pause();
  page_.playback().clearLoop();
  page_.playback().setLoopsWhole(false);
  page_.showAttention(false);
  page_.showTaskPicker(false);
  page_.progress().hide();
  page_.showLoss(false);
  for (int i = 1; i < WatchPage::kBoards; ++i) page_.board(i).hide();
  BoardView& board = page_.board(0);
  board.setVisible(true);
  const Environment& environment = *subject->replay.environment;
  board.setTask(subject->replay.environment, play_->game->task());
  board.setTitle(tr("You"), PlotRole::ExpertDistillation);
  board.setStream(nullptr);
  board.setEmptyWords(tr("Nothing done yet. %1").arg(handSentence(environment)));
  // Where the goal is the same in every task, what is hidden are the buttons.
  board.setGoalVisible(environment.options().goal != GoalRule::ByTask);
  actions_.setActions(toStringList(environment.actionNames()));
  board.setMessage({});
  board.setFocus();
  page_.plot().setModel({});
  page_.plot().setEmptyWords(tr("No episode yet"), tr("Your returns are drawn here, then the model's."));
  page_.plot().setCursor(std::nullopt);
  page_.cursor().setStream(nullptr);
  stream_.reset();
  enableKeys(true);
}

void HandPlayController::act(Action action) {
  if (!isHandsTurn() || is_busy_) return;
  is_busy_ = true;
  const int generation = generation_.next();
  playing_.run(
      this,
      [play = play_, action] {
        play->game->act(action);
        return Look{play->game->recording(), play->game->movers(), play->game->moment(), play->game->task(),
                    play->game->optimalReturn()};
      },
      [this, generation](const Look& look) {
        is_busy_ = false;
        if (generation_.isCurrent(generation) && is_active_) show(look);
      },
      [this](const QString& message) {
        is_busy_ = false;
        Q_EMIT failed(message);
      });
}

void HandPlayController::handOver() {
  if (!isHandsTurn()) return;
  is_hands_turn_ = false;
  enableKeys(false);
  if (stream_ == nullptr) {  // nothing was done yet: there is nothing to go on from
    leave();
    return;
  }
  page_.setHeading(page_.title(), tr("The model takes over: it reads what you did, its weights stay frozen."),
                   tr("by hand"));
  const int generation = generation_.next();
  const std::int64_t handed_row = stream_->columns().rows();
  const RunRecord run = replay_.lastSubject()->replay.run;
  playing_.run(
      this,
      [this, play = play_, subject = replay_.lastSubject(), run] {
        HandPlay& game = *play->game;
        const int last = game.moment().episode + modelEpisodes(subject->replay.config);
        while (game.moment().episode <= last) game.actAsModel();
        std::filesystem::path folder;
        std::string not_kept;
        try {
          folder = keepHandPlay(*session_.writable(), run, subject->replay.config, game);
        } catch (const Error& error) {  // It is shown all the same, and said.
          not_kept = error.what();
        }
        return std::tuple(Look{game.recording(), game.movers(), game.moment(), game.task(), game.optimalReturn()},
                          folder, not_kept);
      },
      [this, generation, handed_row](const std::tuple<Look, std::filesystem::path, std::string>& answer) {
        const auto& [look, folder, not_kept] = answer;
        if (!not_kept.empty()) Q_EMIT failed(tr("The play was not kept: %1").arg(toQString(not_kept)));
        if (not_kept.empty()) Q_EMIT kept(toQString(folder.string()));
        if (!generation_.isCurrent(generation) || !is_active_) return;
        show(look);
        BoardView& board = page_.board(0);
        board.setTitle(tr("You, then the model"), PlotRole::AD);
        board.setGoalVisible(true);
        actions_.setActions(toStringList(replay_.lastSubject()->replay.environment->taskActionNames(look.task)));
        const int episode = look.stream->episodeAt(handed_row);
        page_.cursor().moveTo(episode, static_cast<int>(handed_row - look.stream->begin(episode)));
        page_.playback().setSpeed(8);
        page_.playback().play();
      },
      [this](const QString& message) { Q_EMIT failed(message); });
}

void HandPlayController::show(const Look& look) {
  stream_ = look.stream->columns().rows() > 0 ? look.stream : nullptr;
  page_.timeline().setOptimum(look.optimum);
  page_.board(0).setStream(stream_, stream_ != nullptr ? look.moment.arrived : look.moment.observation);
  page_.cursor().setStream(stream_);
  if (is_hands_turn_) page_.cursor().toEnd();
  moveBoard();
  const std::int64_t rows = look.stream->columns().rows();
  context_.setContext(stream_, std::max<std::int64_t>(0, rows + 1 - look.moment.context_length), rows);
  std::vector<float> probabilities;
  for (const float value : look.moment.log_probabilities) probabilities.push_back(std::exp(value));
  actions_.setProbabilities(std::move(probabilities), std::nullopt);
  showPlot(look);
  if (is_hands_turn_) sayHandsTurn(look);
}

void HandPlayController::sayHandsTurn(const Look& look) {
  const auto subject = replay_.lastSubject();
  page_.setHeading(environmentWords(subject->replay.config.environment),
                   tr("%1 Esc gives over to the model, which goes on from what you did. G shows what is hidden.")
                       .arg(handSentence(*subject->replay.environment)),
                   tr("by hand · your episode %1, step %2 of %3")
                       .arg(look.moment.episode + 1)
                       .arg(look.moment.step + 1)
                       .arg(subject->replay.config.environment.horizon));
}

void HandPlayController::showPlot(const Look& look) {
  PlotModel model{.x_axis = {.label = "in-context episode"}, .y_axis = {.label = "return per episode"}};
  PlotSeries by_hand{.name = "you", .role = PlotRole::ExpertDistillation};
  PlotSeries by_model{.name = "the model", .role = PlotRole::AD};
  const int finished = stream_ == nullptr ? 0 : look.moment.step == 0 ? stream_->episodes() : stream_->episodes() - 1;
  for (int episode = 0; episode < finished; ++episode) {
    const auto last_row = static_cast<std::size_t>(stream_->begin(episode + 1) - 1);
    PlotSeries& series = look.movers[last_row] == Mover::Hand ? by_hand : by_model;
    series.x.push_back(episode + 1.0);
    series.y.push_back(stream_->returnOf(episode));
  }
  for (PlotSeries* series : {&by_hand, &by_model}) {
    if (!series->x.empty()) model.series.push_back(std::move(*series));
  }
  if (!model.series.empty())
    model.reference_lines = {{.name = "optimum", .role = PlotRole::Optimum, .y = look.optimum}};
  fitAxes(model);
  page_.plot().setModel(std::move(model));
}

void HandPlayController::moveBoard() {
  const TimeCursor& cursor = page_.cursor();
  page_.board(0).showMoment(cursor.episode(), cursor.step() + cursor.fraction());
  if (!is_hands_turn_ && stream_ != nullptr) {
    const int steps = std::max(1, cursor.stepsOf(cursor.episode()));
    page_.plot().setCursor(cursor.episode() + (cursor.step() + cursor.fraction()) / steps);
  }
}

void HandPlayController::leave() {
  if (!is_active_) return;
  generation_.next();
  is_active_ = false;
  nameStart();
  is_hands_turn_ = false;
  is_busy_ = false;
  play_.reset();
  stream_.reset();
  enableKeys(false);
  Q_EMIT ended();
}

}  // namespace limbeck
