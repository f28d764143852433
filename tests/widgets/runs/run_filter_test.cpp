// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_filter.h"

#include <QtTest>
#include <algorithm>

#include "tests/widgets/runs/made_runs.h"
#include "widgets/runs/run_filter_completion.h"

using namespace limbeck;
using namespace limbeck::test;

class RunFilterTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void findsWhatItSays_data() {
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QString>("found");
    // AD-7 is running on key_to_door, AD-6 failed, AD-5 and AD-4 are darkroom_hard, AD-3 to AD-1 darkroom_quick; see
    // made_runs.h.
    const auto row = [](const char* filter, const char* found) { QTest::newRow(filter) << filter << found; };
    row("", "7 6 5 4 3 2 1");
    row("   ", "7 6 5 4 3 2 1");
    row("hard", "5 4");
    row("HARD", "5 4");
    row("\"held-out goals\"", "2");
    row("paper", "3");
    row("\"AD-6\"", "6");
    row("env:darkroom", "6 5 4 3 2 1");
    row("env:dark", "");
    row("env:dark*", "6 5 4 3 2 1");
    row("environment.name:key_to_door", "7");
    row("env!=darkroom", "7");
    row("tag:best", "3 2");
    row("tag:bes", "");
    row("tag:b*", "3 2");
    row("tag:best tag:paper", "3");
    row("-tag:best", "7 6 5 4 1");
    row("not tag:best", "7 6 5 4 1");
    row("tag!=best", "7 6 5 4 1");
    row("state:failed", "6");
    row("state:running or state:failed", "7 6");
    row("star:yes", "1");
    row("star:no hard", "5 4");
    row("seed:2", "5 2");
    row("seed!=1", "5 3 2");
    row("seed>=2 hard", "5");
    row("lr<1e-3", "5 4");
    row("lr<=1e-3", "7 5 4 3 2 1");
    row("lr < 1e-3", "5 4");
    row("training.learning_rate:0.0010", "7 3 2 1");
    row("layers>=4 size=17", "5 4");
    row("steps:7e2 size:17", "5 4");
    row("return>10", "2 1");
    row("return>=10", "3 2 1");
    row("-return>10", "7 6 5 4 3");
    row("at_episodes:5 size:17", "5 4");
    row("at_episodes:50", "");
    row("source_control:no", "");
    row("source:q_learning size:17", "5 4");
    row("name:ad-1", "1");
    row("name:AD-*", "7 6 5 4 3 2 1");
    row("name:hard", "5 4");
    row("title:quick seed:1", "6 1");
    row("title=quick", "");
    row("notes:solves", "2");
    row("experiment:key", "7");
    row("(hard or state:failed) seed:1", "6 4");
    row("hard or state:failed seed:1", "6 5 4");
    row("-(hard or quick)", "7");
    row("hard and seed:1", "4");
    row("order", "");    // not the keyword `or`
    row("\"or\"", "7");  // a text: only key_to_door has it
  }

  void findsWhatItSays() {
    QFETCH(QString, filter);
    QFETCH(QString, found);
    const RunListing listing = madeListing();
    const auto query = parseRunQuery(filter);
    const auto* error = std::get_if<QueryError>(&query);
    QVERIFY2(error == nullptr, error == nullptr ? "" : qPrintable(error->words));
    QStringList names;
    for (const RunRecord& run : listing.runs) {
      const auto known = listing.returns.find(run.id);
      const Interval* mean = known == listing.returns.end() ? nullptr : &known->second;
      if (std::get<RunQuery>(query).matches(run, &listing.configs.at(run.group_key), mean)) {
        names << QString::number(static_cast<qlonglong>(run.id));
      }
    }
    QCOMPARE(names.join(' '), found);
  }

  void noConditionHoldsOnWhatIsNotKnown() {
    const RunRecord run = madeRun(1, "g", 1);
    for (const char* filter : {"lr<1", "lr>=0", "env:darkroom", "return<100", "return!=3", "source_control:yes"}) {
      const auto query = parseRunQuery(filter);
      QVERIFY2(!std::get<RunQuery>(query).matches(run, nullptr, nullptr), filter);
    }
  }

  void largeSeedsAreToldApart() {
    // Both are 2^63 as a double.
    const RunRecord run = madeRun(1, "g", 9'223'372'036'854'775'809ULL);
    QVERIFY(std::get<RunQuery>(parseRunQuery("seed:9223372036854775809")).matches(run, nullptr, nullptr));
    QVERIFY(!std::get<RunQuery>(parseRunQuery("seed:9223372036854775808")).matches(run, nullptr, nullptr));
  }

  void saysWhatIsWrongAndWhere_data() {
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("position");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* filter, int position, int length, const char* words) {
      QTest::newRow(filter) << filter << position << length << words;
    };
    row("lrr<1e-3", 0, 3, "unknown key \"lrr\", did you mean \"lr\"?");
    row("hard tga:best", 5, 3, "unknown key \"tga\", did you mean \"tag\"?");
    row("http://x", 0, 4, "unknown key \"http\", put it in quotes to look for the text");
    row("learning_rate:1", 0, 13,
        "\"learning_rate\" is the name of several keys: say source.learning_rate or training.learning_rate or "
        "rl2.learning_rate");
    row("lr<fast", 3, 4, "training.learning_rate is a number, and \"fast\" is none");
    row("lr<", 0, 3, "\"lr<\" needs a value");
    row("env:", 0, 4, "\"env:\" needs a value");
    row("tag<3", 4, 1, "tag is no number: compare it by : = or !=");
    row("state:runing", 6, 6, "state is never \"runing\", did you mean \"running\"?");
    row("star:often", 5, 5, "star is yes or no: star:yes");
    row("dark \"room", 5, 5, "the quote that opens here has no end");
    row("(dark", 0, 1, "this \"(\" has no \")\"");
    row("dark)", 4, 1, "this \")\" closes nothing");
    row("dark or", 6, 1, "\"or\" and \"( )\" need something to look for on each side");
    row("not", 0, 3, "\"not\" needs something behind it");
    row(":5", 0, 1, "a key is missing here, as in env:darkroom or lr<1e-3");
  }

  void saysWhatIsWrongAndWhere() {
    QFETCH(QString, filter);
    const auto query = parseRunQuery(filter);
    const auto* error = std::get_if<QueryError>(&query);
    QVERIFY(error != nullptr);
    QTEST(error->words, "words");
    QTEST(error->position, "position");
    QTEST(error->length, "length");
  }

  void deepNestingIsAnErrorAndNoCrash() {
    const auto query = parseRunQuery(QString(100'000, '('));
    QVERIFY(std::holds_alternative<QueryError>(query));
    QVERIFY(std::holds_alternative<QueryError>(parseRunQuery(QString(100'000, '-') + "a")));
  }

  /// Anything at all is a query or an error whose place lies within the text.
  void anyTextIsAQueryOrAnErrorInItsPlace() {
    const QString letters = "ab:<>=!\"()-*. 1\xe4";
    quint32 state = 12345;
    for (int i = 0; i < 600; ++i) {
      QString text;
      for (int length = 0; length < i % 12; ++length) {
        state = state * 1664525U + 1013904223U;
        text += letters[static_cast<int>((state >> 16) % static_cast<quint32>(letters.size()))];
      }
      const auto query = parseRunQuery(text);
      if (const auto* error = std::get_if<QueryError>(&query)) {
        const bool is_inside = error->position >= 0 && error->position + error->length <= text.size();
        QVERIFY2(is_inside && !error->words.isEmpty(), qPrintable(text));
      }
      for (int cursor = 0; cursor <= text.size(); ++cursor) {
        const int start = completionStart(text, cursor);
        QVERIFY2(start >= 0 && start <= cursor, qPrintable(text));
        completionsAt(text, cursor, {});
      }
    }
  }

  void keyOfAnotherVersionIsKnownWhenRunsHaveIt() {
    QVERIFY(std::holds_alternative<QueryError>(parseRunQuery("warp:9")));
    const auto query = parseRunQuery("warp>8", {"engine.warp"});
    const ConfigMap config{{"engine.warp", "9"}};
    QVERIFY(std::get<RunQuery>(query).matches(madeRun(1, "g", 1), &config, nullptr));
  }

  void completes_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("completions");
    const auto row = [](const char* text, const QStringList& completions) {
      QTest::newRow(text) << text << completions;
    };
    row("en", {"env:", "ends_at_goal:", "entropy_bonus:", "entropy_weight:", "environment.name:", "environment.size:",
               "environment.horizon:", "environment.start:", "environment.reward:", "environment.ends_at_goal:",
               "environment.allows_start_goal:", "environment.allows_key_is_door:", "environment.goal:",
               "environment.map:", "environment.slip_probability:", "environment.arms:", "environment.favoured_share:",
               "environment.platform_radius:"});
    row("ta", {"tag:", "target_period:", "tasks_per_shard:", "tasks.training:", "tasks.validation:", "tasks.held_out:",
               "tasks.held_out_from:", "tasks.seed:"});
    row("hard -ta", {"tag:", "target_period:", "tasks_per_shard:", "tasks.training:", "tasks.validation:",
                     "tasks.held_out:", "tasks.held_out_from:", "tasks.seed:"});
    row("tag:", {"tag:best", "tag:\"two words\""});
    row("tag:b", {"tag:best"});
    row("tag:best", {});
    row("(tag:b", {"tag:best"});
    row("tag:\"two", {"tag:\"two words\""});
    row("state:r", {"state:running"});
    row("star:", {"star:yes", "star:no"});
    row("lr<", {"lr<0.001", "lr<0.003"});
    row("\"tag", {});
    row("nothing:", {});
  }

  void completes() {
    QFETCH(QString, text);
    const QueryVocabulary vocabulary{.extra_keys = {}, .values = [](const QString& key) -> QStringList {
                                       if (key == "tag") return {"best", "two words"};
                                       if (key == "training.learning_rate") return {"0.001", "0.003"};
                                       return {};
                                     }};
    QTEST(completionsAt(text, static_cast<int>(text.size()), vocabulary), "completions");
  }

  void completionReplacesTheWordOnly() {
    QCOMPARE(completionStart("hard -tag:b", 11), 6);
    QCOMPARE(completionStart("hard tag:b rest", 10), 5);
    QCOMPARE(completionStart("tag:\"two wo", 11), 0);
  }
};

QTEST_GUILESS_MAIN(RunFilterTest)
#include "run_filter_test.moc"
