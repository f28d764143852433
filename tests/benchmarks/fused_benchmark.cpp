// SPDX-License-Identifier: GPL-3.0-or-later
// Speed of the fused CPU core: training tokens/s and decoder steps/s with a full window, at the sizes that
// docs/performance.md speaks of, in both precisions. Each figure is the median of several rounds with the spread.
// Usage: fused_benchmark [threads] [rounds] [part of a name such as train-S-bf16, decode-M-fp32, train-other]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/jobs/thread_team.h"
#include "core/model/flop_count.h"
#include "core/model/fused/fused_model.h"

namespace limbeck {
namespace {

struct Size {
  std::string name;
  int layers, width, heads, feed_forward, context_length, batch;
};

TransformerConfig configOf(const Size& size) {
  TransformerConfig config;
  config.spec = {{9, 9}, 5, 20};
  config.layers = size.layers;
  config.width = size.width;
  config.heads = size.heads;
  config.feed_forward = size.feed_forward;
  config.context_length = size.context_length;
  return config;
}

ContextBatch randomBatch(const TransformerConfig& config, int windows, Rng rng) {
  ContextBatch batch;
  batch.resize(windows, config.context_length, config.spec.observationSize());
  for (auto& value : batch.observations) value = static_cast<std::uint8_t>(rng.below(9));
  for (auto& value : batch.previous_actions) value = static_cast<std::uint8_t>(rng.below(6));
  for (auto& value : batch.previous_rewards) value = static_cast<float>(rng.below(2));
  for (auto& value : batch.previous_ends) value = static_cast<std::uint8_t>(rng.below(20) == 0);
  for (auto& value : batch.actions) value = static_cast<std::uint8_t>(rng.below(5));
  return batch;
}

double processorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Rates per second and per processor second: the latter says what the code costs when the machine has other work too.
class Rates {
 public:
  void measure(double amount, const std::function<void()>& work) {
    const double processor_start = processorSeconds();
    const auto start = std::chrono::steady_clock::now();
    work();
    rates_.push_back(amount / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    processor_rates_.push_back(amount / (processorSeconds() - processor_start));
  }
  double median() { return middle(rates_); }
  std::string text() {
    const double half = median();
    return fmt::format("{:>9.0f}  ({:.0f} - {:.0f})  {:>8.0f} a processor second", half, rates_.front(), rates_.back(),
                       middle(processor_rates_));
  }

 private:
  static double middle(std::vector<double>& rates) {
    std::ranges::sort(rates);
    return rates[rates.size() / 2];
  }
  std::vector<double> rates_, processor_rates_;
};

void benchTraining(const Size& size, Team& team, int rounds, Precision precision, fused::InstructionSet set) {
  const TransformerConfig config = configOf(size);
  ModelOptions options;
  options.precision = precision;
  const auto model = makeFusedModel(config, options, team, Rng(Seed{1}), set);
  const ContextBatch batch = randomBatch(config, size.batch, Rng(Seed{2}));
  Rates rates;
  model->trainStep(batch, 1e-3, Rng(Seed{3}));
  const double tokens = static_cast<double>(size.batch) * size.context_length;
  for (int i = 0; i < rounds; ++i) rates.measure(tokens, [&] { model->trainStep(batch, 1e-3, Rng(Seed{4})); });
  fmt::print("train  {}  {:<42} tokens/s {}  {:6.1f} GFLOP/s\n", size.name, model->describe(), rates.text(),
             rates.median() * trainingFlops(config) * 1e-9);
  std::fflush(stdout);
}

void benchDecoding(const Size& size, Team& team, int rounds, int drop_count, Precision precision,
                   fused::InstructionSet set) {
  const TransformerConfig config = configOf(size);
  ModelOptions options;
  options.precision = precision;
  const auto model = makeFusedModel(config, options, team, Rng(Seed{1}), set);
  const auto decoder = model->makeDecoder({size.batch, drop_count});
  const ContextBatch batch = randomBatch(config, size.batch, Rng(Seed{2}));
  std::vector<float> out(static_cast<std::size_t>(size.batch) * 5);
  const auto streams = static_cast<std::size_t>(size.batch);
  std::size_t at = 0;
  const auto stepOnce = [&] {
    at = (at + 1) % static_cast<std::size_t>(config.context_length - 1);
    decoder->step({std::span(batch.observations).subspan(2 * streams * at, 2 * streams),
                   std::span(batch.previous_actions).subspan(streams * at, streams),
                   std::span(batch.previous_rewards).subspan(streams * at, streams),
                   std::span(batch.previous_ends).subspan(streams * at, streams)},
                  out);
  };
  for (int i = 0; i < config.context_length; ++i) stepOnce();
  Rates rates;
  for (int round = 0; round < rounds; ++round) {
    rates.measure(size.batch * 2.0 * drop_count, [&] {
      for (int i = 0; i < 2 * drop_count; ++i) stepOnce();  // whole cycles of dropping and encoding again
    });
  }
  fmt::print("decode {}  {:<42} steps/s  {}  {} streams, full window, drop {}\n", size.name, model->describe(),
             rates.text(), size.batch, drop_count);
  std::fflush(stdout);
}

}  // namespace
}  // namespace limbeck

int main(int argc, char** argv) {
  using namespace limbeck;
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 7;
  const std::string only = argc > 3 ? argv[3] : "";
  ThreadTeam team(threads);
  const Size small{"S", 4, 64, 4, 256, 300, 64};
  const Size medium{"M", 4, 128, 4, 512, 400, 64};
  const Size large{"L", 8, 256, 8, 1024, 512, 8};
  const fused::InstructionSet best = fused::availableInstructionSets().back();
  for (const Precision precision : {Precision::Float32, Precision::BFloat16}) {
    const std::string suffix = precision == Precision::BFloat16 ? "-bf16" : "-fp32";
    const auto wanted = [&](const char* name) { return (name + suffix).find(only) != std::string::npos; };
    for (const fused::InstructionSet set : fused::availableInstructionSets()) {
      const bool is_best = &fused::kernelsFor(set, precision) == &fused::kernelsFor(best, precision);
      if (!is_best && wanted("train-other")) benchTraining(small, team, 2, precision, set);
    }
    if (wanted("train-S")) benchTraining(small, team, rounds, precision, best);
    if (wanted("train-M")) benchTraining(medium, team, rounds, precision, best);
    if (wanted("train-L")) benchTraining(large, team, rounds, precision, best);
    if (wanted("decode-S")) benchDecoding(small, team, rounds, 100, precision, best);
    if (wanted("decode-S")) benchDecoding(small, team, rounds, 200, precision, best);
    if (wanted("decode-M")) benchDecoding(medium, team, rounds, 100, precision, best);
  }
  return 0;
}
