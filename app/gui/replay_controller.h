// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>

#include "app/gui/watch_subject.h"
#include "widgets/base/background.h"
#include "widgets/base/run_id.h"

namespace limbeck {

class Session;
class WatchPage;

/// Shows a finished run on the Watch page: AD, its source and its context-cleared control on one task that none of them
/// saw before, and the curves of the whole group.
class ReplayController : public QObject {
  Q_OBJECT

 public:
  ReplayController(Session& session, WatchPage& page, QObject* parent = nullptr);

  /// Loads in the background, then shows from the first episode and plays. An older request is dropped.
  void show(RunId run);
  /// Another controller has the page now.
  void leave();
  bool isActive() const { return is_active_; }
  /// Null before the first replay and after `leave`.
  std::shared_ptr<const WatchSubject> subject() const { return is_active_ ? subject_ : nullptr; }
  /// The one that was shown last, also while another controller has the page.
  std::shared_ptr<const WatchSubject> lastSubject() const { return subject_; }
  /// The task that is shown. There is a subject.
  const WatchChoice& choice() const { return subject_->choices[static_cast<std::size_t>(choice_)]; }

  const ReportPlotOptions& plotOptions() const { return plot_options_; }
  void setPlotOptions(const ReportPlotOptions& options);
  void setBandsVisible(bool are_visible);
  /// The curves whole, wherever the cursor stands: what an export writes.
  const PlotModel& fullPlot() const { return full_plot_; }

 Q_SIGNALS:
  void loading(RunId run);
  void shown(RunId run);
  void choiceChanged();
  void couldNotShow(RunId run, const QString& message);

 private:
  void showSubject();
  void showChoice(int index);
  void rebuildPlot();
  void moveBoards();
  void dragCursor(double x);
  /// Of the cursor on the plot's x axis.
  double cursorX() const;
  double unitsPerEpisode() const;

  Session& session_;
  WatchPage& page_;
  std::shared_ptr<const WatchSubject> subject_;  // shared with the other controllers
  Generation loading_;
  bool is_active_ = false;
  int choice_ = 0;
  ReportPlotOptions plot_options_;
  bool has_bands_ = true;
  PlotModel full_plot_;
};

}  // namespace limbeck
