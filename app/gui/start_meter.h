// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>

class QApplication;

namespace limbeck {

class MainWindow;

/// What `limbeck --measure-start` does (an option for the benchmark, not in `--help`): prints after how many
/// milliseconds of the process the main window was painted for the first time and the replay's first move was, then
/// ends the program; with exit code 1 when nothing has moved in half a minute. Make it before the window. A process
/// knows its own age to 10 ms.
class StartMeter final : public QObject {
  Q_OBJECT

 public:
  explicit StartMeter(QApplication& application);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void onFirstFrame(MainWindow& window);
  void print(const char* what);

  double age_at_start_ = 0.0;  ///< milliseconds of the process when this was made
  QElapsedTimer since_start_;
  bool has_painted_ = false;
  bool has_moved_ = false;
  bool is_done_ = false;
};

}  // namespace limbeck
