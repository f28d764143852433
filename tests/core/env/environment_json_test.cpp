// SPDX-License-Identifier: GPL-3.0-or-later
// That every setting survives JSON stands in the conformance suite; here is what the text looks like and what is
// refused.
#include "core/env/environment_json.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/base/error.h"

using namespace limbeck;

class EnvironmentJsonTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyFieldIsWrittenByItsName();
  void missingKeysTakeTheEnvironmentsDefaults();
  void laterFieldsAreWrittenWhereTheyAreSet();
  void oldManifestsReadAsBefore();
  void unknownNameListsTheKnown();
  void badJsonIsRefusedByName_data();
  void badJsonIsRefusedByName();
};

void EnvironmentJsonTest::everyFieldIsWrittenByItsName() {
  EnvironmentOptions options = defaultOptions("key_to_door");
  options.ends_at_goal = true;
  QCOMPARE(toJson(options).dump(),
           std::string(R"({"allows_key_is_door":false,"allows_start_goal":false,"ends_at_goal":true,"horizon":50,)"
                       R"("name":"key_to_door","reward":"once","size":9,"start":"random"})"));
}

void EnvironmentJsonTest::missingKeysTakeTheEnvironmentsDefaults() {
  EnvironmentOptions expected = defaultOptions("darkroom_hard");
  expected.horizon = 30;
  QVERIFY(environmentOptionsFromJson({{"name", "darkroom_hard"}, {"horizon", 30}}) == expected);
}

// Not at the environment's own default, whatever the others' is; and what is left out comes back.
void EnvironmentJsonTest::laterFieldsAreWrittenWhereTheyAreSet() {
  const auto laterFields = [](const EnvironmentOptions& options) {
    nlohmann::json json = toJson(options);
    for (const char* field :
         {"name", "size", "horizon", "start", "reward", "ends_at_goal", "allows_start_goal", "allows_key_is_door"}) {
      json.erase(field);
    }
    return json.dump();
  };
  for (const std::string& name : environmentNames()) {
    const EnvironmentOptions defaults = defaultOptions(name);
    QCOMPARE(laterFields(defaults), std::string("{}"));
    QVERIFY(environmentOptionsFromJson(toJson(defaults)) == defaults);
  }
  EnvironmentOptions bandit = defaultOptions("bandit");
  bandit.arms = 4;
  bandit.favoured_share = 0.0;
  QCOMPARE(laterFields(bandit), std::string(R"({"arms":4,"favoured_share":0.0})"));
  QVERIFY(environmentOptionsFromJson(toJson(bandit)) == bandit);
  EnvironmentOptions map = defaultOptions("grid_map");
  map.map = "S~G\n";
  map.slip_probability = 0.5;
  QCOMPARE(laterFields(map), std::string(R"({"map":"S~G\n","slip_probability":0.5})"));
  QVERIFY(environmentOptionsFromJson(toJson(map)) == map);
  EnvironmentOptions dynamic = defaultOptions("darkroom_dynamic");
  dynamic.goal = GoalRule::OppositeCorner;
  QCOMPARE(laterFields(dynamic), std::string(R"({"goal":"opposite_corner"})"));
  QVERIFY(environmentOptionsFromJson(toJson(dynamic)) == dynamic);
}

// As version 0.1 wrote it, letter for letter.
void EnvironmentJsonTest::oldManifestsReadAsBefore() {
  const std::string old =
      R"({"allows_key_is_door":false,"allows_start_goal":false,"ends_at_goal":false,"horizon":20,"name":"darkroom",)"
      R"("reward":"every_step","size":9,"start":"centre"})";
  QVERIFY(environmentOptionsFromJson(nlohmann::json::parse(old)) == defaultOptions("darkroom"));
  QCOMPARE(toJson(defaultOptions("darkroom")).dump(), old);
}

void EnvironmentJsonTest::unknownNameListsTheKnown() {
  try {
    environmentOptionsFromJson({{"name", "x"}});
    QFAIL("accepted");
  } catch (const Error& error) {
    QVERIFY(QString(error.what()).startsWith("unknown environment \"x\"; known are darkroom, darkroom_hard, "));
  }
}

void EnvironmentJsonTest::badJsonIsRefusedByName_data() {
  QTest::addColumn<QString>("json");
  QTest::addColumn<QString>("message");
  QTest::newRow("no object") << "[]"
                             << "environment options: the whole is [], but must be an object";
  QTest::newRow("no name") << "{}"
                           << "environment options: name is missing";
  QTest::newRow("name of a wrong type") << R"({"name": 3})"
                                        << "environment options: name is 3, but must be a string";
  QTest::newRow("word as number") << R"({"name": "bandit", "favoured_share": "most"})"
                                  << R"(environment options: favoured_share is "most", but must be a number)";
  QTest::newRow("unknown goal") << R"({"name": "darkroom_dynamic", "goal": "middle"})"
                                << R"(goal is "middle", but must be one of "by_task", "corner", "opposite_corner")";
  QTest::newRow("unknown key") << R"({"name": "darkroom", "colour": 3})"
                               << "environment options: unknown key \"colour\"; it may come from a newer version";
  QTest::newRow("fraction") << R"({"name": "darkroom", "size": 9.5})"
                            << "environment options: size is 9.5, but must be an integer";
  QTest::newRow("too large for an int") << R"({"name": "darkroom", "size": 4294967305})"
                                        << "environment options: size is 4294967305, but must be an integer of 32 bits";
  QTest::newRow("number as flag") << R"({"name": "darkroom", "ends_at_goal": 1})"
                                  << "environment options: ends_at_goal is 1, but must be true or false";
  QTest::newRow("unknown start") << R"({"name": "darkroom", "start": "center"})"
                                 << R"(start is "center", but must be one of "centre", "corner", "random")";
  QTest::newRow("unknown reward") << R"({"name": "darkroom", "reward": "twice"})"
                                  << R"(reward is "twice", but must be one of "every_step", "once")";
}

void EnvironmentJsonTest::badJsonIsRefusedByName() {
  QFETCH(QString, json);
  QFETCH(QString, message);
  try {
    environmentOptionsFromJson(nlohmann::json::parse(json.toStdString()));
    QFAIL("accepted");
  } catch (const Error& error) {
    QCOMPARE(QString(error.what()), message);
    QCOMPARE(error.code(), ErrorCode::InvalidArgument);
  }
}

QTEST_APPLESS_MAIN(EnvironmentJsonTest)
#include "environment_json_test.moc"
