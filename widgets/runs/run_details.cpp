// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_details.h"

#include <system_error>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/policy_names.h"
#include "core/store/run_store.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

namespace fs = std::filesystem;

/// Of a file, or of all files below a folder; nothing when there is none. Files may vanish meanwhile, which is no
/// error.
std::optional<std::int64_t> bytesBelow(const fs::path& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return static_cast<std::int64_t>(fs::file_size(path, error));
  if (!fs::is_directory(path, error)) return std::nullopt;
  std::int64_t bytes = 0;
  fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code vanished;
    const bool is_file = entry->is_regular_file(vanished);
    const auto size = is_file ? entry->file_size(vanished) : 0;
    if (!vanished) bytes += static_cast<std::int64_t>(size);
  }
  return bytes;
}

ConfigMap configOf(const RunStore& store, RunId run) {
  try {
    return configMap(store.inputs(run).config_json);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Corrupt) throw;
    log::warning("the configuration of run {}: {}", static_cast<std::int64_t>(run), error.what());
    return {};
  }
}

QString learnerOf(const RunStore& store, const RunRecord& run) {
  const RunInputs inputs = store.inputs(run.id);
  try {
    return toQString(learnerLabel(parseExperiment(inputs.config_toml, run.name(), inputs.overrides)));
  } catch (const Error& error) {
    log::warning("the file of {} is no longer readable: {}", run.name(), error.what());
    return QStringLiteral("AD");
  }
}

}  // namespace

RunDetails loadRunDetails(const RunStore& store, const fs::path& workspace, RunId run, std::optional<RunId> other) {
  RunDetails details{.run = store.run(run),
                     .config = configOf(store, run),
                     .learner = {},
                     .other_name = {},
                     .other_config = {},
                     .stages = store.stages(run),
                     .scores = store.scores(run),
                     .files = {}};
  details.learner = learnerOf(store, details.run);
  if (other) {
    details.other_name = toQString(store.run(*other).name());
    details.other_config = configOf(store, *other);
  }
  for (const StageRecord& stage : details.stages) {
    if (stage.output_path.empty()) continue;
    const std::optional<std::int64_t> bytes = bytesBelow(workspace / stage.output_path);
    details.files << FileEntry{toQString(stage.output_path), bytes ? bytesText(*bytes) : QStringLiteral("not there")};
  }
  return details;
}

}  // namespace limbeck
