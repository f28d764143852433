// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/run_store.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/store/metric_writer.h"

using namespace limbeck;

class RunStoreTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void cleanup();
  void newRunKeepsAllThatMadeIt();
  void runIsFoundByNameAndNumber_data();
  void runIsFoundByNameAndNumber();
  void statesSetTheirTimesAndFailures();
  void wallSecondsAddUpOverStarts();
  void runningRunsBecomeInterruptedOnOpening();
  void filtersSelect_data();
  void filtersSelect();
  void tagsAreASortedSet();
  void badTagIsRefused_data();
  void badTagIsRefused();
  void trashedRunComesBack();
  void unknownRunIsNotFoundByEveryWriter();
  void metricsComeBackBitForBit();
  void resumedMetricsOverwriteFromTheirFirstStep();
  void metricWriterWritesByCountAndAtTheEnd();
  void metricWriterAcceptsAStepTwice();
  void curveReplacesTheSameCurveOnly();
  void curveWithWrongSizesIsABug();
  void scoresKeepOrderAndNaN();
  void oneScoreOfAllRunsComesByRun();
  void groupGivesTheConfigurationOfItsNewestRun();
  void sweepIsFoundByItsNameAndMayBeSetLater();
  void runsAreFoundByAStagesHash();
  void changeCounterTellsOfOwnAndForeignWrites();
  void stagesAndArtefactsAreReplacedByKey();
  void readOnlyStoreReadsWhileWritingAndRefusesToWrite();
  void tenThousandRunsAreListed();
  void metricRate();

 private:
  QTemporaryDir* folder_ = nullptr;
  std::unique_ptr<RunStore> store_;

  std::filesystem::path path() const { return std::filesystem::path(folder_->filePath("limbeck.db").toStdString()); }
  void reopen() {
    store_.reset();
    store_ = std::make_unique<RunStore>(path(), OpenMode::ReadWrite);
  }
};

namespace {

ErrorCode codeOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  throw std::runtime_error("no limbeck::Error came");
}

QByteArray text(const std::string& value) {
  return QByteArray::fromStdString(value);
}

}  // namespace

void RunStoreTest::init() {
  folder_ = new QTemporaryDir;
  reopen();
}

void RunStoreTest::cleanup() {
  store_.reset();
  delete folder_;
}

void RunStoreTest::newRunKeepsAllThatMadeIt() {
  NewRun run{.kind = "AD",
             .title = "größer",
             .experiment = "darkroom",
             .seed = std::numeric_limits<std::uint64_t>::max(),
             .group_key = "abc",
             .inputs = {.config_toml = "# my 'file'\nname = \"x\"\n",
                        .overrides = {"training.steps=10", "name=\"a b\""},
                        .config_json = R"({"a":1})",
                        .environment_info = R"({"cpu":"x"})"}};
  run.inputs.config_toml += '\0';
  const RunId id = store_->createRun(run);
  reopen();
  const RunRecord record = store_->run(id);
  QCOMPARE(text(record.name()), QByteArray("AD-1"));
  QCOMPARE(record.seed, run.seed);
  QCOMPARE(text(record.title), text(run.title));
  QCOMPARE(text(record.experiment), text(run.experiment));
  QCOMPARE(text(record.group_key), text(run.group_key));
  QVERIFY(record.state == RunState::Waiting && !record.started_ms && !record.finished_ms && !record.is_starred);
  QVERIFY(record.created_ms > 0);
  const RunInputs inputs = store_->inputs(id);
  QCOMPARE(text(inputs.config_toml), text(run.inputs.config_toml));
  QVERIFY(inputs.overrides == run.inputs.overrides);
  QCOMPARE(text(inputs.config_json), text(run.inputs.config_json));
  QCOMPARE(text(inputs.environment_info), text(run.inputs.environment_info));
}

void RunStoreTest::runIsFoundByNameAndNumber_data() {
  QTest::addColumn<QByteArray>("query");
  QTest::addColumn<bool>("is_found");
  const std::pair<const char*, bool> rows[] = {{"AD-1", true}, {"ad-1", true}, {"1", true},     {"DPT-1", false},
                                               {"-1", false},  {"AD-", false}, {"2", false},    {"", false},
                                               {"1x", false},  {"AD", false},  {"AD-1 ", false}};
  for (const auto& [query, is_found] : rows) QTest::addRow("'%s'", query) << QByteArray(query) << is_found;
}

