// SPDX-License-Identifier: GPL-3.0-or-later
// A dataset far larger than what a workbench usually sees: 10^9 transitions are generated, mapped, sampled and trained
// on, beside a small one. Prints rates, and the memory that is the process's own (anonymous; the page cache is not).
// Usage: large_dataset_benchmark [transitions] [threads] [folder]; needs 8 bytes a transition of disk, freed at the
// end.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/work_control.h"
#include "core/data/context_sampler.h"
#include "core/jobs/thread_team.h"
#include "core/model/sequence_model.h"
#include "core/source/history_generator.h"

namespace limbeck {
namespace {

constexpr int kTasks = 80;
constexpr int kBatch = 64;
constexpr ContextSamplerOptions kContext{.context_length = 300, .keep_every = 7, .start_share = 0.8};

double processorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Memory of this process in MB, as the kernel counts it; the peak of what is its own since the last `begin`.
class Memory {
 public:
  void begin() { peak_ = 0.0; }
  void look() {
    std::ifstream status("/proc/self/status");
    for (std::string key; status >> key;) {
      double kilobytes = 0.0;
      if (key == "RssAnon:" && status >> kilobytes) peak_ = std::max(peak_, kilobytes / 1024.0);
      if (key == "VmRSS:" && status >> kilobytes) resident_ = kilobytes / 1024.0;
    }
    whole_peak_ = std::max(whole_peak_, peak_);
  }
  double peak() const { return peak_; }
  double wholePeak() const { return whole_peak_; }
  double resident() const { return resident_; }

 private:
  double peak_ = 0.0;
  double whole_peak_ = 0.0;
  double resident_ = 0.0;
};

Memory memory;

/// Runs a phase and prints what it took. The work looks at memory itself where it can, this does before and after.
void phase(const std::string& name, double amount, const std::string& unit, const std::function<void()>& work) {
  memory.begin();
  memory.look();
  const double processor_begin = processorSeconds();
  const auto begin = std::chrono::steady_clock::now();
  work();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double processor_seconds = processorSeconds() - processor_begin;
  memory.look();
  fmt::print(
      "{:<34} {:>8.2f} s {:>12.4g} {} a second, {:>10.4g} a processor second; own memory {:.0f} MB, resident {:.0f} "
      "MB\n",
      name, seconds, amount / seconds, unit, amount / processor_seconds, memory.peak(), memory.resident());
  std::fflush(stdout);
}

void generate(const std::filesystem::path& directory, int histories_per_task, Team& team) {
  const auto environment = makeEnvironment(defaultOptions("darkroom"));
  std::vector<TaskId> tasks;
  for (int task = 0; task < kTasks; ++task) tasks.push_back(TaskId{task});
  const auto look = [](const GenerationSnapshot&) { memory.look(); };
  generateHistories(*environment, tasks, {}, {.histories_per_task = histories_per_task}, nlohmann::json::object(),
                    directory, Rng(Seed{1}), team, look, uninterrupted());
}

void drawBatches(const ContextSampler& sampler, int batches) {
  ContextBatch batch;
  for (int i = 0; i < batches; ++i) {
    sampler.sample(kBatch, Rng(Seed{2}).split("batch", static_cast<std::uint64_t>(i)), batch);
    if (i % 64 == 0) memory.look();
  }
}

/// One optimiser step a call, on batches of one sampler, with the time of drawing them kept apart.
class Trial {
 public:
  Trial(const ContextSampler& sampler, const EnvironmentSpec& spec, Team& team) : sampler_(sampler) {
    TransformerConfig config;
    config.spec = spec;
    config.context_length = kContext.context_length;
    config.layers = 2;
    config.width = 32;
    config.heads = 2;
    config.feed_forward = 128;
    model_ = makeSequenceModel(config, {.backend = Backend::Fused}, team, Rng(Seed{3}));
  }

