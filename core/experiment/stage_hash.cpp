// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/stage_hash.h"

#include <nlohmann/json.hpp>
#include <span>

#include "core/base/hash.h"
#include "core/data/shard.h"
#include "core/experiment/schema.h"
#include "core/model/checkpoint.h"

namespace limbeck {
namespace {

/// Raise a stage's number when the same keys come to mean another output: a fixed bug in a source algorithm, say.
constexpr int kHistoriesVersion = 2;
constexpr int kTrainingVersion = 1;
constexpr int kEvaluationVersion = 1;

/// Does the method that trains not read the key? What nobody reads changes nothing.
bool isUnread(const KeySchema& schema, const ExperimentConfig& config) {
  const std::string section = schema.section();
  if (config.method == TrainingMethod::Distillation) return section == "rl2";
  return section == "model" || (section == "training" && schema.name() != "method");
}

/// The keys that change `stage`, its version and format, and its input's hash, as canonical JSON: sorted keys, shortest
/// numbers.
std::string hashStage(const ExperimentConfig& config, AffectedStage stage, nlohmann::json versions,
                      const std::string& input_hash) {
  nlohmann::json canonical = {{"versions", std::move(versions)}, {"input", input_hash}};
  for (const KeySchema& schema : experimentSchema()) {
    if (schema.affects != stage) continue;
    const KeyValue value = schema.read(config);
    if (!countsInHash(schema, value) || isUnread(schema, config)) continue;
    canonical["keys"][schema.key] = std::visit([](const auto& inner) { return nlohmann::json(inner); }, value);
  }
  const std::string text = canonical.dump();
  return hashBytes(std::as_bytes(std::span(text)));
}

}  // namespace

std::string historiesHash(const ExperimentConfig& config) {
  return hashStage(config, AffectedStage::Histories, {kHistoriesVersion, kShardFormatVersion}, "");
}

std::string trainingHash(const ExperimentConfig& config) {
  return hashStage(config, AffectedStage::Training, {kTrainingVersion, kCheckpointFormatVersion},
                   historiesHash(config));
}

std::string evaluationHash(const ExperimentConfig& config) {
  return hashStage(config, AffectedStage::Evaluation, {kEvaluationVersion, kShardFormatVersion}, trainingHash(config));
}

}  // namespace limbeck
