// SPDX-License-Identifier: GPL-3.0-or-later
// How [[claim]] tables are read, and what verdict runs give on them.
#include "core/experiment/claim.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include "core/experiment/claim_verdict.h"
#include "core/experiment/experiment_file.h"
#include "tests/support/caught_error.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

template <typename Action>
QByteArray messageOf(Action action) {
  return caughtMessage(action).toUtf8();
}

constexpr const char* kTwoVariants = R"([experiment]
name = "x"
[evaluation]
episodes = 20
last_episodes = 2
[source]
episodes = 40
[[variant]]
name = "AD"
[[variant]]
name = "ED"
context.keep_every = 2
)";

ExperimentFile parse(const std::string& claim) {
  return parseExperimentFile(kTwoVariants + claim, "my file.toml");
}

/// `base` for every one of 6 tasks, plus `step` an episode, plus the task's number times `spread`.
PolicyEvaluation evaluation(const char* policy, int episodes, double base, double step, double spread) {
  PolicyEvaluation evaluation{.policy = policy, .scored = {}};
  EvaluationResult& result = evaluation.scored.result;
  result.episodes = episodes;
  for (int task = 0; task < 6; ++task) {
    result.tasks.push_back(TaskId{task});
    result.repeats.push_back(0);
    evaluation.scored.references.push_back({.optimal = 20.0, .random = 0.0});
    for (int episode = 0; episode < episodes; ++episode) {
      result.returns.push_back(static_cast<float>(base + step * episode + spread * (task - 2.5)));
    }
  }
  return evaluation;
}

/// AD rises from 0 to 19 (mean over the tasks), ED stays at 1; the source rises half as fast for twice as long.
std::vector<PointOutcomes> outcomes(const ExperimentFile& file, int seeds = 3) {
  std::vector<PointOutcomes> points;
  for (const SweepPoint& point : pointsOf(file)) {
    PointOutcomes outcome{.point = point, .seeds = {}};
    const bool is_flat = point.name == "ED";
    for (int seed = 1; seed <= seeds; ++seed) {
      SeedOutcome one{.seed = Seed{static_cast<std::uint64_t>(seed)}};
      one.training_tokens_per_second = 1000.0 * seed;
      one.policies = {evaluation(kPolicyAd, 20, is_flat ? 1.0 : 0.0, is_flat ? 0.0 : 1.0, 0.1),
                      evaluation(kPolicySource, 40, 0.0, 0.5, 0.1)};
      outcome.seeds.push_back(std::move(one));
    }
    points.push_back(std::move(outcome));
  }
  return points;
}

ClaimVerdict judge(const std::string& claim) {
  const ExperimentFile file = parse("[[claim]]\ntext = \"t\"\n" + claim);
  return judgeClaim(file.claims.front(), outcomes(file));
}

}  // namespace

class ClaimTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void claimIsReadWhole() {
    const ExperimentFile file = parse(R"([[claim]]
text = "near its best"
source = "a paper, figure 4"
published = 13
point = "AD"
metric = ["return_at_10", "last_5_minus_first_2"]
above = "ED/source"
)");
    const Claim& claim = file.claims.at(0);
    QCOMPARE(claim.text, std::string("near its best"));
    QCOMPARE(claim.published, std::optional(13.0));
    QCOMPARE(claim.metrics.size(), std::size_t{2});
    QVERIFY((claim.side == ClaimSide{.point = "AD", .policy = "ad"}));
    QVERIFY((claim.other == ClaimSide{.point = "ED", .policy = "source"}));
    QVERIFY(claim.comparison == Claim::Comparison::Difference && claim.is_strict && claim.at_least == 0.0);
    QCOMPARE(conditionText(claim, "return_at_10"), std::string("return_at_10 of AD - that of ED/source > 0"));
  }

  void numbersDecide_data() {
    QTest::addColumn<QByteArray>("claim");
    QTest::addColumn<double>("value");
    QTest::addColumn<QByteArray>("verdict");
    const auto row = [](const char* name, const char* claim, double value, const char* verdict) {
      QTest::newRow(name) << QByteArray(claim) << value << QByteArray(verdict);
    };
    // Means over the tasks; the interval is some tenths wide.
    row("well above", "point = \"AD\"\nmetric = \"last_returns\"\nat_least = 15", 18.5, "reproduced");
    row("well below", "point = \"AD\"\nmetric = \"last_returns\"\nat_least = 19", 18.5, "not reproduced");
    row("at the limit", "point = \"AD\"\nmetric = \"last_returns\"\nat_least = 18.5", 18.5, "undecided");
    row("stays low", "point = \"ED\"\nmetric = \"highest_return\"\nat_most = 2.5", 1.0, "reproduced");
    row("between", "point = \"ED\"\nmetric = \"last_5\"\nat_least = 0.5\nat_most = 1.5", 1.0, "reproduced");
    row("gain", "point = \"AD\"\nmetric = \"last_5_minus_first_5\"\nat_least = 8", 15.0, "reproduced");
    row("share", "point = \"AD\"\nmetric = \"last_5\"\nscale = \"normalized\"\nat_least = 0.8", 0.85, "reproduced");
    // The source's first 20 episodes have the mean 4.75, AD's 9.5; random is 0.
    row("of the source", "point = \"AD\"\nmetric = \"mean_return\"\nscale = \"source\"\nat_least = 1.5", 2.0,
        "reproduced");
    row("above a point", "point = \"AD\"\nmetric = \"last_returns\"\nabove = \"ED\"", 17.5, "reproduced");
    row("below a point", "point = \"AD\"\nmetric = \"last_returns\"\nbelow = \"ED\"", 17.5, "not reproduced");
    row("above itself, as a policy", "point = \"AD\"\nmetric = \"last_returns\"\nabove = \"source\"", -0.75,
        "not reproduced");
    row("difference", "point = \"AD\"\nmetric = \"last_returns\"\nminus = \"ED\"\nat_least = 18", 17.5,
        "not reproduced");
    // Trailing means of five: AD's reach 4 at episode 7 (2 .. 6), the source's at 11 (3, 3.5 .. 5).
    row("reached in", "point = \"AD\"\nmetric = \"episodes_to_4\"\nat_most = 8", 7.0, "reproduced");
    row("faster", "point = \"AD\"\nmetric = \"episodes_to_4\"\ndivided_by = \"source\"\nat_most = 0.8", 7.0 / 11,
        "reproduced");
    // 10,000 updates at 1000, 2000 and 3000 tokens a second; the mean of 1, 1/2 and 1/3 is 11/18.
    row("hours", "point = \"AD\"\nmetric = \"hours_per_10000_updates\"\nat_most = 1e9",
        1e4 * ExperimentConfig{}.training.batch_size * ExperimentConfig{}.context.context_length / 1000 / 3600 * 11 /
            18,
        "reproduced");
  }

  void numbersDecide() {
    QFETCH(QByteArray, claim);
    QFETCH(double, value);
    QFETCH(QByteArray, verdict);
    const ClaimVerdict found = judge(claim.toStdString());
    QCOMPARE(found.numbers.size(), std::size_t{1});
    QVERIFY2(std::abs(found.numbers[0].value.mean - value) < 1e-4, QByteArray::number(found.numbers[0].value.mean));
    QCOMPARE(QByteArray(verdictName(found.verdict).data()), verdict);
  }

  // Tasks differ by 0.1 each, for both alike: a paired difference has no width.
  void differencesArePaired() {
    const Interval value = judge("point = \"AD\"\nmetric = \"last_returns\"\nabove = \"ED\"").numbers[0].value;
    QVERIFY(std::abs(value.low - 17.5) < 1e-4 && std::abs(value.high - 17.5) < 1e-4);
    const Interval alone = judge("point = \"AD\"\nmetric = \"last_returns\"\nat_least = 0").numbers[0].value;
    QVERIFY(alone.high - alone.low > 0.1);
  }

  void everyMetricOfAListMustFulfilTheClaim() {
    const ClaimVerdict found = judge("point = \"AD\"\nmetric = [\"last_5\", \"first_5\"]\nat_least = 10");
    QCOMPARE(found.numbers.size(), std::size_t{2});
    QVERIFY(found.numbers[0].verdict == Verdict::Reproduced && found.numbers[1].verdict == Verdict::NotReproduced);
    QVERIFY(found.verdict == Verdict::NotReproduced);
  }

  void whatIsNotRunIsNotJudged() {
    const ExperimentFile file = parse("[[claim]]\ntext = \"t\"\npoint = \"AD\"\nmetric = \"last_5\"\nabove = \"ED\"\n");
    std::vector<PointOutcomes> points = outcomes(file);
    points[1].seeds.clear();
    const ClaimVerdict found = judgeClaim(file.claims[0], points);
    QVERIFY(found.verdict == Verdict::NotRun && found.numbers.empty());
    QCOMPARE(toJson(found)["verdict"].get<std::string>(), std::string("not run"));
  }

  void verdictIsSaidWithItsNumbersAndItsSource() {
    const std::string text = describeVerdict(
        judge("source = \"a paper\"\npublished = 18\npoint = \"AD\"\nmetric = \"last_5\"\nat_least = 1"));
    for (const char* part : {"reproduced", "t (a paper: 18)", "last_5 of AD >= 1: 17 ["}) {
      QVERIFY2(text.find(part) != std::string::npos, text.c_str());
    }
  }

  // What is trained has one name in the database and another in a claim.
  void claimsCallRl2ByItsName() {
    const std::string variants =
        std::string(kTwoVariants) + "[[variant]]\nname = \"meta\"\ntraining.method = \"rl2\"\n";
    const auto file = [&](const std::string& claim) {
      return parseExperimentFile(variants + "[[claim]]\ntext = \"t\"\nmetric = \"last_5\"\n" + claim, "my file.toml");
    };
    const ExperimentFile named = file("point = \"AD\"\nbelow = \"meta/rl2\"\n");
    QCOMPARE(named.claims[0].other.policy, std::string(kClaimRl2));
    QCOMPARE(named.claims[0].other.storedPolicy(), std::string(kPolicyAd));
    QCOMPARE(conditionText(named.claims[0], "last_5"), std::string("last_5 of AD - that of meta < 0"));
    const ExperimentFile left_out = file("point = \"meta\"\nabove = \"random\"\n");
    QCOMPARE(left_out.claims[0].side.policy, std::string(kClaimRl2));
    // 0 .. 19 in both, so that it is above random, which is 0, and not below itself.
    QVERIFY(judgeClaim(left_out.claims[0], outcomes(left_out)).verdict == Verdict::Reproduced);
    for (const char* claim :
         {"point = \"AD\"\npolicy = \"rl2\"\nat_least = 1\n", "point = \"meta\"\nabove = \"rl2\"\n"}) {
      const QByteArray message = messageOf([&] { file(claim); });
      QVERIFY2(message.contains("training.method") || message.contains("with itself"), message);
    }
  }

  void badClaimSaysWhere_data() {
    QTest::addColumn<QByteArray>("claim");
    QTest::addColumn<QByteArray>("part");
    const auto row = [](const char* name, const char* claim, const char* part) {
      QTest::newRow(name) << QByteArray(claim) << QByteArray(part);
    };
    row("unknown key", "metrc = \"last_5\"", "did you mean \"metric\"");
    row("no metric", "point = \"AD\"\nat_least = 1", "needs a metric");
    row("unknown metric", "point = \"AD\"\nmetric = \"retrun_at_5\"\nat_least = 1", "return_at_N");
    row("no point", "metric = \"last_5\"\nat_least = 1", "which point");
    row("unknown point", "point = \"Ad\"\nmetric = \"last_5\"\nat_least = 1", "did you mean \"AD\"");
    row("unknown policy", "point = \"AD\"\npolicy = \"adx\"\nmetric = \"last_5\"\nat_least = 1", "must be a policy");
    row("unknown scale", "point = \"AD\"\nscale = \"norm\"\nmetric = \"last_5\"\nat_least = 1", "must be one of");
    row("nothing to check", "point = \"AD\"\nmetric = \"last_5\"", "nothing to check");
    row("nothing to check of a difference", "point = \"AD\"\nmetric = \"last_5\"\nminus = \"ED\"", "nothing to check");
    row("two comparisons", "point = \"AD\"\nmetric = \"last_5\"\nabove = \"ED\"\nbelow = \"ED\"", "already");
    row("two limits", "point = \"AD\"\nmetric = \"last_5\"\nabove = \"ED\"\nat_least = 2", "minus = ");
    row("itself", "point = \"AD\"\nmetric = \"last_5\"\nabove = \"AD\"", "with itself");
    row("text for a number", "point = \"AD\"\nmetric = \"last_5\"\nat_least = \"5\"", "must be a number");
    row("hours of a policy", "point = \"AD\"\npolicy = \"source\"\nmetric = \"hours_per_10000_updates\"\nat_most = 1",
        "alone");
    row("beyond the evaluation", "point = \"AD\"\nmetric = \"return_at_21\"\nat_least = 1",
        "evaluation.episodes is 20");
    row("a policy that does not play", "point = \"AD\"\npolicy = \"ad_prompt_25\"\nmetric = \"last_5\"\nat_least = 1",
        "does not play");
  }

  void badClaimSaysWhere() {
    QFETCH(QByteArray, claim);
    QFETCH(QByteArray, part);
    const QByteArray message = messageOf([&] { parse("[[claim]]\ntext = \"t\"\n" + claim.toStdString()); });
    QVERIFY2(message.startsWith("my file.toml:1") && message.contains(part), message + " | lacks " + part);
  }

  void longerCurveOfTheSourceMayBeAskedFor() {
    parse("[[claim]]\ntext = \"t\"\npoint = \"AD\"\npolicy = \"source\"\nmetric = \"return_at_40\"\nat_least = 1");
  }
};

QTEST_APPLESS_MAIN(ClaimTest)
#include "claim_test.moc"
