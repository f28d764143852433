// SPDX-License-Identifier: GPL-3.0-or-later
// What the store promises when things go wrong: damage, old and new versions, two writers, kill -9, a full disk.
#include <SQLiteCpp/SQLiteCpp.h>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <functional>
#include <memory>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "core/store/database.h"
#include "core/store/run_store.h"
#include "core/store/workspace.h"

using namespace limbeck;

class StoreSafetyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }
  void workspaceHasItsFolders_data();
  void workspaceHasItsFolders();
  void readOnlyNeedsAWorkspace();
  void secondWriterIsToldWhoHoldsTheWorkspace();
  void lockEndsWithTheWorkspace();
  void goldenVersionsOpen_data();
  void goldenVersionsOpen();
  void versionWithoutSweepsGetsThemWithABackup();
  void newerVersionIsRefusedAndKept();
  void migrationKeepsDataAndABackup();
  void failedMigrationChangesNothing();
  void readerDoesNotMigrate();
  void foreignOrDamagedFileIsCorruptAndKept_data();
  void foreignOrDamagedFileIsCorruptAndKept();
  void flippedBitsAreRefusedOrHarmless();
  void flippedMetricPointIsFound();
  void orphanedLogIsNotReplayedIntoANewDatabase();
  void killedWriterLosesNothingAcknowledged();
  void fullDiskIsAnIoFailureAndLosesNothing();

 private:
  std::unique_ptr<QTemporaryDir> folder_;

  QString file(const QString& name) const { return folder_->filePath(name); }
  std::filesystem::path path(const QString& name) const { return std::filesystem::path(file(name).toStdString()); }
  static QString helper() { return QStringLiteral(STORE_PROCESS); }
};

namespace {

struct Failure {
  ErrorCode code{};
  QByteArray message;
};

Failure failureOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  throw std::runtime_error("no limbeck::Error came");
}

QByteArray contentOf(const QString& name) {
  QFile file(name);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
}

void writeFile(const QString& name, const QByteArray& content) {
  QFile file(name);
  QVERIFY(file.open(QIODevice::WriteOnly));
  QCOMPARE(file.write(content), content.size());
}

/// A closed database with a few runs and some hundred chunks of metrics: about 100 pages.
void makeDatabase(const std::filesystem::path& path) {
  RunStore store(path, OpenMode::ReadWrite);
  for (int i = 0; i < 20; ++i) {
    const RunId run = store.createRun({.title = "run", .inputs = {.config_toml = std::string(2000, 'x')}});
    MetricSeries loss{.name = "loss", .steps = {}, .values = {}};
    for (int step = 0; step < 500; ++step) {
      loss.steps.push_back(step);
      loss.values.push_back(step);
    }
    store.appendMetrics(run, {&loss, 1});
  }
}

void run(const std::filesystem::path& path, const char* sql) {
  SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
  database.exec(sql);
}

/// Reads everything a run list and a plot would.
void readAll(const RunStore& store) {
  for (const RunRecord& record : store.listRuns()) {
    static_cast<void>(store.inputs(record.id));
    for (const std::string& name : store.metricNames(record.id)) static_cast<void>(store.metrics(record.id, name));
  }
}

}  // namespace

void StoreSafetyTest::workspaceHasItsFolders_data() {
  QTest::addColumn<QString>("name");
  for (const char* name : {"plain", "with space", "Größe-日本", "file:a?mode=ro", "100%", "-dash", "a\nb", "a/b/c"}) {
    QTest::newRow(name) << QString::fromUtf8(name);
  }
}

void StoreSafetyTest::workspaceHasItsFolders() {
  QFETCH(QString, name);
  {
    const Workspace workspace(path(name));
    for (const auto& folder : {workspace.histories(), workspace.checkpoints(), workspace.rollouts()}) {
      QVERIFY(std::filesystem::is_directory(folder) && folder.is_absolute());
    }
    workspace.store().createRun({.title = "here"});
  }
  QVERIFY(QFile::exists(file(name) + "/limbeck.db"));
  const Workspace reader(path(name), OpenMode::ReadOnly);
  QCOMPARE(reader.store().listRuns().size(), std::size_t{1});
}

