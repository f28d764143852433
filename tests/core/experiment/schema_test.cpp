// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/schema.h"

#include <QtTest>
#include <cmath>
#include <limits>
#include <set>

using namespace limbeck;

namespace {

std::string problem(std::string_view key, KeyValue value) {
  return checkValue(*findKey(key), value);
}

/// A value that differs from `value` and is within the key's limits.
KeyValue otherValue(const KeySchema& schema, const KeyValue& value) {
  switch (schema.type) {
    case KeyType::Integer:
      return std::get<std::int64_t>(value) + 1;
    case KeyType::Real:
      return std::get<double>(value) >= 0.5 ? std::get<double>(value) / 2 : std::get<double>(value) + 0.0625;
    case KeyType::Boolean:
      return !std::get<bool>(value);
    case KeyType::Text:
      return std::get<std::string>(value) + " two";
    case KeyType::Choice:
      return schema.choices.front() == std::get<std::string>(value) ? schema.choices.back() : schema.choices.front();
    case KeyType::IntegerList:
      return std::vector<std::int64_t>{3, 7};
  }
  return value;
}

}  // namespace

class SchemaTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void keysAreUniqueAndSectionsStandTogether() {
    std::set<std::string> keys;
    std::set<std::string> finished_sections;
    std::string section;
    for (const KeySchema& schema : experimentSchema()) {
      QVERIFY2(keys.insert(schema.key).second, schema.key.c_str());
      QVERIFY2(!schema.help.empty() && schema.help.back() == '.', schema.key.c_str());
      if (schema.section() == section) continue;
      QVERIFY2(finished_sections.insert(schema.section()).second, schema.key.c_str());
      section = schema.section();
    }
  }

  void defaultsPassTheirOwnChecks() {
    for (const KeySchema& schema : experimentSchema()) {
      KeyValue value = schema.default_value;
      QCOMPARE(QString::fromStdString(checkValue(schema, value)), QString());
    }
  }

  /// Two keys wired to one field, or a key wired to no field, would show here.
  void writingAKeyChangesThatKeyAndNoOther() {
    for (const KeySchema& written : experimentSchema()) {
      ExperimentConfig config;
      KeyValue value = otherValue(written, written.default_value);
      QCOMPARE(QString::fromStdString(checkValue(written, value)), QString());
      written.write(config, value);
      for (const KeySchema& schema : experimentSchema()) {
        const KeyValue expected = schema.key == written.key ? value : schema.default_value;
        QVERIFY2(schema.read(config) == expected, (written.key + " -> " + schema.key).c_str());
      }
    }
  }

  void limitsExcludeOrIncludeAsDeclared() {
    QVERIFY(problem("training.learning_rate", 0.0).find("above 0") != std::string::npos);
    QVERIFY(problem("training.learning_rate", 1e-9).empty());
    QVERIFY(problem("model.dropout", 0.0).empty());
    QVERIFY(problem("model.dropout", 1.0).find("at least 0 and below 1") != std::string::npos);
    QVERIFY(problem("context.start_share", 1.0).empty());
    QVERIFY(!problem("training.steps", std::int64_t{0}).empty());
  }

  void valuesThatAnIntCannotHoldAreRefused() {
    QVERIFY(problem("source.episodes", std::int64_t{1} << 40).find("at most 10000000") != std::string::npos);
    QVERIFY(problem("environment.horizon", std::int64_t{1} << 32).find("at most 2147483647") != std::string::npos);
    QVERIFY(!problem("evaluation.at_episodes", std::vector<std::int64_t>{1, std::int64_t{1} << 32}).empty());
  }

  void numbersThatAreNotFiniteAreRefused() {
    QVERIFY(!problem("source.initial_value", std::numeric_limits<double>::infinity()).empty());
    QVERIFY(!problem("training.learning_rate", std::nan("")).empty());
  }

  void integerPassesForANumberButNotTheOtherWayRound() {
    KeyValue value = std::int64_t{1};
    QVERIFY(checkValue(*findKey("training.learning_rate"), value).empty());
    QVERIFY(std::get<double>(value) == 1.0);
    QVERIFY(problem("training.steps", 1.0).find("must be an integer") != std::string::npos);
  }

  void wrongChoiceNamesAllAndTheNearest() {
    const std::string text = problem("environment.start", std::string("center"));
    QVERIFY2(text.find("\"centre\", \"corner\", \"random\"; did you mean \"centre\"?") != std::string::npos,
             text.c_str());
  }

  void nearestKey_data() {
    QTest::addColumn<QString>("given");
    QTest::addColumn<QString>("nearest");
    QTest::newRow("a slip of the finger") << "training.stpes"
                                          << "training.steps";
    QTest::newRow("wrong section") << "model.context_length"
                                   << "context.context_length";
    QTest::newRow("misspelt section") << "enviroment.size"
                                      << "environment.size";
    QTest::newRow("no section") << "keep_every"
                                << "context.keep_every";
    QTest::newRow("missing letter") << "model.layer"
                                    << "model.layers";
    QTest::newRow("a word of the name") << "context.lengthh"
                                        << "context.context_length";
    QTest::newRow("same name in two sections stays in its own") << "validation.episode"
                                                                << "validation.episodes";
  }
  void nearestKey() {
    QFETCH(QString, given);
    QFETCH(QString, nearest);
    QCOMPARE(QString::fromStdString(limbeck::nearestKey(given.toStdString())), nearest);
  }

  void formattedRealsKeepTheirPointAndAllTheirDigits() {
    QCOMPARE(formatValue(3.0), std::string("3.0"));
    QCOMPARE(formatValue(0.1), std::string("0.1"));
    QCOMPARE(formatValue(1e-8), std::string("1e-08"));
    const std::string awkward = "a \"b\"\n\\\x01";
    const std::string as_toml = "\"a \\\"b\\\"\\n\\\\\\u0001\"";
    QCOMPARE(formatValue(awkward), as_toml);
  }

  void schemaTextNamesEveryKey() {
    const std::string text = describeSchema();
    for (const KeySchema& schema : experimentSchema()) {
      QVERIFY2(text.find(schema.key + " = " + formatValue(schema.default_value)) != std::string::npos,
               schema.key.c_str());
    }
  }
};

QTEST_APPLESS_MAIN(SchemaTest)
#include "schema_test.moc"
