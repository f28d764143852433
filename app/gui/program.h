// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <memory>

#include "app/gui/theme_controller.h"

namespace limbeck {

class MainWindow;
class ProblemWindow;
class Session;

/// Opens workspaces, one window at a time. A workspace that cannot be opened is told in words, with the ways out.
class Program : public QObject {
  Q_OBJECT

 public:
  explicit Program(ThemeController& theme, QObject* parent = nullptr);
  ~Program() override;

  /// Opens the folder, as a copy of the demo when `may_place_demo` and there is nothing yet.
  void open(const QString& folder, bool may_place_demo);
  /// Closes what is open, without a question.
  void closeAll();
  /// Null while a problem is shown.
  MainWindow* window() const { return window_.get(); }
  ProblemWindow* problem() const { return problem_.get(); }

 private:
  void showProblem(const QString& folder, const QString& message);

  ThemeController& theme_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<MainWindow> window_;
  std::unique_ptr<ProblemWindow> problem_;
};

}  // namespace limbeck
