// SPDX-License-Identifier: GPL-3.0-or-later
// Drives the real window, offscreen, in a folder of its own: no setting, workspace or file of the user is touched.
#pragma once

#include <QAction>
#include <QApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QtTest>
#include <filesystem>
#include <memory>

#include "app/gui/main_window.h"
#include "app/gui/program.h"
#include "app/gui/theme_controller.h"
#include "core/base/file.h"
#include "core/store/workspace.h"
#include "tests/support/scratch_folder.h"

namespace limbeck::test {

/// Longer than anything in these tests takes on a loaded machine; reaching it is a failure.
inline constexpr int kPatience = 20'000;

class GuiFixture {
 public:
  GuiFixture() : theme(*qApp) {
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, scratch.path() + "/settings");
    theme.apply(ThemeChoice::Light);
    program = std::make_unique<Program>(theme);
  }
  ~GuiFixture() { program->closeAll(); }

  QString workspace() const { return scratch.path() + "/workspace"; }
  std::filesystem::path folder() const { return workspace().toStdString(); }
  MainWindow& window() const { return *program->window(); }

  /// The bundled demo, as a first start opens it.
  void openDemo() { open(true); }
  void open(bool may_place_demo = false) {
    program->open(workspace(), may_place_demo);
    QVERIFY2(program->window() != nullptr, "the workspace was not opened");
    program->window()->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(program->window()));  // keys go nowhere before
  }

  /// tests/support/experiments/tiny.toml with lines replaced ("steps = 60" by "steps = 600"), as a file of its own.
  QString tinyFile(const QList<std::pair<QString, QString>>& replaced = {}) {
    QString text =
        QString::fromStdString(readTextFile(std::string(LIMBECK_SOURCE_DIR) + "/tests/support/experiments/tiny.toml"));
    for (const auto& [from, to] : replaced) {
      Q_ASSERT(text.contains(from));
      text.replace(from, to);
    }
    const QString path = QString("%1/tiny%2.toml").arg(scratch.path()).arg(++files_);
    writeFileAtomically(path.toStdString(), text.toStdString());
    return path;
  }

  ScratchFolder scratch;
  ThemeController theme;
  std::unique_ptr<Program> program;

 private:
  int files_ = 0;
};

/// The action of that object name in any of the window's groups; null when there is none.
inline QAction* findAction(const MainWindow& window, const QString& name) {
  for (const ActionGroup& group : window.actionGroups()) {
    for (QAction* action : group.actions) {
      if (action->objectName() == name) return action;
    }
  }
  return nullptr;
}

}  // namespace limbeck::test
