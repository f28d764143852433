// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/preset.h"

#include <QRegularExpression>
#include <algorithm>
#include <exception>
#include <tuple>

#include "core/experiment/experiment_file.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

QString stemOf(const std::filesystem::path& path) {
  return toQString(path.stem().string());
}

/// The first sentence after "# Takes:" in the comment at the head, which may go on in the next line.
QString takesOf(const QString& text) {
  static const QRegularExpression kTakes(QStringLiteral("^# Takes: *((?:[^\\n.]|\\.(?! |\\n)|\\n# )+)"),
                                         QRegularExpression::MultilineOption);
  return kTakes.match(text).captured(1).replace(QStringLiteral("\n# "), QStringLiteral(" ")).trimmed();
}

QString titleOf(const QString& description, const QString& name) {
  static const QRegularExpression kEnd(QStringLiteral("[:,]"));
  const QString title = description.section(kEnd, 0, 0).trimmed();
  return title.isEmpty() ? name : title;
}

}  // namespace

Preset loadPreset(const std::filesystem::path& path) {
  Preset preset{.path = path, .name = stemOf(path), .title = stemOf(path)};
  try {
    ExperimentFile file = loadExperiment(path);
    preset.name = toQString(file.config.name);
    preset.description = toQString(file.config.description);
    preset.title = titleOf(preset.description, preset.name);
    preset.takes = takesOf(toQString(file.text));
    preset.seeds = file.seeds;
    preset.points = std::move(file.points);
    preset.claims = file.claims.size();
    preset.published = file.published.size();
    preset.text = std::move(file.text);
    preset.config = std::move(file.config);
  } catch (const std::exception& error) {
    preset.problem = QString::fromUtf8(error.what());
  }
  return preset;
}

std::vector<Preset> loadPresets(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code unreadable;  // a folder that is not there offers nothing
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, unreadable)) {
    if (entry.path().extension() == ".toml") paths.push_back(entry.path());
  }
  std::ranges::sort(paths, {}, [&](const std::filesystem::path& path) {
    const bool is_quick = path.stem().string().find("quick") != std::string::npos;
    return std::tuple(path.parent_path() != folder, !is_quick, path);
  });
  std::vector<Preset> presets;
  for (const std::filesystem::path& path : paths) {
    presets.push_back(loadPreset(path));
    if (path.parent_path() != folder) presets.back().group = toQString(path.parent_path().filename().string());
  }
  return presets;
}

}  // namespace limbeck
