// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/problem_window.h"

#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QVBoxLayout>

#include "widgets/base/empty_state.h"

namespace limbeck {
namespace {

/// "workspace-2" beside a "workspace" that cannot be used.
QString freeFolderBeside(const QString& folder) {
  for (int number = 2;; ++number) {
    const QString candidate = QStringLiteral("%1-%2").arg(folder).arg(number);
    if (!QFileInfo::exists(candidate)) return candidate;
  }
}

}  // namespace

ProblemWindow::ProblemWindow(const QString& folder, const QString& message, QWidget* parent)
    : QWidget(parent), folder_(folder), message_(message) {
  setWindowTitle(tr("Limbeck"));
  auto* state = new EmptyState(this);
  state->setWords(tr("This workspace cannot be opened"),
                  message + QStringLiteral("\n\n") + tr("Nothing in %1 was changed.").arg(folder));
  state->setActions({
      addAction(QStringLiteral("retry"), tr("Try again"), tr("Open it once more"),
                [this] { Q_EMIT openRequested(folder_); }),
      addAction(QStringLiteral("open_other"), tr("Open another…"), tr("Another folder with runs, or a new one"),
                [this] {
                  const QString other =
                      QFileDialog::getExistingDirectory(this, tr("Open a workspace"), folder_,
                                                        QFileDialog::ShowDirsOnly | QFileDialog::DontUseNativeDialog);
                  if (!other.isEmpty()) Q_EMIT openRequested(other);
                }),
      addAction(QStringLiteral("fresh"), tr("Begin a fresh one"), tr("The demo, in a new folder beside this one"),
                [this] { Q_EMIT demoRequested(freeFolderBeside(folder_)); }),
      addAction(QStringLiteral("copy"), tr("Copy details"), tr("The message, for the clipboard"),
                [this] { QGuiApplication::clipboard()->setText(message_); }),
  });
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(state);
  resize(70 * fontMetrics().averageCharWidth(), 20 * fontMetrics().height());
}

QAction* ProblemWindow::addAction(const QString& name, const QString& text, const QString& tip,
                                  std::function<void()> act) {
  auto* action = new QAction(text, this);
  action->setObjectName(name);
  action->setToolTip(tip);
  connect(action, &QAction::triggered, this, std::move(act));
  return action;
}

}  // namespace limbeck
