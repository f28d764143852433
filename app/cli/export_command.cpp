// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/export_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/find_run.h"
#include "core/base/file.h"
#include "core/experiment/run_export.h"
#include "core/experiment/stored_run.h"
#include "core/plot/csv_writer.h"
#include "core/plot/plot_export.h"
#include "core/plot/svg_writer.h"
#include "core/store/workspace.h"

namespace limbeck::cli {
namespace {

struct ExportOptions {
  std::string run;
  std::string format = "svg";
  std::filesystem::path output;
  bool is_group = false;
};

void writeOrPrint(const std::filesystem::path& path, const std::string& text) {
  if (path.empty()) {
    fmt::print("{}", text);
  } else {
    writeFileAtomically(path, text);
  }
}

/// Titles may hold bytes that are no UTF-8, which JSON cannot: they become U+FFFD.
std::string jsonText(const nlohmann::json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

ExitCode exportRun(const CommonOptions& common, const ExportOptions& options) {
  const Workspace workspace(common.workspace, OpenMode::ReadOnly);
  const RunRecord run = findRun(workspace, options.run);
  const ReportScope scope = options.is_group ? ReportScope::Group : ReportScope::Run;
  if (options.format == "record") {
    writeOrPrint(options.output, runRecordText(workspace.store(), run));
    return ExitCode::Success;
  }
  if (options.format == "folder") {
    const std::filesystem::path folder = options.output.empty() ? std::filesystem::path(run.name()) : options.output;
    exportRunFolder(workspace, run, folder, uninterrupted());
    fmt::print("{}\n", folder.string());
    return ExitCode::Success;
  }
  const ExperimentReport report = loadReport(workspace.store(), run, scope);
  if (options.format == "json") {
    writeOrPrint(options.output, jsonText(toJson(report)));
    return ExitCode::Success;
  }
  const PlotModel plot = plotReport(report);
  if (options.format == "svg") writeOrPrint(options.output, svgText(plot));
  if (options.format == "csv") writeOrPrint(options.output, csvText(plot));
  if (options.format == "pgfplots") {
    // The LaTeX file names its table, so the two are written as a pair.
    const std::filesystem::path tex = options.output.empty() ? std::filesystem::path(run.name()) : options.output;
    for (const auto& path : exportPlot(plot, std::filesystem::path(tex).replace_extension(".tex"))) {
      fmt::print("{}\n", path.string());
    }
  }
  return ExitCode::Success;
}

}  // namespace

void addExportCommand(CLI::App& app, CommonOptions& common, std::function<ExitCode()>& chosen) {
  const auto options = std::make_shared<ExportOptions>();  // Shared by the parser's bindings and the command.
  CLI::App* command = app.add_subcommand("export", "Write a run's curve (SVG, CSV, PGFPlots), scores or record (JSON)");
  command->add_option("RUN", options->run, "AD-14 or 14")->required();
  command
      ->add_option("-f,--format", options->format,
                   "svg, csv, pgfplots (.tex and .csv), json (scores and curves), record, folder (all of it)")
      ->check(CLI::IsMember({"svg", "csv", "pgfplots", "json", "record", "folder"}))
      ->capture_default_str();
  command->add_option("-o,--output", options->output,
                      "File to write; without it, standard output (pgfplots: RUN.tex, folder: RUN)");
  command->add_flag("--group", options->is_group, "All finished seeds of the run's group together");
  command->add_option("-w,--workspace", common.workspace, "Folder with the runs")->capture_default_str();
  command->callback(
      [options, &common, &chosen] { chosen = [options, &common] { return exportRun(common, *options); }; });
}

}  // namespace limbeck::cli
