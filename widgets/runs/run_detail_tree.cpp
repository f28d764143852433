// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_detail_tree.h"

#include <QTreeWidget>
#include <map>

#include "core/experiment/schema.h"
#include "widgets/base/text.h"
#include "widgets/runs/score_words.h"

namespace limbeck {
namespace {

constexpr int kSectionRole = Qt::UserRole;
/// What a cell says where it is copied, when that is more than what is shown.
constexpr int kWholeRole = Qt::UserRole + 1;

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

int lastEpisodes(const ConfigMap& config) {
  const auto found = config.find("evaluation.last_episodes");
  return found == config.end() ? 0 : toQString(found->second).toInt();
}

QString valueOf(const ConfigMap& config, const std::string& key) {
  const auto found = config.find(key);
  return found == config.end() ? QStringLiteral("–") : toQString(found->second);
}

/// `whole`: the first cell in full.
QTreeWidgetItem* addRow(QTreeWidgetItem* section, const QStringList& cells, const QString& whole = {},
                        const QString& help = {}) {
  auto* row = new QTreeWidgetItem(section, cells);
  if (!whole.isEmpty()) row->setData(0, kWholeRole, whole);
  const QString words =
      QStringList(whole.isEmpty() ? cells : QStringList(whole) + cells.mid(1)).join(QStringLiteral(": "));
  for (int column = 0; column < kDetailColumns; ++column) {
    row->setToolTip(column, help.isEmpty() ? words : QStringLiteral("%1\n%2").arg(words, help));
  }
  return row;
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
    section->setFont(0, bold);
    section->setFirstColumnSpanned(cells.size() == 1);
    const auto before = was_expanded_.find(name);
    section->setExpanded(before == was_expanded_.end() ? is_expanded : before->second);
    return section;
  }

 private:
  QTreeWidget& tree_;
  std::map<QString, bool> was_expanded_;
};

/// Rows under the headings of an experiment file, so that a key needs no more room than its own name.
class ConfigRows {
 public:
  explicit ConfigRows(QTreeWidgetItem* section) : section_(section) {}

  void add(const std::string& key, const QString& value) {
    const QString whole = toQString(key);
    const QString heading = whole.section(QLatin1Char('.'), 0, -2);
    if (heading != heading_ && !heading.isEmpty()) addHeading(heading);
    const KeySchema* schema = findKey(key);
    addRow(section_, {whole.section(QLatin1Char('.'), -1), value}, whole,
           schema == nullptr ? QString() : toQString(schema->help));
  }

 private:
  void addHeading(const QString& heading) {
    heading_ = heading;
    auto* row = addRow(section_, {QLatin1Char('[') + heading + QLatin1Char(']')});
    row->setFirstColumnSpanned(true);
  }

  QTreeWidgetItem* section_;
  QString heading_;
};

void fillConfig(Filler& filler, const RunDetails& details) {
  const bool is_compared = !details.other_name.isEmpty();
  const std::vector<std::string> keys = keysInOrder(details.config, details.other_config);
  std::vector<std::string> same;
  if (is_compared) {
    const QString title = QStringLiteral("Differs from %1").arg(details.other_name);
    QTreeWidgetItem* differing = filler.addSection(QStringLiteral("differing"), {title}, true);
    ConfigRows rows(differing);
    for (const std::string& key : keys) {
      const QString own = valueOf(details.config, key);
      const QString other = valueOf(details.other_config, key);
      own == other ? same.push_back(key) : rows.add(key, QStringLiteral("%1 → %2").arg(other, own));
    }
    if (differing->childCount() == 0)
      addRow(differing, {QStringLiteral("nothing but the seed")})->setFirstColumnSpanned(true);
  } else {
    same = keys;
  }
  const QString title = is_compared ? QStringLiteral("The same in both (%1)") : QStringLiteral("Configuration (%1)");
  ConfigRows rows(filler.addSection(QStringLiteral("config"), {title.arg(same.size())}, false));
  for (const std::string& key : same) rows.add(key, valueOf(details.config, key));
}

void fillStages(Filler& filler, const std::vector<StageRecord>& stages) {
  if (stages.empty()) return;
  QTreeWidgetItem* times = filler.addSection(QStringLiteral("stages"), {QStringLiteral("Stages")}, true);
  QTreeWidgetItem* hashes = filler.addSection(QStringLiteral("hashes"), {QStringLiteral("Hashes")}, false);
  for (const StageRecord& stage : stages) {
    const QString state =
        stage.state == RunState::Done ? durationText(stage.seconds) : toQString(runStateName(stage.state));
    addRow(times, {toQString(stage.kind), stage.is_skipped ? QStringLiteral("was there") : state});
    addRow(hashes, {toQString(stage.kind), toQString(stage.hash)});
  }
}

void fillFiles(Filler& filler, const QList<FileEntry>& files) {
  if (files.isEmpty()) return;
  QTreeWidgetItem* section = filler.addSection(QStringLiteral("files"), {QStringLiteral("Files")}, true);
  // A stage's folder has its hash for a name, which is too long to be read.
  for (const FileEntry& file : files)
    addRow(section, {file.path.section(QLatin1Char('/'), 0, 0), file.size}, file.path);
}

QString lineOf(const QTreeWidgetItem& item) {
  QStringList cells;
  for (int column = 0; column < item.columnCount(); ++column) {
    const QString whole = item.data(column, kWholeRole).toString();
    cells << (whole.isEmpty() ? item.text(column) : whole);
  }
  while (!cells.isEmpty() && cells.back().isEmpty()) cells.removeLast();
  return cells.join(QLatin1Char('\t'));
}

}  // namespace

void fillDetailTree(QTreeWidget& tree, const RunDetails& details) {
  Filler filler(tree);
  fillConfig(filler, details);
  if (!details.scores.empty())
    filler.addSection(QStringLiteral("scores"), {QStringLiteral("Scores, 95 % intervals")}, true);
  for (const ScoreSection& scores : scoreSections(details.scores, details.learner, lastEpisodes(details.config))) {
    QTreeWidgetItem* section =
        filler.addSection(QStringLiteral("scores of ") + scores.policy, scores.heading, scores.is_main);
    if (scores.heading.size() > 1) section->setToolTip(1, QStringLiteral("Mean return of the last episodes"));
    for (const ScoreRow& row : scores.rows) addRow(section, {row.name, row.value}, {}, row.help);
  }
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
