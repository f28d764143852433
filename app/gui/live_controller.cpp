// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/live_controller.h"

#include <algorithm>

#include "app/gui/live_words.h"
#include "app/gui/run_queue.h"
#include "app/gui/session.h"
#include "app/gui/store_follower.h"
#include "app/gui/watch_page.h"
#include "app/gui/watch_subject.h"
#include "core/experiment/policy_names.h"
#include "core/experiment/stored_run.h"
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

constexpr int kPollMilliseconds = 66;
constexpr int kStorePollMilliseconds = 1000;
/// Twice through a validation play of 30 episodes before the next one comes.
constexpr int kLiveSpeed = 64;
constexpr std::size_t kEarlierPlays = 6;

}  // namespace

struct LiveController::Facts {
  RunRecord run;
  ExperimentConfig config;
  std::shared_ptr<const Environment> environment;
};

LiveController::LiveController(Session& session, RunQueue& queue, WatchPage& page, QObject* parent)
    : QObject(parent), session_(session), queue_(queue), page_(page) {
  connect(&timer_, &QTimer::timeout, this, &LiveController::poll);
  connect(&page_.cursor(), &TimeCursor::moved, this, [this] {
    if (is_active_) moveBoards();
  });
}

void LiveController::follow(RunId run) {
  if (is_active_ && run_ == run) return;
  run_ = run;
  feed_ = queue_.feed(run);
  facts_.reset();
  shown_version_ = 0;
  shown_histories_.reset();
  shown_training_.reset();
  shown_play_.reset();
  earlier_plays_.clear();
  const int generation = generation_.next();
  session_.reading().run(
      this,
      [this, run] {
        auto facts = std::make_shared<Facts>();
        facts->run = session_.reader().store().run(run);
        facts->config = loadRunConfig(session_.reader().store(), facts->run);
        facts->environment = makeEnvironment(facts->config.environment);
        facts->environment->makeTask(
            TaskId{0});  // what is made at the first task may take seconds: frames and their codes
        return std::shared_ptr<const Facts>(facts);
      },
      [this, generation](std::shared_ptr<const Facts> facts) {
        if (generation_.isCurrent(generation)) onFacts(std::move(facts));
      });
}

void LiveController::onFacts(std::shared_ptr<const Facts> facts) {
  facts_ = std::move(facts);
  is_active_ = true;
  page_.showEmpty(false);
  page_.progress().show();
  page_.showLoss(true);
  page_.showAttention(false);
  page_.showTimeline(true);
  page_.showTaskPicker(false);
  page_.setHeading(environmentWords(facts_->config.environment), liveSentence({}),
                   tr("%1 · seed %2 · live").arg(toQString(facts_->run.name())).arg(facts_->run.seed));
  for (int i = 0; i < WatchPage::kBoards; ++i) {
    BoardView& board = page_.board(i);
    board.setVisible(true);
    board.setStream(nullptr);
    board.highlightRow(std::nullopt);
    board.setMessage({});
    board.setGoalVisible(true);
    board.setTask(facts_->environment, TaskId{0});
    board.setTitle(tr("Soon: validation task %1").arg(i + 1), PlotRole::AD);
    board.setEmptyWords(feed_ != nullptr
                            ? tr("Waiting for the first test of the model.")
                            : tr("Another program runs this: its steps are not recorded while it trains."));
  }
  page_.cursor().setStream(nullptr);
  page_.timeline().setOptimum(std::nullopt);
  page_.playback().clearLoop();
  page_.playback().setLoopsWhole(true);
  page_.playback().setSpeed(kLiveSpeed);
  page_.plot().resetZoom();
  page_.lossPlot().resetZoom();
  page_.plot().setModel({});
  page_.lossPlot().setModel({});
  page_.plot().setCursor(std::nullopt);
  page_.plot().setEmptyWords(tr("No curve yet"),
                             tr("The first test on tasks kept for validation comes some seconds into the training."));
  page_.lossPlot().setEmptyWords(tr("No loss yet"), tr("It is drawn from the first training step on."));
  timer_.start(feed_ != nullptr ? kPollMilliseconds : kStorePollMilliseconds);
  poll();
}

