// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/team_decoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"

namespace limbeck::torch_backend {

TeamDecoder::TeamDecoder(const TransformerConfig& config, int streams, Team& team,
                         const std::function<std::unique_ptr<Decoder>(int streams)>& make)
    : team_(team),
      observation_size_(static_cast<std::size_t>(config.spec.observationSize())),
      action_count_(static_cast<std::size_t>(config.spec.action_count)) {
  for (int worker = 0; worker < team.size(); ++worker) {
    const int begin = static_cast<int>(shareBegin(streams, worker, team.size()));
    const int count = static_cast<int>(shareBegin(streams, worker + 1, team.size())) - begin;
    if (count > 0) parts_.push_back({begin, count, make(count)});
  }
}

void TeamDecoder::step(const TokenColumns& tokens, std::span<float> log_probabilities) {
  team_.run([&](int worker) {
    if (worker >= static_cast<int>(parts_.size())) return;
    const Part& part = parts_[static_cast<std::size_t>(worker)];
    const auto begin = static_cast<std::size_t>(part.begin);
    const auto count = static_cast<std::size_t>(part.count);
    part.decoder->step({tokens.observations.subspan(begin * observation_size_, count * observation_size_),
                        tokens.previous_actions.subspan(begin, count), tokens.previous_rewards.subspan(begin, count),
                        tokens.previous_ends.subspan(begin, count)},
                       log_probabilities.subspan(begin * action_count_, count * action_count_));
  });
}

const TeamDecoder::Part& TeamDecoder::partOf(int stream) const {
  const auto found = std::ranges::find_if(parts_, [&](const Part& part) { return stream < part.begin + part.count; });
  LIMBECK_CHECK(stream >= 0 && found != parts_.end(), fmt::format("stream {} does not exist", stream));
  return *found;
}

void TeamDecoder::clear(int stream) {
  const Part& part = partOf(stream);
  part.decoder->clear(stream - part.begin);
}

int TeamDecoder::length(int stream) const {
  const Part& part = partOf(stream);
  return part.decoder->length(stream - part.begin);
}

}  // namespace limbeck::torch_backend
