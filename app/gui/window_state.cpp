// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window_state.h"

#include <QMainWindow>
#include <QSplitter>

#include "core/base/log.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

/// Raised when docks or toolbars change, so that an older layout is not forced upon them.
constexpr int kLayoutVersion = 1;

QSettings userSettings() {
  return QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("limbeck"), QStringLiteral("limbeck"));
}

}  // namespace

WindowState::WindowState(const std::filesystem::path& workspace)
    : settings_(std::make_unique<QSettings>(toQString((workspace / "window.ini").string()), QSettings::IniFormat)) {
  if (settings_->status() != QSettings::NoError) {
    log::warning("{}: not readable as a window's state, so the defaults are used", settings_->fileName().toStdString());
  }
}

bool WindowState::restore(QMainWindow& window, const QList<QSplitter*>& splitters) const {
  const QByteArray geometry = settings_->value(QStringLiteral("window/geometry")).toByteArray();
  const QByteArray state = settings_->value(QStringLiteral("window/state")).toByteArray();
  if (geometry.isEmpty() || state.isEmpty()) return false;
  // The state first: it is checked more strictly, and a geometry that was cut off counts as one of no size.
  const bool is_good = window.restoreState(state, kLayoutVersion) && window.restoreGeometry(geometry);
  if (!is_good)
    log::info("{}: the window's layout could not be used; it has the default one", settings_->fileName().toStdString());
  for (QSplitter* splitter : splitters) {
    const QByteArray sizes = settings_->value(QStringLiteral("splitters/") + splitter->objectName()).toByteArray();
    if (is_good && !sizes.isEmpty()) splitter->restoreState(sizes);
  }
  return is_good;
}

void WindowState::save(const QMainWindow& window, const QList<QSplitter*>& splitters) {
  settings_->setValue(QStringLiteral("window/geometry"), window.saveGeometry());
  settings_->setValue(QStringLiteral("window/state"), window.saveState(kLayoutVersion));
  for (const QSplitter* splitter : splitters) {
    settings_->setValue(QStringLiteral("splitters/") + splitter->objectName(), splitter->saveState());
  }
  settings_->sync();
}

void WindowState::forgetLayout() {
  settings_->remove(QStringLiteral("window"));
  settings_->remove(QStringLiteral("splitters"));
}

std::vector<RunId> WindowState::takePausedRuns() {
  std::vector<RunId> runs;
  for (const QString& text : settings_->value(QStringLiteral("queue/paused")).toStringList()) {
    bool is_number = false;
    const qlonglong id = text.toLongLong(&is_number);
    if (is_number) runs.push_back(RunId{id});
  }
  settings_->remove(QStringLiteral("queue/paused"));
  return runs;
}

void WindowState::setPausedRuns(const std::vector<RunId>& runs) {
  QStringList texts;
  for (const RunId run : runs) texts.append(QString::number(static_cast<qlonglong>(run)));
  settings_->setValue(QStringLiteral("queue/paused"), texts);
  settings_->sync();
}

std::optional<RunId> WindowState::lastRun() const {
  bool is_number = false;
  const qlonglong id = settings_->value(QStringLiteral("watch/run")).toLongLong(&is_number);
  return is_number ? std::optional(RunId{id}) : std::nullopt;
}

void WindowState::setLastRun(RunId run) {
  settings_->setValue(QStringLiteral("watch/run"), static_cast<qlonglong>(run));
}

ThemeChoice savedTheme() {
  const QString name = userSettings().value(QStringLiteral("theme")).toString();
  if (name == QLatin1String("light")) return ThemeChoice::Light;
  if (name == QLatin1String("dark")) return ThemeChoice::Dark;
  return ThemeChoice::System;
}

void saveTheme(ThemeChoice choice) {
  const char* name = choice == ThemeChoice::Light ? "light" : choice == ThemeChoice::Dark ? "dark" : "system";
  userSettings().setValue(QStringLiteral("theme"), QString::fromLatin1(name));
}

QString lastWorkspace() {
  return userSettings().value(QStringLiteral("workspace")).toString();
}

void setLastWorkspace(const QString& folder) {
  userSettings().setValue(QStringLiteral("workspace"), folder);
}

}  // namespace limbeck
