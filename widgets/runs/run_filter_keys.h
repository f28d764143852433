// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <string>
#include <variant>

namespace limbeck {

/// What a key of the filter language looks at.
enum class QueryField { Name, Title, Notes, Experiment, Sweep, Point, Tag, State, Seed, Star, Return, Config };

/// How its values are compared.
enum class QueryType {
  Part,  ///< `:` finds a part of it
  Word,  ///< `:` wants all of it, or a pattern with *
  Number,
  Flag,     ///< yes or no
  List,     ///< any element
  Unknown,  ///< a number where both sides are one, else a word
};

struct QueryKey {
  QueryField field = QueryField::Config;
  QueryType type = QueryType::Word;
  QString name;         ///< "tag", "training.steps": one name for each thing
  QStringList choices;  ///< all values there are; empty when any is possible
};

/// Finds a key by its own, its short, its last or its full name; else says in words what is wrong with the name.
std::variant<QueryKey, QString> findQueryKey(const QString& name, const QStringList& extra_keys);

/// Every name that `findQueryKey` knows: own and short ones first, full ones last.
QStringList queryKeyNames(const QStringList& extra_keys);

/// `did you mean "x"?` with the nearest of `known`, or nothing when none is near.
QString didYouMean(const QString& name, const QStringList& known);

}  // namespace limbeck
