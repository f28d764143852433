// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/experiment/schema.h"
#include "tests/support/caught_error.h"

using namespace limbeck;
using limbeck::test::caughtError;
using limbeck::test::caughtMessage;

namespace {

QString parseMessage(const std::string& text, std::vector<std::string> overrides = {}) {
  return caughtMessage([&] { parseExperiment(text, "my file.toml", overrides); });
}

std::filesystem::path writeFile(const QTemporaryDir& folder, const std::string& name, const std::string& content) {
  const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

bool sameKeys(const ExperimentConfig& a, const ExperimentConfig& b) {
  return toJson(a) == toJson(b);
}

}  // namespace

class ExperimentFileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void missingKeysHaveTheirDefaults() {
    const ExperimentConfig config = parseExperiment("[experiment]\nname = \"experiment\"", "x");
    QVERIFY(sameKeys(config, ExperimentConfig{}));
  }

  void keysLandInTheirFields() {
    const ExperimentConfig config = parseExperiment(R"(
[experiment]
name = "Größe"
seed = 7
[environment]
start = "random"
[source]
learning_rate = 1          # an integer for a number
[context]
context_length = 120
drop_count = 60
[model]
tokens = "three"
[optimizer]
beta2 = 0.95
[training]
steps = 5000000000         # more than an int holds
[evaluation]
at_episodes = [1, 5]
action_choice = "argmax"
source_control = false
)",
                                                    "x");
    QCOMPARE(config.name, std::string("Größe"));
    QCOMPARE(config.seed.value, std::uint64_t{7});
    QVERIFY(config.environment.start == StartRule::Random);
    QCOMPARE(config.source.learning_rate, 1.0);
    QCOMPARE(config.context.context_length, 120);
    QCOMPARE(config.drop_count, 60);
    QVERIFY(config.model.tokens == TokenScheme::Three);
    QCOMPARE(config.compute.optimizer.beta2, 0.95);
    QCOMPARE(config.training.steps, std::int64_t{5'000'000'000});
    QVERIFY((config.evaluation.at_episodes == std::vector<int>{1, 5}));
    QVERIFY(config.evaluation.action_choice == ActionChoice::Argmax);
    QVERIFY(!config.evaluation.source_control);
  }

  void environmentDefaultsFollowItsNameWhereverItStands() {
    const ExperimentConfig config = parseExperiment("[environment]\nhorizon = 30\nname = \"darkroom_hard\"", "x");
    QCOMPARE(config.environment.size, 17);
    QCOMPARE(config.environment.horizon, 30);
    QVERIFY(config.environment.reward == RewardRule::Once);
  }

  void everyKeyRoundTripsThroughToml_data() {
    QTest::addColumn<int>("style");
    QTest::newRow("plain") << static_cast<int>(TomlStyle::Plain);
    QTest::newRow("explained") << static_cast<int>(TomlStyle::Explained);
  }
  void everyKeyRoundTripsThroughToml() {
    QFETCH(int, style);
    ExperimentConfig config = parseExperiment("[environment]\nname = \"key_to_door\"", "x");
    config.name = "quotes \" backslash \\ line\nbreak tab\t bell\x07 ü";
    config.training.learning_rate = 1.0 / 3.0;
    config.compute.optimizer.epsilon = 1e-12;
    config.evaluation.at_episodes = {1, 10, 250};
    config.model.norm = NormPlacement::Post;
    const std::string text = toToml(config, static_cast<TomlStyle>(style));
    QVERIFY(sameKeys(parseExperiment(text, "round trip"), config));
  }

  void jsonHoldsEveryKey() {
    const nlohmann::json json = toJson(ExperimentConfig{});
    for (const KeySchema& schema : experimentSchema()) {
      QVERIFY2(json.at(schema.section()).contains(schema.name()), schema.key.c_str());
    }
    QCOMPARE(json.at("context").at("context_length").get<int>(), 300);
  }

  void badText_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("parts");
    const auto row = [](const char* name, QByteArray text, QStringList parts) { QTest::newRow(name) << text << parts; };
    row("unknown key", "[training]\nsteps = 1\n  stepz = 3\n",
        {"my file.toml:3:3:", "unknown key \"training.stepz\"", "did you mean \"training.steps\"?"});
    row("unknown section", "[trainig]\nsteps = 1\n", {":2:1:", "\"trainig.steps\"", "\"training.steps\""});
    row("outside of a section", "seed = 1\n", {":1:1:", "outside of a section", "\"experiment.seed\""});
    row("text for an integer", "[training]\nsteps = \"many\"\n",
        {":2:1:", "training.steps is \"many\" (text) but must be an integer"});
    row("real for an integer", "[training]\nsteps = 1.5\n", {":2:1:", "is 1.5 (a number) but must be an integer"});
    row("integer for a boolean", "[environment]\nends_at_goal = 1\n", {":2:1:", "must be true or false"});
    row("integer for text", "[experiment]\nname = 1\n", {":2:1:", "experiment.name", "must be text"});
    row("date", "[training]\nsteps = 1979-05-27\n", {":2:1:", "a date or time", "must be an integer"});
    row("table for a value", "[training.steps]\na = 1\n", {":1:", "training.steps is a table but must be an integer"});
    row("list of tables", "[[training]]\nsteps = 1\n", {":1:", "unknown key \"training\""});
    row("mixed list", "[evaluation]\nat_episodes = [1, \"two\"]\n", {":2:1:", "must be a list of integers"});
    row("list element out of range", "[evaluation]\nat_episodes = [1, 0]\n", {":2:1:", "[1, 0]", "at least 1"});
    row("below the limit", "[training]\n\nsteps = 0\n", {":3:1:", "training.steps is 0 but must be at least 1"});
    row("above the limit", "[model]\ndropout = 1.5\n", {":2:1:", "is 1.5 but must be at least 0 and below 1"});
    row("not finite", "[source]\ninitial_value = nan\n", {":2:1:", "finite"});
    row("unknown choice", "[environment]\nname = \"darkrom\"\n", {":2:1:", "did you mean \"darkroom\"?"});
    row("too large for 64 bits", "[experiment]\nseed = 99999999999999999999\n", {":2:"});
    row("negative seed", "[experiment]\nseed = -1\n", {":2:1:", "at least 0"});
    row("syntax", "[training]\nsteps = = 3\n", {"my file.toml:2:9:"});
    row("unclosed text", "[experiment]\nname = \"abc\n", {"my file.toml:2:"});
    row("key given twice", "[training]\nsteps = 1\nsteps = 2\n", {"my file.toml:3:", "steps"});
    row("invalid UTF-8", "[experiment]\nname = \"\xff\xfe\"\n", {"my file.toml:2:8:", "utf-8"});  // the last good one
    row("binary", QByteArray("[a]\nb\0c", 7), {"my file.toml:2:2:", "binary"});
    row("empty", "", {"my file.toml:1:1:", "empty"});
    row("comments only", "# nothing\n\n", {"my file.toml:1:1:", "empty"});
  }
  void badText() {
    QFETCH(QByteArray, text);
    QFETCH(QStringList, parts);
    const QString message = parseMessage(text.toStdString());
    for (const QString& part : parts) QVERIFY2(message.contains(part), qPrintable(message + " | lacks " + part));
  }

