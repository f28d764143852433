// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/policy_names.h"

#include <QtTest>

#include "core/experiment/experiment_config.h"

using namespace limbeck;

class PolicyNamesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void promptedPlaysAreNamedByTheirPercentage() {
    QCOMPARE(promptPolicy(25), "ad_prompt_25");
    for (const int percent : {1, 5, 100}) QVERIFY(promptPercent(promptPolicy(percent)) == percent);
    for (const char* other : {"ad", "ad_cleared", "ad_prompt_", "ad_prompt_x", "ad_prompt_5x", "source", ""}) {
      QVERIFY2(!promptPercent(other), other);
    }
  }

  void labelsAreForPeople() {
    const ExperimentConfig config;
    QCOMPARE(policyLabel(config, kPolicyAd), "AD");
    QCOMPARE(policyLabel(config, kPolicyCleared), "context cleared");
    QCOMPARE(policyLabel(config, "ad_prompt_5"), "AD from 5 %");
    QCOMPARE(policyLabel(config, "anything else"), "anything else");
  }

  void whatIsTrainedHasTheNameOfItsMethod() {
    ExperimentConfig config;
    config.source.algorithm = "noisy_oracle";  // whose histories improve: still algorithm distillation
    QCOMPARE(learnerLabel(config), "AD");
    config.source.algorithm = "oracle";
    QCOMPARE(policyLabel(config, kPolicyAd), "Expert distillation");
    config.source.algorithm = "q_learning";
    config.context.last_episodes = 10;
    QCOMPARE(policyLabel(config, kPolicyAd), "Expert distillation");
    QCOMPARE(policyLabel(config, kPolicySource), "source");
    config.context.labels = ContextLabels::Oracle;
    QCOMPARE(policyLabel(config, "ad_prompt_5"), "DPT from 5 %");
    config.method = TrainingMethod::Rl2;
    QCOMPARE(policyLabel(config, kPolicyAd), "RL²");
  }
};

QTEST_APPLESS_MAIN(PolicyNamesTest)
#include "policy_names_test.moc"