  void step() {
    const auto begin = std::chrono::steady_clock::now();
    sampler_.sample(kBatch, Rng(Seed{4}).split("batch", step_++), batch_);
    const auto drawn = std::chrono::steady_clock::now();
    loss_ = model_->trainStep(batch_, 1e-3, Rng(Seed{5})).loss;
    const auto end = std::chrono::steady_clock::now();
    drawing_seconds_ += std::chrono::duration<double>(drawn - begin).count();
    seconds_.push_back(std::chrono::duration<double>(end - begin).count());
  }

  void print(const char* name) {
    double total = 0.0;
    for (const double seconds : seconds_) total += seconds;
    std::ranges::sort(seconds_);
    fmt::print(
        "trained on the {} one: {} steps, {:.0f} tokens/s ({:.0f} by the median step), {:.2f} % of it drawing batches, "
        "loss {:.3f}\n",
        name, seconds_.size(), tokens(total / static_cast<double>(seconds_.size())), medianRate(),
        100.0 * drawing_seconds_ / total, loss_);
  }
  double medianRate() const { return tokens(seconds_[seconds_.size() / 2]); }

 private:
  static double tokens(double seconds) { return kBatch * kContext.context_length / seconds; }

  const ContextSampler& sampler_;
  std::unique_ptr<SequenceModel> model_;
  ContextBatch batch_;
  std::uint64_t step_ = 0;
  double drawing_seconds_ = 0.0;
  std::vector<double> seconds_;
  double loss_ = 0.0;
};

void run(double transitions, int threads, const std::filesystem::path& folder) {
  ThreadTeam team(threads);
  const double history_rows = 105.0 * 20.0;
  const int histories = static_cast<int>(std::ceil(transitions / (kTasks * history_rows)));
  const double total = static_cast<double>(histories) * kTasks * history_rows;
  fmt::print("{} threads, {:.0f} transitions in {} histories, {:.1f} GB\n", threads, total, histories * kTasks,
             8e-9 * total);
  phase("small one generated", 64.0 * kTasks * history_rows, "steps", [&] { generate(folder / "small", 64, team); });
  phase("large one generated, synced", total, "steps", [&] { generate(folder / "large", histories, team); });
  std::unique_ptr<HistoryDataset> large;
  phase("mapped, without checksums", total, "steps",
        [&] { large = std::make_unique<HistoryDataset>(folder / "large", Verify::StructureOnly); });
  phase("mapped, with checksums", total, "steps", [&] { large = std::make_unique<HistoryDataset>(folder / "large"); });
  const HistoryDataset small(folder / "small");
  std::unique_ptr<ContextSampler> large_sampler;
  phase("sampler made", total, "steps", [&] { large_sampler = std::make_unique<ContextSampler>(*large, kContext); });
  const ContextSampler small_sampler(small, kContext);
  phase("2000 batches of the small one", 2000, "batches", [&] { drawBatches(small_sampler, 2000); });
  phase("2000 batches of the large one", 2000, "batches", [&] { drawBatches(*large_sampler, 2000); });
  Trial on_large(*large_sampler, large->spec(), team);
  Trial on_small(small_sampler, small.spec(), team);
  constexpr int kSteps = 150;
  phase("trained on both in turn", 2.0 * kSteps * kBatch * kContext.context_length, "tokens", [&] {
    for (int step = 0; step < kSteps; ++step) {
      on_large.step();
      on_small.step();
      memory.look();
    }
  });
  on_small.print("small");
  on_large.print("large");
  fmt::print("large against small: {:.3f}\nown memory at most: {:.0f} MB\n",
             on_large.medianRate() / on_small.medianRate(), memory.wholePeak());
}

}  // namespace
}  // namespace limbeck

int main(int argc, char** argv) {
  const double transitions = argc > 1 ? std::atof(argv[1]) : 1e9;
  const int threads = argc > 2 ? std::atoi(argv[2]) : 2;
  const std::filesystem::path base = argc > 3 ? std::filesystem::path(argv[3]) : std::filesystem::temp_directory_path();
  const std::filesystem::path folder = base / fmt::format("limbeck-large-{}", ::getpid());
  int status = 0;
  try {
    limbeck::run(transitions, threads, folder);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    status = 1;
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return status;
}
