// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/run_request.h"

#include <QProcess>
#include <QtTest>

#include "core/experiment/experiment_file.h"
#include "core/experiment/schema.h"

using namespace limbeck;

namespace {

ExperimentFile quick() {
  return loadExperiment(LIMBECK_SOURCE_DIR "/experiments/darkroom_quick.toml");
}

/// Every key another value than it has, within its limits.
ExperimentConfig everyKeyChanged(ExperimentConfig config) {
  config.environment = defaultOptions("key_to_door");
  for (const KeySchema& schema : experimentSchema()) {
    if (schema.key == "environment.name") continue;
    KeyValue value = schema.read(config);
    if (auto* integer = std::get_if<std::int64_t>(&value)) *integer += 1;
    if (auto* real = std::get_if<double>(&value)) *real = *real > 0.3 ? *real - 0.123456789 : *real + 0.1;
    if (auto* flag = std::get_if<bool>(&value)) *flag = !*flag;
    if (auto* list = std::get_if<std::vector<std::int64_t>>(&value))
      *list = list->empty() ? std::vector<std::int64_t>{4} : std::vector<std::int64_t>{};
    if (auto* text = std::get_if<std::string>(&value)) {
      *text = schema.type == KeyType::Choice
                  ? (*text == schema.choices.front() ? schema.choices.back() : schema.choices.front())
                  : " it's \"quoted\",\n = and ü ";
    }
    if (!checkValue(schema, value).empty()) qFatal("%s", schema.key.c_str());
    schema.write(config, value);
  }
  return config;
}

}  // namespace

class RunRequestTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void unchangedExperimentNeedsNoOverrides() {
    const ExperimentFile file = quick();
    QVERIFY(overridesFor(file.text, file.config).empty());
  }

  void oneChangedKeyIsOneOverride() {
    ExperimentFile file = quick();
    file.config.training.learning_rate = 3e-4;
    QCOMPARE(overridesFor(file.text, file.config), std::vector<std::string>{"training.learning_rate=0.0003"});
    QVERIFY(!isSameExperiment(file.config, quick().config));
  }

  void anotherEnvironmentIsOneOverrideAndItsDefaultsNone() {
    ExperimentFile file = quick();
    file.config.environment = defaultOptions("key_to_door");
    QCOMPARE(overridesFor(file.text, file.config), std::vector<std::string>{"environment.name=key_to_door"});
  }

  void keyThatTheFileSetsIsOverriddenBesideAnotherEnvironment() {
    // The file's own size stays when only the name is overridden, so the default of the new environment must be said.
    const std::string text = "[environment]\nname = \"darkroom\"\nsize = 5\n";
    ExperimentConfig config = parseExperiment(text, "test");
    config.environment = defaultOptions("darkroom_hard");
    const std::vector<std::string> overrides = overridesFor(text, config);
    QCOMPARE(overrides, (std::vector<std::string>{"environment.name=darkroom_hard", "environment.size=17"}));
    QVERIFY(isSameExperiment(parseExperiment(text, "test", overrides), config));
  }

  void overridesOfEveryKeyGiveTheSameExperiment() {
    const ExperimentFile file = quick();
    const ExperimentConfig changed = everyKeyChanged(file.config);
    const std::vector<std::string> overrides = overridesFor(file.text, changed);
    QCOMPARE(overrides.size(), experimentSchema().size());
    QVERIFY(isSameExperiment(parseExperiment(file.text, "test", overrides), changed));
  }

  void commandLineNamesFileOverridesAndSeeds() {
    NewRunRequest request{.config = quick().config, .text = {}, .overrides = {}, .seeds = {1}};
    QCOMPARE(commandLine("a.toml", request, {}), QString("limbeck-cli run a.toml"));
    request.overrides = {"training.steps=5", "experiment.name=\"two words\""};
    request.seeds = {0, 1, 2};
    QCOMPARE(commandLine("my runs/a.toml", request, "/tmp/w"),
             QString("limbeck-cli run 'my runs/a.toml' --set training.steps=5 --set 'experiment.name=\"two words\"' "
                     "--seed 0,1,2 --workspace /tmp/w"));
  }

  void shellGivesBackEveryWord() {
    for (const QString& word : {QString("plain"), QString("two words"), QString("it's"), QString("$HOME `x` \\ \" * ;"),
                                QString(), QString("ü\nnew line"), QString("~")}) {
      QProcess shell;
      shell.start("/bin/sh", {"-c", "printf %s " + shellQuoted(word)});
      QVERIFY(shell.waitForFinished());
      QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()), word);
    }
  }
};

QTEST_MAIN(RunRequestTest)
#include "run_request_test.moc"
