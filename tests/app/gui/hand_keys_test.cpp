// SPDX-License-Identifier: GPL-3.0-or-later
// Which keys do what by hand, and what environments are called.
#include <QtTest>

#include <set>

#include "app/gui/hand_keys.h"
#include "app/gui/watch_subject.h"

using namespace limbeck;

class HandKeysTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyEnvironment_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("words");
    QTest::newRow("darkroom") << "darkroom" << QString::fromUtf8("Dark Room 9×9");
    QTest::newRow("darkroom_hard") << "darkroom_hard" << QString::fromUtf8("Dark Room (hard) 17×17");
    QTest::newRow("key_to_door") << "key_to_door" << QString::fromUtf8("Key-to-Door 9×9");
    QTest::newRow("darkroom_dynamic") << "darkroom_dynamic" << QString::fromUtf8("Dark Room (dynamic) 9×9");
    QTest::newRow("large_key_to_door") << "large_key_to_door" << QString::fromUtf8("Large Key-to-Door 40×40");
    QTest::newRow("bandit") << "bandit"
                            << "Bandit, 10 arms";
    QTest::newRow("grid_map") << "grid_map" << QString::fromUtf8("Map 9×9");
    QTest::newRow("watermaze") << "watermaze"
                               << "Watermaze, pool of 65 points, 50 steps";
  }

  void everyEnvironment() {
    QFETCH(QString, name);
    QFETCH(QString, words);
    const auto environment = makeEnvironment(defaultOptions(name.toStdString()));
    QCOMPARE(environmentWords(environment->options()), words);
    std::set<Action> actions;
    std::set<QString> keys;
    for (const HandKey& key : handKeys()) {
      if (!isUsed(key, *environment)) continue;
      QVERIFY2(actions.insert(key.action).second, qPrintable(key.name));
      for (const QKeySequence& sequence : key.keys)
        QVERIFY2(keys.insert(sequence.toString()).second, qPrintable(key.name));
    }
    QCOMPARE(static_cast<int>(actions.size()), environment->spec().action_count);
    QVERIFY(handSentence(*environment).startsWith("Find "));
  }

  void noTwoActionsOfTheWindowShareAName() {
    std::set<QString> names;
    for (const HandKey& key : handKeys()) QVERIFY2(names.insert(key.name).second, qPrintable(key.name));
  }

  void tenthArmHasTheKeyZero() {
    const auto keys = handKeys();
    const auto tenth =
        std::ranges::find_if(keys, [](const HandKey& key) { return key.set == HandKeySet::Digits && key.action == 9; });
    QCOMPARE(tenth->keys, QList<QKeySequence>{Qt::Key_0});
  }

  void mapIsNamedByItsSize() {
    EnvironmentOptions options = defaultOptions("grid_map");
    options.map = "S.G.\n....\n";
    QCOMPARE(environmentWords(options), QString::fromUtf8("Map 4×2"));
  }
};

QTEST_GUILESS_MAIN(HandKeysTest)
#include "hand_keys_test.moc"
