// SPDX-License-Identifier: GPL-3.0-or-later
// What a file holds beside its keys, kept when it is written anew.
#include "core/experiment/file_text.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/support/caught_error.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

constexpr const char* kFile = R"(# At the top: of the keys.
[experiment]
name = "x"  # [sweep] in a remark is none
description = """
[[claim]]
in a text of several lines"""
seed = 3
seeds = 2

# What is swept.
[sweep]
"context.context_length" = [
  20,
  30,
]
evaluation.at_episodes = [
  [1, 2],
[3]
]

[training]
steps = 60

# The first of two.
[[variant]]
name = "other # [steps]"

[variant.training]
steps = 70

[[claim]]
text = 'it "learns"'
point = "context_length=20, at_episodes=[1, 2]"
metric = "last_returns"
at_least = 1
# The last word.
)";

constexpr const char* kSections = R"(# What is swept.
[sweep]
"context.context_length" = [
  20,
  30,
]
evaluation.at_episodes = [
  [1, 2],
[3]
]

# The first of two.
[[variant]]
name = "other # [steps]"

[variant.training]
steps = 70

[[claim]]
text = 'it "learns"'
point = "context_length=20, at_episodes=[1, 2]"
metric = "last_returns"
at_least = 1
# The last word.
)";

std::vector<std::string> namesOf(const std::vector<SweepPoint>& points) {
  std::vector<std::string> names;
  for (const SweepPoint& point : points) names.push_back(point.name);
  return names;
}

}  // namespace

class FileTextTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sectionsAreKeptByteForByte() {
    QCOMPARE(QString::fromStdString(sweepSections(kFile)), QString::fromUtf8(kSections));
    QCOMPARE(QString::fromStdString(sweepSections(kSections)), QString::fromUtf8(kSections));
    QVERIFY(sweepSections("[experiment]\nname = \"x\"\n# nothing else\n").empty());
    QVERIFY(sweepSections("").empty());
    QCOMPARE(sweepSections("[[claim]]\ntext = \"t\""), std::string("[[claim]]\ntext = \"t\"\n"));
  }

  void rewrittenFileHasTheSamePointsClaimsAndSeeds_data() {
    QTest::addColumn<int>("style");
    QTest::newRow("plain") << static_cast<int>(TomlStyle::Plain);
    QTest::newRow("explained") << static_cast<int>(TomlStyle::Explained);
  }
  void rewrittenFileHasTheSamePointsClaimsAndSeeds() {
    QFETCH(int, style);
    ExperimentFile file = parseExperimentFile(kFile, "my file.toml");
    const std::string text = rewrittenFile(file, static_cast<TomlStyle>(style));
    const ExperimentFile again = parseExperimentFile(text, "again.toml");
    QCOMPARE(again.seeds, 2);
    QCOMPARE(namesOf(again.points), namesOf(file.points));
    for (std::size_t i = 0; i < file.points.size(); ++i) {
      QVERIFY(toJson(again.points[i].config) == toJson(file.points[i].config));
    }
    QCOMPARE(again.claims.size(), std::size_t{1});
    QCOMPARE(again.claims[0].text, file.claims[0].text);
  }

  void changedKeyIsThatOfEveryPoint() {
    const std::vector<std::string> overrides{"model.width=64"};
    const ExperimentFile file = parseExperimentFile(kFile, "my file.toml", overrides);
    const ExperimentFile again = parseExperimentFile(rewrittenFile(file, TomlStyle::Plain), "again.toml");
    for (const SweepPoint& point : again.points) QCOMPARE(point.config.model.width, 64);
  }

  void withoutSectionsItIsTheKeysAlone() {
    ExperimentFile file = parseExperimentFile("[experiment]\nname = \"x\"\n", "f.toml");
    QCOMPARE(rewrittenFile(file, TomlStyle::Plain), toToml(file.config));
    file.seeds = 5;
    QCOMPARE(parseExperimentFile(rewrittenFile(file, TomlStyle::Explained), "g.toml").seeds, 5);
  }

  // bandit has no room and other episodes: with [environment] written out it would be a darkroom with ten arms.
  void pointThatWouldBecomeAnotherIsRefused() {
    const ExperimentFile file = parseExperimentFile(
        "[experiment]\nname = \"x\"\n[[variant]]\nname = \"arms\"\nenvironment.name = \"bandit\"\n", "f.toml");
    const QString message = caughtMessage([&] { rewrittenFile(file, TomlStyle::Plain); });
    QVERIFY2(message.contains("\"arms\""), qPrintable(message));
  }
};

QTEST_APPLESS_MAIN(FileTextTest)
#include "file_text_test.moc"
