// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_cases.h"

#include <fmt/format.h>

#include <memory>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/env/environment.h"
#include "core/model/sequence_model.h"
#include "core/source/source_algorithm.h"

namespace limbeck::cli {
namespace {

constexpr Seed kBenchSeed{1};

struct Shape {
  const char* name;
  int width;
  int feed_forward;
  int context_length;
};

constexpr Shape kShapes[] = {{"S", 64, 256, 300}, {"M", 128, 512, 400}};
constexpr int kBatch = 64;
constexpr int kStreams = 64;

TransformerConfig transformer(const Shape& shape) {
  TransformerConfig config;
  config.spec = makeEnvironment(defaultOptions("darkroom"))->spec();
  config.context_length = shape.context_length;
  config.width = shape.width;
  config.feed_forward = shape.feed_forward;
  return config;
}

/// Windows of random moments: what is in them does not change how long they take.
std::shared_ptr<const ContextBatch> randomBatch(const TransformerConfig& config) {
  auto batch = std::make_shared<ContextBatch>();
  batch->resize(kBatch, config.context_length, config.spec.observationSize());
  Rng rng(kBenchSeed);
  const auto below = [&](int count) { return static_cast<std::uint8_t>(rng.below(static_cast<std::uint32_t>(count))); };
  for (std::size_t i = 0; i < batch->observations.size(); ++i) {
    batch->observations[i] = below(config.spec.observation_classes[i % batch->observation_size]);
  }
  for (std::size_t i = 0; i < batch->actions.size(); ++i) {
    batch->previous_actions[i] = below(config.spec.action_count);
    batch->actions[i] = below(config.spec.action_count);
    batch->previous_rewards[i] = static_cast<float>(below(2));
    batch->previous_ends[i] = i % 20 == 0 ? 1 : 0;
  }
  return batch;
}

BenchCase historiesCase() {
  const auto environment = makeEnvironment(defaultOptions("darkroom"));
  const auto task = std::make_shared<TabularTask>(environment->makeTask(TaskId{5}));
  const std::shared_ptr<SourceAlgorithm> algorithm = makeSourceAlgorithm(SourceOptions{});
  const auto buffer = std::make_shared<HistoryBuffer>();
  return {.name = "Q-learning histories, Dark Room, in memory", .unit = "steps/s", .work = [=] {
            double steps = 0.0;
            for (std::uint64_t seed = 0; seed < 500; ++seed) {
              buffer->clear();
              algorithm->learn(*task, Rng(Seed{seed}), *buffer);
              steps += static_cast<double>(buffer->actions.size());
            }
            return steps;
          }};
}

BenchCase trainingCase(const Shape& shape, std::shared_ptr<SequenceModel> model) {
  const auto batch = randomBatch(model->config());
  return {.name = fmt::format("training {}, {}", shape.name, model->describe()), .unit = "tokens/s", .work = [=] {
            model->trainStep(*batch, 1e-4, Rng(kBenchSeed));
            return static_cast<double>(batch->windows) * batch->length;
          }};
}

/// Decodes with windows that are nearly full all the time: the expensive regime, hops included in proportion.
BenchCase decodingCase(const Shape& shape, const std::shared_ptr<SequenceModel>& model) {
  const TransformerConfig& config = model->config();
  const std::shared_ptr<Decoder> decoder =
      model->makeDecoder({.streams = kStreams, .drop_count = config.context_length / 3});
  const auto batch = randomBatch(config);
  const auto log_probabilities =
      std::make_shared<std::vector<float>>(static_cast<std::size_t>(kStreams) * config.spec.action_count);
  const auto position = std::make_shared<std::size_t>(0);
  const std::size_t moments = batch->actions.size() / kStreams;
  const auto decode = [=](int steps) {
    for (int step = 0; step < steps; ++step) {
      const std::size_t first = (*position)++ % moments * kStreams;
      const std::size_t size = static_cast<std::size_t>(batch->observation_size);
      decoder->step({.observations = std::span(batch->observations).subspan(first * size, kStreams * size),
                     .previous_actions = std::span(batch->previous_actions).subspan(first, kStreams),
                     .previous_rewards = std::span(batch->previous_rewards).subspan(first, kStreams),
                     .previous_ends = std::span(batch->previous_ends).subspan(first, kStreams)},
                    *log_probabilities);
    }
    return static_cast<double>(steps) * kStreams;
  };
  decode(config.context_length);
  return {.name = fmt::format("decoding {}, full context, {} streams, {}", shape.name, kStreams, model->describe()),
          .unit = "env steps/s",
          .work = [=] { return decode(config.context_length / 3); }};
}

}  // namespace

std::vector<BenchResult> runBenchCases(Team& team, int repetitions) {
  std::vector<BenchCase> cases{historiesCase()};
  for (const Shape& shape : kShapes) {
    for (const Backend backend : {Backend::Fused, Backend::Torch}) {
      try {
        const std::shared_ptr<SequenceModel> model =
            makeSequenceModel(transformer(shape), {.backend = backend}, team, Rng(kBenchSeed));
        cases.push_back(trainingCase(shape, model));
        cases.push_back(decodingCase(shape, model));
      } catch (const Error& error) {
        log::warning("left out: {}", error.what());  // A build without LibTorch still has the other half of the table.
      }
    }
  }
  return measureInterleaved(cases, repetitions);
}

}  // namespace limbeck::cli
