// SPDX-License-Identifier: GPL-3.0-or-later
// Rollouts that were written and read by a person (tests/golden/env/*.txt), replayed through the vector environment.
#include <fmt/format.h>

#include <QDir>
#include <QtTest>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/env/environment.h"
#include "core/env/environment_json.h"
#include "core/env/vector_environment.h"

using namespace limbeck;

namespace {

const QString kFolder = QStringLiteral(LIMBECK_SOURCE_DIR) + "/tests/golden/env";

struct GoldenStep {
  int number = 0;
  std::string action;
  std::string at;
  float reward = 0.0F;
  std::string end;
};

struct GoldenRollout {
  EnvironmentOptions options;
  std::string task;
  std::string start;
  std::map<std::string, std::string> map;   ///< cell name to what stands there
  std::map<std::string, std::string> path;  ///< likewise
  std::vector<GoldenStep> steps;
  float total = 0.0F;
};

std::map<std::string, std::string> readPicture(std::istream& in) {
  std::map<std::string, std::string> cells;
  std::string line;
  for (int y = 0; std::getline(in, line) && !line.empty(); ++y) {
    std::istringstream words(line);
    std::string word;
    for (int x = 0; words >> word; ++x) cells[fmt::format("({},{})", x, y)] = word;
  }
  return cells;
}

std::vector<GoldenStep> readSteps(std::istream& in) {
  std::vector<GoldenStep> steps;
  std::string line;
  while (std::getline(in, line) && !line.empty()) {
    GoldenStep& step = steps.emplace_back();
    std::istringstream(line) >> step.number >> step.action >> step.at >> step.reward >> step.end;
  }
  return steps;
}

GoldenRollout readGolden(const QString& path) {
  GoldenRollout rollout;
  std::istringstream in(readTextFile(path.toStdString()));
  std::string line;
  while (std::getline(in, line)) {
    const std::string key = line.substr(0, line.find(' '));
    const std::string rest = line.size() > key.size() ? line.substr(key.size() + 1) : "";
    if (key == "environment") rollout.options = environmentOptionsFromJson(nlohmann::json::parse(rest));
    if (key == "task") rollout.task = rest;
    if (key == "start") rollout.start = rest;
    if (key == "return") rollout.total = std::stof(rest);
    if (line == "map") rollout.map = readPicture(in);
    if (line == "path") rollout.path = readPicture(in);
    if (line == "steps") rollout.steps = readSteps(in);
  }
  return rollout;
}

std::string cellName(const std::array<std::uint8_t, 2>& cell) {
  return fmt::format("({},{})", cell[0], cell[1]);
}

std::string endName(End end) {
  switch (end) {
    case End::None:
      return "";
    case End::Terminated:
      return "terminated";
    case End::Truncated:
      return "truncated";
  }
  return "unknown";
}

TaskId taskNamed(const Environment& environment, const std::string& name) {
  int id = 0;
  while (id < environment.taskCount() && environment.taskName(TaskId{id}) != name) ++id;
  return TaskId{id};
}

}  // namespace

class GoldenRolloutTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void replayGivesTheWrittenRollout_data() { addRows(); }
  void replayGivesTheWrittenRollout();
  void picturesShowTheWrittenRollout_data() { addRows(); }
  void picturesShowTheWrittenRollout();
  void everyEnvironmentHasAGoldenRollout();

 private:
  static QStringList files() { return QDir(kFolder).entryList({"*.txt"}); }
  static void addRows() {
    QTest::addColumn<QString>("file");
    for (const QString& file : files()) QTest::newRow(qPrintable(file)) << file;
  }
};