void RunStoreTest::runIsFoundByNameAndNumber() {
  QFETCH(QByteArray, query);
  QFETCH(bool, is_found);
  store_->createRun({.kind = "AD"});
  QCOMPARE(store_->findRun(query.toStdString()).has_value(), is_found);
}

void RunStoreTest::statesSetTheirTimesAndFailures() {
  const RunId id = store_->createRun({});
  store_->updateState(id, RunState::Running);
  const RunRecord running = store_->run(id);
  QVERIFY(running.started_ms && running.heartbeat_ms && !running.finished_ms);
  store_->updateState(id, RunState::Failed, {.failure_code = "Diverged", .failure_message = "loss is NaN"});
  const RunRecord failed = store_->run(id);
  QVERIFY(failed.state == RunState::Failed && failed.finished_ms);
  QCOMPARE(text(failed.failure_code), QByteArray("Diverged"));
  QCOMPARE(text(failed.failure_message), QByteArray("loss is NaN"));
  store_->updateState(id, RunState::Running);
  const RunRecord again = store_->run(id);
  QVERIFY(again.failure_code.empty() && again.failure_message.empty() && !again.finished_ms);
  QVERIFY(again.started_ms == running.started_ms);
}

void RunStoreTest::wallSecondsAddUpOverStarts() {
  const RunId id = store_->createRun({});
  store_->updateState(id, RunState::Running);
  store_->updateState(id, RunState::Stopped, {.additional_wall_seconds = 1.5});
  store_->updateState(id, RunState::Running);
  store_->updateState(id, RunState::Done, {.additional_wall_seconds = 2.0});
  QCOMPARE(store_->run(id).wall_seconds, 3.5);
}

void RunStoreTest::runningRunsBecomeInterruptedOnOpening() {
  const RunId waiting = store_->createRun({});
  const RunId running = store_->createRun({});
  const RunId done = store_->createRun({});
  store_->updateState(running, RunState::Running);
  store_->putStage(running, {.kind = "training", .hash = "h", .state = RunState::Running});
  store_->beat(running);
  store_->updateState(done, RunState::Done);
  QVERIFY(store_->interruptedRuns().empty());
  {
    const RunStore reader(path(), OpenMode::ReadOnly);  // looks on, so it changes nothing
    QVERIFY(reader.run(running).state == RunState::Running);
  }
  reopen();
  QVERIFY(store_->interruptedRuns() == std::vector<RunId>{running});
  const RunRecord record = store_->run(running);
  QVERIFY(record.state == RunState::Interrupted);
  QVERIFY(record.finished_ms == record.heartbeat_ms);
  QVERIFY(store_->stages(running)[0].state == RunState::Interrupted);
  QVERIFY(store_->run(waiting).state == RunState::Waiting);
  QVERIFY(store_->run(done).state == RunState::Done);
}

Q_DECLARE_METATYPE(RunFilter)

void RunStoreTest::filtersSelect_data() {
  QTest::addColumn<RunFilter>("filter");
  QTest::addColumn<std::vector<int>>("expected");  // newest first
  QTest::newRow("nothing asked") << RunFilter{} << std::vector<int>{3, 2, 1};
  QTest::newRow("title, either case") << RunFilter{.text = "dark ROOM"} << std::vector<int>{1};
  QTest::newRow("experiment") << RunFilter{.text = "key_to"} << std::vector<int>{2};
  QTest::newRow("underscore is no wildcard") << RunFilter{.text = "key_t_"} << std::vector<int>{};
  QTest::newRow("percent is no wildcard") << RunFilter{.text = "100%"} << std::vector<int>{3};
  QTest::newRow("name") << RunFilter{.text = "ad-2"} << std::vector<int>{2};
  QTest::newRow("text in a tag") << RunFilter{.text = "aper"} << std::vector<int>{3, 1};
  QTest::newRow("tag") << RunFilter{.tag = "paper"} << std::vector<int>{3, 1};
  QTest::newRow("part of a tag") << RunFilter{.tag = "pape"} << std::vector<int>{};
  QTest::newRow("tag and text") << RunFilter{.text = "100", .tag = "paper"} << std::vector<int>{3};
  QTest::newRow("state") << RunFilter{.state = RunState::Done} << std::vector<int>{2};
  QTest::newRow("group") << RunFilter{.group_key = "g"} << std::vector<int>{3, 1};
  QTest::newRow("trashed") << RunFilter{.is_trashed = true} << std::vector<int>{4};
  QTest::newRow("quote") << RunFilter{.text = "' OR 1=1 --"} << std::vector<int>{};
}

