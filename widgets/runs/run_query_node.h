// SPDX-License-Identifier: GPL-3.0-or-later
// What a filter is made of. Private to the run_filter*.cpp files.
#pragma once

#include <QRegularExpression>
#include <QString>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "widgets/runs/run_filter.h"
#include "widgets/runs/run_filter_keys.h"

namespace limbeck {

enum class QueryOperator { Has, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };

/// One condition on one key, its value read as far as it can be read before any run is looked at.
struct QueryCondition {
  QueryKey key;
  QueryOperator op = QueryOperator::Has;
  QString text;
  std::optional<double> number;
  std::optional<bool> flag;
  QRegularExpression pattern;  ///< of `text`, where it has a *
};

/// Of a query, with one of these: all of, any of, not, a text, a condition.
struct RunQuery::Node {
  enum class Kind { All, Any, Not, Text, Condition };
  Kind kind = Kind::All;
  std::vector<std::shared_ptr<const Node>> parts;  // shared: nodes never change, so that copies of a query cost nothing
  QString text;
  QueryCondition condition;
};

/// Reads the value; or says what is wrong with it.
std::variant<QueryCondition, QString> makeCondition(const QueryKey& key, QueryOperator op, const QString& value);

bool isFulfilled(const QueryCondition& condition, const RunRecord& run, const ConfigMap* config,
                 const Interval* mean_return);

}  // namespace limbeck
