// SPDX-License-Identifier: GPL-3.0-or-later
// What the window costs, offscreen: how long it takes to start, how long its thread is held up while a run trains on
// all cores, how fast long lists and rollouts open and move, what it uses at rest. One table, or with --json one JSON
// object; each figure over several repetitions, each of them in a process of its own. Meant for an idle machine.
#include <fmt/format.h>

#include <QCommandLineParser>
#include <QDir>
#include <QProcess>
#include <QThread>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/base/log.h"
#include "core/base/process_tuning.h"
#include "tests/benchmarks/window_parts.h"
#include "tests/support/scratch_folder.h"
#include "widgets/base/text.h"

using namespace limbeck;
using namespace limbeck::bench;

namespace {

constexpr int kStartRepetitions = 10;

QByteArray outputOf(const QString& program, const QStringList& arguments, const QProcessEnvironment& environment) {
  QProcess process;
  process.setProcessEnvironment(environment);
  process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
  process.start(program, arguments);
  if (!process.waitForFinished(10 * 60 * 1000) || process.exitStatus() != QProcess::NormalExit ||
      process.exitCode() != 0) {
    throw std::runtime_error(
        fmt::format("{} {} failed", program.toStdString(), arguments.join(QLatin1Char(' ')).toStdString()));
  }
  return process.readAllStandardOutput();
}

/// Lines "first_frame_ms 143.1" of `limbeck --measure-start`.
void addStart(const QByteArray& output, const std::string& which, FigureTable& figures) {
  for (const QByteArray& line : output.split('\n')) {
    const QList<QByteArray> words = line.split(' ');
    if (words.size() != 2) continue;
    if (words[0] == "first_frame_ms") figures.add(which + ": process start to first frame", "ms", words[1].toDouble());
    if (words[0] == "first_move_ms")
      figures.add(which + ": process start to the replay's first move", "ms", words[1].toDouble());
  }
}

void measureStarts(int repetitions, FigureTable& figures) {
  const QString limbeck = QCoreApplication::applicationDirPath() + QStringLiteral("/limbeck");
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  // The program's own warnings of the offscreen plugin are no news.
  environment.insert(QStringLiteral("QT_LOGGING_RULES"), QStringLiteral("*.warning=false"));
  for (int i = 0; i < repetitions; ++i) {
    const test::ScratchFolder scratch;
    environment.insert(QStringLiteral("LIMBECK_WORKSPACE"), scratch.path() + QStringLiteral("/workspace"));
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), scratch.path() + QStringLiteral("/settings"));
    for (const char* which : {"first start", "later start"}) {
      addStart(outputOf(limbeck, {QStringLiteral("--measure-start")}, environment), which, figures);
    }
  }
}

std::string machineWords() {
  double load[1] = {0.0};
  ::getloadavg(load, 1);
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line) && !line.starts_with("model name")) {
  }
  return fmt::format("{}; {} threads; load {:.2f}; Qt platform {}",
                     line.empty() ? "unknown processor" : line.substr(line.find(':') + 2), QThread::idealThreadCount(),
                     load[0], QGuiApplication::platformName().toStdString());
}

int runAll(QApplication& application, const QCommandLineParser& parser) {
  const std::string machine = machineWords();
  const QString chosen = parser.value(QStringLiteral("part"));
  const int repetitions = parser.value(QStringLiteral("repeat")).toInt();
  FigureTable figures;
  if (chosen.isEmpty() || chosen == QLatin1String("start"))
    measureStarts(std::max(kStartRepetitions, repetitions), figures);
  for (const QString& part : partNames()) {
    if (!chosen.isEmpty() && chosen != part) continue;
    for (int i = 0; i < repetitions; ++i) {
      QStringList arguments{QStringLiteral("--one"), part};
      for (const char* option : {"seconds", "runs", "episodes"}) {
        arguments << QStringLiteral("--") + QLatin1String(option) << parser.value(QLatin1String(option));
      }
      figures.merge(nlohmann::json::parse(
          outputOf(application.applicationFilePath(), arguments, QProcessEnvironment::systemEnvironment())
              .toStdString()));
    }
  }
  if (parser.isSet(QStringLiteral("json"))) {
    nlohmann::json json = figures.toJson();
    json["machine"] = machine;
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{}\n{}", machine, figures.toText());
  }
  return 0;
}

int runOne(WatchedApplication& application, const QCommandLineParser& parser) {
  const PartOptions options{.seconds = parser.value(QStringLiteral("seconds")).toInt(),
                            .runs = parser.value(QStringLiteral("runs")).toInt(),
                            .episodes = parser.value(QStringLiteral("episodes")).toInt()};
  log::setLevel(log::Level::Error);  // that runs without checkpoints cannot be watched is no news here
  FigureTable figures;
  runPart(parser.value(QStringLiteral("one")), options, application, figures);
  fmt::print("{}\n", figures.toJson().dump());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  tuneProcess();
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  if (qEnvironmentVariableIsEmpty("QT_LOGGING_RULES")) qputenv("QT_LOGGING_RULES", "*.warning=false");
  WatchedApplication application(argc, argv);
  QCommandLineParser parser;
  parser.addHelpOption();
  QCommandLineOption one(QStringLiteral("one"), QStringLiteral("One repetition of a part, in this process"),
                         QStringLiteral("PART"));
  one.setFlags(QCommandLineOption::HiddenFromHelp);
  parser.addOptions(
      {{QStringLiteral("json"), QStringLiteral("Print JSON")},
       {QStringLiteral("part"), QStringLiteral("Only this one: start, ") + partNames().join(QStringLiteral(", ")),
        QStringLiteral("NAME")},
       {QStringLiteral("repeat"), QStringLiteral("Repetitions of each part"), QStringLiteral("N"), QStringLiteral("3")},
       {QStringLiteral("seconds"), QStringLiteral("How long a training run is watched"), QStringLiteral("S"),
        QStringLiteral("30")},
       {QStringLiteral("runs"), QStringLiteral("Runs in the long list"), QStringLiteral("N"), QStringLiteral("10000")},
       {QStringLiteral("episodes"), QStringLiteral("Episodes of the long rollout"), QStringLiteral("N"),
        QStringLiteral("1000")},
       one});
  parser.process(application);
  try {
    return parser.isSet(one) ? runOne(application, parser) : runAll(application, parser);
  } catch (const std::exception& error) {
    std::fputs(fmt::format("window_benchmark: {}\n", error.what()).c_str(), stderr);
    return 1;
  }
}
