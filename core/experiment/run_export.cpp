// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run_export.h"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/experiment/replay.h"
#include "core/experiment/stored_run.h"
#include "core/plot/csv_writer.h"
#include "core/plot/svg_writer.h"

namespace limbeck {
namespace {

std::string jsonText(const nlohmann::json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void stopIfAsked(WorkControl& control) {
  control.pauseIfAsked();
  if (control.stopRequested()) throw Cancelled("nothing: the folder was not finished");
}

std::string metricCsv(const MetricSeries& series) {
  std::string text = "step,value\n";
  for (std::size_t i = 0; i < series.steps.size(); ++i)
    text += fmt::format("{},{}\n", series.steps[i], series.values[i]);
  return text;
}

class FolderExport {
 public:
  FolderExport(const Workspace& workspace, const RunRecord& run, const std::filesystem::path& folder,
               WorkControl& control)
      : workspace_(workspace),
        run_(run),
        folder_(std::filesystem::absolute(folder).lexically_normal()),
        temporary_(folder_.parent_path() / fmt::format(".{}.{}", folder_.filename().string(), ::getpid())),
        control_(control) {}
  ~FolderExport() {
    std::error_code ignored;  // there is nothing left of it when all went well
    std::filesystem::remove_all(temporary_, ignored);
  }
  FolderExport(const FolderExport&) = delete;
  FolderExport& operator=(const FolderExport&) = delete;

  void write() {
    createDirectories(temporary_);
    const RunStore& store = workspace_.store();
    put("record.json", runRecordText(store, run_));
    put("experiment.toml", store.inputs(run_.id).config_toml);
    writeReport();
    writeMetrics();
    copyRollouts();
    copyCheckpoint();
    std::error_code error;
    std::filesystem::rename(temporary_, folder_, error);
    if (error) throw Error(ErrorCode::IoFailure, fmt::format("{}: {}", folder_.string(), error.message()));
    syncDirectory(folder_.parent_path());
  }

 private:
  void put(const std::filesystem::path& name, const std::string& text) {
    stopIfAsked(control_);
    writeFileAtomically(temporary_ / name, text);
  }

  void writeReport() {
    try {
      const ExperimentReport report = loadReport(workspace_.store(), run_, ReportScope::Run);
      put("report.json", jsonText(toJson(report)));
      const PlotModel plot = plotReport(report);
      put("curve.svg", svgText(plot));
      put("curve.csv", csvText(plot));
    } catch (const Error& error) {
      if (error.code() != ErrorCode::NotFound) throw;  // a run that was not evaluated has no report
    }
  }

  void writeMetrics() {
    const std::vector<std::string> names = workspace_.store().metricNames(run_.id);
    if (!names.empty()) createDirectories(temporary_ / "metrics");
    for (const std::string& name : names) {
      put(std::filesystem::path("metrics") / (name + ".csv"), metricCsv(workspace_.store().metrics(run_.id, name)));
    }
  }

  void copyRollouts() {
    for (const StageRecord& stage : workspace_.store().stages(run_.id)) {
      if (stage.kind == "evaluation" && stage.state == RunState::Done)
        copy(workspace_.folder() / stage.output_path, "rollouts");
    }
  }

  void copyCheckpoint() {
    const std::filesystem::path checkpoint = checkpointOf(workspace_, run_, loadRunConfig(workspace_.store(), run_));
    if (checkpoint.empty()) return;
    createDirectories(temporary_ / "checkpoint");
    copy(checkpoint, std::filesystem::path("checkpoint") / checkpoint.filename());
  }

  void copy(const std::filesystem::path& from, const std::filesystem::path& name) {
    stopIfAsked(control_);
    std::error_code error;
    if (!std::filesystem::exists(from, error)) return;
    std::filesystem::copy(from, temporary_ / name, std::filesystem::copy_options::recursive, error);
    if (error)
      throw Error(ErrorCode::IoFailure,
                  fmt::format("copying {} to {}: {}", from.string(), folder_.string(), error.message()));
  }

  const Workspace& workspace_;
  const RunRecord& run_;
  const std::filesystem::path folder_;
  const std::filesystem::path temporary_;
  WorkControl& control_;
};

}  // namespace

std::string runRecordText(const RunStore& store, const RunRecord& run) {
  return jsonText(runRecordJson(store, run));
}

void exportRunFolder(const Workspace& workspace, const RunRecord& run, const std::filesystem::path& folder,
                     WorkControl& control) {
  if (std::filesystem::exists(folder)) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("{} is there already; give the name of a new folder", folder.string()));
  }
  FolderExport(workspace, run, folder, control).write();
}

}  // namespace limbeck