void RunStoreTest::filtersSelect() {
  QFETCH(RunFilter, filter);
  QFETCH(std::vector<int>, expected);
  const std::vector<std::string> paper{"paper", "x"};
  const RunId first = store_->createRun({.title = "Dark room", .group_key = "g"});
  store_->setTags(first, paper);
  const RunId second = store_->createRun({.experiment = "key_to_door"});
  store_->updateState(second, RunState::Done);
  const RunId third = store_->createRun({.group_key = "g"});
  store_->setTags(third, paper);
  store_->setNotes(third, "100% of optimum");
  store_->trash(store_->createRun({.title = "dark room"}));
  std::vector<int> found;
  for (const RunRecord& run : store_->listRuns(filter)) found.push_back(static_cast<int>(run.id));
  QCOMPARE(found, expected);
}

void RunStoreTest::tagsAreASortedSet() {
  const RunId id = store_->createRun({});
  store_->setTags(id, std::vector<std::string>{"b", "ä", "a", "b"});
  QVERIFY((store_->run(id).tags == std::vector<std::string>{"a", "b", "ä"}));
  store_->setTags(id, std::vector<std::string>{"c"});
  QVERIFY(store_->listRuns()[0].tags == std::vector<std::string>{"c"});
  store_->setTags(id, {});
  QVERIFY(store_->run(id).tags.empty());
}

void RunStoreTest::badTagIsRefused_data() {
  QTest::addColumn<QByteArray>("tag");
  QTest::newRow("empty") << QByteArray();
  QTest::newRow("65 bytes") << QByteArray(65, 'x');
  QTest::newRow("newline") << QByteArray("a\nb");
  QTest::newRow("the separator") << QByteArray(
      "a\x1f"
      "b");
}

void RunStoreTest::badTagIsRefused() {
  QFETCH(QByteArray, tag);
  const RunId id = store_->createRun({});
  store_->setTags(id, std::vector<std::string>{"kept"});
  QVERIFY(codeOf([&] {
            store_->setTags(id, std::vector<std::string>{"good", tag.toStdString()});
          }) == ErrorCode::InvalidArgument);
  QVERIFY(store_->run(id).tags == std::vector<std::string>{"kept"});
}

void RunStoreTest::trashedRunComesBack() {
  const RunId id = store_->createRun({});
  store_->setTitle(id, "title");
  store_->setStarred(id, true);
  store_->trash(id);
  QVERIFY(store_->listRuns().empty());
  QVERIFY(store_->findRun("1")->trashed_ms.has_value());
  store_->restore(id);
  const RunRecord run = store_->listRuns().at(0);
  QVERIFY(!run.trashed_ms && run.is_starred);
  QCOMPARE(text(run.title), QByteArray("title"));
}

void RunStoreTest::unknownRunIsNotFoundByEveryWriter() {
  const RunId missing{7};
  const MetricSeries point{.name = "loss", .steps = {1}, .values = {1}};
  const ScoreRecord score{.policy = "ad", .name = "x"};
  const std::function<void()> writers[] = {[&] { store_->updateState(missing, RunState::Running); },
                                           [&] { store_->beat(missing); },
                                           [&] { store_->setTitle(missing, "x"); },
                                           [&] { store_->setTags(missing, {}); },
                                           [&] { store_->setSweep(missing, "a", "b"); },
                                           [&] { store_->trash(missing); },
                                           [&] {
                                             store_->appendMetrics(missing, {&point, 1});
                                           },
                                           [&] { store_->putCurve(missing, {}); },
                                           [&] {
                                             store_->putScores(missing, {&score, 1});
                                           },
                                           [&] { store_->putStage(missing, {}); },
                                           [&] { static_cast<void>(store_->run(missing)); },
                                           [&] { static_cast<void>(store_->inputs(missing)); }};
  for (const auto& writer : writers) QVERIFY(codeOf(writer) == ErrorCode::NotFound);
}

