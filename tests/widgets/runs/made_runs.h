// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <string>

#include "widgets/runs/run_listing.h"

namespace limbeck::test {

/// 2023-11-14 22:13:20 UTC.
inline constexpr std::int64_t kNoon = 1'700'000'000'000;

/// AD-`id` of a group, done ten minutes before `kNoon`.
inline RunRecord madeRun(int id, const std::string& group, std::uint64_t seed,
                         const std::string& title = "darkroom_quick") {
  RunRecord run;
  run.id = RunId{id};
  run.kind = "AD";
  run.title = title;
  run.experiment = title;
  run.seed = seed;
  run.group_key = group;
  run.state = RunState::Done;
  run.created_ms = kNoon - 20 * 60'000;
  run.started_ms = kNoon - 15 * 60'000;
  run.finished_ms = kNoon - 10 * 60'000;
  run.wall_seconds = 300.0;
  return run;
}

/// Two groups and two runs alone: quick (AD-1 to AD-3), hard (AD-4, AD-5), AD-6 and AD-7. quick differs from hard in
/// its room and learning rate, AD-6 from quick in its learning rate.
inline RunListing madeListing() {
  RunListing listing;
  listing.runs = {madeRun(7, "g7", 1, "key_to_door"),
                  madeRun(6, "g6", 1),
                  madeRun(5, "hard", 2, "darkroom_hard"),
                  madeRun(4, "hard", 1, "darkroom_hard"),
                  madeRun(3, "quick", 3),
                  madeRun(2, "quick", 2),
                  madeRun(1, "quick", 1)};
  listing.runs[0].state = RunState::Running;
  listing.runs[0].finished_ms.reset();
  listing.runs[1].state = RunState::Failed;
  listing.runs[1].failure_message = "loss became NaN at step 812";
  listing.runs[4].tags = {"best", "paper"};
  listing.runs[5].tags = {"best"};
  listing.runs[5].notes = "solves held-out goals";
  listing.runs[6].is_starred = true;
  listing.returns = {{RunId{1}, {14.0, 12.0, 16.0}},
                     {RunId{2}, {15.0, 13.0, 17.0}},
                     {RunId{3}, {10.0, 8.0, 12.0}},
                     {RunId{4}, {2.5, 1.0, 4.0}}};
  const ConfigMap quick{{"environment.name", "darkroom"},
                        {"environment.size", "9"},
                        {"training.learning_rate", "0.001"},
                        {"training.steps", "700"},
                        {"model.layers", "4"},
                        {"evaluation.at_episodes", "1, 5, 10"},
                        {"evaluation.source_control", "true"},
                        {"source.algorithm", "q_learning"}};
  listing.configs = {{"quick", quick}, {"hard", quick}, {"g6", quick}, {"g7", quick}};
  listing.configs["hard"]["environment.size"] = "17";
  listing.configs["hard"]["training.learning_rate"] = "0.0003";
  listing.configs["g6"]["training.learning_rate"] = "0.003";
  listing.configs["g7"]["environment.name"] = "key_to_door";
  return listing;
}

/// The sweep "arms" of two points: "odd" (AD-1 and AD-3, seeds of it) and "even" (AD-2); AD-4 is in no sweep.
inline RunListing madeSweep() {
  RunListing listing;
  const auto add = [&](int id, const char* point, std::uint64_t seed) {
    RunRecord run = madeRun(id, point, seed, std::string("arms · ") + point);
    run.experiment = run.sweep = "arms";
    run.point = point;
    listing.runs.push_back(run);
  };
  listing.runs = {madeRun(4, "alone", 1)};
  add(3, "odd", 2);
  add(2, "even", 1);
  add(1, "odd", 1);
  listing.returns = {{RunId{1}, {10.0, 9.0, 11.0}}, {RunId{2}, {20.0, 19.0, 21.0}}, {RunId{3}, {12.0, 11.0, 13.0}}};
  listing.configs = {{"odd", {{"tasks.held_out_from", "odd"}}},
                     {"even", {{"tasks.held_out_from", "even"}}},
                     {"alone", {{"tasks.held_out_from", "odd"}}}};
  return listing;
}

}  // namespace limbeck::test
