// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <functional>

namespace limbeck {

/// What the completer needs to know about the runs.
struct QueryVocabulary {
  QStringList extra_keys;  ///< as for `parseRunQuery`
  /// The values that runs have for a key, by its one name ("tag", "training.steps"); in the order to be offered.
  std::function<QStringList(const QString& key)> values;
};

/// Where the word begins that the cursor stands in or behind: what a completion replaces, up to the cursor.
int completionStart(const QString& text, int cursor);

/// What the text from `completionStart` to the cursor could become: keys with their colon ("env:"), or a key with each
/// of its values ("env:darkroom", in quotes where they are needed). Of an empty word: all keys.
QStringList completionsAt(const QString& text, int cursor, const QueryVocabulary& vocabulary);

}  // namespace limbeck