void RunStoreTest::metricsComeBackBitForBit() {
  const RunId id = store_->createRun({});
  const double infinity = std::numeric_limits<double>::infinity();
  const MetricSeries series[] = {{.name = "loss", .steps = {-3, 0, 1LL << 40}, .values = {0.1, -0.0, std::nan("")}},
                                 {.name = "größe", .steps = {5}, .values = {-infinity}}};
  store_->appendMetrics(id, series);
  reopen();
  QVERIFY((store_->metricNames(id) == std::vector<std::string>{"größe", "loss"}));
  const MetricSeries loss = store_->metrics(id, "loss");
  QVERIFY(loss.steps == series[0].steps);
  QCOMPARE(std::memcmp(loss.values.data(), series[0].values.data(), 3 * sizeof(double)), 0);
  QCOMPARE(store_->metrics(id, "größe").values.at(0), -infinity);
  QVERIFY(store_->metrics(id, "none").steps.empty());
}

void RunStoreTest::resumedMetricsOverwriteFromTheirFirstStep() {
  const RunId id = store_->createRun({});
  // Written to step 4, resumed from the checkpoint of step 2.
  const MetricSeries before{.name = "loss", .steps = {0, 1, 2, 3, 4}, .values = {0, 1, 2, 3, 4}};
  const MetricSeries after{.name = "loss", .steps = {3, 6}, .values = {30, 60}};
  store_->appendMetrics(id, {&before, 1});
  store_->appendMetrics(id, {&after, 1});
  const MetricSeries loss = store_->metrics(id, "loss");
  QVERIFY((loss.steps == std::vector<std::int64_t>{0, 1, 2, 3, 6}));
  QVERIFY((loss.values == std::vector<double>{0, 1, 2, 30, 60}));
  const MetricSeries falling{.name = "loss", .steps = {8, 7}, .values = {0, 0}};
  QVERIFY_EXCEPTION_THROWN(store_->appendMetrics(id, {&falling, 1}), BugError);
}

void RunStoreTest::metricWriterWritesByCountAndAtTheEnd() {
  const RunId id = store_->createRun({});
  {
    MetricWriter writer(*store_, id, {.max_points = 4, .max_age = std::chrono::hours(1)});
    for (int step = 0; step < 3; ++step) writer.add("loss", step, step);
    QVERIFY(store_->metrics(id, "loss").steps.empty());
    writer.add("rate", 0, 9);  // the fourth point, of another series
    QCOMPARE(store_->metrics(id, "loss").steps.size(), std::size_t{3});
    QCOMPARE(store_->metrics(id, "rate").values.at(0), 9.0);
    writer.add("loss", 3, 3);
    writer.flush();
    QCOMPARE(store_->metrics(id, "loss").steps.size(), std::size_t{4});
    writer.add("loss", 4, 4);
  }
  QVERIFY((store_->metrics(id, "loss").steps == std::vector<std::int64_t>{0, 1, 2, 3, 4}));
  MetricWriter eager(*store_, id, {.max_age = std::chrono::milliseconds(0)});
  eager.add("loss", 5, 5);
  QCOMPARE(store_->metrics(id, "loss").steps.size(), std::size_t{6});
}

void RunStoreTest::metricWriterAcceptsAStepTwice() {
  const RunId id = store_->createRun({});
  MetricWriter writer(*store_, id);
  for (const double value : {1.0, 2.0}) writer.add("loss", 7, value);
  writer.flush();
  QVERIFY(store_->metrics(id, "loss").values == std::vector<double>{2.0});
}

