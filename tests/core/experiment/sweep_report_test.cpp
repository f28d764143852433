// SPDX-License-Identifier: GPL-3.0-or-later
// What is printed, drawn and written of a sweep, and how published numbers come into it.
#include "core/experiment/sweep_report.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/experiment/report_html.h"
#include "core/experiment/report_markdown.h"
#include "core/plot/csv_writer.h"
#include "tests/support/caught_error.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

constexpr const char* kHeader = "figure,curve,axis,x,y,error,reading,source\n";

ExperimentFile contexts() {
  return parseExperimentFile(R"([experiment]
name = "con<texts>"
[evaluation]
episodes = 3
last_episodes = 1
bootstrap_resamples = 200
[sweep]
context.context_length = [100, 20]
[[claim]]
text = "a longer context is better"
point = "context_length=100"
metric = "last_returns"
above = "context_length=20"
)",
                             "contexts.toml");
}

SeedOutcome outcome(std::uint64_t seed, float level) {
  SeedOutcome one{.seed = Seed{seed}, .run_name = "AD-1"};
  PolicyEvaluation ad{.policy = kPolicyAd, .scored = {}};
  ad.scored.result.episodes = 3;
  ad.scored.result.tasks = {TaskId{1}, TaskId{2}};
  ad.scored.result.repeats = {0, 0};
  ad.scored.result.returns = {0, level / 2, level, 0, level / 2, level + 1};
  ad.scored.references = {{.optimal = 8, .random = 0}, {.optimal = 10, .random = 0}};
  one.policies.push_back(std::move(ad));
  return one;
}

SweepReport report() {
  return makeSweepReport(contexts(), {{outcome(2, 6), outcome(1, 7)}, {outcome(1, 2)}});
}

std::string numbersOf(const PlotModel& plot) {
  return csvText(plot);
}

}  // namespace

class SweepReportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pointsKeepTheirOrderAndSeedsRise() {
    const SweepReport sweep = report();
    QVERIFY(sweep.isSweep());
    QCOMPARE(sweep.points[0].point.name, std::string("context_length=100"));
    QCOMPARE(sweep.points[0].report->seeds[0].seed.value, std::uint64_t{1});
    QCOMPARE(sweep.improvements.size(), std::size_t{1});
    QCOMPARE(sweep.improvements[0].point, std::string("context_length=20"));
    QCOMPARE(sweep.improvements[0].probability.mean, 0.0);  // 2, 3 against 6, 7 and 7, 8
    QVERIFY(sweep.verdicts.at(0).verdict == Verdict::Reproduced);
  }

  void pointThatIsNotRunIsShownAsSuch() {
    const SweepReport sweep = makeSweepReport(contexts(), {{outcome(1, 6)}, {}});
    QVERIFY(!sweep.points[1].report && sweep.improvements.empty());
    QVERIFY(sweep.verdicts[0].verdict == Verdict::NotRun);
    QVERIFY(describeReport(sweep).find("not run") != std::string::npos);
    QVERIFY(toJson(sweep)["points"][1]["report"].is_null());
    QCOMPARE(plotReport(sweep).series.size(), std::size_t{1});
    QVERIFY(!plotByValue(sweep));  // one value is no line
  }

  void jsonHoldsWhatItsDocumentNames() {
    const nlohmann::json json = toJson(report());
    const std::string document = readTextFile(LIMBECK_SOURCE_DIR "/docs/run-json.md", 1 << 20);
    for (const auto& [key, value] : json.items())
      QVERIFY2(document.find("`" + key + "`") != std::string::npos, key.c_str());
    for (const auto& [key, value] : json["claims"][0].items()) {
      QVERIFY2(document.find("`" + key + "`") != std::string::npos, key.c_str());
    }
    QCOMPARE(json["format"].get<std::string>(), std::string("limbeck-sweep"));
    QCOMPARE(json["points"][1]["overrides"][0].get<std::string>(), std::string("context.context_length=20"));
    QCOMPARE(json["points"][0]["report"]["scores"]["ad"]["last_returns"]["mean"].get<double>(), 7.0);
    QCOMPARE(json["claims"][0]["verdict"].get<std::string>(), std::string("reproduced"));
  }

  void plotHasACurveAPointAndOneByTheSweptValue() {
    const PlotModel plot = plotReport(report());
    QCOMPARE(plot.series.size(), std::size_t{2});
    QCOMPARE(plot.series[0].name, std::string("context_length=100"));
    QCOMPARE(plot.series[0].y.back(), 7.0);
    QCOMPARE(plot.reference_lines.size(), std::size_t{2});
    const auto by_value = plotByValue(report());
    QVERIFY(by_value.has_value());
    QCOMPARE(by_value->x_axis.label, std::string("context.context_length"));
    QCOMPARE(by_value->series[0].x, (std::vector{20.0, 100.0}));
    QCOMPARE(by_value->series[0].y, (std::vector{2.5, 7.0}));
  }

  void publishedNumbersStandOnTheAxisTheyAreOf() {
    SweepReport sweep = report();
    sweep.published = {
        {.figure = "4", .curve = "AD, them", .axis = "episode", .x = 2, .y = 5, .error = 0.5, .source = "a paper"},
        {.figure = "4", .curve = "AD, them", .axis = "episode", .x = 3, .y = 6, .source = "a paper"},
        {.figure = "7", .curve = "AD, them", .axis = "context.context_length", .x = 50, .y = 4, .source = "a paper"}};
    const PlotModel plot = plotReport(sweep);
    QCOMPARE(plot.published_points.size(), std::size_t{2});
    QVERIFY(plot.published_points[0].shows_label && !plot.published_points[1].shows_label);
    QCOMPARE(plotByValue(sweep)->published_points.size(), std::size_t{1});
    QVERIFY2(numbersOf(plot).find("published,\"AD, them\",2,5,4.5,5.5,a paper") != std::string::npos,
             numbersOf(plot).c_str());
  }

  void htmlIsOnePageWithoutScriptsWhosePicturesShareNoId() {
    const std::vector<SweepReport> reports{report(), report()};
    const std::string html = reportHtml(reports);
    QVERIFY(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
    QVERIFY(html.find("<script") == std::string::npos && html.find("<?xml") == std::string::npos);
    QVERIFY(html.find("con&lt;texts&gt;") != std::string::npos && html.find("con<texts>") == std::string::npos);
    QVERIFY(html.find("class=\"verdict reproduced\"") != std::string::npos);
    for (int plot = 1; plot <= 4; ++plot) {
      const std::string id = "id=\"plot" + std::to_string(plot) + "-inside\"";
      QVERIFY2(html.find(id) != std::string::npos && html.find(id) == html.rfind(id), id.c_str());
      QVERIFY(html.find("url(#plot" + std::to_string(plot) + "-inside)") != std::string::npos);
    }
    QCOMPARE(reportHtml(reports), html);
  }

  void markdownHasARowForEachNumberAndTheTimeOfTheRuns() {
    SeedOutcome first = outcome(1, 6);
    first.timings = {{.stage = "histories", .seconds = 600.0, .skipped = true},
                     {.stage = "training", .seconds = 50.0, .skipped = false},
                     {.stage = "evaluation", .seconds = 40.0, .skipped = false}};
    const SweepReport sweep = makeSweepReport(contexts(), {{first}, {outcome(1, 2)}});
    QCOMPARE(sweep.seconds, 90.0);
    const std::string text = reportMarkdown(std::span(&sweep, 1));
    for (const char* part : {"| a longer context is better |", "| reproduced | `limbeck-cli run contexts.toml` |",
                             "| con<texts> | 2 | 2 | 1.5 |"}) {
      QVERIFY2(text.find(part) != std::string::npos, text.c_str());
    }
    const SweepReport half = makeSweepReport(contexts(), {{first}, {}});
    QVERIFY(reportMarkdown(std::span(&half, 1)).find("| not run |") != std::string::npos);
  }

  void publishedDataAreReadWithTheirQuotes() {
    const auto rows = parsePublished(std::string("# a remark\n") + kHeader +
                                         "4,\"AD, \"\"theirs\"\"\",episode,5,1.25,0.02,by eye,a "
                                         "paper\r\n7,AD,context.context_length,20,.54,,by eye,p\n",
                                     "f.csv");
    QCOMPARE(rows.size(), std::size_t{2});
    QCOMPARE(rows[0].curve, std::string("AD, \"theirs\""));
    QVERIFY(rows[0].y == 1.25 && rows[0].error == 0.02 && !rows[1].error && rows[1].x == 20);
    QCOMPARE(rows[0].source, std::string("a paper"));
  }

  void badPublishedDataSayWhere_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("part");
    const QByteArray header = kHeader;
    QTest::newRow("another header") << QByteArray("# remark\nfigure,curve\n") << QByteArray("f.csv:2: the header");
    QTest::newRow("too few cells") << header + "4,AD,episode,1,2\n" << QByteArray("f.csv:2: 5 cells");
    QTest::newRow("no number") << header + "4,AD,episode,1,high,,r,s\n" << QByteArray("y is \"high\"");
    QTest::newRow("no axis") << header + "4,AD,context.contextlength,1,2,,r,s\n"
                             << QByteArray("context.context_length");
    QTest::newRow("empty") << header << QByteArray("no published numbers");
  }

  void badPublishedDataSayWhere() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, part);
    const QByteArray message = caughtMessage([&] { parsePublished(text.toStdString(), "f.csv"); }).toUtf8();
    QVERIFY2(message.contains(part), message);
  }

  void referenceChoosesACurveAndNamesIt() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    writeFileAtomically(path / "f.csv", std::string(kHeader) + "4,AD,episode,1,2,,r,s\n4,source,episode,1,3,,r,s\n");
    const PublishedReference reference{
        .place = "x.toml:3:1", .file = "f.csv", .curve = "source", .label = "their source"};
    const auto rows = loadPublished(reference, path);
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].curve, std::string("their source"));
    QVERIFY(caughtMessage([&] {
              loadPublished({.place = "x", .file = "f.csv", .curve = "sorce"}, path);
            }).contains("source"));
    QVERIFY(caughtError([&] { loadPublished({.place = "x", .file = "g.csv"}, path); })->code() == ErrorCode::NotFound);
  }

  void everyDataFileOfOursCanBeRead() {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(LIMBECK_SOURCE_DIR "/experiments/paper/published")) {
      if (entry.path().extension() != ".csv") continue;
      ++files;
      for (const PublishedNumber& row : parsePublished(readTextFile(entry.path(), 1 << 20), entry.path().string())) {
        QVERIFY(!row.figure.empty() && !row.curve.empty() && !row.reading.empty() && !row.source.empty());
      }
    }
    QVERIFY(files >= 10);
  }
};

QTEST_APPLESS_MAIN(SweepReportTest)
#include "sweep_report_test.moc"
