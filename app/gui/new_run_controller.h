// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <atomic>
#include <memory>

#include "core/store/run_record.h"
#include "widgets/base/background.h"
#include "widgets/base/run_id.h"
#include "widgets/form/new_run_page.h"

namespace limbeck {

class EnvironmentPreview;
class RunQueue;
class Session;

/// Feeds the new-run page: draws the environment that is being set up, measures what the run would cost, starts it.
class NewRunController : public QObject {
  Q_OBJECT

 public:
  NewRunController(Session& session, RunQueue& queue, NewRunPage& page, QObject* parent = nullptr);
  ~NewRunController() override;

  /// The first start's way in: the quick preset, one button to press.
  void showQuick();
  /// Reads the run's experiment in the background and shows it for changes.
  void duplicate(RunId run);
  void openFile(const QString& path);
  /// The page is in front: an estimate is worth its third of a second.
  void setVisible(bool is_visible);

 Q_SIGNALS:
  void started();
  void failed(const QString& message);

 private:
  void onConfigChanged();
  void drawEnvironment();
  void measure();

  Session& session_;
  RunQueue& queue_;
  NewRunPage& page_;
  EnvironmentPreview* preview_;
  QTimer timer_;
  bool is_visible_ = false;
  bool needs_estimate_ = true;
  Generation generation_;
  Generation drawing_;
  std::shared_ptr<std::atomic<int>>
      wanted_;  // shared with the thread that measures: a newer question stops an older one
  Background measuring_;
};

}  // namespace limbeck
