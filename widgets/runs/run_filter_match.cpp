// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a run fulfils a filter.
#include <algorithm>
#include <cmath>

#include "widgets/base/text.h"
#include "widgets/runs/run_query_node.h"

namespace limbeck {
namespace {

bool contains(std::string_view haystack, const QString& needle) {
  return !haystack.empty() && toQString(haystack).contains(needle, Qt::CaseInsensitive);
}

bool isOrdering(QueryOperator op) {
  return op != QueryOperator::Has && op != QueryOperator::Equal && op != QueryOperator::NotEqual;
}

bool compare(double left, QueryOperator op, double right) {
  switch (op) {
    case QueryOperator::Has:
    case QueryOperator::Equal:
      return left == right;
    case QueryOperator::NotEqual:
      return left != right;
    case QueryOperator::Less:
      return left < right;
    case QueryOperator::LessOrEqual:
      return left <= right;
    case QueryOperator::Greater:
      return left > right;
    case QueryOperator::GreaterOrEqual:
      return left >= right;
  }
  return false;
}

/// All of `value`, or the pattern, in either case.
bool isWord(const QueryCondition& condition, const QString& value) {
  if (!condition.pattern.pattern().isEmpty()) return condition.pattern.match(value).hasMatch();
  return value.compare(condition.text, Qt::CaseInsensitive) == 0;
}

/// Equality for a text, with `op` deciding whether a part is enough and whether the claim is turned round.
bool textFulfils(const QueryCondition& condition, const QString& value) {
  const bool is_part = condition.op == QueryOperator::Has && condition.key.type == QueryType::Part;
  const bool is_equal = is_part && condition.pattern.pattern().isEmpty()
                            ? value.contains(condition.text, Qt::CaseInsensitive)
                            : isWord(condition, value);
  return is_equal != (condition.op == QueryOperator::NotEqual);
}

bool flagFulfils(const QueryCondition& condition, bool value) {
  return (value == condition.flag) != (condition.op == QueryOperator::NotEqual);
}

bool listFulfils(const QueryCondition& condition, const QString& value) {
  const QStringList elements = value.split(QLatin1Char(','), Qt::SkipEmptyParts);
  const bool is_in = isWord(condition, value) || std::ranges::any_of(elements, [&](const QString& element) {
                       return isWord(condition, element.trimmed());
                     });
  return is_in != (condition.op == QueryOperator::NotEqual);
}

bool configFulfils(const QueryCondition& condition, const ConfigMap* config) {
  if (config == nullptr) return false;
  const auto found = config->find(condition.key.name.toStdString());
  if (found == config->end()) return false;
  const QString value = toQString(found->second);
  bool is_number = false;
  const double number = value.toDouble(&is_number);
  switch (condition.key.type) {
    case QueryType::Number:
      return is_number && compare(number, condition.op, *condition.number);
    case QueryType::Flag:
      return flagFulfils(condition, value == QLatin1String("true"));
    case QueryType::List:
      return listFulfils(condition, value);
    case QueryType::Unknown:
      if (is_number && condition.number) return compare(number, condition.op, *condition.number);
      return !isOrdering(condition.op) && textFulfils(condition, value);
    case QueryType::Part:
    case QueryType::Word:
      return textFulfils(condition, value);
  }
  return false;
}

bool seedFulfils(const QueryCondition& condition, std::uint64_t seed) {
  // Seeds may be larger than a double can tell apart.
  bool is_whole = false;
  const qulonglong whole = condition.text.toULongLong(&is_whole);
  if (is_whole && !isOrdering(condition.op)) return (seed == whole) != (condition.op == QueryOperator::NotEqual);
  return compare(static_cast<double>(seed), condition.op, *condition.number);
}

bool hasText(const RunRecord& run, const QString& text) {
  return contains(run.title, text) || contains(run.name(), text) || contains(run.notes, text) ||
         contains(run.experiment, text) || contains(run.sweep, text) || contains(run.point, text) ||
         std::ranges::any_of(run.tags, [&](const std::string& tag) { return contains(tag, text); });
}

bool tagsFulfil(const QueryCondition& condition, const RunRecord& run) {
  const bool has_it =
      std::ranges::any_of(run.tags, [&](const std::string& tag) { return isWord(condition, toQString(tag)); });
  return has_it != (condition.op == QueryOperator::NotEqual);
}

bool nameFulfils(const QueryCondition& condition, const RunRecord& run) {
  const bool is_name = isWord(condition, toQString(run.name()));
  const bool is_title = condition.op == QueryOperator::Has && condition.pattern.pattern().isEmpty()
                            ? contains(run.title, condition.text)
                            : isWord(condition, toQString(run.title));
  return (is_name || is_title) != (condition.op == QueryOperator::NotEqual);
}

bool nodeMatches(const RunQuery::Node& node, const RunRecord& run, const ConfigMap* config,
                 const Interval* mean_return) {
  const auto holds = [&](const auto& part) { return nodeMatches(*part, run, config, mean_return); };
  switch (node.kind) {
    case RunQuery::Node::Kind::All:
      return std::ranges::all_of(node.parts, holds);
    case RunQuery::Node::Kind::Any:
      return std::ranges::any_of(node.parts, holds);
    case RunQuery::Node::Kind::Not:
      return !holds(node.parts.front());
    case RunQuery::Node::Kind::Text:
      return hasText(run, node.text);
    case RunQuery::Node::Kind::Condition:
      return isFulfilled(node.condition, run, config, mean_return);
  }
  return false;
}

}  // namespace

bool isFulfilled(const QueryCondition& condition, const RunRecord& run, const ConfigMap* config,
                 const Interval* mean_return) {
  switch (condition.key.field) {
    case QueryField::Name:
      return nameFulfils(condition, run);
    case QueryField::Title:
      return textFulfils(condition, toQString(run.title));
    case QueryField::Notes:
      return textFulfils(condition, toQString(run.notes));
    case QueryField::Experiment:
      return textFulfils(condition, toQString(run.experiment));
    case QueryField::Sweep:
      return textFulfils(condition, toQString(run.sweep));
    case QueryField::Point:
      return textFulfils(condition, toQString(run.point));
    case QueryField::Tag:
      return tagsFulfil(condition, run);
    case QueryField::State:
      return textFulfils(condition, toQString(runStateName(run.state)));
    case QueryField::Seed:
      return seedFulfils(condition, run.seed);
    case QueryField::Star:
      return flagFulfils(condition, run.is_starred);
    case QueryField::Return:
      return mean_return != nullptr && std::isfinite(mean_return->mean) &&
             compare(mean_return->mean, condition.op, *condition.number);
    case QueryField::Config:
      return configFulfils(condition, config);
  }
  return false;
}

bool RunQuery::matches(const RunRecord& run, const ConfigMap* config, const Interval* mean_return) const {
  return root_ == nullptr || nodeMatches(*root_, run, config, mean_return);
}

}  // namespace limbeck