void LiveController::leave() {
  generation_.next();
  is_active_ = false;
  run_.reset();
  timer_.stop();
}

std::optional<JobSnapshot> LiveController::job() const {
  for (const QueueEntry& entry : queue_.entries()) {
    if (entry.run == run_ && !entry.is_recoverable) return entry.job;
  }
  return std::nullopt;
}

void LiveController::poll() {
  if (!is_active_ || !page_.isVisible()) return;
  if (feed_ == nullptr) {
    pollStore();
    return;
  }
  show(feed_->snapshot());
}

void LiveController::pollStore() {
  if (is_reading_store_) return;
  is_reading_store_ = true;
  const int generation = generation_.next();
  session_.reading().run(
      this,
      [this, facts = facts_] {
        const RunStore& store = session_.reader().store();
        return std::pair(storedSnapshot(store, facts->run.id, facts->config), store.run(facts->run.id).state);
      },
      [this, generation](const std::pair<LiveSnapshot, RunState>& answer) {
        is_reading_store_ = false;
        if (!generation_.isCurrent(generation) || !is_active_) return;
        show(answer.first);
        if (!isFinal(answer.second)) return;
        timer_.stop();
        Q_EMIT endedElsewhere(facts_->run.id, answer.second);
      },
      [this](const QString&) { is_reading_store_ = false; });
}

void LiveController::show(const LiveSnapshot& snapshot) {
  showProgress(snapshot);
  if (snapshot.version == shown_version_ && feed_ != nullptr) return;
  shown_version_ = snapshot.version;
  if (snapshot.histories != nullptr && snapshot.histories != shown_histories_ && snapshot.play == nullptr) {
    showHistories(*snapshot.histories);
    shown_histories_ = snapshot.histories;
  }
  if (snapshot.training != nullptr && snapshot.training != shown_training_) {
    showTraining(*snapshot.training);
    shown_training_ = snapshot.training;
  }
  if (snapshot.play != nullptr && snapshot.play != shown_play_) {
    showPlay(*snapshot.play);
    shown_play_ = snapshot.play;
  }
}

void LiveController::showHistories(const LiveHistories& histories) {
  PlotModel model{.x_axis = {.label = "source episode"}, .y_axis = {.label = "return per episode"}};
  PlotSeries series{.name = "source, mean of all histories", .role = PlotRole::Source};
  for (std::size_t i = 0; i < histories.mean_returns.size(); ++i) {
    series.x.push_back(static_cast<double>(i) + 1.0);
    series.y.push_back(histories.mean_returns[i]);
  }
  if (!series.x.empty()) model.series.push_back(std::move(series));
  fitAxes(model);
  plot_ = model;
  page_.plot().setModel(std::move(model));
  // One agent is watched to the end before the next: they are done faster than anybody could look at them.
  if (histories.sample != nullptr && page_.cursor().stream() == nullptr) {
    showBoards({histories.sample}, tr("Source agent learns"), PlotRole::Source, {});
  }
}

void LiveController::showTraining(const LiveTraining& training) {
  PlotModel model{.x_axis = {.label = "training step"}, .y_axis = {.label = "loss (nats)"}};
  PlotSeries series{.name = "loss", .role = PlotRole::AD, .x = training.loss_steps, .y = training.losses};
  if (!series.x.empty()) model.series.push_back(std::move(series));
  fitAxes(model);
  model.x_axis.min = 0.0;
  model.x_axis.max = std::max<double>(1.0, static_cast<double>(training.steps));
  page_.lossPlot().setModel(std::move(model));
}

