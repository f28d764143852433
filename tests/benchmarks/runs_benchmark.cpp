// SPDX-License-Identifier: GPL-3.0-or-later
// Opens a list of 10,000 runs (2,000 configurations, five seeds each) and prints how long each step takes. What a
// person waits for is the sum of the first three; the configurations come afterwards, from the background. Usage:
// runs_benchmark [RUNS].
#include <fmt/format.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include "app/cli/bench_many_runs.h"
#include "core/store/run_store.h"
#include "widgets/runs/run_proxy_model.h"
#include "widgets/runs/run_table_model.h"
#include "widgets/runs/run_view.h"
#include "widgets/runs/runs_panel.h"

using namespace limbeck;

namespace {

template <typename Step>
double timed(const char* what, Step step) {
  QElapsedTimer timer;
  timer.start();
  step();
  const double ms = static_cast<double>(timer.nsecsElapsed()) / 1e6;
  fmt::print("{:<44} {:8.1f} ms\n", what, ms);
  return ms;
}

}  // namespace

int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  const QApplication application(argc, argv);
  const int runs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 10'000;
  const QTemporaryDir folder("/dev/shm/limbeck-benchmark-XXXXXX");
  RunStore store((folder.path() + "/limbeck.db").toStdString(), OpenMode::ReadWrite);
  timed("making the database", [&] { cli::makeManyRuns(store, runs); });

  RunsPanel panel;
  panel.resize(640, 800);
  panel.show();
  QApplication::processEvents();
  RunListing listing;
  double opening = timed("loading runs and returns", [&] { listing = loadListing(store, false); });
  const RunListing again = listing;
  opening += timed("setting them into the list", [&] { panel.setListing(std::move(listing)); });
  opening += timed("first paint", [&] {
    QApplication::processEvents();
    panel.grab();
  });
  fmt::print("{:<44} {:8.1f} ms\n", "OPENING IN ALL", opening);
  GroupConfigs configs;
  std::set<std::string> known;
  timed("loading configurations (in the background)", [&] { configs = loadGroupConfigs(store, known); });
  timed("setting them into the list", [&] { panel.setConfigs(std::move(configs)); });
  timed("the same listing again", [&] { panel.setListing(again); });
  RunListing changed = again;
  changed.runs.front().state = RunState::Running;
  timed("a listing with one run changed", [&] { panel.setListing(std::move(changed)); });
  for (const char* filter : {"experiment 17", "steps<105 tag:best", "nowhere", ""}) {
    timed(fmt::format("filter \"{}\"", filter).c_str(), [&] { panel.setFilterText(QLatin1String(filter)); });
  }
  timed("paint", [&] {
    QApplication::processEvents();
    panel.grab();
  });
  timed("sort by return", [&] { panel.view().sortByColumn(RunTableModel::ReturnColumn, Qt::DescendingOrder); });
  timed("select all", [&] { panel.view().selectAll(); });
  return 0;
}
