// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_filter_completion.h"

#include <variant>

#include "widgets/runs/run_filter_keys.h"

namespace limbeck {
namespace {

QString inQuotesIfNeeded(const QString& value) {
  for (const QChar c : value) {
    if (c.isSpace() || c == QLatin1Char(')')) return QLatin1Char('"') + value + QLatin1Char('"');
  }
  return value.isEmpty() ? QStringLiteral("\"\"") : value;
}

QStringList keysBeginningWith(const QString& begin, const QStringList& extra_keys) {
  QStringList result;
  for (const QString& key : queryKeyNames(extra_keys)) {
    if (key.startsWith(begin, Qt::CaseInsensitive)) result << key + QLatin1Char(':');
  }
  return result;
}

QStringList valuesFor(const QueryKey& key, const QueryVocabulary& vocabulary) {
  if (key.type == QueryType::Flag) return {QStringLiteral("yes"), QStringLiteral("no")};
  QStringList values = vocabulary.values ? vocabulary.values(key.name) : QStringList();
  for (const QString& choice : key.choices) {
    if (!values.contains(choice)) values << choice;
  }
  return values;
}

}  // namespace

int completionStart(const QString& text, int cursor) {
  int start = 0;
  bool is_quoted = false;
  for (int i = 0; i < cursor && i < text.size(); ++i) {
    const QChar c = text[i];
    if (c == QLatin1Char('"')) is_quoted = !is_quoted;
    if (!is_quoted && (c.isSpace() || c == QLatin1Char('(') || c == QLatin1Char(')'))) start = i + 1;
  }
  if (start < cursor && start < text.size() && text[start] == QLatin1Char('-')) ++start;
  return start;
}

QStringList completionsAt(const QString& text, int cursor, const QueryVocabulary& vocabulary) {
  const int start = completionStart(text, cursor);
  const QString word = text.mid(start, cursor - start);
  if (word.startsWith(QLatin1Char('"'))) return {};
  qsizetype sign = 0;
  while (sign < word.size() && !QStringLiteral(":<>=!").contains(word[sign])) ++sign;
  if (sign == word.size()) return keysBeginningWith(word, vocabulary.extra_keys);

  const std::variant<QueryKey, QString> found = findQueryKey(word.left(sign), vocabulary.extra_keys);
  const auto* key = std::get_if<QueryKey>(&found);
  if (key == nullptr) return {};
  qsizetype value = sign;
  while (value < word.size() && QStringLiteral(":<>=!").contains(word[value])) ++value;
  QString begin = word.mid(value);
  if (begin.startsWith(QLatin1Char('"'))) begin.remove(0, 1);
  QStringList result;
  for (const QString& candidate : valuesFor(*key, vocabulary)) {
    const bool is_typed = candidate.size() == begin.size();
    if (candidate.startsWith(begin, Qt::CaseInsensitive) && !is_typed)
      result << word.left(value) + inQuotesIfNeeded(candidate);
  }
  return result;
}

}  // namespace limbeck
