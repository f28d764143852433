// SPDX-License-Identifier: GPL-3.0-or-later
// Watermaze: a round pool of milky water with a platform under its surface. Arriving at the platform pays 1; the agent
// starts in the middle, sees the painted wall around the pool in frames of 72 x 96 pixels, and has 50 steps. The task
// is where the platform is. Sources: Morris, "Developments of a water-maze procedure for studying spatial learning in
// the rat", 1984; Laskin et al., "In-context Reinforcement Learning with Algorithm Distillation", ICLR 2023 (arXiv
// 2210.14215), which uses DeepMind Lab's. Ours: the pool, its renderer (core/env/view) and its scale. Poses lie on a
// lattice (pool_lattice.h), so that a task is a table like all others, with exact returns, while the platform lies
// anywhere: its middle is uniform over all places where it is within the pool and does not reach the start, and it
// covers the poses within its radius. By default a random policy finds it in about one episode of six. The paper says
// no more than that the platform pays 1, counts every episode as 50 steps and draws returns up to 1; so by default it
// pays once an episode, which goes on, and the swimmer rests on it for what is left of the episode, as Morris left his
// rats on it. (Were it to swim on, the same frame would be worth 1 before the payment and nothing after it.) What an
// observation holds is a code of the frame and nothing that the pixels do not tell (core/env/view/frame_codes.h);
// frames() turns it back into the frame and the pose. The paper's tasks are infinitely many; here they are 10000, and
// task i draws from a stream split by i alone, so that with the same `size`, `platform_radius` and `allows_start_goal`
// a number means the same task forever. Standing over the platform when an episode begins pays nothing by itself. Reads
// `size` (lattice points across the pool), `horizon`, `start` (the heading is random in the centre too; not "corner"),
// `reward` (every_step: whoever is over the platform is paid on each step and may leave), `ends_at_goal`,
// `allows_start_goal` (the platform may lie under the centre), and `platform_radius` (lattice units; a stroke is 4).
#include "core/env/watermaze.h"

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/base/rng.h"
#include "core/env/environment_options.h"
#include "core/env/pool_frames.h"
#include "core/env/pool_lattice.h"
#include "core/env/top_view.h"
#include "core/env/view/reduced_frames.h"

namespace limbeck {
namespace {

constexpr int kTasks = 10'000;
constexpr int kMinSize = 17;
constexpr int kMaxSize = 101;          // twice the poses still fit the 16 bits of a state
constexpr int kParts = 1000;           // of a lattice unit: how finely platforms lie
constexpr Seed kSeed{0x57A7E2A2EULL};  // of all tasks of all times: never to be changed

/// Its middle relative to the pool's, in parts of a lattice unit.
struct Platform {
  int right = 0;
  int down = 0;
};

std::int64_t squared(std::int64_t value) {
  return value * value;
}

class Watermaze final : public Environment {
 public:
  explicit Watermaze(const EnvironmentOptions& options);

  const EnvironmentOptions& options() const override { return options_; }
  const EnvironmentSpec& spec() const override { return spec_; }
  int taskCount() const override { return kTasks; }
  std::string taskName(TaskId task) const override;
  TabularTask makeTask(TaskId task) const override;
  std::vector<std::string> actionNames() const override { return poolActionNames(); }
  std::vector<TaskMarker> markers(TaskId) const override { return {}; }
  std::vector<std::pair<int, int>> startCells() const override { return {}; }
  std::optional<TopView> topView(TaskId task) const override;
  const FrameView* frames() const override { return frames_.get(); }

 private:
  static EnvironmentSpec specOf(const EnvironmentOptions& options);
  Platform platformOf(TaskId task) const;
  bool isOver(const Platform& platform, int pose) const;

  EnvironmentOptions options_;
  EnvironmentSpec spec_;
  PoolLattice lattice_;
  std::shared_ptr<const PoolFrames> frames_;             ///< shared with tasks, by way of the next
  std::shared_ptr<const ReducedFrames> reduced_frames_;  ///< shared with tasks, for learners that see pixels
};

EnvironmentSpec Watermaze::specOf(const EnvironmentOptions& options) {
  refuseUnreadOptions(options,
                      {"size", "horizon", "start", "reward", "ends_at_goal", "allows_start_goal", "platform_radius"});
  requireOptionRange(options, "size", options.size, kMinSize, kMaxSize);
  requireOptionRange(options, "horizon", options.horizon, 1, kMaxHorizon);
  if (options.size % 2 == 0) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("environment {}: size is {}, but must be odd, so that the pool has a "
                            "middle; take {}",
                            options.name, options.size, options.size + 1));
  }
  // There has to be a ring of places for it that neither touch the wall nor reach the middle.
  requireOptionRange(options, "platform_radius", options.platform_radius, 1, (options.size - 1) / 4 - 1);
  if (options.start == StartRule::Corner) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("environment {}: start is corner, but a round pool has none; take "
                            "centre or random",
                            options.name));
  }
  return {std::vector<int>(PoolFrames::kComponents, PoolFrames::kLevels), kPoolActionCount, options.horizon};
}

