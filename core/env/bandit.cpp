// SPDX-License-Identifier: GPL-3.0-or-later
// The Adversarial Bandit: each arm pays 1 with a probability of its own, else 0; the task is these probabilities, and
// the agent sees nothing. An episode is one pull, so that the paper's 100 pulls are 100 episodes. Arms are numbered
// from 1: in 95 % of the training tasks the odd arms are the better ones, and a learner that only remembers that fails
// where the even ones are. Source: Laskin et al., "In-context Reinforcement Learning with Algorithm Distillation", ICLR
// 2023 (arXiv 2210.14215). Ours, because the paper does not say: an arm of the favoured half pays with a probability
// that is uniform on [0.5, 1], one of the other half on [0, 0.5]. So the mean over all arms is 0.5, and the best of 5
// favoured arms pays with 11/12. The paper's set of tasks is infinite. Here 100000 are for training and 10000 are in
// each pool of held-out ones: "odd" (as in training), "even" (the even arms are favoured as often) and "uniform" (all
// arms uniform on [0, 1]). Task i draws from a stream split by i alone, so that a number means the same task forever.
// Reads `arms` and `favoured_share`; `horizon` is 1.
#include "core/env/bandit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/check.h"
#include "core/base/rng.h"
#include "core/env/environment_options.h"

namespace limbeck {
namespace {

constexpr int kTrainingTasks = 100'000;
constexpr int kPoolTasks = 10'000;
constexpr std::array kPools = {"odd", "even", "uniform"};
constexpr int kTasks = kTrainingTasks + static_cast<int>(kPools.size()) * kPoolTasks;
constexpr int kMinArms = 2;
constexpr int kMaxArms = 255;    // an action is a byte, and 255 is none
constexpr Seed kSeed{20221025};  // of all tasks of all times: never to be changed

EnvironmentSpec specOf(const EnvironmentOptions& options) {
  requireOptionRange(options, "arms", options.arms, kMinArms, kMaxArms);
  requireOptionRange(options, "favoured_share", options.favoured_share, 0.0, 1.0);
  return {.observation_classes = {1}, .action_count = options.arms, .horizon = 1};
}

class Bandit final : public Environment {
 public:
  explicit Bandit(const EnvironmentOptions& options) : options_(options), spec_(specOf(options)) {
    if (options.horizon != 1) {
      refuseOption(options, "horizon", fmt::format("{}", options.horizon), "an episode of a bandit is one pull");
    }
    refuseUnreadOptions(options, {"horizon", "arms", "favoured_share"});
  }

  const EnvironmentOptions& options() const override { return options_; }
  const EnvironmentSpec& spec() const override { return spec_; }
  int taskCount() const override { return kTasks; }
  std::vector<TaskPool> heldOutPools() const override {
    std::vector<TaskPool> pools;
    for (const char* name : kPools) {
      pools.push_back({name, kTrainingTasks + static_cast<int>(pools.size()) * kPoolTasks, kPoolTasks});
    }
    return pools;
  }
  std::string taskName(TaskId task) const override;
  TabularTask makeTask(TaskId task) const override;
  std::vector<std::string> actionNames() const override {
    std::vector<std::string> names;
    for (int arm = 1; arm <= options_.arms; ++arm) names.push_back(fmt::format("arm {}", arm));
    return names;
  }
  std::vector<TaskMarker> markers(TaskId) const override { return {}; }
  std::vector<std::pair<int, int>> startCells() const override { return {}; }

 private:
  /// [arms]: how likely each is to pay.
  std::vector<float> means(TaskId task) const;

  EnvironmentOptions options_;
  EnvironmentSpec spec_;
};

/// Which of the pools; -1: for training.
int poolOf(int id) {
  LIMBECK_CHECK(id >= 0 && id < kTasks, fmt::format("task {} of {}", id, kTasks));
  return id < kTrainingTasks ? -1 : (id - kTrainingTasks) / kPoolTasks;
}

std::vector<float> Bandit::means(TaskId task) const {
  const int id = static_cast<int>(task);
  const int pool = poolOf(id);
  Rng rng = Rng(kSeed).split("arms", static_cast<std::uint64_t>(id));
  const bool is_usual = rng.uniform() < options_.favoured_share;
  const bool is_even_pool = pool == 1;
  const bool is_uniform = pool == 2;
  std::vector<float> means;
  for (int arm = 1; arm <= options_.arms; ++arm) {
    const double draw = rng.uniform();
    const bool is_odd_arm = arm % 2 == 1;
    const bool is_favoured = is_odd_arm == (is_usual != is_even_pool);
    means.push_back(static_cast<float>(is_uniform ? draw : (is_favoured ? 0.5 : 0.0) + draw / 2.0));
  }
  return means;
}

std::string Bandit::taskName(TaskId task) const {
  const int id = static_cast<int>(task);
  const int pool = poolOf(id);
  const int first = pool < 0 ? 0 : kTrainingTasks + pool * kPoolTasks;
  const std::vector<float> arms = means(task);
  const auto best = std::ranges::max_element(arms);
  return fmt::format("{} {}, best arm {} ({:.2f})", pool < 0 ? "training" : kPools[static_cast<std::size_t>(pool)],
                     id - first, best - arms.begin() + 1, *best);
}

TabularTask Bandit::makeTask(TaskId id) const {
  TabularTask task;
  task.spec = spec_;
  task.state_count = 1;
  task.reward = means(id);
  task.next_state.assign(task.reward.size(), 0);
  task.terminal = {0};
  task.observation = {0};
  task.start_states = {0};
  task.pays_by_chance = true;
  return task;
}

}  // namespace

EnvironmentOptions banditDefaults() {
  EnvironmentOptions options;
  options.name = "bandit";
  options.size = 0;
  options.horizon = 1;
  options.arms = 10;
  options.favoured_share = 0.95;
  return options;
}

std::unique_ptr<Environment> makeBandit(const EnvironmentOptions& options) {
  return std::make_unique<Bandit>(options);
}

}  // namespace limbeck
