// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/policy_names.h"

namespace limbeck {
namespace {

constexpr std::size_t kMostPoints = 1000;

/// A swept key with its values.
struct Axis {
  std::string label;  ///< "context_length"
  std::vector<Setting> values;
};

/// Seeds and names tell runs apart in other ways, and all points share one team of threads.
const KeySchema& requireSweepable(const TomlEntry& entry, std::string_view file_name) {
  const std::string place = placeOf(entry, file_name);
  const KeySchema& schema = requireKey(entry.key, place);
  if (schema.key == "experiment.seed") {
    failAt(place, "experiment.seed is no key to sweep; [experiment] seeds = N repeats every point with N seeds");
  }
  if (schema.section() == "experiment" || schema.key == "compute.threads") {
    failAt(place, fmt::format("{} is the same for the whole file; a sweep cannot set it", schema.key));
  }
  return schema;
}

Axis readAxis(const TomlEntry& entry, std::string_view file_name) {
  const KeySchema& schema = requireSweepable(entry, file_name);
  const std::string place = placeOf(entry, file_name);
  const bool is_list = !entry.elements.empty() || (entry.value && entry.value->index() == 4);
  if (!is_list) {
    const std::string value = entry.value ? formatValue(*entry.value) : entry.type_name;
    failAt(place,
           fmt::format("{} is {} but [sweep] wants a list of values: {} = [..., ...]", entry.key, value, entry.key));
  }
  if (entry.elements.empty()) failAt(place, fmt::format("{} has no values to sweep over", entry.key));
  Axis axis{.label = schema.name(), .values = {}};
  for (const TomlEntry& element : entry.elements) {
    const bool is_flat = schema.type == KeyType::IntegerList && element.value && element.value->index() != 4;
    if (is_flat) {
      failAt(placeOf(element, file_name),
             fmt::format("{} takes a list, so that a sweep over it is a list of lists: [[1, 2], [3]]", entry.key));
    }
    axis.values.push_back(checkedSetting(schema, element, placeOf(element, file_name)));
  }
  return axis;
}

std::string valueText(const Setting& setting) {
  const auto* text = std::get_if<std::string>(&setting.value);
  return text != nullptr ? *text : formatValue(setting.value);
}

std::vector<Axis> readAxes(const std::vector<TomlEntry>& entries, std::string_view file_name) {
  std::vector<Axis> axes;
  for (const TomlEntry& entry : entries) axes.push_back(readAxis(entry, file_name));
  for (Axis& axis : axes) {  // Two sections may have a key of the same name.
    const auto isSame = [&](const Axis& other) {
      return other.values[0].schema->name() == axis.values[0].schema->name();
    };
    if (std::ranges::count_if(axes, isSame) > 1) axis.label = axis.values[0].schema->key;
  }
  return axes;
}

/// Every combination, the last axis changing fastest.
std::vector<SweepPlan::Point> combine(const std::vector<Axis>& axes, const std::string& place) {
  std::vector<SweepPlan::Point> points{{.name = {}, .place = place, .settings = {}}};
  for (const Axis& axis : axes) {
    std::vector<SweepPlan::Point> longer;
    for (const SweepPlan::Point& point : points) {
      for (const Setting& value : axis.values) {
        longer.push_back(point);
        longer.back().name += fmt::format("{}{}={}", point.name.empty() ? "" : ", ", axis.label, valueText(value));
        longer.back().settings.push_back(value);
      }
      if (longer.size() > kMostPoints) failAt(place, fmt::format("[sweep] has more than {} points", kMostPoints));
    }
    points = std::move(longer);
  }
  return points;
}

std::string readVariantName(const TomlEntry& entry, std::string_view file_name) {
  const std::string place = placeOf(entry, file_name);
  const auto* name = entry.value ? std::get_if<std::string>(&*entry.value) : nullptr;
  if (name == nullptr || name->empty()) failAt(place, "a variant's name must be text that is not empty");
  if (name->find('/') != std::string::npos) failAt(place, "a variant's name must not hold a slash");
  if (isPolicyName(*name))
    failAt(place, fmt::format("\"{}\" is the name of a policy; give the variant another", *name));
  return *name;
}

SweepPlan::Point readVariant(const TomlTable& table, std::string_view file_name) {
  SweepPlan::Point point{
      .name = {}, .place = fmt::format("{}:{}:{}", file_name, table.line, table.column), .settings = {}};
  for (const TomlEntry& entry : table.entries) {
    if (entry.key == "name") {
      point.name = readVariantName(entry, file_name);
    } else {
      point.settings.push_back(checkedSetting(requireSweepable(entry, file_name), entry, placeOf(entry, file_name)));
    }
  }
  if (point.name.empty()) failAt(point.place, "a [[variant]] needs a name");
  return point;
}

}  // namespace

void validate(const SweepPoint& point) {
  try {
    validate(point.config);
  } catch (Error& error) {
    if (!point.name.empty()) error.addContext(fmt::format("point \"{}\"", point.name));
    throw;
  }
}

SweepPlan readSweep(const TomlDocument& document, std::string_view file_name) {
  SweepPlan plan;
  if (!document.sweep.empty()) {
    for (const TomlEntry& entry : document.sweep) plan.swept_keys.push_back(entry.key);
    plan.points = combine(readAxes(document.sweep, file_name), placeOf(document.sweep.front(), file_name));
  }
  for (const TomlTable& table : document.tables) {
    if (table.name == "variant") plan.points.push_back(readVariant(table, file_name));
  }
  std::set<std::string> names;
  for (const SweepPlan::Point& point : plan.points) {
    if (!names.insert(point.name).second)
      failAt(point.place, fmt::format("the point \"{}\" is there twice", point.name));
  }
  return plan;
}

std::vector<SweepPoint> expandSweep(const SweepPlan& plan, const std::vector<Setting>& settings,
                                    const std::vector<Setting>& overrides) {
  for (const Setting& setting : overrides) {
    if (std::ranges::find(plan.swept_keys, setting.schema->key) == plan.swept_keys.end()) continue;
    failAt(fmt::format("override \"{}\"", overrideOf(setting)),
           "[sweep] sets this key in every point; leave the override out, or change the list in the file");
  }
  std::vector<SweepPoint> points;
  std::map<std::string, std::string> name_of;
  for (const SweepPlan::Point& planned : plan.points) {
    std::vector<Setting> all = settings;
    all.insert(all.end(), planned.settings.begin(), planned.settings.end());
    all.insert(all.end(), overrides.begin(), overrides.end());
    SweepPoint point{.name = planned.name, .overrides = {}, .config = applyAll(all)};
    for (const Setting& setting : planned.settings) point.overrides.push_back(overrideOf(setting));
    const auto [same, is_new] = name_of.emplace(identityOf(point.config).dump(), point.name);
    if (!is_new) {
      failAt(planned.place, fmt::format("\"{}\" and \"{}\" are the same experiment", same->second, point.name));
    }
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace limbeck
