// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_filter_keys.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/nearest_name.h"
#include "core/experiment/schema.h"
#include "core/store/run_record.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

struct OwnKey {
  const char* name;
  QueryField field;
  QueryType type;
};

constexpr std::array kOwnKeys{OwnKey{"name", QueryField::Name, QueryType::Word},
                              OwnKey{"title", QueryField::Title, QueryType::Part},
                              OwnKey{"notes", QueryField::Notes, QueryType::Part},
                              OwnKey{"experiment", QueryField::Experiment, QueryType::Part},
                              OwnKey{"sweep", QueryField::Sweep, QueryType::Part},
                              OwnKey{"point", QueryField::Point, QueryType::Part},
                              OwnKey{"tag", QueryField::Tag, QueryType::Word},
                              OwnKey{"state", QueryField::State, QueryType::Word},
                              OwnKey{"seed", QueryField::Seed, QueryType::Number},
                              OwnKey{"star", QueryField::Star, QueryType::Flag},
                              OwnKey{"return", QueryField::Return, QueryType::Number}};

constexpr std::array<std::pair<const char*, const char*>, 4> kShortNames{{{"env", "environment.name"},
                                                                          {"lr", "training.learning_rate"},
                                                                          {"ctx", "context.context_length"},
                                                                          {"source", "source.algorithm"}}};

QStringList stateNames() {
  QStringList names;
  for (const RunState state : {RunState::Waiting, RunState::Running, RunState::Done, RunState::Stopped,
                               RunState::Failed, RunState::Interrupted}) {
    names << toQString(runStateName(state));
  }
  return names;
}

QueryType typeOf(KeyType type) {
  switch (type) {
    case KeyType::Integer:
    case KeyType::Real:
      return QueryType::Number;
    case KeyType::Boolean:
      return QueryType::Flag;
    case KeyType::Text:
    case KeyType::Choice:
      return QueryType::Word;
    case KeyType::IntegerList:
      return QueryType::List;
  }
  return QueryType::Unknown;
}

QueryKey configKey(const QString& full_name) {
  QueryKey key{.field = QueryField::Config, .type = QueryType::Unknown, .name = full_name, .choices = {}};
  if (const KeySchema* schema = findKey(full_name.toStdString())) {
    key.type = typeOf(schema->type);
    for (const std::string& choice : schema->choices) key.choices << toQString(choice);
  }
  return key;
}

/// The keys of experiment files that a filter can name: not those that a run says itself.
QStringList fullNames(const QStringList& extra_keys) {
  QStringList names;
  for (const KeySchema& schema : experimentSchema()) {
    if (schema.key != "experiment.seed" && schema.key != "experiment.name") names << toQString(schema.key);
  }
  for (const QString& key : extra_keys) {
    if (!names.contains(key)) names << key;
  }
  return names;
}

QString lastName(const QString& full_name) {
  return full_name.section(QLatin1Char('.'), 1);
}

QStringList keysCalled(const QString& last_name, const QStringList& extra_keys) {
  QStringList keys;
  for (const QString& key : fullNames(extra_keys)) {
    if (lastName(key).compare(last_name, Qt::CaseInsensitive) == 0) keys << key;
  }
  return keys;
}

}  // namespace

std::variant<QueryKey, QString> findQueryKey(const QString& name, const QStringList& extra_keys) {
  const QString lower = name.toLower();
  for (const OwnKey& own : kOwnKeys) {
    if (lower != QLatin1String(own.name)) continue;
    QueryKey key{.field = own.field, .type = own.type, .name = lower, .choices = {}};
    if (own.field == QueryField::State) key.choices = stateNames();
    return key;
  }
  for (const auto& [short_name, full_name] : kShortNames) {
    if (lower == QLatin1String(short_name)) return configKey(QLatin1String(full_name));
  }
  for (const QString& key : fullNames(extra_keys)) {
    if (key.compare(name, Qt::CaseInsensitive) == 0) return configKey(key);
  }
  const QStringList called = keysCalled(name, extra_keys);
  if (called.size() == 1) return configKey(called.front());
  if (called.size() > 1) {
    return QStringLiteral("\"%1\" is the name of several keys: say %2").arg(name, called.join(QLatin1String(" or ")));
  }
  const QString nearest = didYouMean(name, queryKeyNames(extra_keys));
  return QStringLiteral("unknown key \"%1\", %2")
      .arg(name, nearest.isEmpty() ? QStringLiteral("put it in quotes to look for the text") : nearest);
}

QStringList queryKeyNames(const QStringList& extra_keys) {
  QStringList names;
  for (const OwnKey& own : kOwnKeys) names << QLatin1String(own.name);
  for (const auto& [short_name, full_name] : kShortNames) names << QLatin1String(short_name);
  const QStringList full = fullNames(extra_keys);
  QStringList last;
  for (const QString& key : full) last << lastName(key);
  for (const QString& name : last) {
    if (last.count(name) == 1 && !names.contains(name)) names << name;
  }
  return names + full;
}

QString didYouMean(const QString& name, const QStringList& known) {
  std::vector<std::string> names;
  for (const QString& candidate : known) names.push_back(candidate.toStdString());
  const std::string asked = name.toLower().toStdString();
  const std::string nearest = nearestName(asked, names);
  // Half of the letters wrong is no slip of the hand.
  const bool is_near =
      !nearest.empty() && editDistance(asked, nearest) <= std::max<int>(1, static_cast<int>(name.size()) / 2);
  return is_near ? QStringLiteral("did you mean \"%1\"?").arg(toQString(nearest)) : QString();
}

}  // namespace limbeck