  void overridesWinOverTheFile() {
    const std::vector<std::string> overrides{"training.steps=7",         "experiment.name=two words",
                                             "model.dropout = 0.5",      "evaluation.at_episodes=1,9",
                                             "environment.start=corner", "experiment.seed=3"};
    const ExperimentConfig config = parseExperiment("[training]\nsteps = 5\nbatch_size = 4", "x", overrides);
    QCOMPARE(config.training.steps, std::int64_t{7});
    QCOMPARE(config.training.batch_size, 4);
    QCOMPARE(config.name, std::string("two words"));
    QCOMPARE(config.model.dropout, 0.5);
    QVERIFY((config.evaluation.at_episodes == std::vector<int>{1, 9}));
    QVERIFY(config.environment.start == StartRule::Corner);
    QCOMPARE(config.seed.value, std::uint64_t{3});
  }

  void overriddenEnvironmentBringsItsDefaultsButNotOverTheFilesOwnKeys() {
    const std::vector<std::string> overrides{"environment.name=key_to_door"};
    const ExperimentConfig config = parseExperiment("[environment]\nsize = 5", "x", overrides);
    QCOMPARE(config.environment.size, 5);
    QCOMPARE(config.environment.horizon, 50);
  }

  void textThatLooksLikeANumberStaysText() {
    ExperimentConfig config;
    applyOverride(config, "experiment.name=2024");
    QCOMPARE(config.name, std::string("2024"));
    applyOverride(config, "experiment.name=\"quoted\"");
    QCOMPARE(config.name, std::string("quoted"));
  }

