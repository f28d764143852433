// SPDX-License-Identifier: GPL-3.0-or-later
// A key with a checked value, from a file, from a sweep's point or from `--set`; and the experiment that several make.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/schema.h"
#include "core/experiment/toml_entries.h"

namespace limbeck {

struct Setting {
  const KeySchema* schema = nullptr;
  KeyValue value;
};

/// "file:line:column", for a message.
std::string placeOf(const TomlEntry& entry, std::string_view file_name);

/// Throws Error(InvalidArgument), "place: message".
[[noreturn]] void failAt(std::string_view place, std::string_view message);

/// Throws Error(InvalidArgument) with the nearest key for one that there is not.
const KeySchema& requireKey(std::string_view key, std::string_view place);

/// Throws Error(InvalidArgument) for a wrong type or a value out of range.
Setting checkedSetting(const KeySchema& schema, const TomlEntry& value, std::string_view place);

/// `entry` as a key's setting.
Setting settingFrom(const TomlEntry& entry, std::string_view file_name);

/// "training.steps=100", as a command line gives it; quotes and brackets may be left out.
Setting settingFromOverride(std::string_view assignment);

/// "training.steps=100", which `settingFromOverride` reads back.
std::string overrideOf(const Setting& setting);

/// "environment.name" takes all of that environment's defaults.
void apply(ExperimentConfig& config, const Setting& setting);

/// The environment's name first, whatever stands where: it sets the defaults of the keys beside it. The last setting of
/// a key wins.
ExperimentConfig applyAll(const std::vector<Setting>& settings);

}  // namespace limbeck
