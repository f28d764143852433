// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/run_request.h"

#include <QStringList>
#include <algorithm>

#include "core/experiment/experiment_file.h"
#include "core/experiment/schema.h"
#include "widgets/base/text.h"
#include "widgets/form/seed_list.h"

namespace limbeck {
namespace {

constexpr std::string_view kEnvironmentName = "environment.name";
constexpr const char* kFileName = "experiment file";

/// What --set takes without brackets and quotes stands without them, because a shell would need more around it.
std::string overrideText(const KeySchema& schema, const KeyValue& value) {
  if (schema.type == KeyType::Choice) return std::get<std::string>(value);
  std::string text = formatValue(value);
  if (schema.type != KeyType::IntegerList || std::get<std::vector<std::int64_t>>(value).empty()) return text;
  std::erase(text, ' ');
  return text.substr(1, text.size() - 2);
}

std::string assignment(const KeySchema& schema, const ExperimentConfig& config) {
  return schema.key + "=" + overrideText(schema, schema.read(config));
}

}  // namespace

bool isSameExperiment(const ExperimentConfig& a, const ExperimentConfig& b) {
  return std::ranges::all_of(experimentSchema(),
                             [&](const KeySchema& schema) { return schema.read(a) == schema.read(b); });
}

std::vector<std::string> overridesFor(std::string_view text, const ExperimentConfig& config) {
  std::vector<std::string> overrides;
  ExperimentConfig base = parseExperiment(text, kFileName);
  if (base.environment.name != config.environment.name) {
    overrides.push_back(assignment(*findKey(kEnvironmentName), config));
    base = parseExperiment(text, kFileName, overrides);
  }
  for (const KeySchema& schema : experimentSchema()) {
    if (schema.read(base) != schema.read(config)) overrides.push_back(assignment(schema, config));
  }
  return overrides;
}

QString shellQuoted(const QString& word) {
  static const QString kSafe = QStringLiteral("_-+=./:,@%");
  const bool is_safe = std::ranges::all_of(
      word, [](QChar c) { return (c.unicode() < 0x80 && c.isLetterOrNumber()) || kSafe.contains(c); });
  if (is_safe && !word.isEmpty()) return word;
  return QLatin1Char('\'') + QString(word).replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

QString commandLine(const QString& file, const NewRunRequest& request, const QString& workspace) {
  QStringList words{QStringLiteral("limbeck-cli run"), shellQuoted(file)};
  for (const std::string& override : request.overrides) {
    words << QStringLiteral("--set") << shellQuoted(toQString(override));
  }
  const std::vector<std::uint64_t> file_seeds =
      request.file_seeds.empty() ? std::vector{request.config.seed.value} : request.file_seeds;
  if (request.seeds != file_seeds) {
    words << QStringLiteral("--seed") << seedsText(request.seeds);
  }
  if (!workspace.isEmpty()) words << QStringLiteral("--workspace") << shellQuoted(workspace);
  return words.join(QLatin1Char(' '));
}

}  // namespace limbeck