void GoldenRolloutTest::replayGivesTheWrittenRollout() {
  QFETCH(QString, file);
  const GoldenRollout golden = readGolden(kFolder + "/" + file);
  const auto environment = makeEnvironment(golden.options);
  const TaskId task = taskNamed(*environment, golden.task);
  const std::vector<std::string> names = environment->taskActionNames(task);
  VectorEnvironment streams(*environment, std::vector{task}, Rng(Seed{1}));
  std::array<std::uint8_t, 2> observation = {};
  std::array<std::uint8_t, 2> arrived = {};
  int tries = 0;  // a random start comes around: 1 - (15/16)^1000 is 1
  do streams.reset(observation);
  while (cellName(observation) != golden.start && ++tries < 1000);
  QCOMPARE(cellName(observation), golden.start);
  float total = 0.0F;
  int number = 0;
  for (const GoldenStep& step : golden.steps) {
    QCOMPARE(step.number, ++number);
    const auto name = std::ranges::find(names, step.action);
    QVERIFY2(name != names.end(), step.action.c_str());
    const std::array action = {static_cast<Action>(name - names.begin())};
    std::array<float, 1> reward = {};
    std::array<End, 1> end = {};
    streams.step(action, {reward, end, arrived, observation});
    QCOMPARE(cellName(arrived), step.at);
    QCOMPARE(reward[0], step.reward);
    QCOMPARE(endName(end[0]), step.end);
    total += reward[0];
    if (end[0] == End::None) QCOMPARE(observation, arrived);
    if (end[0] != End::None) number = 0;
    if (end[0] != End::None && environment->startCells().size() == 1) QCOMPARE(cellName(observation), golden.start);
  }
  QCOMPARE(total, golden.total);
}

void GoldenRolloutTest::picturesShowTheWrittenRollout() {
  QFETCH(QString, file);
  GoldenRollout golden = readGolden(kFolder + "/" + file);
  const auto environment = makeEnvironment(golden.options);
  const GridSize size = environment->gridSize();
  const std::vector<CellKind> kinds = environment->cellKinds();
  QCOMPARE(golden.map.size(), kinds.size());
  QCOMPARE(golden.path.size(), kinds.size());
  for (int cell = 0; cell < size.width * size.height; ++cell) {
    const std::string& mark = golden.map.at(fmt::format("({},{})", cell % size.width, cell / size.width));
    QCOMPARE(mark == "#", kinds[static_cast<std::size_t>(cell)] == CellKind::Wall);
    QCOMPARE(mark == "~", kinds[static_cast<std::size_t>(cell)] == CellKind::Slippery);
  }
  QCOMPARE(golden.map.at(golden.start), std::string("S"));
  for (const auto& [cell, mark] : golden.map) {
    const bool is_fixed = golden.options.goal != GoalRule::ByTask;
    if (mark == "G" && !is_fixed) QCOMPARE(fmt::format("goal {}", cell), golden.task);
    if (mark == "K") QVERIFY(golden.task.starts_with(fmt::format("key {}", cell)));
    if (mark == "D") QVERIFY(golden.task.ends_with(fmt::format("door {}", cell)));
  }
  std::map<std::string, std::string> first_arrivals;
  for (const GoldenStep& step : golden.steps) {
    if (step.at != golden.start) first_arrivals.emplace(step.at, std::to_string(step.number));
    if (!step.end.empty()) break;
  }
  std::erase_if(golden.path, [](const auto& cell) { return cell.second == "." || cell.second == "#"; });
  QCOMPARE(golden.path, first_arrivals);
}

void GoldenRolloutTest::everyEnvironmentHasAGoldenRollout() {
  for (const std::string& registered : environmentNames()) {
    if (makeEnvironment(defaultOptions(registered))->gridSize() == GridSize{}) continue;  // no cells to write down
    const std::string large = "large_";  // the same rules on more cells
    const std::string name = registered.starts_with(large) ? registered.substr(large.size()) : registered;
    const bool found = std::ranges::any_of(
        files(), [&](const QString& file) { return readGolden(kFolder + "/" + file).options.name == name; });
    QVERIFY2(found, name.c_str());
  }
}

QTEST_APPLESS_MAIN(GoldenRolloutTest)
#include "golden_rollout_test.moc"