Watermaze::Watermaze(const EnvironmentOptions& options)
    : options_(options),
      spec_(specOf(options)),
      lattice_(options.size),
      frames_(std::make_shared<PoolFrames>(lattice_)),
      reduced_frames_(std::make_shared<ReducedFrames>(frames_)) {}

Platform Watermaze::platformOf(TaskId task) const {
  const int id = static_cast<int>(task);
  LIMBECK_CHECK(id >= 0 && id < kTasks, fmt::format("task {} of {}", id, kTasks));
  const int farthest = (lattice_.radius() - options_.platform_radius) * kParts;
  const std::int64_t too_near = options_.allows_start_goal ? -1 : squared(options_.platform_radius * kParts);
  Rng rng = Rng(kSeed).split("platform", static_cast<std::uint64_t>(id));
  while (true) {  // points of a square until one is in the ring: three in four are
    const auto draw = [&] {
      return static_cast<int>(rng.below(static_cast<std::uint32_t>(2 * farthest + 1))) - farthest;
    };
    const int right = draw();
    const int down = draw();
    const std::int64_t distance = squared(right) + squared(down);
    if (distance > too_near && distance <= squared(farthest)) return {right, down};
  }
}

bool Watermaze::isOver(const Platform& platform, int number) const {
  const PoolPose pose = lattice_.pose(number);
  return squared((pose.x - lattice_.radius()) * kParts - platform.right) +
             squared((pose.y - lattice_.radius()) * kParts - platform.down) <=
         squared(options_.platform_radius * kParts);
}

std::string Watermaze::taskName(TaskId task) const {
  const Platform platform = platformOf(task);
  return fmt::format("platform {} ({:.1f},{:.1f})", static_cast<int>(task),
                     lattice_.radius() + static_cast<double>(platform.right) / kParts,
                     lattice_.radius() + static_cast<double>(platform.down) / kParts);
}

std::optional<TopView> Watermaze::topView(TaskId task) const {
  const Platform platform = platformOf(task);
  const double centre = lattice_.radius();
  return TopView{.centre_x = centre,
                 .centre_y = centre,
                 .wall_radius = centre + PoolFrames::kWallDistance,
                 .goal_x = centre + static_cast<double>(platform.right) / kParts,
                 .goal_y = centre + static_cast<double>(platform.down) / kParts,
                 .goal_radius = static_cast<double>(options_.platform_radius)};
}

TabularTask Watermaze::makeTask(TaskId id) const {
  const Platform platform = platformOf(id);
  const int poses = lattice_.poseCount();
  // A platform that pays once needs a second phase, in which the swimmer rests on it, unless the episode ends.
  const bool has_paid_phase = options_.reward == RewardRule::Once && !options_.ends_at_goal;
  TabularTask task;
  task.spec = spec_;
  task.frames = reduced_frames_;
  task.state_count = has_paid_phase ? 2 * poses : poses;
  task.terminal.assign(static_cast<std::size_t>(task.state_count), 0);
  task.observation.resize(static_cast<std::size_t>(task.state_count) * PoolFrames::kComponents);
  task.next_state.reserve(static_cast<std::size_t>(task.state_count) * kPoolActionCount);
  task.reward.reserve(task.next_state.capacity());
  std::vector<bool> pays(static_cast<std::size_t>(poses));
  for (int pose = 0; pose < poses; ++pose) pays[static_cast<std::size_t>(pose)] = isOver(platform, pose);
  for (int state = 0; state < task.state_count; ++state) {
    const int pose = state % poses;
    const bool was_paid = state >= poses;
    for (int action = 0; action < kPoolActionCount; ++action) {
      const int next = was_paid ? pose : lattice_.move(pose, static_cast<PoolAction>(action));
      const bool is_paid = !was_paid && pays[static_cast<std::size_t>(next)];
      task.next_state.push_back(
          static_cast<std::uint16_t>(was_paid || (is_paid && has_paid_phase) ? poses + next : next));
      task.reward.push_back(is_paid ? 1.0F : 0.0F);
    }
    frames_->writeObservation(
        pose, std::span(task.observation)
                  .subspan(static_cast<std::size_t>(state) * PoolFrames::kComponents, PoolFrames::kComponents));
    if (options_.ends_at_goal && pays[static_cast<std::size_t>(pose)])
      task.terminal[static_cast<std::size_t>(state)] = 1;
  }
  const bool is_anywhere = options_.start == StartRule::Random;
  const int first = is_anywhere ? 0 : lattice_.centrePose(0);
  const int count = is_anywhere ? poses : kPoolHeadings;
  for (int i = 0; i < count; ++i) task.start_states.push_back(static_cast<std::uint16_t>(first + i));
  return task;
}

}  // namespace

EnvironmentOptions watermazeDefaults() {
  EnvironmentOptions options;
  options.name = "watermaze";
  options.size = 65;
  options.horizon = 50;
  options.start = StartRule::Centre;
  options.reward = RewardRule::Once;
  options.platform_radius = 3;
  return options;
}

std::unique_ptr<Environment> makeWatermaze(const EnvironmentOptions& options) {
  return std::make_unique<Watermaze>(options);
}

}  // namespace limbeck