namespace {

CurveRecord sampleCurve(std::int64_t step, float first) {
  return {.policy = "ad",
          .split = "held_out",
          .step = step,
          .streams = 2,
          .episodes = 3,
          .returns = {first, 1, 2, 3, 4, 5},
          .task_ids = {7, 9},
          .repeats = {0, 0},
          .optimal_returns = {16.5, 15},
          .random_returns = {},
          .seconds = 0.25};
}

}  // namespace

void RunStoreTest::curveReplacesTheSameCurveOnly() {
  const RunId id = store_->createRun({});
  store_->putCurve(id, sampleCurve(200, 1));
  store_->putCurve(id, sampleCurve(100, 2));
  store_->putCurve(id, sampleCurve(200, 3));
  CurveRecord other = sampleCurve(0, 4);
  other.policy = "source";
  store_->putCurve(id, other);
  const auto curves = store_->curves(id, "ad");
  QCOMPARE(curves.size(), std::size_t{2});
  QCOMPARE(curves[0].step, 100);
  QVERIFY((curves[1].returns == std::vector<float>{3, 1, 2, 3, 4, 5}));
  QVERIFY(curves[1].task_ids == other.task_ids && curves[1].repeats == other.repeats);
  QVERIFY(curves[1].optimal_returns == other.optimal_returns && curves[1].random_returns.empty());
  QCOMPARE(curves[1].seconds, 0.25);
  QCOMPARE(store_->curves(id).size(), std::size_t{3});
  QVERIFY(store_->curves(id, {}, "validation").empty());
}

void RunStoreTest::curveWithWrongSizesIsABug() {
  const RunId id = store_->createRun({});
  CurveRecord curve = sampleCurve(0, 0);
  curve.returns.pop_back();
  QVERIFY_EXCEPTION_THROWN(store_->putCurve(id, curve), BugError);
  curve = sampleCurve(0, 0);
  curve.task_ids.pop_back();
  QVERIFY_EXCEPTION_THROWN(store_->putCurve(id, curve), BugError);
}

void RunStoreTest::scoresKeepOrderAndNaN() {
  const RunId id = store_->createRun({});
  const double nan = std::nan("");
  const ScoreRecord scores[] = {{"ad", "last", 1, 0.5, 1.5}, {"ad", "first", nan, nan, nan}};
  store_->putScores(id, scores);
  const ScoreRecord better{"ad", "last", 2, 1, 3};
  store_->putScores(id, {&better, 1});
  const auto found = store_->scores(id);
  QCOMPARE(found.size(), std::size_t{2});
  QCOMPARE(text(found[0].name), QByteArray("last"));
  QCOMPARE(found[0].mean, 2.0);
  QCOMPARE(found[0].high, 3.0);
  QVERIFY(std::isnan(found[1].mean) && std::isnan(found[1].low));
}

void RunStoreTest::oneScoreOfAllRunsComesByRun() {
  const RunId first = store_->createRun({});
  const RunId without = store_->createRun({});
  const RunId third = store_->createRun({});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  // Put the later run's first: the order is the runs'.
  for (const auto& [run, mean] : {std::pair(third, 3.0), std::pair(first, 1.0)}) {
    const std::vector<ScoreRecord> scores = {
        {"ad", "return", mean, mean - 0.5, nan}, {"source", "return", 9.0, 9.0, 9.0}, {"ad", "other", 8.0, 8.0, 8.0}};
    store_->putScores(run, scores);
  }
  store_->putScores(without, std::vector<ScoreRecord>{{"source", "return", 7.0, 7.0, 7.0}});
  const std::vector<RunScore> scores = store_->scoresNamed("ad", "return");
  QCOMPARE(scores.size(), std::size_t{2});
  QVERIFY(scores[0].run == first && scores[1].run == third);
  QCOMPARE(scores[0].mean, 1.0);
  QCOMPARE(scores[1].low, 2.5);
  QVERIFY(std::isnan(scores[1].high));
  QVERIFY(store_->scoresNamed("ad", "").empty());
}

