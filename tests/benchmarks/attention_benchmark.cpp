// SPDX-License-Identifier: GPL-3.0-or-later
// Speed of the fused core's causal attention on one thread, forward and backward, for every table of kernels that this
// processor runs. GFLOP/s count the causal half only, and four products of the backward pass (the scores, which it
// computes again, are not counted twice); they are rates per processor second. Repetitions of all variants are
// interleaved at random, so that they share the machine's moods. Takes Google Benchmark's flags, for instance
// --benchmark_filter="S.*bf16".
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/kernels/aligned_buffer.h"
#include "core/kernels/cpu_dispatch.h"

namespace limbeck {
namespace {

struct Size {
  std::string name;
  int length, heads, head_width;
};

const std::vector<Size>& sizes() {
  static const std::vector<Size> all = {
      {"S", 300, 4, 16}, {"M", 400, 4, 32}, {"L", 512, 8, 32}, {"2000", 2000, 4, 32}, {"4000", 4000, 4, 32}};
  return all;
}

/// One sequence with random rows, run forward once.
class Sequence {
 public:
  Sequence(const Size& size, const fused::Kernels& kernels)
      : kernels_(kernels),
        rows_((size.length + 31) / 32 * 32),
        shape_{.length = size.length,
               .heads = size.heads,
               .head_width = size.head_width,
               .qkv_ld = 3 * size.heads * size.head_width + 16,
               .out_ld = size.heads * size.head_width + 16,
               .dropout = {}},
        qkv_(rows_ * shape_.qkv_ld),
        dqkv_(rows_ * shape_.qkv_ld),
        out_(rows_ * shape_.out_ld),
        dout_(rows_ * shape_.out_ld),
        log_sums_(rows_ * size.heads),
        scratch_(kernels.attentionScratch(size.length, size.head_width)) {
    Rng rng(Seed{1});
    for (std::int64_t i = 0; i < rows_ * shape_.qkv_ld; ++i) qkv_.data()[i] = static_cast<float>(rng.normal());
    for (std::int64_t i = 0; i < rows_ * shape_.out_ld; ++i) dout_.data()[i] = static_cast<float>(rng.normal());
    forward();
  }

  void forward() { kernels_.attentionForward(shape_, qkv_.data(), out_.data(), log_sums_.data(), scratch_.data()); }
  void backward() {
    kernels_.attentionBackward(shape_, qkv_.data(), out_.data(), log_sums_.data(), dout_.data(), dqkv_.data(),
                               scratch_.data());
  }

 private:
  const fused::Kernels& kernels_;
  std::int64_t rows_;
  fused::AttentionShape shape_;
  fused::AlignedBuffer qkv_, dqkv_, out_, dout_, log_sums_, scratch_;
};

double productFlops(const Size& size) {
  return 2.0 * size.heads * size.head_width * (0.5 * size.length * (size.length + 1.0));
}

void registerBoth(const Size& size, const fused::Kernels& kernels, const std::string& variant) {
  const auto add = [&](const std::string& direction, int products, void (Sequence::*work)()) {
    benchmark::RegisterBenchmark((size.name + "/" + direction + "/" + variant).c_str(), [&size, &kernels, products,
                                                                                         work](
                                                                                            benchmark::State& state) {
      Sequence sequence(size, kernels);
      for (auto _ : state) (sequence.*work)();
      state.counters["GFLOP/s"] =
          benchmark::Counter(products * productFlops(size) * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
    })->Unit(benchmark::kMicrosecond);
  };
  add("forward", 2, &Sequence::forward);
  add("backward", 4, &Sequence::backward);
}

void registerAll() {
  for (const Size& size : sizes()) {
    for (const Precision precision : {Precision::Float32, Precision::BFloat16}) {
      const fused::Kernels* last = nullptr;
      for (const fused::InstructionSet set : fused::availableInstructionSets()) {
        const fused::Kernels& kernels = fused::kernelsFor(set, precision);
        if (&kernels == last) continue;  // a set that brings nothing for this precision
        last = &kernels;
        registerBoth(size, kernels,
                     fmt::format("{} {}", kernels.name, precision == Precision::Float32 ? "fp32" : "bf16"));
      }
    }
  }
}

}  // namespace
}  // namespace limbeck

int main(int argc, char** argv) {
  std::vector<std::string> flags = {"--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=5",
                                    "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.02"};
  std::vector<char*> arguments{argv[0]};  // ours first: what the user says comes later and counts
  for (std::string& flag : flags) arguments.push_back(flag.data());
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  limbeck::registerAll();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
