// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/window_parts.h"

#include <fmt/format.h>
#include <unistd.h>

#include <QFile>
#include <QSettings>
#include <QStandardPaths>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>

#include "app/cli/bench_many_runs.h"
#include "app/gui/demo_workspace.h"
#include "app/gui/live_controller.h"
#include "app/gui/main_window.h"
#include "app/gui/program.h"
#include "app/gui/replay_controller.h"
#include "app/gui/run_queue.h"
#include "app/gui/watch_page.h"
#include "core/base/error.h"
#include "core/base/rng.h"
#include "core/store/workspace.h"
#include "tests/benchmarks/long_run.h"
#include "tests/support/scratch_folder.h"
#include "widgets/base/text.h"
#include "widgets/board/board_view.h"
#include "widgets/form/new_run_page.h"
#include "widgets/runs/run_table_model.h"
#include "widgets/runs/run_view.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/time_cursor.h"

namespace limbeck::bench {
namespace {

constexpr int kPatienceMilliseconds = 60'000;
constexpr int kReplaySeconds = 10;
constexpr int kRestSeconds = 5;
constexpr int kJumps = 60;
constexpr int kChanges = 8;
/// No painting for this long: what there was to paint is painted.
constexpr double kQuietMilliseconds = 12.0;

double residentMegabytes() {
  QFile file(QStringLiteral("/proc/self/statm"));
  if (!file.open(QIODevice::ReadOnly)) return 0.0;
  return file.readAll().split(' ').value(1).toDouble() * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

/// The event loop as the program has it.
void live(int milliseconds) {
  QEventLoop loop;
  QTimer::singleShot(milliseconds, Qt::PreciseTimer, &loop, &QEventLoop::quit);
  loop.exec();
}

void waitUntil(const char* what, const std::function<bool()>& is_true) {
  QElapsedTimer timer;
  timer.start();
  QTimer wake;
  wake.start(20);
  while (!is_true()) {
    if (timer.elapsed() > kPatienceMilliseconds)
      throw std::runtime_error(fmt::format("waited a minute in vain for {}", what));
    QApplication::processEvents(QEventLoop::WaitForMoreEvents);
  }
}

/// The window in a folder of its own; no setting or file of the user is touched.
class Stage {
 public:
  explicit Stage(QApplication& application) : theme_(application) {
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, scratch_.path() + QStringLiteral("/settings"));
    theme_.apply(ThemeChoice::Light);
    program_ = std::make_unique<Program>(theme_);
  }
  ~Stage() { program_->closeAll(); }

  QString workspace() const { return scratch_.path() + QStringLiteral("/workspace"); }
  MainWindow& window() { return *program_->window(); }
  WatchPage& page() { return window().watchPage(); }

  void open(bool may_place_demo) {
    program_->open(workspace(), may_place_demo);
    if (program_->window() == nullptr) throw std::runtime_error("the workspace was not opened");
  }
  /// And waits for the replay.
  void openReplay(bool may_place_demo) {
    open(may_place_demo);
    waitUntil("the replay", [this] { return window().replay().subject() != nullptr; });
    live(1500);  // the first attention, the list, the inspector
  }
  void close() { program_->closeAll(); }

 private:
  test::ScratchFolder scratch_;
  ThemeController theme_;
  std::unique_ptr<Program> program_;
};

void tellSlowest(const WatchedApplication& application, const char* when) {
  std::fputs(fmt::format("What kept the GUI thread longest {}:\n{}", when, application.slowest(8)).c_str(), stderr);
}

void measureTraining(const PartOptions& options, WatchedApplication& application, FigureTable& figures) {
  Stage stage(application);
  stage.openReplay(true);
  MainWindow& window = stage.window();
  window.openExperiment(toQString((sharedFile(QStringLiteral("experiments")) / "darkroom_quick.toml").string()));
  waitUntil("the form", [&] { return window.newRunPage().request().has_value(); });
  live(1500);  // the estimate is measured, as for somebody who reads it
  Q_EMIT window.newRunPage().startRequested(*window.newRunPage().request());
  waitUntil("the live page", [&] { return window.live().run().has_value(); });

  GapMeter gaps;
  FrameMeter frames(stage.page().board(0));
  application.restart();
  const double cpu = threadCpuMilliseconds();
  gaps.start();
  frames.start();
  for (int slice = 0; slice < options.seconds * 10 && (window.queue().isBusy() || slice < 50); ++slice) live(100);
  const double gui_share = (threadCpuMilliseconds() - cpu) / application.clock();
  figures.addDistribution("training: gaps of the event loop", "ms", gaps.stop());
  figures.addDistribution("training: time between frames of a board", "ms", frames.stop());
  figures.add("training: GUI thread's share of a core", "%", 100.0 * gui_share);
  tellSlowest(application, "while a run trained");
  window.queue().stopAll();
  waitUntil("the run to stop", [&] { return !window.queue().isBusy(); });
}

void measureReplay(const PartOptions&, WatchedApplication& application, FigureTable& figures) {
  Stage stage(application);
  stage.openReplay(true);
  GapMeter gaps;
  FrameMeter frames(stage.page().board(0));
  application.restart();
  gaps.start();
  frames.start();
  live(kReplaySeconds * 1000);
  figures.addDistribution("replay at 8x: gaps of the event loop", "ms", gaps.stop());
  figures.addDistribution("replay at 8x: time between frames of a board", "ms", frames.stop());
  tellSlowest(application, "while the replay played");
}

std::unique_ptr<Workspace> openForWriting(const QString& folder) {
  std::unique_ptr<Workspace> workspace;
  waitUntil("the right to write", [&] {
    try {
      workspace = std::make_unique<Workspace>(folder.toStdString(), OpenMode::ReadWrite);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::Locked) throw;
    }
    return workspace != nullptr;
  });
  return workspace;
}

void measureRuns(const PartOptions& options, WatchedApplication& application, FigureTable& figures) {
  Stage stage(application);
  {
    const Workspace workspace(stage.workspace().toStdString(), OpenMode::ReadWrite);
    cli::makeManyRuns(workspace.store(), options.runs);
  }
  application.restart();
  stage.open(false);
  const double constructed = application.clock();
  RunsPanel& panel = stage.window().runsPanel();
  waitUntil("the list", [&] { return panel.model().rowCount() > 0; });
  const std::int64_t paintings = application.paintings();
  waitUntil("its painting", [&] { return application.paintings() > paintings; });
  const std::string many = fmt::format("{} runs: ", options.runs);
  figures.add(many + "window made", "ms", constructed);
  figures.add(many + "from the start until the list is painted", "ms", application.lastPaintingEnd());
  live(3500);  // configurations are read; the window gives the right to write back
  tellSlowest(application, "while the list was opened");

  const std::unique_ptr<Workspace> writer = openForWriting(stage.workspace());
  live(1000);
  application.restart();
  for (int change = 0; change < kChanges; ++change) {
    const RunId run{change * (options.runs / kChanges) + 1};
    const std::string title = fmt::format("changed {}", change);
    const double cpu = application.eventCpu();
    const double begin = application.clock();
    writer->store().setTitle(run, title);
    waitUntil("the change", [&] {
      const RunRecord* record = panel.model().record(run);
      return record != nullptr && record->title == title;
    });
    figures.add(many + "another program changes one: until it is listed", "ms", application.clock() - begin);
    live(1200);
    figures.add(many + "another program changes one: CPU of the GUI thread", "ms", application.eventCpu() - cpu);
  }
  tellSlowest(application, "while runs changed");
}

struct Jump {
  double wall = 0.0;
  double cpu = 0.0;
};

Jump jumpTo(WatchedApplication& application, TimeCursor& cursor, int episode, int step) {
  const double begin = application.clock();
  const double event_cpu = application.eventCpu();
  const double cpu = threadCpuMilliseconds();
  const std::int64_t paintings = application.paintings();
  cursor.moveTo(episode, step);
  const double moving_cpu = threadCpuMilliseconds() - cpu;
  const auto isPainted = [&] {
    return application.paintings() > paintings &&
           application.clock() - application.lastPaintingEnd() > kQuietMilliseconds;
  };
  while (!isPainted() && application.clock() - begin < 2000.0) QApplication::processEvents();
  return {application.lastPaintingEnd() - begin, moving_cpu + application.eventCpu() - event_cpu};
}

void measureScrubbing(const PartOptions& options, WatchedApplication& application, FigureTable& figures) {
  Stage stage(application);
  makeLongRun(stage.workspace().toStdString(), options.episodes);
  QElapsedTimer timer;
  timer.start();
  stage.open(false);
  waitUntil("the replay", [&] { return stage.window().replay().subject() != nullptr; });
  const std::string many = fmt::format("{} episodes: ", options.episodes);
  figures.add(many + "from the start until the replay is there", "ms", static_cast<double>(timer.nsecsElapsed()) / 1e6);
  live(1500);
  stage.page().playback().pause();
  for (int i = 0; i < WatchPage::kBoards; ++i) stage.page().board(i).setHeat(BoardHeat::Cumulative);
  live(1000);
  TimeCursor& cursor = stage.page().cursor();
  Rng rng(Seed{1});
  for (const bool has_attention : {false, true}) {
    if (stage.window().actions().attention->isChecked() != has_attention) stage.window().actions().attention->trigger();
    live(1000);
    application.restart();
    std::vector<double> walls;
    std::vector<double> cpus;
    for (int i = 0; i < kJumps; ++i) {
      const int episode = static_cast<int>(rng.below(static_cast<std::uint64_t>(cursor.episodes())));
      const int step = static_cast<int>(rng.below(static_cast<std::uint64_t>(cursor.stepsOf(episode))));
      const Jump jump = jumpTo(application, cursor, episode, step);
      walls.push_back(jump.wall);
      cpus.push_back(jump.cpu);
      live(has_attention ? 200 : 10);  // the answer about this place, if it came late, is not the next jump's
    }
    const std::string how = has_attention ? "a jump, attention shown: " : "a jump: ";
    figures.addDistribution(many + how + "until all is painted", "ms", walls);
    figures.addDistribution(many + how + "CPU of the GUI thread", "ms", cpus);
    tellSlowest(application, has_attention ? "while jumping, attention shown" : "while jumping");
  }
}

void measureRest(const PartOptions&, WatchedApplication& application, FigureTable& figures) {
  Stage stage(application);
  stage.openReplay(true);
  const auto measure = [&](const std::string& what) {
    live(300);
    const double cpu = processCpuMilliseconds();
    const double begin = application.clock();
    live(kRestSeconds * 1000);
    figures.add(what + ": CPU", "% of a core",
                100.0 * (processCpuMilliseconds() - cpu) / (application.clock() - begin));
  };
  measure("replay at 8x, attention shown");
  stage.window().actions().attention->trigger();
  measure("replay at 8x, attention hidden");
  stage.window().actions().attention->trigger();
  stage.window().showMinimized();
  measure("minimised while playing");
  stage.window().showNormal();
  stage.page().playback().pause();
  live(1000);
  measure("paused");
  figures.add("paused: resident memory", "MB", residentMegabytes());
}

using Part = void (*)(const PartOptions&, WatchedApplication&, FigureTable&);

struct NamedPart {
  const char* name;
  Part run;
};

constexpr NamedPart kParts[] = {{"rest", measureRest},
                                {"replay", measureReplay},
                                {"scrub", measureScrubbing},
                                {"runs", measureRuns},
                                {"train", measureTraining}};

}  // namespace

QStringList partNames() {
  QStringList names;
  for (const NamedPart& part : kParts) names.append(QLatin1String(part.name));
  return names;
}

void runPart(const QString& part, const PartOptions& options, WatchedApplication& application, FigureTable& figures) {
  for (const NamedPart& known : kParts) {
    if (part == QLatin1String(known.name)) known.run(options, application, figures);
  }
}

}  // namespace limbeck::bench
