// SPDX-License-Identifier: GPL-3.0-or-later
// Speed of decoding in context with full windows: environment steps/s of 64 streams by context length, precision of the
// model and format of the cache. A round is one whole cycle, in which each stream drops a third of its context once and
// encodes the rest again; rounds of all variants alternate, so that they share the machine's moods. Usage:
// decoding_benchmark [threads] [rounds] [a part of "S 300"] [a part of "bf16, cache int8"]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/jobs/thread_team.h"
#include "core/model/fused/fused_model.h"

namespace limbeck {
namespace {

constexpr int kStreams = 64;

struct Variant {
  std::string name;
  Precision precision;
  CachePrecision cache;
};

const std::vector<Variant>& variants() {
  static const std::vector<Variant> all = {{"fp32, cache fp32", Precision::Float32, CachePrecision::Float32},
                                           {"fp32, cache bf16", Precision::Float32, CachePrecision::BFloat16},
                                           {"fp32, cache int8", Precision::Float32, CachePrecision::Int8},
                                           {"bf16, cache bf16", Precision::BFloat16, CachePrecision::BFloat16},
                                           {"bf16, cache int8", Precision::BFloat16, CachePrecision::Int8}};
  return all;
}

double processorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// One decoder, stepped with random tokens until its windows are full.
class Contestant {
 public:
  Contestant(const TransformerConfig& config, const Variant& variant, int drop_count, Team& team)
      : name_(variant.name), drop_count_(drop_count), rng_(Seed{2}) {
    ModelOptions options;
    options.precision = variant.precision;
    const auto model = makeFusedModel(config, options, team, Rng(Seed{1}));
    decoder_ = model->makeDecoder({.streams = kStreams, .drop_count = drop_count, .cache = variant.cache});
    observations_.resize(2 * kStreams);
    previous_actions_.resize(kStreams);
    previous_rewards_.resize(kStreams);
    previous_ends_.resize(kStreams);
    log_probabilities_.resize(5 * kStreams);
    for (int i = 0; i < config.context_length; ++i) step();
  }

  void measure() {
    const double processor_start = processorSeconds();
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < drop_count_; ++i) step();
    const double steps = static_cast<double>(kStreams) * drop_count_;
    rates_.push_back(steps / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    processor_rates_.push_back(steps / (processorSeconds() - processor_start));
  }

  void print(const std::string& size) {
    std::ranges::sort(rates_);
    std::ranges::sort(processor_rates_);
    const auto text = [](const std::vector<double>& sorted) {
      return fmt::format("{:>8.0f} ({:.0f} - {:.0f})", sorted[sorted.size() / 2], sorted.front(), sorted.back());
    };
    fmt::print("{:<6}  {}  steps/s {}  a processor second {}\n", size, name_, text(rates_), text(processor_rates_));
    std::fflush(stdout);
  }

 private:
  void step() {
    for (auto& value : observations_) value = static_cast<std::uint8_t>(rng_.below(9));
    for (auto& value : previous_actions_) value = static_cast<std::uint8_t>(rng_.below(5));
    for (auto& value : previous_rewards_) value = static_cast<float>(rng_.below(2));
    decoder_->step({observations_, previous_actions_, previous_rewards_, previous_ends_}, log_probabilities_);
  }

  std::string name_;
  int drop_count_;
  Rng rng_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<std::uint8_t> observations_, previous_actions_, previous_ends_;
  std::vector<float> previous_rewards_, log_probabilities_;
  std::vector<double> rates_, processor_rates_;
};

void bench(const std::string& size, int width, int context_length, const std::string& only, Team& team, int rounds) {
  TransformerConfig config;
  config.spec = {{9, 9}, 5, 20};
  config.layers = 4;
  config.width = width;
  config.heads = 4;
  config.feed_forward = 4 * width;
  config.context_length = context_length;
  std::vector<std::unique_ptr<Contestant>> contestants;
  for (const Variant& variant : variants()) {
    if (variant.name.find(only) != variant.name.npos)
      contestants.push_back(std::make_unique<Contestant>(config, variant, std::max(1, context_length / 3), team));
  }
  for (int round = 0; round < rounds; ++round) {
    for (const auto& contestant : contestants) contestant->measure();
  }
  for (const auto& contestant : contestants) contestant->print(size);
}

}  // namespace
}  // namespace limbeck

int main(int argc, char** argv) {
  using namespace limbeck;
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 7;
  const std::string only_size = argc > 3 ? argv[3] : "";
  const std::string only_variant = argc > 4 ? argv[4] : "";
  ThreadTeam team(threads);
  for (const auto& [name, width] : {std::pair{"S", 64}, {"M", 128}}) {
    for (const int context_length : {100, 300, 1000, 4000}) {
      const std::string size = fmt::format("{} {}", name, context_length);
      if (size.find(only_size) != size.npos) bench(size, width, context_length, only_variant, team, rounds);
    }
  }
  return 0;
}
