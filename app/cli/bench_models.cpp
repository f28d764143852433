// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_models.h"

#include <fmt/format.h>

#include <exception>
#include <set>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/env/environment.h"

namespace limbeck::cli {
namespace {

struct Variant {
  const char* name;
  Backend backend;
  Precision precision;
  TorchStyle style;
};

constexpr Variant kVariants[] = {
    {"fused fp32", Backend::Fused, Precision::Float32, TorchStyle::Tuned},
    {kFusedBFloat16, Backend::Fused, Precision::BFloat16, TorchStyle::Tuned},
    {"LibTorch fp32", Backend::Torch, Precision::Float32, TorchStyle::Tuned},
    {"LibTorch bf16", Backend::Torch, Precision::BFloat16, TorchStyle::Tuned},
    {kPlainFloat32, Backend::Torch, Precision::Float32, TorchStyle::Plain},
    {kPlainBFloat16, Backend::Torch, Precision::BFloat16, TorchStyle::Plain},
};

/// The fused core is for CPUs; there, the issue of precision is settled by it, and tuned LibTorch is the fp32
/// reference.
bool isMeasuredOn(Device device, const Variant& variant) {
  if (device == Device::Cuda) return variant.backend == Backend::Torch;
  return variant.backend == Backend::Fused || variant.style == TorchStyle::Plain ||
         variant.precision == Precision::Float32;
}

void sayOnce(const std::string& reason) {
  static std::set<std::string> said;  // The commands of limbeck-cli run on one thread.
  if (said.insert(reason).second) log::warning("left out: {}", reason);
}

}  // namespace

std::string BenchShape::describe() const {
  return fmt::format("{} layers x {}, {} heads, FFN {}, context {}", layers, width, heads, feed_forward,
                     context_length);
}

TransformerConfig transformerOf(const BenchShape& shape) {
  TransformerConfig config;
  config.spec = makeEnvironment(defaultOptions("darkroom"))->spec();
  config.context_length = shape.context_length;
  config.layers = shape.layers;
  config.heads = shape.heads;
  config.width = shape.width;
  config.feed_forward = shape.feed_forward;
  return config;
}

std::shared_ptr<const ContextBatch> randomBatch(const TransformerConfig& config, int windows) {
  auto batch = std::make_shared<ContextBatch>();
  batch->resize(windows, config.context_length, config.spec.observationSize());
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

std::vector<BenchModel> makeBenchModels(const BenchShape& shape, Device device, Team& team) {
  std::vector<BenchModel> models;
  std::exception_ptr failure;
  for (const Variant& variant : kVariants) {
    if (!isMeasuredOn(device, variant)) continue;
    try {
      ModelOptions options;
      options.backend = variant.backend;
      options.device = device;
      options.precision = variant.precision;
      options.torch_style = variant.style;
      models.push_back({.name = variant.name,
                        .precision = variant.precision,
                        .model = makeSequenceModel(transformerOf(shape), options, team, Rng(kBenchSeed))});
    } catch (const Error& error) {
      failure = std::current_exception();
      sayOnce(fmt::format("{}: {}", variant.name, error.what()));  // A build without LibTorch has half of the table.
    }
  }
  if (models.empty() && failure) std::rethrow_exception(failure);
  return models;
}

}  // namespace limbeck::cli
