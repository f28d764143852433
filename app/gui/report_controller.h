// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <optional>

#include "core/store/run_record.h"
#include "widgets/base/background.h"
#include "widgets/base/run_id.h"

namespace limbeck {

class ReportPage;
class Session;

/// Makes the report of a run's experiment in the background and shows it: of a sweep with all its points and claims, of
/// a run alone with the seeds of its group.
class ReportController : public QObject {
  Q_OBJECT

 public:
  ReportController(Session& session, ReportPage& page, QObject* parent = nullptr);

  void show(RunId run);
  /// The shown report again, because something was finished; does nothing when none is shown.
  void refresh();

 private:
  void load(RunId run);

  Session& session_;
  ReportPage& page_;
  std::optional<RunId> run_;
  Generation generation_;
  Background making_;  ///< a report may take seconds, which no list should wait for
};

}  // namespace limbeck
