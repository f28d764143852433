// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_detail_tree.h"

#include <QTreeWidget>
#include <cmath>
#include <map>

#include "core/experiment/schema.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

constexpr int kSectionRole = Qt::UserRole;

/// Schema order, as in an experiment file, then what the schema does not know.
std::vector<std::string> keysInOrder(const ConfigMap& config, const ConfigMap& other) {
  ConfigMap left = config;
  left.insert(other.begin(), other.end());
  std::vector<std::string> keys;
  for (const KeySchema& schema : experimentSchema()) {
    if (left.erase(schema.key) > 0) keys.push_back(schema.key);
  }
  for (const auto& [key, value] : left) keys.push_back(key);
  return keys;
}

QString valueOf(const ConfigMap& config, const std::string& key) {
  const auto found = config.find(key);
  return found == config.end() ? QStringLiteral("–") : toQString(found->second);
}

void addRow(QTreeWidgetItem* section, const QStringList& cells, const QString& help = {}) {
  auto* row = new QTreeWidgetItem(section, cells);
  for (int column = 0; column < cells.size(); ++column) {
    row->setToolTip(column, help.isEmpty() ? cells[column] : QStringLiteral("%1\n%2").arg(cells[column], help));
  }
}

class Filler {
 public:
  explicit Filler(QTreeWidget& tree) : tree_(tree) {
    for (int i = 0; i < tree.topLevelItemCount(); ++i) {
      const QTreeWidgetItem* section = tree.topLevelItem(i);
      was_expanded_[section->data(0, kSectionRole).toString()] = section->isExpanded();
    }
    tree.clear();
  }

  /// `name` tells the section from the others of this tree for as long as it lives.
  QTreeWidgetItem* addSection(const QString& name, const QStringList& cells, bool is_expanded) {
    auto* section = new QTreeWidgetItem(&tree_, cells);
    section->setData(0, kSectionRole, name);
    QFont bold = tree_.font();
    bold.setBold(true);
    for (int column = 0; column < 3; ++column) section->setFont(column, bold);
    section->setFirstColumnSpanned(cells.size() == 1);
    const auto before = was_expanded_.find(name);
    section->setExpanded(before == was_expanded_.end() ? is_expanded : before->second);
    return section;
  }

 private:
  QTreeWidget& tree_;
  std::map<QString, bool> was_expanded_;
};

void addConfigRow(QTreeWidgetItem* section, const std::string& key, const QStringList& values) {
  const KeySchema* schema = findKey(key);
  addRow(section, QStringList(toQString(key)) + values, schema == nullptr ? QString() : toQString(schema->help));
}

void fillConfig(Filler& filler, const RunDetails& details) {
  const bool is_compared = !details.other_name.isEmpty();
  const std::vector<std::string> keys = keysInOrder(details.config, details.other_config);
  std::vector<std::string> same;
  if (is_compared) {
    QTreeWidgetItem* differing = filler.addSection(
        QStringLiteral("differing"),
        {QStringLiteral("Differs from %1").arg(details.other_name), toQString(details.run.name()), details.other_name},
        true);
    for (const std::string& key : keys) {
      const QString own = valueOf(details.config, key);
      const QString other = valueOf(details.other_config, key);
      own == other ? same.push_back(key) : addConfigRow(differing, key, {own, other});
    }
    if (differing->childCount() == 0) addRow(differing, {QStringLiteral("nothing but the seed")});
  } else {
    same = keys;
  }
  const QString title = is_compared ? QStringLiteral("The same in both (%1)") : QStringLiteral("Configuration (%1)");
  QTreeWidgetItem* section = filler.addSection(QStringLiteral("config"), {title.arg(same.size())}, false);
  for (const std::string& key : same) addConfigRow(section, key, {valueOf(details.config, key)});
}

void fillStages(Filler& filler, const std::vector<StageRecord>& stages) {
  if (stages.empty()) return;
  QTreeWidgetItem* section =
      filler.addSection(QStringLiteral("stages"), {QStringLiteral("Stages"), {}, QStringLiteral("hash")}, true);
  for (const StageRecord& stage : stages) {
    const QString state =
        stage.state == RunState::Done ? durationText(stage.seconds) : toQString(runStateName(stage.state));
    addRow(section,
           {toQString(stage.kind), stage.is_skipped ? QStringLiteral("was there") : state, toQString(stage.hash)});
  }
}

void fillScores(Filler& filler, const std::vector<ScoreRecord>& scores) {
  if (scores.empty()) return;
  QTreeWidgetItem* section =
      filler.addSection(QStringLiteral("scores"), {QStringLiteral("Scores with 95 % intervals")}, true);
  for (const ScoreRecord& score : scores) {
    const bool has_interval = std::isfinite(score.low) && std::isfinite(score.high);
    const QString interval =
        has_interval ? QStringLiteral("[%1, %2]").arg(returnText(score.low), returnText(score.high)) : QString();
    addRow(section, {QStringLiteral("%1 %2").arg(toQString(score.policy), toQString(score.name)),
                     returnText(score.mean), interval});
  }
}

void fillFiles(Filler& filler, const QList<FileEntry>& files) {
  if (files.isEmpty()) return;
  QTreeWidgetItem* section = filler.addSection(QStringLiteral("files"), {QStringLiteral("Files")}, true);
  for (const FileEntry& file : files) addRow(section, {file.path, file.size});
}

QString lineOf(const QTreeWidgetItem& item) {
  QStringList cells;
  for (int column = 0; column < item.columnCount(); ++column) cells << item.text(column);
  while (!cells.isEmpty() && cells.back().isEmpty()) cells.removeLast();
  return cells.join(QLatin1Char('\t'));
}

}  // namespace

void fillDetailTree(QTreeWidget& tree, const RunDetails& details) {
  Filler filler(tree);
  fillConfig(filler, details);
  fillScores(filler, details.scores);
  fillStages(filler, details.stages);
  fillFiles(filler, details.files);
}

QString selectedDetails(const QTreeWidget& tree) {
  QStringList lines;
  for (int i = 0; i < tree.topLevelItemCount(); ++i) {
    const QTreeWidgetItem* section = tree.topLevelItem(i);
    if (section->isSelected()) lines << lineOf(*section);
    for (int row = 0; row < section->childCount(); ++row) {
      if (section->isSelected() || section->child(row)->isSelected()) lines << lineOf(*section->child(row));
    }
  }
  return lines.join(QLatin1Char('\n'));
}

}  // namespace limbeck