void StoreSafetyTest::readOnlyNeedsAWorkspace() {
  const Failure failure = failureOf([&] { const Workspace workspace(path("none"), OpenMode::ReadOnly); });
  QVERIFY(failure.code == ErrorCode::NotFound);
  QVERIFY(failure.message.contains(file("none").toUtf8()));
  QVERIFY(!QFile::exists(file("none")));
}

void StoreSafetyTest::secondWriterIsToldWhoHoldsTheWorkspace() {
  QProcess holder;
  holder.start(helper(), {"hold", file("w")});
  QVERIFY(holder.waitForReadyRead(10'000));
  const QByteArray pid = holder.readLine().trimmed();
  const Failure failure = failureOf([&] { const Workspace workspace(path("w")); });
  QVERIFY(failure.code == ErrorCode::Locked);
  QVERIFY2(failure.message.contains("process " + pid) && failure.message.contains("--workspace"), failure.message);
  const Workspace reader(path("w"), OpenMode::ReadOnly);
  QVERIFY(reader.store().listRuns().empty());
  holder.kill();  // leaves its lock file behind, but no lock
  holder.waitForFinished();
  const Workspace workspace(path("w"));
  QVERIFY(QFile::exists(file("w/limbeck.lock")));
}

void StoreSafetyTest::lockEndsWithTheWorkspace() {
  auto first = std::make_unique<Workspace>(path("w"));
  QVERIFY(failureOf([&] { const Workspace second(path("w")); }).code == ErrorCode::Locked);
  Workspace moved = std::move(*first);
  first.reset();
  QVERIFY(failureOf([&] { const Workspace second(path("w")); }).code == ErrorCode::Locked);
  moved.store().createRun({});
}

void StoreSafetyTest::goldenVersionsOpen_data() {
  QTest::addColumn<int>("version");
  QTest::addColumn<bool>("is_writer");
  for (int version = 1; version <= runStoreSchema().version(); ++version) {
    QTest::addRow("version %d for writing", version) << version << true;
    QTest::addRow("version %d for reading", version) << version << false;
  }
}

void StoreSafetyTest::goldenVersionsOpen() {
  QFETCH(int, version);
  QFETCH(bool, is_writer);
  QVERIFY(QFile::copy(QString(LIMBECK_SOURCE_DIR "/tests/golden/store/v%1.db").arg(version), file("limbeck.db")));
  const RunStore store(path("limbeck.db"), is_writer ? OpenMode::ReadWrite : OpenMode::ReadOnly);
  // The contents stand in store_process.cpp.
  const auto run = store.findRun("AD-1");
  QVERIFY(run.has_value());
  QVERIFY(run->state == RunState::Done && run->seed == ~std::uint64_t{0} && run->wall_seconds == 20.0);
  QVERIFY((run->tags == std::vector<std::string>{"golden", "größe"}));
  QVERIFY(store.inputs(run->id).overrides == std::vector<std::string>{"training.steps=10"});
  QVERIFY((store.metrics(run->id, "loss").steps == std::vector<std::int64_t>{1, 2, 4}));
  QVERIFY((store.metrics(run->id, "loss").values == std::vector<double>{1.5, 0.75, 0.25}));
  const auto curve = store.curves(run->id, "ad", "held_out").at(0);
  QVERIFY((curve.returns == std::vector<float>{0, 1, 2, 3}));
  QVERIFY((curve.random_returns == std::vector<double>{0.25, 0.5}));
  QCOMPARE(store.scores(run->id).at(0).high, 3.0);
  QCOMPARE(store.stages(run->id).at(0).seconds, 12.5);
  QCOMPARE(store.artefact("00ff")->bytes, 1234);
  QCOMPARE(run->sweep, std::string(version < 2 ? "" : "context"));
  QCOMPARE(run->point, std::string(version < 2 ? "" : "context_length=20"));
  QCOMPARE(store.listRuns({.sweep = "context"}).size(), std::size_t(version < 2 ? 0 : 1));
}

void StoreSafetyTest::versionWithoutSweepsGetsThemWithABackup() {
  QVERIFY(QFile::copy(QStringLiteral(LIMBECK_SOURCE_DIR "/tests/golden/store/v1.db"), file("limbeck.db")));
  const QByteArray before = contentOf(file("limbeck.db"));
  { const RunStore reader(path("limbeck.db"), OpenMode::ReadOnly); }
  QCOMPARE(contentOf(file("limbeck.db")), before);
  RunStore store(path("limbeck.db"), OpenMode::ReadWrite);
  QCOMPARE(contentOf(file("limbeck.db.v1.bak")).size(), before.size());
  store.setSweep(RunId{1}, "context", "context_length=20");
  QCOMPARE(store.listRuns({.sweep = "context"}).size(), std::size_t{1});
}

void StoreSafetyTest::newerVersionIsRefusedAndKept() {
  makeDatabase(path("limbeck.db"));
  const int newer = runStoreSchema().version() + 1;
  run(path("limbeck.db"), ("PRAGMA user_version = " + std::to_string(newer)).c_str());
  const QByteArray before = contentOf(file("limbeck.db"));
  for (const OpenMode mode : {OpenMode::ReadWrite, OpenMode::ReadOnly}) {
    const Failure failure = failureOf([&] { const RunStore store(path("limbeck.db"), mode); });
    QVERIFY(failure.code == ErrorCode::UnsupportedVersion);
    QVERIFY2(
        failure.message.contains(file("limbeck.db").toUtf8()) && failure.message.contains(QByteArray::number(newer)),
        failure.message);
  }
  QCOMPARE(contentOf(file("limbeck.db")), before);
}

namespace {

/// The real layout with a version after it.
Schema extendedSchema(const char* migration) {
  Schema schema = runStoreSchema();
  schema.migrations.emplace_back(migration);
  return schema;
}

}  // namespace

void StoreSafetyTest::migrationKeepsDataAndABackup() {
  makeDatabase(path("limbeck.db"));
  const Schema next = extendedSchema("ALTER TABLE runs ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'");
  {
    SQLite::Database upgraded = openDatabase(path("limbeck.db"), OpenMode::ReadWrite, next);
    QCOMPARE(upgraded.execAndGet("SELECT count(*) FROM runs WHERE colour = 'red'").getInt(), 20);
    QCOMPARE(upgraded.execAndGet("PRAGMA user_version").getInt(), next.version());
  }
  // Opens again without another migration, and the copy is a whole database of the old version.
  { const SQLite::Database again = openDatabase(path("limbeck.db"), OpenMode::ReadWrite, next); }
  const RunStore old(path("limbeck.db.v2.bak"), OpenMode::ReadOnly);
  QCOMPARE(old.listRuns().size(), std::size_t{20});
  readAll(old);
  QVERIFY(failureOf([&] { const RunStore store(path("limbeck.db"), OpenMode::ReadWrite); }).code ==
          ErrorCode::UnsupportedVersion);
}

void StoreSafetyTest::failedMigrationChangesNothing() {
  makeDatabase(path("limbeck.db"));
  // The first statement works, the second does not.
  const Schema broken = extendedSchema("DROP TABLE scores; INSERT INTO runs(id) VALUES (NULL)");
  QVERIFY_THROWS_EXCEPTION(std::exception,
                           static_cast<void>(openDatabase(path("limbeck.db"), OpenMode::ReadWrite, broken)));
  RunStore store(path("limbeck.db"), OpenMode::ReadWrite);
  QVERIFY(store.scores(RunId{1}).empty());
  QCOMPARE(store.listRuns().size(), std::size_t{20});
}

void StoreSafetyTest::readerDoesNotMigrate() {
  makeDatabase(path("limbeck.db"));
  const QByteArray before = contentOf(file("limbeck.db"));
  const Schema next = extendedSchema("CREATE TABLE extra(x INTEGER) STRICT");
  {
    SQLite::Database reader = openDatabase(path("limbeck.db"), OpenMode::ReadOnly, next);
    QCOMPARE(reader.execAndGet("SELECT count(*) FROM runs").getInt(), 20);
  }
  QCOMPARE(contentOf(file("limbeck.db")), before);
}

void StoreSafetyTest::foreignOrDamagedFileIsCorruptAndKept_data() {
  QTest::addColumn<QByteArray>("content");
  QTest::addColumn<QByteArray>("sql");
  QTemporaryDir folder;
  const QString name = folder.filePath("limbeck.db");
  makeDatabase(name.toStdString());
  const QByteArray whole = contentOf(name);
  QVERIFY(whole.size() > 100'000);
  QByteArray damaged_page = whole;
  damaged_page.replace(4096, 64, QByteArray(64, '\xff'));
  QByteArray damaged_header = whole;
  damaged_header[3] = 'x';
  QTest::newRow("text")
      << QByteArray("this is not a database, and longer than the hundred bytes of a header. ").repeated(99)
      << QByteArray();
  QTest::newRow("short text") << QByteArray("hello") << QByteArray();
  QTest::newRow("empty") << QByteArray() << QByteArray();
  QTest::newRow("half of it") << whole.left(whole.size() / 2) << QByteArray();
  QTest::newRow("its last page is missing") << whole.left(whole.size() - 4096) << QByteArray();
  QTest::newRow("header only") << whole.left(100) << QByteArray();
  QTest::newRow("magic") << damaged_header << QByteArray();
  QTest::newRow("a damaged page") << damaged_page << QByteArray();
  QTest::newRow("another program's") << whole << QByteArray("PRAGMA application_id = 1");
  QTest::newRow("version 0") << whole << QByteArray("PRAGMA user_version = 0");
  QTest::newRow("a table is missing") << whole << QByteArray("DROP TABLE scores");
  QTest::newRow("a changed table") << whole << QByteArray("ALTER TABLE runs ADD COLUMN x TEXT");
  QTest::newRow("a foreign trigger") << whole
                                     << QByteArray("CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END");
}

void StoreSafetyTest::foreignOrDamagedFileIsCorruptAndKept() {
  QFETCH(QByteArray, content);
  QFETCH(QByteArray, sql);
  writeFile(file("limbeck.db"), content);
  if (!sql.isEmpty()) run(path("limbeck.db"), sql);
  const QByteArray before = contentOf(file("limbeck.db"));
  for (const OpenMode mode : {OpenMode::ReadWrite, OpenMode::ReadOnly}) {
    const Failure failure = failureOf([&] { const RunStore store(path("limbeck.db"), mode); });
    QVERIFY2(failure.code == ErrorCode::Corrupt, failure.message);
    QVERIFY2(failure.message.contains(file("limbeck.db").toUtf8()), failure.message);
  }
  QCOMPARE(contentOf(file("limbeck.db")), before);
}

void StoreSafetyTest::flippedBitsAreRefusedOrHarmless() {
  makeDatabase(path("original.db"));
  const QByteArray whole = contentOf(file("original.db"));
  Rng rng(Seed{20240607});
  int refused = 0;
  for (int i = 0; i < 60; ++i) {
    QByteArray flipped = whole;
    // Half of them in the first pages, where the header, the schema and the tables' roots are.
    const auto range = static_cast<std::uint32_t>(i % 2 == 0 ? 16 * 4096 : whole.size());
    const std::uint32_t at = rng.below(range);
    flipped[static_cast<qsizetype>(at)] = static_cast<char>(flipped[static_cast<qsizetype>(at)] ^ (1 << rng.below(8)));
    const QString name = file(QString("flipped%1.db").arg(i));
    writeFile(name, flipped);
    try {
      const RunStore store(name.toStdString(), OpenMode::ReadOnly);
      readAll(store);
    } catch (const Error& error) {
      ++refused;
      const bool is_said = error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::UnsupportedVersion;
      QVERIFY2(is_said, qPrintable(QString("byte %1: %2").arg(at).arg(error.what())));
    }
    QCOMPARE(contentOf(name), flipped);
  }
  // Metric chunks, which have checksums, are most of the file.
  QVERIFY2(refused >= 20, qPrintable(QString::number(refused)));
}

void StoreSafetyTest::flippedMetricPointIsFound() {
  makeDatabase(path("limbeck.db"));
  run(path("limbeck.db"), "UPDATE metric_chunks SET points = zeroblob(length(points)) WHERE run_id = 3");
  const RunStore store(path("limbeck.db"), OpenMode::ReadOnly);
  const Failure failure = failureOf([&] { static_cast<void>(store.metrics(RunId{3}, "loss")); });
  QVERIFY(failure.code == ErrorCode::Corrupt);
  QVERIFY2(failure.message.contains("loss") && failure.message.contains("run 3"), failure.message);
  QCOMPARE(store.metrics(RunId{4}, "loss").steps.size(), std::size_t{500});
}

void StoreSafetyTest::orphanedLogIsNotReplayedIntoANewDatabase() {
  writeFile(file("limbeck.db-wal"), QByteArray(5000, 'x'));
  QVERIFY(failureOf([&] { const RunStore store(path("limbeck.db"), OpenMode::ReadWrite); }).code == ErrorCode::Corrupt);
  QCOMPARE(contentOf(file("limbeck.db-wal")).size(), 5000);
}

void StoreSafetyTest::killedWriterLosesNothingAcknowledged() {
  Rng rng(Seed{19});
  const QString workspace = file("Größe w");
  std::int64_t acknowledged = -1;
  for (int kill = 0; kill < 20; ++kill) {
    QProcess writer;
    writer.start(helper(), {"metrics", workspace});
    QVERIFY(writer.waitForStarted());
    writer.waitForReadyRead(static_cast<int>(10 + rng.below(60)));  // also killed while it opens
    QTest::qSleep(static_cast<int>(rng.below(40)));
    writer.kill();
    writer.waitForFinished();
    const QByteArray output = writer.readAllStandardOutput();
    // The last line may be cut in the middle.
    const QList<QByteArray> lines = output.left(output.lastIndexOf('\n') + 1).trimmed().split('\n');
    if (!lines.last().isEmpty()) acknowledged = std::max<std::int64_t>(acknowledged, lines.last().toLongLong());
    if (!QFile::exists(workspace + "/limbeck.db")) continue;  // killed before it was there: nothing to check
    const Workspace opened(workspace.toStdString());
    const auto found = opened.store().findRun("1");
    if (!found) continue;
    const MetricSeries loss = opened.store().metrics(found->id, "loss");
    QVERIFY(loss.steps.empty() || loss.steps.back() >= acknowledged);
    QVERIFY(acknowledged < 0 || !loss.steps.empty());
    for (std::size_t i = 0; i < loss.steps.size(); ++i) QCOMPARE(loss.steps[i], static_cast<std::int64_t>(i));
    QVERIFY(found->state == RunState::Interrupted || found->state == RunState::Waiting);
  }
  QVERIFY(acknowledged > 0);
  SQLite::Database database((workspace + "/limbeck.db").toStdString());
  QCOMPARE(QByteArray::fromStdString(database.execAndGet("PRAGMA integrity_check").getString()), QByteArray("ok"));
}

void StoreSafetyTest::fullDiskIsAnIoFailureAndLosesNothing() {
  QProcess writer;
  writer.start(helper(), {"fill", file("w"), "400000"});
  QVERIFY(writer.waitForFinished(30'000));
  const QList<QByteArray> lines = writer.readAllStandardOutput().split('\n');
  QCOMPARE(writer.exitCode(), 0);
  QVERIFY2(lines[0].startsWith("IoFailure ") && lines[0].contains(file("w/limbeck.db").toUtf8()), lines[0]);
  const std::int64_t acknowledged = lines[1].toLongLong();
  QVERIFY(acknowledged > 100);
  QCOMPARE(lines[2].toLongLong(), acknowledged);
  const Workspace workspace(path("w"));
  const MetricSeries loss = workspace.store().metrics(RunId{1}, "loss");
  QCOMPARE(loss.steps.back(), acknowledged);
  QCOMPARE(static_cast<std::int64_t>(loss.steps.size()), acknowledged + 1);
}

QTEST_GUILESS_MAIN(StoreSafetyTest)
#include "store_safety_test.moc"
