// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <memory>

#include "core/store/run_store.h"
#include "tests/support/scratch_folder.h"
#include "widgets/runs/run_listing.h"

namespace limbeck::test {

/// A store in a temporary folder with AD-1 and AD-2, seeds of one group, and AD-3, all done.
class StoredRuns {
 public:
  StoredRuns() : store_(std::make_unique<RunStore>(path(), OpenMode::ReadWrite)) {
    add("quick", 1, "0.001");
    add("quick", 2, "0.001");
    add("other", 1, "0.003");
    const ScoreRecord score{.policy = "ad", .name = "last_returns", .mean = 14.0, .low = 12.0, .high = 16.0};
    store_->putScores(RunId{1}, std::vector{score});
  }

  RunStore& store() { return *store_; }
  std::string path() const { return (scratch_.path() + "/limbeck.db").toStdString(); }
  void reopen(OpenMode mode) {
    store_.reset();
    store_ = std::make_unique<RunStore>(path(), mode);
  }

 private:
  void add(const std::string& group, std::uint64_t seed, const std::string& rate) {
    const RunId run = store_->createRun(
        {.kind = "AD",
         .title = group,
         .experiment = group,
         .seed = seed,
         .group_key = group,
         .inputs = {.config_toml = "",
                    .overrides = {},
                    .config_json = R"({"experiment": {"seed": 1}, "training": {"learning_rate": )" + rate +
                                   R"(, "steps": 700}, "evaluation": {"at_episodes": [1, 5], "source_control": true}})",
                    .environment_info = "{}"}});
    store_->updateState(run, RunState::Running);
    store_->updateState(run, RunState::Done);
  }

  ScratchFolder scratch_;
  std::unique_ptr<RunStore> store_;
};

}  // namespace limbeck::test
