// SPDX-License-Identifier: GPL-3.0-or-later
// Each kernel of the fused core on one thread, for every instruction set that this processor has and both precisions,
// at the shapes of sizes S (width 64) and M (width 128). Rates are GFLOP/s of useful arithmetic, or GB/s of memory that
// the kernel must touch at least; hold the first against `limbeck-cli bench --only machine`.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/kernels/aligned_buffer.h"
#include "core/kernels/cache_kernels.h"
#include "core/kernels/cpu_dispatch.h"

namespace {

using namespace limbeck;
using fused::AlignedBuffer;
using fused::Kernels;

constexpr int kRows = 96;       // a block of tokens as the forward pass takes them
constexpr int kSequence = 384;  // tokens of a sequence, in products that end in gradients
constexpr int kWidths[] = {64, 128};

AlignedBuffer randomBuffer(std::int64_t size) {
  AlignedBuffer buffer(size);
  Rng rng(Seed{1});
  for (float& value : buffer.span()) value = static_cast<float>(rng.below(2001)) / 1000.0F - 1.0F;
  return buffer;
}

void setRate(benchmark::State& state, const char* name, double amount) {
  state.counters[name] = benchmark::Counter(1e-9 * amount, benchmark::Counter::kIsIterationInvariantRate);
}

void multiply(benchmark::State& state, const Kernels& kernels, int depth, int n) {
  const AlignedBuffer a = randomBuffer(kRows * depth);
  const AlignedBuffer b = randomBuffer(depth * n);
  AlignedBuffer packed(kernels.packedSize(depth, n));
  const AlignedBuffer bias = randomBuffer(n);
  AlignedBuffer c(kRows * n);
  kernels.pack(depth, n, b.data(), n, 1, packed.data());
  for (auto _ : state) kernels.multiply(kRows, n, depth, a.data(), depth, packed.data(), bias.data(), c.data(), n);
  setRate(state, "GFLOP/s", 2.0 * kRows * depth * n);
}

void multiplyTransposedAdd(benchmark::State& state, const Kernels& kernels, int m, int n) {
  const AlignedBuffer a = randomBuffer(kSequence * m);
  const AlignedBuffer b = randomBuffer(kSequence * n);
  AlignedBuffer c(m * n);
  for (auto _ : state) kernels.multiplyTransposedAdd(m, n, kSequence, a.data(), m, b.data(), n, c.data(), n);
  setRate(state, "GFLOP/s", 2.0 * kSequence * m * n);
}

void layerNorm(benchmark::State& state, const Kernels& kernels, int width) {
  const AlignedBuffer x = randomBuffer(kSequence * width);
  const AlignedBuffer gain = randomBuffer(width);
  const AlignedBuffer bias = randomBuffer(width);
  AlignedBuffer y(kSequence * width), mean(kSequence), rstd(kSequence);
  for (auto _ : state) {
    kernels.layerNorm(kSequence, width, x.data(), width, gain.data(), bias.data(), y.data(), width, mean.data(),
                      rstd.data());
  }
  setRate(state, "GB/s", 2.0 * sizeof(float) * kSequence * width);
}

void layerNormBackward(benchmark::State& state, const Kernels& kernels, int width) {
  const AlignedBuffer x = randomBuffer(kSequence * width);
  const AlignedBuffer gain = randomBuffer(width);
  const AlignedBuffer mean(kSequence), rstd = randomBuffer(kSequence);
  const AlignedBuffer dy = randomBuffer(kSequence * width);
  AlignedBuffer dx(kSequence * width), dgain(width), dbias(width);
  for (auto _ : state) {
    kernels.layerNormBackward(kSequence, width, x.data(), width, gain.data(), mean.data(), rstd.data(), dy.data(),
                              width, dx.data(), width, dgain.data(), dbias.data());
  }
  setRate(state, "GB/s", 4.0 * sizeof(float) * kSequence * width);
}

void gelu(benchmark::State& state, const Kernels& kernels, int width) {
  const AlignedBuffer x = randomBuffer(kRows * width);
  AlignedBuffer y(kRows * width);
  for (auto _ : state) kernels.gelu(kRows, width, x.data(), width, y.data(), width);
  setRate(state, "GB/s", 2.0 * sizeof(float) * kRows * width);
}

void geluBackward(benchmark::State& state, const Kernels& kernels, int width) {
  const AlignedBuffer x = randomBuffer(kRows * width);
  AlignedBuffer y(kRows * width), dy(kRows * width);
  for (auto _ : state) kernels.geluBackward(kRows, width, x.data(), width, y.data(), width, dy.data(), width);
  setRate(state, "GB/s", 4.0 * sizeof(float) * kRows * width);
}

void softmaxLoss(benchmark::State& state, const Kernels& kernels) {
  constexpr int kActions = 5, kLd = 16;
  const AlignedBuffer start = randomBuffer(kSequence * kLd);
  const std::vector<std::uint8_t> targets(kSequence, 3);
  AlignedBuffer logits(kSequence * kLd);
  for (auto _ : state) {
    std::ranges::copy(start.span(), logits.data());  // The gradient takes the logits' place.
    benchmark::DoNotOptimize(
        kernels.softmaxLoss(kSequence, kActions, logits.data(), kLd, targets.data(), 0.0F, 1.0F / kSequence).loss);
  }
  state.counters["tokens/s"] = benchmark::Counter(kSequence, benchmark::Counter::kIsIterationInvariantRate);
}

void adamW(benchmark::State& state, const Kernels& kernels) {
  constexpr std::int64_t kParameters = 802'816;  // size M
  const fused::AdamWStep step{.learning_rate = 1e-6F,
                              .beta1 = 0.9F,
                              .beta2 = 0.99F,
                              .one_minus_beta1 = 0.1F,
                              .one_minus_beta2 = 0.01F,
                              .epsilon = 1e-8F};
  const AlignedBuffer gradients = randomBuffer(kParameters);
  AlignedBuffer parameters(kParameters), first(kParameters), second(kParameters);
  for (auto _ : state) {
    kernels.adamW(kParameters, step, parameters.data(), gradients.data(), first.data(), second.data());
  }
  setRate(state, "GB/s", 7.0 * sizeof(float) * kParameters);
}

/// One new token of each of 64 streams: their caches together are far larger than the last-level cache at size M.
void cachedAttention(benchmark::State& state, const fused::CacheKernels& kernels, int width, int length) {
  constexpr int kStreams = 64, kHeads = 4;
  const fused::CacheShape shape{.capacity = (length + fused::kCacheBlock - 1) / fused::kCacheBlock * fused::kCacheBlock,
                                .heads = kHeads,
                                .head_width = width / kHeads};
  const std::int64_t bytes = (kernels.layerBytes(shape) + 63) / 64 * 64;
  AlignedBuffer caches(kStreams * bytes / static_cast<std::int64_t>(sizeof(float)));
  const auto cacheOf = [&](int stream) { return reinterpret_cast<std::byte*>(caches.data()) + stream * bytes; };
  const AlignedBuffer tokens = randomBuffer(static_cast<std::int64_t>(length) * width);
  const AlignedBuffer query = randomBuffer(width);
  AlignedBuffer out(width), scratch(fused::cacheScratch(shape));
  for (int stream = 0; stream < kStreams; ++stream) {
    kernels.fill(shape, length, tokens.data(), tokens.data(), width, cacheOf(stream));
  }
  for (auto _ : state) {
    for (int stream = 0; stream < kStreams; ++stream) {
      kernels.attend(shape, query.data(), cacheOf(stream), length, out.data(), scratch.data());
    }
  }
  setRate(state, "GFLOP/s", 4.0 * kStreams * width * length);
  setRate(state, "GB/s", static_cast<double>(kStreams) * static_cast<double>(bytes) * length / shape.capacity);
}

using Bench = std::function<void(benchmark::State&)>;

void add(std::string_view kernel, std::string_view shape, std::string_view set, const Bench& bench) {
  benchmark::RegisterBenchmark(fmt::format("{}/{}/{}", kernel, shape, set).c_str(), bench)
      ->Unit(benchmark::kMicrosecond);
}

void addProducts(const Kernels& kernels, const std::string& set) {
  for (const int width : kWidths) {
    const std::pair<int, int> shapes[] = {{width, 3 * width}, {width, width}, {width, 4 * width}, {4 * width, width}};
    for (const auto& [depth, n] : shapes) {
      add("multiply", fmt::format("{}x{}x{}", kRows, depth, n), set,
          [&kernels, depth = depth, n = n](benchmark::State& state) { multiply(state, kernels, depth, n); });
      add("multiplyTransposedAdd", fmt::format("{}x{}x{}", depth, kSequence, n), set,
          [&kernels, m = depth, n = n](benchmark::State& state) { multiplyTransposedAdd(state, kernels, m, n); });
    }
  }
}

/// These are the same in both precisions.
void addElementwise(const Kernels& kernels, const std::string& set) {
  for (const int width : kWidths) {
    const std::string shape = fmt::format("width {}", width);
    add("layerNorm", shape, set, [&kernels, width](benchmark::State& s) { layerNorm(s, kernels, width); });
    add("layerNormBackward", shape, set,
        [&kernels, width](benchmark::State& s) { layerNormBackward(s, kernels, width); });
    const std::string wide = fmt::format("width {}", 4 * width);
    add("gelu", wide, set, [&kernels, width](benchmark::State& s) { gelu(s, kernels, 4 * width); });
    add("geluBackward", wide, set, [&kernels, width](benchmark::State& s) { geluBackward(s, kernels, 4 * width); });
  }
  add("softmaxLoss", "5 actions", set, [&kernels](benchmark::State& s) { softmaxLoss(s, kernels); });
  add("adamW", "size M", set, [&kernels](benchmark::State& s) { adamW(s, kernels); });
}

void addCaches(fused::InstructionSet set, const std::string& name) {
  const std::pair<CachePrecision, const char*> formats[] = {
      {CachePrecision::Float32, "fp32"}, {CachePrecision::BFloat16, "bf16"}, {CachePrecision::Int8, "int8"}};
  for (const auto& [format, format_name] : formats) {
    const fused::CacheKernels& kernels = fused::cacheKernelsFor(set, format);
    for (const auto& [width, length] : {std::pair{64, 300}, std::pair{128, 400}, std::pair{64, 4000}}) {
      add("cachedAttention", fmt::format("width {}, context {}", width, length), name + ", " + format_name,
          [&kernels, width = width, length = length](benchmark::State& state) {
            cachedAttention(state, kernels, width, length);
          });
    }
  }
}

const char* nameOf(fused::InstructionSet set) {
  switch (set) {
    case fused::InstructionSet::Baseline:
      return "baseline";
    case fused::InstructionSet::Avx2:
      return "AVX2";
    case fused::InstructionSet::Avx512:
      return "AVX-512";
    case fused::InstructionSet::Avx512Bf16:
      return "AVX-512 BF16";
    case fused::InstructionSet::Amx:
      return "AMX";
  }
  return "?";
}

void addAll() {
  std::vector<const Kernels*> seen;  // A set that brings nothing new for a precision has the table of the set below.
  const auto isNew = [&](const Kernels& kernels) {
    if (std::ranges::find(seen, &kernels) != seen.end()) return false;
    seen.push_back(&kernels);
    return true;
  };
  std::vector<const fused::CacheKernels*> seen_caches;
  for (const fused::InstructionSet set : fused::availableInstructionSets()) {
    const std::string name = nameOf(set);
    const Kernels& single = fused::kernelsFor(set, Precision::Float32);
    const Kernels& half = fused::kernelsFor(set, Precision::BFloat16);
    if (isNew(single)) {
      addProducts(single, name + ", fp32");
      addElementwise(single, name);
    }
    if (isNew(half)) addProducts(half, name + ", bf16");
    const fused::CacheKernels& caches = fused::cacheKernelsFor(set, CachePrecision::BFloat16);
    if (std::ranges::find(seen_caches, &caches) == seen_caches.end()) addCaches(set, name);
    seen_caches.push_back(&caches);
  }
}

}  // namespace

int main(int argc, char** argv) {
  addAll();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
