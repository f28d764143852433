// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_key_columns.h"

#include <algorithm>
#include <array>

#include "core/experiment/schema.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

bool isColumn(const std::string& key) {
  constexpr std::array<std::string_view, 3> kSaidElsewhere{"experiment.seed", "experiment.name",
                                                           "experiment.description"};
  return std::ranges::find(kSaidElsewhere, key) == kSaidElsewhere.end();
}

/// Calls `visit(key, value, place)` with each entry; a null place for a key that has none.
template <typename Visit>
void forEachPlaced(const ConfigMap& config, const std::map<std::string, int>& places, Visit visit) {
  auto place = places.begin();
  for (const auto& [key, value] : config) {
    while (place != places.end() && place->first < key) ++place;
    const bool is_known = place != places.end() && place->first == key;
    visit(key, value, is_known ? &place->second : nullptr);
  }
}

int valueAt(const RunKeyColumns::Values& values, std::size_t key) {
  return key < values.size() ? values[key] : RunKeyColumns::kMissing;
}

}  // namespace

RunKeyColumns::RunKeyColumns() {
  QStringList known;
  for (const KeySchema& schema : experimentSchema()) {
    if (isColumn(schema.key)) known << toQString(schema.key);
  }
  addKeys(known);
}

QStringList RunKeyColumns::unknownKeys(const GroupConfigs& configs) const {
  QStringList unknown;
  for (const auto& [group, config] : configs) {
    forEachPlaced(config, places_, [&](const std::string& key, const std::string&, const int* place) {
      if (place != nullptr || !isColumn(key)) return;
      if (const QString text = toQString(key); !unknown.contains(text)) unknown << text;
    });
  }
  return unknown;
}

void RunKeyColumns::addKeys(const QStringList& keys) {
  for (const QString& key : keys) {
    places_.emplace(key.toStdString(), static_cast<int>(columns_.size()));
    keys_ << key;
    columns_.emplace_back();
  }
}

RunKeyColumns::Values RunKeyColumns::intern(const ConfigMap& config) {
  Values values(columns_.size(), kMissing);
  forEachPlaced(config, places_, [&](const std::string&, const std::string& text, const int* place) {
    if (place == nullptr) return;
    Column& column = columns_[static_cast<std::size_t>(*place)];
    const auto [entry, is_new] = column.numbers.try_emplace(text, static_cast<int>(column.texts.size()));
    if (is_new) {
      const QString shown = toQString(text);
      bool is_number = false;
      const double number = shown.toDouble(&is_number);
      column.texts << shown;
      column.sort_values.push_back(is_number ? QVariant(number) : QVariant(shown));
    }
    values[static_cast<std::size_t>(*place)] = entry->second;
  });
  return values;
}

QString RunKeyColumns::text(const Values& values, int key) const {
  const int value = valueAt(values, static_cast<std::size_t>(key));
  return value == kMissing ? QString() : columns_[static_cast<std::size_t>(key)].texts[value];
}

QVariant RunKeyColumns::sortValue(const Values& values, int key) const {
  const int value = valueAt(values, static_cast<std::size_t>(key));
  if (value == kMissing) return {};
  return columns_[static_cast<std::size_t>(key)].sort_values[static_cast<std::size_t>(value)];
}

std::vector<bool> RunKeyColumns::differing(const std::vector<const Values*>& groups) const {
  std::vector<bool> is_differing(columns_.size(), false);
  for (std::size_t key = 0; key < columns_.size(); ++key) {
    const auto valueOf = [key](const Values* values) { return valueAt(*values, key); };
    is_differing[key] = !groups.empty() &&
                        std::ranges::any_of(
                            groups, [first = valueOf(groups.front())](int value) { return value != first; }, valueOf);
  }
  return is_differing;
}

QStringList RunKeyColumns::valuesOf(const QString& key) const {
  const auto place = places_.find(key.toStdString());
  if (place == places_.end()) return {};
  const Column& column = columns_[static_cast<std::size_t>(place->second)];
  std::vector<int> order(static_cast<std::size_t>(column.texts.size()));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  std::ranges::sort(order, [&](int left, int right) {
    const QVariant& a = column.sort_values[static_cast<std::size_t>(left)];
    const QVariant& b = column.sort_values[static_cast<std::size_t>(right)];
    const bool a_is_number = a.typeId() == QMetaType::Double;
    const bool b_is_number = b.typeId() == QMetaType::Double;
    if (a_is_number != b_is_number) return a_is_number;
    return a_is_number ? a.toDouble() < b.toDouble() : a.toString() < b.toString();
  });
  QStringList values;
  for (const int value : order) values << column.texts[value];
  return values;
}

}  // namespace limbeck
