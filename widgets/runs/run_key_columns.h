// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QVariant>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "widgets/runs/run_listing.h"

namespace limbeck {

/// Configuration values as small numbers, so that finding the keys that differ among thousands of groups compares
/// integers.
class RunKeyColumns {
 public:
  /// A group's value of each key, by the key's place in `keys()`; kMissing where it has none, also beyond the end.
  using Values = std::vector<int>;
  static constexpr int kMissing = -1;

  /// Knows the keys of the schema, in its order; without the seed, the name and the description, which say nothing that
  /// the other columns don't.
  RunKeyColumns();

  const QStringList& keys() const { return keys_; }
  /// Keys of `configs` that are no columns yet: from other versions of the program.
  QStringList unknownKeys(const GroupConfigs& configs) const;
  void addKeys(const QStringList& keys);

  Values intern(const ConfigMap& config);
  QString text(const Values& values, int key) const;
  /// A double where it is a number, else the text; invalid where it is missing.
  QVariant sortValue(const Values& values, int key) const;
  /// Which keys have more than one value among these; a missing one counts as a value.
  std::vector<bool> differing(const std::vector<const Values*>& groups) const;
  /// Every value that was ever interned for the key, numbers in their order, then texts.
  QStringList valuesOf(const QString& key) const;

 private:
  struct Column {
    std::unordered_map<std::string, int> numbers;
    QStringList texts;
    std::vector<QVariant> sort_values;
  };

  QStringList keys_;
  std::map<std::string, int> places_;  ///< sorted as a ConfigMap is, so that both are walked side by side
  std::vector<Column> columns_;
};

}  // namespace limbeck
