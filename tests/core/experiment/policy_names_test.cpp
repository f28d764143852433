// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/policy_names.h"

#include <QtTest>

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
    QCOMPARE(policyLabel(kPolicyAd), "AD");
    QCOMPARE(policyLabel(kPolicyCleared), "context cleared");
    QCOMPARE(policyLabel("ad_prompt_5"), "AD from 5 %");
    QCOMPARE(policyLabel("anything else"), "anything else");
  }
};

QTEST_APPLESS_MAIN(PolicyNamesTest)
#include "policy_names_test.moc"
