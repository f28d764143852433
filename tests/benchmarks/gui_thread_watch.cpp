// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/gui_thread_watch.h"

#include <fmt/format.h>
#include <time.h>

#include <QEvent>
#include <QMetaEnum>
#include <QWidget>
#include <algorithm>
#include <utility>

namespace limbeck::bench {
namespace {

constexpr double kSlowMilliseconds = 4.0;

double milliseconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

std::string describe(const char* receiver, const QString& name, QEvent::Type type) {
  const char* event = QMetaEnum::fromType<QEvent::Type>().valueToKey(type);
  return fmt::format("{}{}{} {}", receiver, name.isEmpty() ? "" : " ", name.toStdString(),
                     event == nullptr ? "?" : event);
}

}  // namespace

double threadCpuMilliseconds() {
  return milliseconds(CLOCK_THREAD_CPUTIME_ID);
}

double processCpuMilliseconds() {
  return milliseconds(CLOCK_PROCESS_CPUTIME_ID);
}

QElapsedTimer WatchedApplication::started() {
  QElapsedTimer timer;
  timer.start();
  return timer;
}

bool WatchedApplication::notify(QObject* receiver, QEvent* event) {
  // Both may be gone afterwards.
  const char* class_name = receiver->metaObject()->className();
  const QString name = receiver->objectName();
  const QEvent::Type type = event->type();
  const double outer_wall = std::exchange(nested_wall_, 0.0);
  const double outer_cpu = std::exchange(nested_cpu_, 0.0);
  const double begin = clock();
  const double begin_cpu = threadCpuMilliseconds();
  ++depth_;
  const bool result = QApplication::notify(receiver, event);
  const double wall = clock() - begin;
  const double cpu = threadCpuMilliseconds() - begin_cpu;
  if (--depth_ == 0) event_cpu_ += cpu;
  const double own = wall - nested_wall_;
  if (own >= kSlowMilliseconds) slow_.push_back({describe(class_name, name, type), begin, own, cpu - nested_cpu_});
  if (type == QEvent::UpdateRequest) {
    ++paintings_;
    last_painting_end_ = clock();
  }
  nested_wall_ = outer_wall + wall;
  nested_cpu_ = outer_cpu + cpu;
  return result;
}

void WatchedApplication::restart() {
  slow_.clear();
  clock_.restart();
}

std::string WatchedApplication::slowest(std::size_t count) const {
  std::vector<Timed> ordered = slow_;
  std::ranges::sort(ordered, std::greater{}, &Timed::wall);
  std::string text;
  for (std::size_t i = 0; i < std::min(count, ordered.size()); ++i) {
    const Timed& event = ordered[i];
    text += fmt::format("  {:<60} {:8.1f} ms, {:7.1f} ms of CPU, {:.1f} s after the start\n", event.what, event.wall,
                        event.cpu, event.at / 1e3);
  }
  return text;
}

GapMeter::GapMeter() {
  timer_.setTimerType(Qt::PreciseTimer);
  timer_.setInterval(5);
  connect(&timer_, &QTimer::timeout, this, [this] {
    gaps_.push_back(static_cast<double>(since_last_.nsecsElapsed()) / 1e6);
    since_last_.start();
  });
}

void GapMeter::start() {
  gaps_.clear();
  since_last_.start();
  timer_.start();
}

std::vector<double> GapMeter::stop() {
  timer_.stop();
  return std::move(gaps_);
}

FrameMeter::FrameMeter(QWidget& widget) {
  widget.installEventFilter(this);
}

void FrameMeter::start() {
  gaps_.clear();
  since_last_.invalidate();
  is_running_ = true;
}

std::vector<double> FrameMeter::stop() {
  is_running_ = false;
  return std::move(gaps_);
}

bool FrameMeter::eventFilter(QObject*, QEvent* event) {
  if (!is_running_ || event->type() != QEvent::Paint) return false;
  if (since_last_.isValid()) gaps_.push_back(static_cast<double>(since_last_.nsecsElapsed()) / 1e6);
  since_last_.start();
  return false;
}

}  // namespace limbeck::bench
