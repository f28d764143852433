// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/meta/trial_streams.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/check.h"
#include "core/base/error.h"

namespace limbeck {
namespace {

/// Numbers of a stream in its exported state. All are whole and small, but for the reward and the return, which are
/// floats to begin with.
constexpr std::size_t kNumbers = 9;

}  // namespace

TrialStreams::TrialStreams(const Environment& environment, std::vector<TaskId> tasks, int streams,
                           int episodes_per_trial, const Rng& rng)
    : environment_(environment),
      tasks_(std::move(tasks)),
      episodes_per_trial_(episodes_per_trial),
      rng_(rng),
      places_(static_cast<std::size_t>(std::max(streams, 0))) {
  LIMBECK_CHECK(
      streams > 0 && episodes_per_trial > 0 && !tasks_.empty(),
      fmt::format("{} streams of trials of {} episodes of {} tasks", streams, episodes_per_trial, tasks_.size()));
  const std::size_t count = places_.size();
  const auto size = static_cast<std::size_t>(environment.spec().observationSize());
  observations_.assign(count * size, 0);
  previous_actions_.assign(count, 0);
  previous_rewards_.assign(count, 0.0F);
  previous_ends_.assign(count, 0);
  begins_.assign(count, 0);
  beginUnroll(0);
  for (std::size_t stream = 0; stream < count; ++stream) {
    beginTrial(stream);
    places_[stream].episodes_done = static_cast<int>(stream * static_cast<std::size_t>(episodes_per_trial) / count);
  }
}

void TrialStreams::beginUnroll(std::int64_t index) {
  action_rngs_.clear();
  environment_rngs_.clear();
  const Rng unroll = rng_.split("unroll", static_cast<std::uint64_t>(index));
  for (std::size_t stream = 0; stream < places_.size(); ++stream) {
    action_rngs_.push_back(unroll.split("action", stream));
    environment_rngs_.push_back(unroll.split("environment", stream));
  }
}

TaskId TrialStreams::drawTask(std::size_t stream, std::int32_t trial) const {
  Rng rng = rng_.split("stream", stream).split("task", static_cast<std::uint64_t>(trial));
  return tasks_[rng.below(static_cast<std::uint32_t>(tasks_.size()))];
}

void TrialStreams::setTask(std::size_t stream) {
  Place& place = places_[stream];
  place.task = environment_.makeTask(drawTask(stream, place.trial));
  place.stepper.emplace(place.task);
}

void TrialStreams::beginTrial(std::size_t stream) {
  setTask(stream);
  Place& place = places_[stream];
  place.episodes_done = 0;
  place.episode_return = 0.0F;
  place.stepper->reset(environment_rngs_[stream]);
  // As a history begins: nothing was done, nothing was paid.
  previous_actions_[stream] = static_cast<std::uint8_t>(environment_.spec().action_count);
  previous_rewards_[stream] = 0.0F;
  previous_ends_[stream] = 0;
  begins_[stream] = 1;
  see(stream);
}

void TrialStreams::see(std::size_t stream) {
  const auto size = static_cast<std::size_t>(environment_.spec().observationSize());
  const Place& place = places_[stream];
  const auto from = static_cast<std::size_t>(place.stepper->state()) * size;
  std::copy_n(place.task.observation.begin() + static_cast<std::ptrdiff_t>(from), size,
              observations_.begin() + static_cast<std::ptrdiff_t>(stream * size));
}

void TrialStreams::drawActions(std::span<const float> log_probabilities, std::span<std::uint8_t> actions) {
  const auto action_count = static_cast<std::size_t>(environment_.spec().action_count);
  for (std::size_t stream = 0; stream < places_.size(); ++stream) {
    actions[stream] = static_cast<std::uint8_t>(
        action_rngs_[stream].categorical(log_probabilities.subspan(stream * action_count, action_count)));
  }
}

void TrialStreams::step(std::span<const std::uint8_t> actions, std::span<float> rewards,
                        std::span<std::uint8_t> trial_ends) {
  for (std::size_t stream = 0; stream < places_.size(); ++stream) {
    Place& place = places_[stream];
    const TableStepper::Outcome outcome = place.stepper->step(actions[stream], environment_rngs_[stream]);
    const bool ended = outcome.end != End::None;
    rewards[stream] = outcome.reward;
    trial_ends[stream] = ended && place.episodes_done + 1 >= episodes_per_trial_ ? 1 : 0;
    place.episode_return += outcome.reward;
    begins_[stream] = 0;
    previous_actions_[stream] = actions[stream];
    previous_rewards_[stream] = outcome.reward;
    previous_ends_[stream] = ended ? 1 : 0;
    if (ended) endEpisode(stream);
    see(stream);
  }
}

void TrialStreams::endEpisode(std::size_t stream) {
  Place& place = places_[stream];
  return_sum_ += static_cast<double>(place.episode_return);
  ++return_count_;
  place.episode_return = 0.0F;
  if (++place.episodes_done >= episodes_per_trial_) {
    ++place.trial;
    beginTrial(stream);
  } else {
    place.stepper->reset(environment_rngs_[stream]);
  }
}

std::optional<double> TrialStreams::takeMeanReturn() {
  const std::int64_t count = std::exchange(return_count_, 0);
  const double sum = std::exchange(return_sum_, 0.0);
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

Tensor TrialStreams::exportState() const {
  Tensor state{{static_cast<std::int64_t>(places_.size()), static_cast<std::int64_t>(kNumbers)}, {}};
  for (std::size_t stream = 0; stream < places_.size(); ++stream) {
    const Place& place = places_[stream];
    const std::array<float, kNumbers> numbers{static_cast<float>(place.trial),
                                              static_cast<float>(place.episodes_done),
                                              place.episode_return,
                                              static_cast<float>(place.stepper->state()),
                                              static_cast<float>(place.stepper->steps()),
                                              static_cast<float>(previous_actions_[stream]),
                                              previous_rewards_[stream],
                                              static_cast<float>(previous_ends_[stream]),
                                              static_cast<float>(begins_[stream])};
    state.values.insert(state.values.end(), numbers.begin(), numbers.end());
  }
  return state;
}

void TrialStreams::importState(const Tensor& state) {
  const std::vector<std::int64_t> shape{static_cast<std::int64_t>(places_.size()), static_cast<std::int64_t>(kNumbers)};
  if (state.shape != shape || state.values.size() != places_.size() * kNumbers) {
    throw Error(ErrorCode::Corrupt, fmt::format("the state of streams of trials has shape [{}] instead of [{}]",
                                                fmt::join(state.shape, ", "), fmt::join(shape, ", ")));
  }
  const EnvironmentSpec& spec = environment_.spec();
  for (std::size_t stream = 0; stream < places_.size(); ++stream) {
    const std::span<const float> numbers = std::span(state.values).subspan(stream * kNumbers, kNumbers);
    const auto whole = [&](std::size_t at, double below) {
      const auto value = static_cast<double>(numbers[at]);
      if (!(value >= 0.0 && value < below)) {
        throw Error(ErrorCode::Corrupt, fmt::format("the state of stream {} of trials says {} where less than {} is",
                                                    stream, value, below));
      }
      return static_cast<int>(value);
    };
    Place& place = places_[stream];
    place.trial = whole(0, 1 << 24);  // beyond that floats skip whole numbers
    place.episodes_done = whole(1, episodes_per_trial_);
    place.episode_return = numbers[2];
    setTask(stream);
    place.stepper->startAt(whole(3, place.task.state_count), whole(4, spec.horizon));
    previous_actions_[stream] = static_cast<std::uint8_t>(whole(5, spec.action_count + 1));
    previous_rewards_[stream] = numbers[6];
    previous_ends_[stream] = static_cast<std::uint8_t>(whole(7, 2));
    begins_[stream] = static_cast<std::uint8_t>(whole(8, 2));
    see(stream);
  }
}

}  // namespace limbeck
