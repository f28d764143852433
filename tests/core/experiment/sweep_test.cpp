// SPDX-License-Identifier: GPL-3.0-or-later
// [sweep], [[variant]] and experiment.seeds of an experiment file.
#include "core/experiment/sweep.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include "core/experiment/experiment_file.h"
#include "tests/support/caught_error.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

template <typename Action>
QByteArray messageOf(Action action) {
  return caughtMessage(action).toUtf8();
}

ExperimentFile parse(const char* text, const std::vector<std::string>& overrides = {}) {
  return parseExperimentFile(std::string("[experiment]\nname = \"x\"\n") + text, "my file.toml", overrides);
}

std::vector<std::string> names(const ExperimentFile& file) {
  std::vector<std::string> all;
  for (const SweepPoint& point : file.points) all.push_back(point.name);
  return all;
}

}  // namespace

class SweepTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void plainFileHasOnePointWithoutAName() {
    const ExperimentFile file = parse("");
    QVERIFY(file.points.empty());
    QCOMPARE(file.seeds, 1);
    QCOMPARE(pointsOf(file).size(), std::size_t{1});
    QVERIFY(pointsOf(file).front().name.empty() && pointsOf(file).front().overrides.empty());
  }

  void sweepIsEveryCombinationInTheOrderOfTheFile() {
    const ExperimentFile file = parse(R"(seeds = 3
[training]
steps = 7
[sweep]
"training.learning_rate" = [0.1, 1]
context.context_length = [20, 50]
)");
    QCOMPARE(file.seeds, 3);
    QCOMPARE(names(file), (std::vector<std::string>{
                              "learning_rate=0.1, context_length=20", "learning_rate=0.1, context_length=50",
                              "learning_rate=1.0, context_length=20", "learning_rate=1.0, context_length=50"}));
    const ExperimentConfig& config = file.points[2].config;
    QVERIFY(config.training.learning_rate == 1.0 && config.context.context_length == 20 && config.training.steps == 7);
    QCOMPARE(file.points[2].overrides,
             (std::vector<std::string>{"training.learning_rate=1.0", "context.context_length=20"}));
    QCOMPARE(file.config.context.context_length, ExperimentConfig{}.context.context_length);  // without the sweep
  }

  void overridesOfAPointGiveItsExperimentAgain() {
    const ExperimentFile file = parse(R"(
[sweep]
evaluation.at_episodes = [[1], [1, 5]]
environment.name = ["darkroom", "key_to_door"]
evaluation.action_choice = ["argmax"]
)");
    QCOMPARE(file.points.size(), std::size_t{4});
    QCOMPARE(file.points[1].name, std::string("at_episodes=[1], name=key_to_door, action_choice=argmax"));
    for (const SweepPoint& point : file.points) {
      const ExperimentConfig again = parseExperiment(file.text, "again", point.overrides);
      QCOMPARE(toJson(again).dump(), toJson(point.config).dump());
    }
    QCOMPARE(file.points[1].config.environment.horizon, defaultOptions("key_to_door").horizon);
  }

  void variantsStandBesideTheSweep() {
    const ExperimentFile file = parse(R"(
[sweep]
context.context_length = [20]
[[variant]]
name = "AD"
[[variant]]
name = "short and wide"
model.width = 128
"training.steps" = 3
)");
    QCOMPARE(names(file), (std::vector<std::string>{"context_length=20", "AD", "short and wide"}));
    QVERIFY(file.points[2].config.model.width == 128 && file.points[2].config.training.steps == 3);
    QVERIFY(file.points[1].overrides.empty());
  }

  void keysOfOneNameInTwoSectionsKeepTheirSections() {
    const ExperimentFile file = parse("[sweep]\nevaluation.episodes = [40]\nvalidation.episodes = [5]\n");
    QCOMPARE(file.points[0].name, std::string("evaluation.episodes=40, validation.episodes=5"));
  }

  void commandLineIsStrongerThanAVariant() {
    const ExperimentFile file = parse("[[variant]]\nname = \"v\"\ntraining.steps = 9\n", {"training.steps=2"});
    QCOMPARE(file.points[0].config.training.steps, std::int64_t{2});
  }

  void overrideOfASweptKeyIsRefused() {
    const QByteArray message = messageOf([] { parse("[sweep]\ntraining.steps = [1, 2]\n", {"training.steps=2"}); });
    QVERIFY2(message.contains("training.steps=2") && message.contains("[sweep]"), message);
  }

  void badFileSaysWhere_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArrayList>("parts");
    const auto row = [](const char* name, const char* text, QByteArrayList parts) {
      QTest::newRow(name) << QByteArray(text) << parts;
    };
    // Two lines stand above the text.
    row("unknown key", "[sweep]\ncontext.context_lenght = [1]", {"my file.toml:4:", "context.context_length"});
    row("no list", "[sweep]\ntraining.steps = 5", {":4:", "wants a list"});
    row("empty list", "[sweep]\ntraining.steps = []", {":4:", "no values"});
    row("a value out of range", "[sweep]\ntraining.steps = [5,\n -1]", {":5:2:", "at least"});
    row("a value of the wrong type", "[sweep]\ntraining.steps = [5, \"x\"]", {":4:22:", "must be an integer"});
    row("a flat list", "[sweep]\nevaluation.at_episodes = [1, 5]", {":4:", "list of lists"});
    row("a value twice", "[sweep]\ntraining.steps = [5, 5]", {"there twice"});
    row("a seed", "[sweep]\nexperiment.seed = [1, 2]", {":4:", "seeds = N"});
    row("threads", "[[variant]]\nname = \"v\"\ncompute.threads = 1", {":5:", "compute.threads"});
    row("a name twice", "[[variant]]\nname = \"v\"\n[[variant]]\nname = \"v\"\ntraining.steps = 1", {":5:", "twice"});
    row("a variant without a name", "[[variant]]\ntraining.steps = 1", {":3:", "needs a name"});
    row("a policy's name", "[[variant]]\nname = \"source\"", {":4:", "policy"});
    row("two same experiments", "[[variant]]\nname = \"a\"\n[[variant]]\nname = \"b\"", {"\"a\" and \"b\"", "same"});
    row("one bracket", "[variant]\nname = \"v\"", {":4:", "[[variant]]"});
    row("a mistyped table", "[[varaint]]\nname = \"v\"", {":3:", "[[variant]]"});
    row("no table", "[experiment2]\nsweep = 1", {"unknown key"});
    row("no seeds", "seeds = 0", {":3:1:", "from 1 to"});
    row("seeds in words", "seeds = \"three\"", {":3:1:", "\"three\""});
  }

  void badFileSaysWhere() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArrayList, parts);
    const QByteArray message = messageOf([&] { parse(text.constData()); });
    for (const QByteArray& part : parts) QVERIFY2(message.contains(part), message + " | lacks " + part);
  }

  void tooManyPointsAreRefused() {
    std::string list = "[1";
    for (int i = 2; i <= 40; ++i) list += ", " + std::to_string(i);
    const std::string text = "[sweep]\ntraining.steps = " + list + "]\ntraining.batch_size = " + list + "]\n";
    QVERIFY(messageOf([&] { parse(text.c_str()); }).contains("more than 1000"));
  }

  void invalidPointIsNamed() {
    const ExperimentFile file = parse("[sweep]\nmodel.heads = [3, 4]\n[model]\nwidth = 32\n");
    const QByteArray message = messageOf([&] { validate(file.points[0]); });
    QVERIFY2(message.contains("heads=3"), message);
    validate(file.points[1]);
  }
};

QTEST_APPLESS_MAIN(SweepTest)
#include "sweep_test.moc"
