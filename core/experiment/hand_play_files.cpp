// SPDX-License-Identifier: GPL-3.0-or-later
// Hand plays on disk: rollouts/by_hand/<run>_<number>/, a shard of one stream whose provenance says who acted when:
//   {"policy": "by_hand", "run": "AD-14", "experiment": "quick", "task": 3, "task_name": "goal (7,1)", "seed": 5,
//    "environment": {...}, "movers": [["hand", 40], ["model", 160]]}    in order; the counts add up to the rows
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/env/environment_json.h"
#include "core/experiment/hand_play.h"

namespace limbeck {
namespace {

constexpr std::string_view kHand = "hand";
constexpr std::string_view kModel = "model";

std::filesystem::path handPlayFolder(const Workspace& workspace) {
  return workspace.rollouts() / "by_hand";
}

struct NumberedFolder {
  int number = 0;
  std::filesystem::path path;
};

/// What stands there under the run's name, in order.
std::vector<NumberedFolder> numberedFolders(const Workspace& workspace, const RunRecord& run) {
  const std::string prefix = run.name() + "_";
  std::vector<NumberedFolder> folders;
  std::error_code ignored;  // no folder: nothing was kept
  for (const auto& entry : std::filesystem::directory_iterator(handPlayFolder(workspace), ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    NumberedFolder folder{.path = entry.path()};
    const auto [end, code] = std::from_chars(name.data() + prefix.size(), name.data() + name.size(), folder.number);
    if (code == std::errc() && end == name.data() + name.size()) folders.push_back(std::move(folder));
  }
  std::ranges::sort(folders, {}, &NumberedFolder::number);
  return folders;
}

nlohmann::json moversJson(const std::vector<Mover>& movers) {
  nlohmann::json runs = nlohmann::json::array();
  for (auto begin = movers.begin(); begin != movers.end();) {
    const auto end = std::find_if(begin, movers.end(), [&](Mover mover) { return mover != *begin; });
    runs.push_back({*begin == Mover::Hand ? kHand : kModel, end - begin});
    begin = end;
  }
  return runs;
}

std::vector<Mover> moversFromJson(const nlohmann::json& provenance, std::int64_t rows) {
  std::vector<Mover> movers;
  for (const nlohmann::json& run : provenance.at("movers")) {
    const std::string who = run.at(0).get<std::string>();
    const auto count = run.at(1).get<std::int64_t>();
    const std::int64_t left = rows - static_cast<std::int64_t>(movers.size());
    if ((who != kHand && who != kModel) || count < 1 || count > left) {
      throw Error(ErrorCode::Corrupt, fmt::format("movers: {} where {} rows are left", run.dump(), left));
    }
    movers.insert(movers.end(), static_cast<std::size_t>(count), who == kHand ? Mover::Hand : Mover::Model);
  }
  if (static_cast<std::int64_t>(movers.size()) != rows) {
    throw Error(ErrorCode::Corrupt, fmt::format("movers: {} for {} rows", movers.size(), rows));
  }
  return movers;
}

std::vector<Mover> readMovers(const Shard& shard) {
  try {
    if (shard.histories() != 1) throw Error(ErrorCode::Corrupt, fmt::format("{} streams, not 1", shard.histories()));
    return moversFromJson(shard.manifest().at("provenance"), shard.rows());
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::Corrupt,
                fmt::format("{}: who acted cannot be read: {}", shard.directory().string(), error.what()));
  } catch (Error& error) {
    error.addContext(shard.directory().string());
    throw;
  }
}

KeptHandPlay readHandPlay(const std::filesystem::path& folder) {
  auto shard = std::make_shared<const Shard>(folder);
  std::vector<Mover> movers = readMovers(*shard);
  return {.folder = folder, .stream = RecordedStream::fromShard(std::move(shard), 0), .movers = std::move(movers)};
}

}  // namespace

std::filesystem::path keepHandPlay(const Workspace& workspace, const RunRecord& run, const ExperimentConfig& config,
                                   const HandPlay& play) {
  if (workspace.mode() == OpenMode::ReadOnly) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("{} is open read-only, because another window or command writes to it; close that one and "
                            "open the workspace again to keep plays",
                            workspace.folder().string()));
  }
  if (play.movers().empty()) {
    throw Error(ErrorCode::InvalidArgument, "there is no move to keep yet; act or let the model act first");
  }
  const std::filesystem::path parent = handPlayFolder(workspace);
  createDirectories(parent);
  removeAbandonedShards(parent);
  const std::vector<NumberedFolder> earlier = numberedFolders(workspace, run);
  const int number = earlier.empty() ? 1 : earlier.back().number + 1;
  std::filesystem::path target = parent / fmt::format("{}_{:03}", run.name(), number);
  const nlohmann::json provenance = {{"policy", "by_hand"},
                                     {"run", run.name()},
                                     {"experiment", config.name},
                                     {"task", static_cast<std::int32_t>(play.task())},
                                     {"task_name", play.environment().taskName(play.task())},
                                     {"seed", play.seed().value},
                                     {"environment", toJson(play.environment().options())},
                                     {"movers", moversJson(play.movers())}};
  const std::shared_ptr<const RecordedStream> recording = play.recording();
  ShardWriter writer(target, recording->spec(), provenance);
  writer.append(recording->label(), recording->columns());
  writer.commit();
  return target;
}

std::vector<KeptHandPlay> keptHandPlays(const Workspace& workspace, const RunRecord& run) {
  std::vector<KeptHandPlay> plays;
  for (const NumberedFolder& folder : numberedFolders(workspace, run)) {
    try {
      plays.push_back(readHandPlay(folder.path));
    } catch (const Error& error) {
      log::warning("a play by hand is left out: {}", error.what());
    }
  }
  return plays;
}

}  // namespace limbeck