void LiveController::showPlay(const LivePlay& play) {
  const bool is_same_play = shown_play_ != nullptr && shown_play_->step == play.step &&
                            shown_play_->split == play.split && shown_play_->policy == play.policy;
  showPlayPlot(play);
  if (play.streams.empty()) return;
  const bool is_held_out = play.split == "held_out";
  const bool is_control = play.policy == kPolicyCleared;
  const QString policy = is_control ? tr("Control") : toQString(policyLabel(facts_->config, play.policy));
  const QString title = is_held_out ? tr("%1, held out").arg(policy) : toQString(learnerLabel(facts_->config));
  showBoards(play.streams, title, is_control ? PlotRole::Control : PlotRole::AD,
             is_held_out ? QString() : tr("weights at step %1").arg(play.step));
  if (!is_same_play) page_.cursor().toStart();
  page_.playback().play();
}

void LiveController::showPlayPlot(const LivePlay& play) {
  const bool is_control = play.policy == kPolicyCleared;
  const std::string held_out = policyLabel(facts_->config, play.policy) + (is_control ? "" : ", held out");
  PlotSeries latest{.name = play.split == "held_out"
                                ? held_out
                                : learnerLabel(facts_->config) + " at step " + std::to_string(play.step),
                    .role = is_control ? PlotRole::Control : PlotRole::AD};
  for (std::size_t i = 0; i < play.mean_returns.size(); ++i) {
    latest.x.push_back(static_cast<double>(i) + 1.0);
    latest.y.push_back(play.mean_returns[i]);
  }
  if (latest.x.empty()) return;
  PlotModel model{.x_axis = {.label = "in-context episode"}, .y_axis = {.label = "return per episode"}};
  const bool is_new_step = earlier_plays_.empty() || earlier_plays_.back().name != latest.name;
  if (is_new_step) {
    earlier_plays_.push_back(latest);
    if (earlier_plays_.size() > kEarlierPlays) earlier_plays_.pop_front();
  } else {
    earlier_plays_.back() = latest;
  }
  model.series.push_back(latest);
  for (std::size_t i = 0; i + 1 < earlier_plays_.size(); ++i) {
    PlotSeries earlier = earlier_plays_[i];
    earlier.is_member = true;
    model.series.push_back(std::move(earlier));
  }
  model.reference_lines = {{.name = "optimum", .role = PlotRole::Optimum, .y = play.optimum},
                           {.name = "random", .role = PlotRole::Random, .y = play.random}};
  model.caption = "validation tasks: not trained on, not reported; thin lines: earlier weights";
  fitAxes(model);
  model.x_axis.min = 0.0;
  model.x_axis.max = std::max(1, play.episodes);
  plot_ = model;
  page_.plot().setModel(std::move(model));
}

void LiveController::showBoards(const std::vector<std::shared_ptr<const RecordedStream>>& streams, const QString& title,
                                PlotRole role, const QString& message) {
  for (int i = 0; i < WatchPage::kBoards; ++i) {
    BoardView& board = page_.board(i);
    const bool is_used = static_cast<std::size_t>(i) < streams.size();
    if (!is_used) {
      board.setStream(nullptr);
      continue;
    }
    const auto& stream = streams[static_cast<std::size_t>(i)];
    board.setTask(facts_->environment, TaskId{stream->label().task});
    board.setTitle(
        title + QStringLiteral(" · ") + toQString(facts_->environment->taskName(TaskId{stream->label().task})), role);
    board.setStream(stream);
    board.setMessage(message);
  }
  page_.cursor().setStream(streams.front());
  moveBoards();
  if (!page_.playback().isPlaying()) page_.playback().play();
}

void LiveController::moveBoards() {
  const TimeCursor& cursor = page_.cursor();
  for (int i = 0; i < WatchPage::kBoards; ++i)
    page_.board(i).showMoment(cursor.episode(), cursor.step() + cursor.fraction());
}

void LiveController::showProgress(const LiveSnapshot& snapshot) {
  const std::optional<JobSnapshot> current = job();
  page_.progress().setStages(stageShares(snapshot, current ? &*current : nullptr),
                             progressWords(snapshot, current ? &*current : nullptr));
  const QString sentence = liveSentence(snapshot.stage);
  if (page_.sentence() != sentence)
    page_.setHeading(page_.title(), sentence,
                     tr("%1 · seed %2 · live").arg(toQString(facts_->run.name())).arg(facts_->run.seed));
}

}  // namespace limbeck
