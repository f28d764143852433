// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/shard.h"
#include "core/data/shard_manifest.h"

namespace limbeck {
namespace {

constexpr std::string_view kTemporarySuffix = ".tmp";

/// ".<name>.<process>.<number>.tmp": hidden, so that no reader takes it for a shard, and unique among the threads and
/// processes that may write the same target.
std::filesystem::path temporaryFor(const std::filesystem::path& target) {
  static std::atomic<std::uint64_t> counter = 0;
  return target.parent_path() /
         fmt::format(".{}.{}.{}{}", target.filename().string(), ::getpid(), counter++, kTemporarySuffix);
}

/// The process that a temporary name speaks of, or 0 if the name is none of ours.
pid_t writerOf(std::string_view name) {
  if (!name.starts_with('.') || !name.ends_with(kTemporarySuffix)) return 0;
  name.remove_suffix(kTemporarySuffix.size());
  const std::size_t number = name.rfind('.');
  if (number == 0 || number == std::string_view::npos) return 0;
  const std::size_t process = name.rfind('.', number - 1);
  if (process == std::string_view::npos || process == 0) return 0;
  pid_t pid = 0;
  const auto [end, code] = std::from_chars(name.data() + process + 1, name.data() + number, pid);
  return code == std::errc() && end == name.data() + number ? pid : 0;
}

template <typename T>
std::span<const std::byte> bytesOf(std::span<const T> values) {
  return std::as_bytes(values);
}

}  // namespace

struct ShardWriter::Impl {
  std::filesystem::path target;
  std::filesystem::path temporary;
  nlohmann::json provenance;
  ShardManifest manifest;
  std::vector<std::int64_t> offsets{0};
  std::vector<NpyWriter> columns;  // in the order of kShardColumns
  bool is_closed = false;
  bool is_committed = false;

  ~Impl() {
    columns.clear();
    if (is_committed) return;
    std::error_code ignored;  // what cannot be removed now is hidden and goes with removeAbandonedShards()
    std::filesystem::remove_all(temporary, ignored);
  }
};

ShardWriter::ShardWriter(std::filesystem::path target, const EnvironmentSpec& spec, const nlohmann::json& provenance,
                         OracleLabels labels)
    : impl_(std::make_unique<Impl>()) {
  impl_->target = std::move(target);
  impl_->temporary = temporaryFor(impl_->target);
  impl_->provenance = provenance;
  impl_->manifest.spec = spec;
  impl_->manifest.has_oracle_labels = labels == OracleLabels::Stored;
  createDirectories(impl_->temporary);
  for (const ShardColumn column : impl_->manifest.columns()) {
    impl_->columns.emplace_back(impl_->temporary / fmt::format("{}.npy", columnName(column)), columnType(column),
                                columnRowShape(column, spec.observationSize()));
  }
}

ShardWriter::~ShardWriter() = default;

void ShardWriter::append(const HistoryLabel& label, const TransitionColumns& history) {
  LIMBECK_CHECK(!impl_->is_closed, "append to a shard that was closed");
  const auto rows = static_cast<std::size_t>(history.rows());
  const auto observation_size = static_cast<std::size_t>(impl_->manifest.spec.observationSize());
  LIMBECK_CHECK(history.observations.size() == rows * observation_size && history.rewards.size() == rows &&
                    history.ends.size() == rows,
                fmt::format("columns of different length: {} actions, {} observation bytes, {} rewards, {} ends", rows,
                            history.observations.size(), history.rewards.size(), history.ends.size()));
  const std::size_t labels = impl_->manifest.has_oracle_labels ? rows : 0;
  LIMBECK_CHECK(history.labels.size() == labels, fmt::format("{} labels instead of {}", history.labels.size(), labels));
  impl_->columns[0].append(bytesOf(history.observations));
  impl_->columns[1].append(bytesOf(history.actions));
  impl_->columns[2].append(bytesOf(history.rewards));
  impl_->columns[3].append(bytesOf(history.ends));
  if (impl_->manifest.has_oracle_labels) impl_->columns[5].append(bytesOf(history.labels));
  impl_->manifest.rows += history.rows();
  impl_->manifest.labels.push_back(label);
  impl_->offsets.push_back(impl_->manifest.rows);
}

void ShardWriter::close() {
  if (impl_->is_closed) return;
  impl_->columns[4].append(std::as_bytes(std::span(impl_->offsets)));
  for (std::size_t i = 0; i < impl_->columns.size(); ++i) {
    impl_->columns[i].close();
    impl_->manifest.checksums[i] = impl_->columns[i].checksum();
  }
  impl_->columns.clear();
  impl_->is_closed = true;
}

void ShardWriter::commit() {
  LIMBECK_CHECK(!impl_->is_committed, "a shard is committed once");
  LIMBECK_CHECK(!impl_->manifest.labels.empty(), fmt::format("{}: a shard without histories", impl_->target.string()));
  close();
  try {
    const std::string manifest = toJson(impl_->manifest, impl_->provenance).dump(1) + "\n";
    writeFileAtomically(impl_->temporary / kManifestFile, manifest);
    commitDirectory(impl_->temporary, impl_->target);
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("{}: the provenance cannot be written as JSON: {}", impl_->target.string(), error.what()));
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(ErrorCode::IoFailure, fmt::format("{}: {}", impl_->target.string(), error.what()));
  }
  impl_->is_committed = true;
}

void removeAbandonedShards(const std::filesystem::path& directory) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    const pid_t writer = writerOf(entry.path().filename().string());
    const bool is_gone = writer > 0 && ::kill(writer, 0) != 0 && errno == ESRCH;
    if (is_gone) std::filesystem::remove_all(entry.path(), ignored);
  }
}

}  // namespace limbeck
