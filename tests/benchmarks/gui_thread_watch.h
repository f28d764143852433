// SPDX-License-Identifier: GPL-3.0-or-later
// What a user would notice of the GUI thread: how long it let its timers wait, and which event held it up.
#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>
#include <cstdint>
#include <string>
#include <vector>

namespace limbeck::bench {

/// CPU time of the calling thread and of the process, milliseconds.
double threadCpuMilliseconds();
double processCpuMilliseconds();

/// Times every event. What an event spent in events that it caused is theirs, not its own.
class WatchedApplication final : public QApplication {
  Q_OBJECT

 public:
  using QApplication::QApplication;

  bool notify(QObject* receiver, QEvent* event) override;

  /// Forgets what was seen.
  void restart();
  /// Lines "receiver, event, milliseconds on the clock and of CPU" of the slowest ones.
  std::string slowest(std::size_t count) const;
  /// How often a window's damage was painted, and when the last painting ended (milliseconds of `clock()`).
  std::int64_t paintings() const { return paintings_; }
  double lastPaintingEnd() const { return last_painting_end_; }
  /// CPU time of the GUI thread in events so far, milliseconds.
  double eventCpu() const { return event_cpu_; }
  double clock() const { return static_cast<double>(clock_.nsecsElapsed()) / 1e6; }

 private:
  struct Timed {
    std::string what;
    double at = 0.0;
    double wall = 0.0;
    double cpu = 0.0;
  };
  std::vector<Timed> slow_;
  double nested_wall_ = 0.0;  ///< of the events that the present one caused
  double nested_cpu_ = 0.0;
  int depth_ = 0;
  double event_cpu_ = 0.0;
  std::int64_t paintings_ = 0;
  double last_painting_end_ = 0.0;
  QElapsedTimer clock_ = started();

  static QElapsedTimer started();
};

/// The times between the calls of a timer of 5 ms: the event loop's gaps.
class GapMeter final : public QObject {
  Q_OBJECT

 public:
  GapMeter();
  void start();
  std::vector<double> stop();

 private:
  QTimer timer_;
  QElapsedTimer since_last_;
  std::vector<double> gaps_;
};

/// The times between the paintings of a widget.
class FrameMeter final : public QObject {
  Q_OBJECT

 public:
  explicit FrameMeter(QWidget& widget);
  void start();
  std::vector<double> stop();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  bool is_running_ = false;
  QElapsedTimer since_last_;
  std::vector<double> gaps_;
};

}  // namespace limbeck::bench