void RunStoreTest::groupGivesTheConfigurationOfItsNewestRun() {
  const auto create = [&](const char* group, const char* config) {
    NewRun run{.group_key = group};
    run.inputs.config_json = config;
    return store_->createRun(run);
  };
  create("b", "{\"seed\":1}");
  create("a", "{\"seed\":1}");
  const RunId newest = create("b", "{\"seed\":2}");
  store_->trash(newest);
  using Configs = std::vector<std::pair<std::string, std::string>>;
  QVERIFY(store_->groupConfigs() == (Configs{{"a", "{\"seed\":1}"}, {"b", "{\"seed\":2}"}}));
}

void RunStoreTest::sweepIsFoundByItsNameAndMayBeSetLater() {
  const RunId a = store_->createRun({.title = "a", .sweep = "context", .point = "context_length=20"});
  const RunId b = store_->createRun({.title = "b"});
  store_->createRun({.title = "c", .sweep = "contexts", .point = "context_length=20"});
  reopen();
  QCOMPARE(store_->run(a).point, std::string("context_length=20"));
  QVERIFY(store_->run(b).sweep.empty() && store_->run(b).point.empty());
  QCOMPARE(store_->listRuns({.sweep = "context"}).size(), std::size_t{1});
  store_->setSweep(b, "context", "context_length=50");
  QCOMPARE(store_->listRuns({.sweep = "context"}).front().point, std::string("context_length=50"));
  store_->setSweep(a, {}, {});
  QCOMPARE(store_->listRuns({.sweep = "context"}).size(), std::size_t{1});
}

void RunStoreTest::runsAreFoundByAStagesHash() {
  const RunId first = store_->createRun({});
  const RunId second = store_->createRun({});
  store_->putStage(second, {.kind = "histories", .hash = "aa"});
  store_->putStage(first, {.kind = "histories", .hash = "aa"});
  store_->putStage(first, {.kind = "training", .hash = "bb"});
  QVERIFY(store_->runsWithStage("aa") == (std::vector<RunId>{first, second}));
  QVERIFY(store_->runsWithStage("bb") == std::vector<RunId>{first});
  QVERIFY(store_->runsWithStage("cc").empty());
}

void RunStoreTest::changeCounterTellsOfOwnAndForeignWrites() {
  const RunId id = store_->createRun({});
  const RunStore reader(path(), OpenMode::ReadOnly);
  std::int64_t own = store_->changeCounter();
  std::int64_t foreign = reader.changeCounter();
  QCOMPARE(store_->changeCounter(), own);
  QCOMPARE(reader.changeCounter(), foreign);
  const auto changes = [&] {
    const bool is_told = store_->changeCounter() != own && reader.changeCounter() != foreign;
    own = store_->changeCounter();
    foreign = reader.changeCounter();
    return is_told;
  };
  store_->setTitle(id, "x");
  QVERIFY(changes());
  store_->beat(id);
  QVERIFY(changes());
  store_->putScores(id, std::vector<ScoreRecord>{{"ad", "return", 1.0, 1.0, 1.0}});
  QVERIFY(changes());
  // What another connection writes, as a second process would.
  SQLite::Database(path().string(), SQLite::OPEN_READWRITE).exec("UPDATE runs SET notes = 'y'");
  QVERIFY(changes());
  store_->listRuns();
  QVERIFY(!changes());
}

void RunStoreTest::stagesAndArtefactsAreReplacedByKey() {
  const RunId id = store_->createRun({});
  store_->putStage(id, {.kind = "histories", .hash = "a", .state = RunState::Running});
  store_->putStage(id, {.kind = "training", .hash = "b"});
  store_->putStage(id, {.kind = "histories",
                        .hash = "a",
                        .state = RunState::Done,
                        .output_path = "histories/a",
                        .seconds = 2.5,
                        .is_skipped = true});
  const auto stages = store_->stages(id);
  QCOMPARE(stages.size(), std::size_t{2});
  QCOMPARE(text(stages[0].output_path), QByteArray("histories/a"));
  QVERIFY(stages[0].state == RunState::Done && stages[0].is_skipped && stages[0].seconds == 2.5);
  QCOMPARE(text(stages[1].kind), QByteArray("training"));

  QVERIFY(!store_->artefact("a"));
  store_->putArtefact({.hash = "a", .kind = "histories", .relative_path = "histories/ä b", .bytes = 1LL << 40});
  QVERIFY(store_->artefact("a")->relative_path == std::filesystem::path("histories/ä b"));
  QCOMPARE(store_->artefact("a")->bytes, 1LL << 40);
  QVERIFY(store_->artefact("a")->created_ms > 0);
  store_->removeArtefact("a");
  QVERIFY(!store_->artefact("a"));
}

