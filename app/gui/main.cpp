// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QTimer>
#include <cstdio>
#include <memory>

#include "app/gui/demo_workspace.h"
#include "app/gui/main_window.h"
#include "app/gui/program.h"
#include "app/gui/screenshots.h"
#include "app/gui/start_meter.h"
#include "app/gui/window_state.h"
#include "core/base/build_info.h"
#include "core/base/log.h"
#include "core/base/process_tuning.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

constexpr double kLeastFontPoints = 6.0;
constexpr double kMostFontPoints = 32.0;

struct Options {
  QString workspace;
  QString experiment;
  QString screenshots;
  QString theme;
  QString font_size;
  bool measures_start = false;
};

[[noreturn]] void refuse(const QString& message) {
  std::fputs(qPrintable(QStringLiteral("limbeck: %1\nHelp: limbeck --help\n").arg(message)), stderr);
  std::exit(2);
}

Options parseOptions(const QStringList& arguments) {
  QCommandLineParser parser;
  parser.setApplicationDescription(
      QStringLiteral("Limbeck: a workbench for in-context reinforcement learning by Algorithm Distillation.\n"
                     "Without a folder it opens the workspace of the last start, at the first start a demo."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument(QStringLiteral("WHAT"),
                               QStringLiteral("A workspace folder, or an experiment file (TOML) to set up"),
                               QStringLiteral("[WHAT...]"));
  const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("light, dark or system, for this start"),
                                 QStringLiteral("NAME"));
  const QCommandLineOption screenshots(QStringLiteral("screenshots"),
                                       QStringLiteral("Write a picture of every page to FOLDER and quit"),
                                       QStringLiteral("FOLDER"));
  QCommandLineOption measure_start(QStringLiteral("measure-start"),
                                   QStringLiteral("Print when the first frames were painted and quit"));
  measure_start.setFlags(QCommandLineOption::HiddenFromHelp);  // for the benchmark, see start_meter.h
  const QCommandLineOption font_size(QStringLiteral("font-size"),
                                     QStringLiteral("Size of the letters in points, for this start"),
                                     QStringLiteral("POINTS"));
  parser.addOptions({theme, font_size, screenshots, measure_start});
  if (!parser.parse(arguments)) refuse(parser.errorText());
  if (parser.isSet(QStringLiteral("help"))) parser.showHelp(0);
  if (parser.isSet(QStringLiteral("version"))) parser.showVersion();
  Options options{.theme = parser.value(theme)};
  options.screenshots = parser.value(screenshots);
  options.font_size = parser.value(font_size);
  options.measures_start = parser.isSet(measure_start);
  const QStringList known{QString(), QStringLiteral("light"), QStringLiteral("dark"), QStringLiteral("system")};
  if (!known.contains(options.theme))
    refuse(QStringLiteral("--theme %1: there is light, dark and system").arg(options.theme));
  for (const QString& what : parser.positionalArguments()) {
    const QFileInfo info(what);
    if (info.isFile()) {
      options.experiment = info.absoluteFilePath();
    } else if (what.endsWith(QLatin1String(".toml"))) {
      refuse(QStringLiteral("%1: no such file").arg(what));
    } else {
      options.workspace = info.absoluteFilePath();
    }
  }
  return options;
}

/// Before the first widget: sizes are taken from the letters when widgets are made.
void applyFontSize(const QString& text) {
  if (text.isEmpty()) return;
  bool is_number = false;
  const double points = text.toDouble(&is_number);
  if (!is_number || points < kLeastFontPoints || points > kMostFontPoints) {
    refuse(QStringLiteral("--font-size %1: give a number of points from %2 to %3")
               .arg(text)
               .arg(kLeastFontPoints)
               .arg(kMostFontPoints));
  }
  QFont font = QApplication::font();
  font.setPointSizeF(points);
  QApplication::setFont(font);
}

ThemeChoice themeOf(const Options& options) {
  if (options.theme == QLatin1String("light")) return ThemeChoice::Light;
  if (options.theme == QLatin1String("dark")) return ThemeChoice::Dark;
  return options.theme.isEmpty() ? savedTheme() : ThemeChoice::System;
}

int runProgram(QApplication& application) {
  const Options options = parseOptions(QApplication::arguments());
  applyFontSize(options.font_size);
  ThemeController theme(application);
  theme.apply(themeOf(options));
  const auto meter = options.measures_start ? std::make_unique<StartMeter>(application) : nullptr;
  Program program(theme);
  if (!options.screenshots.isEmpty()) return takeScreenshots(program, theme, options.workspace, options.screenshots);
  // A folder that the user names is a workspace of theirs; the demo is for who names none.
  const QString last = lastWorkspace();
  const bool is_last_there = !last.isEmpty() && QFileInfo::exists(last);
  const bool has_own_place = qEnvironmentVariableIsSet("LIMBECK_WORKSPACE");
  const QString standard = is_last_there && !has_own_place ? last : toQString(defaultWorkspace().string());
  program.open(options.workspace.isEmpty() ? standard : options.workspace, options.workspace.isEmpty());
  if (!options.experiment.isEmpty() && program.window() != nullptr)
    program.window()->openExperiment(options.experiment);
  return QApplication::exec();
}

}  // namespace
}  // namespace limbeck

int main(int argc, char** argv) {
  limbeck::tuneProcess();
  QApplication::setApplicationName(QStringLiteral("limbeck"));
  QApplication::setApplicationDisplayName(QStringLiteral("Limbeck"));
  QApplication::setDesktopFileName(QStringLiteral("org.limbeck.Limbeck"));
  QApplication::setApplicationVersion(limbeck::toQString(limbeck::buildInfo().version));
  QApplication application(argc, argv);
  try {
    return limbeck::runProgram(application);
  } catch (const std::exception& error) {
    std::fputs(qPrintable(QStringLiteral("limbeck: %1\n").arg(QString::fromUtf8(error.what()))), stderr);
    return 1;
  }
}
