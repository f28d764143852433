// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_config.h"

#include <QtTest>

#include "core/experiment/experiment_file.h"
#include "tests/support/caught_error.h"

using namespace limbeck;

class ExperimentConfigTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void defaultsAreAnExperimentThatRuns() {
    // 105 episodes of 20 steps hold 7 contexts of 300.
    validate(ExperimentConfig{});
  }

  void impossibleTogether_data() {
    QTest::addColumn<QStringList>("overrides");
    QTest::addColumn<QStringList>("parts");
    const auto row = [](const char* name, QStringList overrides, QStringList parts) {
      QTest::newRow(name) << overrides << parts;
    };
    // 105 / 8 = 13 whole episodes in the shortest phase, 13 * 20 = 260 steps.
    row("context longer than a kept history", {"context.keep_every=8"},
        {"context.context_length is 300", "only 260", "105", "8", "13 episodes"});
    row("nothing kept", {"context.keep_every=106"}, {"only 0"});
    row("context dropped whole", {"context.drop_count=300"}, {"context.drop_count is 300", "below", "300"});
    row("heads that do not divide the width", {"model.heads=5"}, {"heads", "5", "width", "64"});
    row("more heads than width", {"model.heads=128"}, {"heads", "128", "64"});
    row("more tasks than there are", {"tasks.held_out=75"}, {"75", "80"});  // 9 * 9 - 1 goals, 8 for validation
    row("no training task left", {"tasks.held_out=72"}, {"72", "80"});
    row("an option that the environment does not have", {"environment.allows_key_is_door=true"},
        {"allows_key_is_door"});
    row("a room that is too large", {"environment.size=1000"}, {"size", "1000"});
    row("warm-up beyond the end", {"training.steps=50"}, {"training.warmup_steps is 100", "50"});
    row("reported episode that is not played", {"evaluation.at_episodes=5,31"}, {"episode 31", "30"});
    // 16 / 1 episodes of 20 steps fill a context of 300, 14 do not.
    row("context longer than the last episodes", {"context.last_episodes=14"},
        {"context.context_length is 300", "only 280", "context.last_episodes 14", "raise context.last_episodes"});
    row("more last episodes than there are", {"context.last_episodes=106"},
        {"context.last_episodes is 106", "source.episodes only 105"});
    row("labels that are not stored", {"context.labels=oracle"},
        {"context.labels", "histories.oracle_labels is false", "histories.oracle_labels = true"});
    row("a prompt that fills the context",
        {"evaluation.prompts=50", "context.context_length=20", "context.drop_count=5"},
        {"evaluation.prompts", "context.context_length is 20", "20 steps"});
    row("the same prompt twice", {"evaluation.prompts=5,50,5"}, {"evaluation.prompts", "5 twice"});
    row("headline longer than the play", {"evaluation.episodes=4"}, {"evaluation.last_episodes is 5", "4"});
  }
  void impossibleTogether() {
    QFETCH(QStringList, overrides);
    QFETCH(QStringList, parts);
    ExperimentConfig config;
    for (const QString& assignment : overrides) applyOverride(config, assignment.toStdString());
    const QString message = test::caughtMessage([&] { validate(config); });
    for (const QString& part : parts) QVERIFY2(message.contains(part), qPrintable(message + " | lacks " + part));
  }

  void contextAsLongAsAKeptHistoryIsFine() {
    ExperimentConfig config;
    config.context.keep_every = 7;  // 15 episodes of 20 steps: exactly 300
    validate(config);
  }

  void whatWindowsAreMadeOfMayBeChosen() {
    for (const char* assignment : {"context.last_episodes=16", "context.last_episodes=105",
                                   "context.episode_order=shuffled", "evaluation.prompts=1,100"}) {
      ExperimentConfig config;
      applyOverride(config, assignment);
      validate(config);
    }
    ExperimentConfig config;
    applyOverride(config, "histories.oracle_labels=true");
    validate(config);  // labels may be stored without being used
    applyOverride(config, "context.labels=oracle");
    validate(config);
    QCOMPARE(longestPrompt(config), 280);
  }

  void architectureTakesItsContextFromTheContextSection() {
    ExperimentConfig config;
    config.context.context_length = 120;
    const EnvironmentSpec spec{{9, 9}, 5, 20};
    const TransformerConfig model = transformerConfig(config, spec);
    QCOMPARE(model.context_length, 120);
    QVERIFY(model.spec == spec);
    QCOMPARE(model.width, config.model.width);
  }
};

QTEST_APPLESS_MAIN(ExperimentConfigTest)
#include "experiment_config_test.moc"