void RunStoreTest::readOnlyStoreReadsWhileWritingAndRefusesToWrite() {
  const RunId id = store_->createRun({.title = "before"});
  RunStore reader(path(), OpenMode::ReadOnly);
  QCOMPARE(text(reader.run(id).title), QByteArray("before"));
  store_->setTitle(id, "after");
  QCOMPARE(text(reader.run(id).title), QByteArray("after"));
  QVERIFY(codeOf([&] { reader.setTitle(id, "x"); }) == ErrorCode::InvalidArgument);
  QVERIFY(codeOf([&] { reader.createRun({}); }) == ErrorCode::InvalidArgument);
  QCOMPARE(text(store_->run(id).title), QByteArray("after"));
}

void RunStoreTest::tenThousandRunsAreListed() {
  NewRun run{.title = "Dark Room, three seeds", .experiment = "darkroom", .group_key = "0123456789abcdef"};
  run.inputs.config_toml.assign(3000, 'x');
  run.inputs.config_json = "\"" + std::string(3000, 'y') + "\"";
  store_->createRun(run);
  store_.reset();
  {
    // 10,000 calls of createRun would wait for the disk; the copies are as large and as spread.
    SQLite::Database database(path().string(), SQLite::OPEN_READWRITE);
    const std::string numbers = "WITH RECURSIVE n(i) AS (VALUES(2) UNION ALL SELECT i + 1 FROM n WHERE i < 10000) ";
    database.exec("BEGIN");
    database.exec(numbers +
                  "INSERT INTO runs(id, kind, title, experiment, seed, group_key, state, created_ms) "
                  "SELECT i, kind, title, experiment, i, group_key, state, created_ms FROM n, runs WHERE id = 1");
    database.exec(numbers +
                  "INSERT INTO run_inputs SELECT i, config_toml, overrides, config_json, environment_info "
                  "FROM n, run_inputs WHERE run_id = 1");
    database.exec("INSERT INTO tags SELECT id, 'paper' FROM runs WHERE id % 2 = 0");
    database.exec("INSERT INTO tags SELECT id, 'darkroom' FROM runs WHERE id % 2 = 0");
    database.exec("COMMIT");
  }
  reopen();
  QElapsedTimer timer;
  timer.start();
  const auto runs = store_->listRuns();
  qInfo("10,000 runs listed in %lld ms", timer.restart());
  const auto tagged = store_->listRuns({.text = "room", .tag = "paper"});
  qInfo("5,000 of them by text and tag in %lld ms", timer.elapsed());
  QCOMPARE(runs.size(), std::size_t{10'000});
  QCOMPARE(runs[0].seed, std::uint64_t{10'000});
  QCOMPARE(tagged.size(), std::size_t{5'000});
  QVERIFY((tagged[0].tags == std::vector<std::string>{"darkroom", "paper"}));
}

void RunStoreTest::metricRate() {
  const RunId id = store_->createRun({});
  constexpr int kPoints = 1 << 20;
  QElapsedTimer timer;
  timer.start();
  {
    MetricWriter writer(*store_, id);
    for (int step = 0; step < kPoints; ++step) writer.add("loss", step, 0.5 * step);
    writer.flush();
  }
  qInfo("metric points written: %.2f M/s", kPoints / (1e-3 * static_cast<double>(timer.nsecsElapsed())));
  timer.restart();
  const MetricSeries loss = store_->metrics(id, "loss");
  qInfo("metric points read: %.2f M/s", kPoints / (1e-3 * static_cast<double>(timer.nsecsElapsed())));
  QCOMPARE(loss.steps.size(), std::size_t{kPoints});
  QCOMPARE(loss.values.back(), 0.5 * (kPoints - 1));
}

QTEST_APPLESS_MAIN(RunStoreTest)
#include "run_store_test.moc"