  void badOverride_data() {
    QTest::addColumn<QString>("assignment");
    QTest::addColumn<QString>("part");
    QTest::newRow("no equals sign") << "training.steps"
                                    << "section.name=value";
    QTest::newRow("unknown") << "training.stepz=3"
                             << "did you mean \"training.steps\"?";
    QTest::newRow("wrong type") << "training.steps=few"
                                << "must be an integer";
    QTest::newRow("out of range") << "training.steps=0"
                                  << "at least 1";
    QTest::newRow("empty") << "training.steps="
                           << "must be an integer";
    QTest::newRow("smuggled second key") << "training.steps=3\nother = 1"
                                         << "must be an integer";
  }
  void badOverride() {
    QFETCH(QString, assignment);
    QFETCH(QString, part);
    ExperimentConfig config;
    const QString message = caughtMessage([&] { applyOverride(config, assignment.toStdString()); });
    QVERIFY2(message.contains(part) && message.contains(assignment), qPrintable(message));
    QVERIFY(sameKeys(config, ExperimentConfig{}));
  }

  void loadedFileKeepsItsTextVerbatim() {
    const QTemporaryDir folder;
    const std::string text = "# a comment\r\n[experiment]\r\nname = \"n\"  # kept\r\n";
    const ExperimentFile file = loadExperiment(writeFile(folder, "mit Leerzeichen ü.toml", text));
    QCOMPARE(file.text, text);
    QCOMPARE(file.config.name, std::string("n"));
  }

  void filesThatAreNoneAreNamed() {
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    const auto missing = caughtError([&] { loadExperiment(root / "none.toml"); });
    QVERIFY(missing && missing->code() == ErrorCode::NotFound);
    QVERIFY(QString(missing->what()).contains("none.toml"));
    QVERIFY(caughtMessage([&] { loadExperiment(root); }).contains("a directory"));
    QVERIFY(caughtMessage([&] {
              loadExperiment(writeFile(folder, "empty.toml", ""));
            }).contains("empty.toml:1:1: the experiment is empty"));
    const std::string binary(
        "\x7f"
        "ELF\0\0\0",
        7);
    QVERIFY(
        caughtMessage([&] { loadExperiment(writeFile(folder, "binary.toml", binary)); }).contains("binary.toml:1:5:"));
  }

  void shippedExperimentsParseAndValidate_data() {
    QTest::addColumn<QString>("path");
    for (const char* folder : {"/experiments", "/tests/support/experiments"}) {
      for (const auto& entry :
           std::filesystem::recursive_directory_iterator(std::string(LIMBECK_SOURCE_DIR) + folder)) {
        if (entry.path().extension() != ".toml") continue;
        QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
      }
    }
  }
  void shippedExperimentsParseAndValidate() {
    QFETCH(QString, path);
    const ExperimentFile file = loadExperiment(path.toStdString());
    for (const SweepPoint& point : pointsOf(file)) validate(point);
    QCOMPARE(file.config.name, file.path.stem().string());
    QVERIFY(!file.config.description.empty());
  }
};

QTEST_APPLESS_MAIN(ExperimentFileTest)
#include "experiment_file_test.moc"
