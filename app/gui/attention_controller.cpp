// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/attention_controller.h"

#include <algorithm>
#include <cmath>

#include "app/gui/replay_controller.h"
#include "app/gui/session.h"
#include "app/gui/watch_page.h"
#include "core/base/error.h"
#include "core/model/checkpoint.h"
#include "widgets/base/text.h"
#include "widgets/board/board_view.h"
#include "widgets/watch/action_bars.h"
#include "widgets/watch/attention_strip.h"
#include "widgets/watch/context_list.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/time_cursor.h"

namespace limbeck {
namespace {

/// At rest the answer is wanted at once; while the film runs twice a second is as much as an eye can read.
constexpr int kRestMilliseconds = 40;
constexpr int kPlayMilliseconds = 500;

}  // namespace

AttentionController::AttentionController(Session& session, ReplayController& replay, WatchPage& page,
                                         ContextList& context, ActionBars& actions, QObject* parent)
    : QObject(parent), session_(session), replay_(replay), page_(page), context_(context), actions_(actions) {
  timer_.setSingleShot(true);
  connect(&timer_, &QTimer::timeout, this, &AttentionController::ask);
  connect(&replay_, &ReplayController::choiceChanged, this, &AttentionController::onSubject);
  connect(&page_.cursor(), &TimeCursor::moved, this, &AttentionController::onMoved);
  connect(&page_.playback(), &Playback::playingChanged, this, &AttentionController::onMoved);
  connect(&page_.attention(), &AttentionStrip::transitionHovered, this, &AttentionController::highlight);
  connect(&page_.attention(), &AttentionStrip::transitionClicked, this, [this](std::int64_t clicked) {
    const auto stream = page_.cursor().stream();
    if (stream == nullptr) return;
    const int episode = stream->episodeAt(clicked);
    page_.playback().pause();
    page_.cursor().moveTo(episode, static_cast<int>(clicked - stream->begin(episode)));
  });
  connect(&context_, &ContextList::episodeActivated, this, [this](int episode) {
    page_.playback().pause();
    page_.cursor().moveToEpisode(episode);
  });
}

void AttentionController::clear(const QString& words) {
  shown_row_.reset();
  generation_.next();
  context_.setContext(nullptr, 0, 0);
  actions_.setProbabilities({}, std::nullopt);
  actions_.setWords(words);
}

void AttentionController::setEnabled(bool is_enabled) {
  is_enabled_ = is_enabled;
  if (replay_.isActive()) page_.showAttention(is_enabled);
  shown_row_.reset();
  onMoved();
}

void AttentionController::onSubject() {
  page_.showAttention(is_enabled_);
  const auto subject = replay_.subject();
  shown_row_.reset();
  if (subject != nullptr) {  // Each task may have buttons of its own.
    actions_.setActions(toStringList(subject->replay.environment->taskActionNames(replay_.choice().task)));
  }
  if (subject != nullptr && hidesContext()) {
    const QString words = tr("This play's context began with a prompt, which is not part of the recording.");
    clear(words);
    page_.attention().setAttention(nullptr, nullptr);
    page_.attention().setWords(words);
    return;
  }
  if (subject != subject_ && subject != nullptr) {
    subject_ = subject;
    probe_.reset();
    no_probe_words_.clear();
    context_.setContextLength(subject->replay.config.context.context_length);
    const int generation = generation_.next();
    page_.attention().setWords(tr("Reading the model…"));
    computing_.run(
        this,
        [path = subject->replay.checkpoint, has_plays = subject->replay.repeats(kPolicyAd) > 0] {
          if (!has_plays) {
            throw Error(ErrorCode::NotFound,
                        "The recording of AD's plays is damaged or gone, so there is no context to look at; run the "
                        "experiment again to get it back");
          }
          if (path.empty()) {
            throw Error(ErrorCode::NotFound,
                        "This run's checkpoint is not in the workspace any more, so attention cannot be computed; run "
                        "the experiment again to get it back");
          }
          return std::make_shared<const AttentionProbe>(readCheckpoint(path));
        },
        [this, generation](std::shared_ptr<const AttentionProbe> probe) {
          if (!generation_.isCurrent(generation)) return;
          probe_ = std::move(probe);
          onMoved();
        },
        [this, generation](const QString& message) {
          if (!generation_.isCurrent(generation)) return;
          no_probe_words_ = message;
          page_.attention().setAttention(nullptr, nullptr);
          page_.attention().setWords(message);
          actions_.setProbabilities({}, std::nullopt);
          actions_.setWords(message);
        });
  }
  onMoved();
}

bool AttentionController::hidesContext() const {
  return replay_.isActive() && replay_.choice().beginsWithPrompt();
}

std::int64_t AttentionController::row() const {
  const TimeCursor& cursor = page_.cursor();
  const auto& stream = cursor.stream();
  return stream->begin(cursor.episode()) + std::min(cursor.step(), stream->length(cursor.episode()) - 1);
}

void AttentionController::onMoved() {
  if (!is_enabled_ || !replay_.isActive() || !page_.isVisible() || page_.cursor().episodes() == 0) return;
  if (!timer_.isActive()) timer_.start(page_.playback().isPlaying() ? kPlayMilliseconds : kRestMilliseconds);
}

void AttentionController::ask() {
  if (is_asking_ || probe_ == nullptr || hidesContext() || !replay_.isActive() || page_.cursor().episodes() == 0 ||
      !page_.isVisible())
    return;
  const std::int64_t asked = row();
  if (shown_row_ == asked) return;
  const auto stream = page_.cursor().stream();
  const ExperimentConfig& config = subject_->replay.config;
  is_asking_ = true;
  page_.attention().setBusy(!page_.playback().isPlaying());
  const int generation = generation_.next();
  computing_.run(
      this,
      [stream, asked, probe = probe_, drop_count = config.drop_count] {
        Answer answer{.row = asked};
        answer.window =
            contextWindowAt(*stream, asked, probe->config().context_length, drop_count, ContextUse::AcrossEpisodes);
        answer.attention = probe->inspect(contextBatch(*stream, answer.window));
        return answer;
      },
      [this, generation, stream](const Answer& answer) {
        is_asking_ = false;
        page_.attention().setBusy(false);
        if (generation_.isCurrent(generation) && stream == page_.cursor().stream()) show(answer);
        onMoved();  // The cursor may have gone on meanwhile.
      },
      [this](const QString& message) {
        is_asking_ = false;
        page_.attention().setBusy(false);
        page_.attention().setAttention(nullptr, nullptr);
        page_.attention().setWords(message);
      });
}

void AttentionController::show(const Answer& answer) {
  shown_row_ = answer.row;
  const auto stream = page_.cursor().stream();
  auto view = std::make_shared<AttentionView>();
  view->layers = answer.attention.layers;
  view->heads = answer.attention.heads;
  view->first_row = answer.window.begin;
  view->length = answer.attention.length;
  view->weights = answer.attention.weights;
  page_.attention().setAttention(std::move(view), stream);
  context_.setContext(stream, answer.window.begin, answer.window.end);
  std::vector<float> probabilities;
  for (const float value : answer.attention.log_probabilities) probabilities.push_back(std::exp(value));
  actions_.setProbabilities(std::move(probabilities), stream->columns().actions[static_cast<std::size_t>(answer.row)]);
}

void AttentionController::highlight(std::optional<std::int64_t> row) {
  page_.board(0).highlightRow(page_.cursor().stream() != nullptr ? row : std::nullopt);
}

}  // namespace limbeck
