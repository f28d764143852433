// SPDX-License-Identifier: GPL-3.0-or-later
// The language of the filter line. Nothing in it is evaluated as code.
//
//   darkroom "two words"   part of a run's name, title, notes, experiment, sweep, point or tags, in either case
//   env:darkroom           a key and its value; * stands for anything. Title, notes, experiment: part of it. `=` for
//   exactly lr<1e-3  layers>=4     numbers: < <= > >= = != -tag:bad  not tag:bad  the others a or b   (a or b) c `or`
//   binds less than standing side by side
//
// Keys: name title notes experiment sweep point tag state seed star return, and every key of an experiment file by its
// full name (training.steps), by its last name where that is one key's only (steps), or by a short one (env lr ctx
// source).
#pragma once

#include <QString>
#include <QStringList>
#include <memory>
#include <variant>

#include "widgets/runs/run_listing.h"

namespace limbeck {

/// A filter that was understood. Copies share what they hold, which never changes.
class RunQuery {
 public:
  struct Node;

  /// Matches every run.
  RunQuery() = default;
  explicit RunQuery(std::shared_ptr<const Node> root) : root_(std::move(root)) {}

  bool isEmpty() const { return root_ == nullptr; }
  /// `config` and `mean_return` are null where they are not known: then no condition on them holds.
  bool matches(const RunRecord& run, const ConfigMap* config, const Interval* mean_return) const;

 private:
  std::shared_ptr<const Node> root_;  // shared: the proxy and the panel hold the same query
};

/// What is wrong with a filter, in words, and where in the text it stands (in QChars).
struct QueryError {
  int position = 0;
  int length = 0;
  QString words;
};

/// `extra_keys`: full names of configuration keys that runs have and the schema does not know, from other versions.
std::variant<RunQuery, QueryError> parseRunQuery(const QString& text, const QStringList& extra_keys = {});

}  // namespace limbeck
