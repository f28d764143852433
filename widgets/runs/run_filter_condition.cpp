// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the value of a condition as its key wants it.
#include "widgets/runs/run_query_node.h"

namespace limbeck {
namespace {

constexpr const char* kYes[] = {"yes", "true", "1", "on"};
constexpr const char* kNo[] = {"no", "false", "0", "off"};

bool isOneOf(const QString& text, const auto& words) {
  for (const char* word : words) {
    if (text.compare(QLatin1String(word), Qt::CaseInsensitive) == 0) return true;
  }
  return false;
}

/// * stands for anything, all else for itself.
QRegularExpression patternOf(const QString& text) {
  if (!text.contains(QLatin1Char('*'))) return {};
  QStringList pieces;
  for (const QString& piece : text.split(QLatin1Char('*'))) pieces << QRegularExpression::escape(piece);
  return QRegularExpression(QRegularExpression::anchoredPattern(pieces.join(QLatin1String(".*"))),
                            QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
}

bool isEquality(QueryOperator op) {
  return op == QueryOperator::Has || op == QueryOperator::Equal || op == QueryOperator::NotEqual;
}

/// Empty when the value is one of the choices, may become one while it is typed, or has a *.
QString choiceProblem(const QueryKey& key, const QString& value) {
  if (key.choices.isEmpty() || value.contains(QLatin1Char('*'))) return {};
  for (const QString& choice : key.choices) {
    if (choice.startsWith(value, Qt::CaseInsensitive)) return {};
  }
  const QString nearest = didYouMean(value, key.choices);
  return QStringLiteral("%1 is never \"%2\", %3")
      .arg(key.name, value,
           nearest.isEmpty() ? QStringLiteral("but ") + key.choices.join(QLatin1String(", ")) : nearest);
}

}  // namespace

std::variant<QueryCondition, QString> makeCondition(const QueryKey& key, QueryOperator op, const QString& value) {
  QueryCondition condition{.key = key, .op = op, .text = value, .number = {}, .flag = {}, .pattern = patternOf(value)};
  bool is_number = false;
  const double number = value.toDouble(&is_number);
  if (is_number) condition.number = number;
  if (isOneOf(value, kYes)) condition.flag = true;
  if (isOneOf(value, kNo)) condition.flag = false;
  switch (key.type) {
    case QueryType::Number:
      if (!is_number) return QStringLiteral("%1 is a number, and \"%2\" is none").arg(key.name, value);
      break;
    case QueryType::Flag:
      if (!condition.flag || !isEquality(op)) return QStringLiteral("%1 is yes or no: %1:yes").arg(key.name);
      break;
    case QueryType::Part:
    case QueryType::Word:
    case QueryType::List:
      if (!isEquality(op)) return QStringLiteral("%1 is no number: compare it by : = or !=").arg(key.name);
      if (const QString problem = choiceProblem(key, value); !problem.isEmpty()) return problem;
      break;
    case QueryType::Unknown:
      if (!isEquality(op) && !is_number) {
        return QStringLiteral("\"%1\" is no number, so nothing is less or greater").arg(value);
      }
      break;
  }
  return condition;
}

}  // namespace limbeck
