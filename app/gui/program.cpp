// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/program.h"

#include "app/gui/demo_workspace.h"
#include "app/gui/main_window.h"
#include "app/gui/problem_window.h"
#include "app/gui/session.h"
#include "app/gui/window_state.h"
#include "core/base/error.h"
#include "widgets/base/text.h"

namespace limbeck {

Program::Program(ThemeController& theme, QObject* parent) : QObject(parent), theme_(theme) {}

Program::~Program() {
  window_.reset();  // Before the session that it reads from.
}

void Program::closeAll() {
  window_.reset();
  session_.reset();
  problem_.reset();
}

void Program::open(const QString& folder, bool may_place_demo) {
  try {
    if (may_place_demo) placeDemo(folder.toStdString());
    auto session = std::make_unique<Session>(folder.toStdString());
    auto window = std::make_unique<MainWindow>(*session, theme_);
    // Only now: when the new one could not be opened the old one stays.
    if (window_ != nullptr && !window_->close()) return;
    window_ = std::move(window);
    session_ = std::move(session);
    problem_.reset();
  } catch (const Error& error) {
    showProblem(folder, toQString(error.what()));
    return;
  }
  // Queued: the window that asks is replaced by the one it asks for.
  connect(
      window_.get(), &MainWindow::workspaceRequested, this, [this](const QString& other) { open(other, false); },
      Qt::QueuedConnection);
  setLastWorkspace(folder);
  window_->show();
  window_->showFirst();
}

void Program::showProblem(const QString& folder, const QString& message) {
  problem_ = std::make_unique<ProblemWindow>(folder, message);
  connect(
      problem_.get(), &ProblemWindow::openRequested, this, [this](const QString& other) { open(other, false); },
      Qt::QueuedConnection);
  connect(
      problem_.get(), &ProblemWindow::demoRequested, this, [this](const QString& other) { open(other, true); },
      Qt::QueuedConnection);
  problem_->show();
}

}  // namespace limbeck
