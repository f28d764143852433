// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/base/team.h"
#include "core/model/sequence_model.h"

namespace limbeck::torch_backend {

/// Deals the streams out to the threads of a team, each with a decoder of its own. `team` must outlive it.
class TeamDecoder final : public Decoder {
 public:
  /// `make` makes a decoder of so many streams; it works alone, with one thread.
  TeamDecoder(const TransformerConfig& config, int streams, Team& team,
              const std::function<std::unique_ptr<Decoder>(int streams)>& make);
  void step(const TokenColumns& tokens, std::span<float> log_probabilities) override;
  void clear(int stream) override;
  int length(int stream) const override;

 private:
  struct Part {
    int begin = 0;
    int count = 0;
    std::unique_ptr<Decoder> decoder;
  };
  const Part& partOf(int stream) const;

  Team& team_;
  std::size_t observation_size_;
  std::size_t action_count_;
  std::vector<Part> parts_;
};

}  // namespace limbeck::torch_backend
