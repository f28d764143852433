// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/start_meter.h"

#include <time.h>
#include <unistd.h>

#include <QApplication>
#include <QEvent>
#include <QFile>
#include <QTimer>
#include <chrono>
#include <cstdio>

#include "app/gui/main_window.h"
#include "app/gui/watch_page.h"
#include "widgets/board/board_view.h"
#include "widgets/watch/time_cursor.h"

namespace limbeck {
namespace {

/// A workspace without a finished run has nothing that moves.
constexpr std::chrono::seconds kPatience{30};

/// How long the kernel has known this process; 0 where it does not say.
double processAgeMilliseconds() {
  QFile file(QStringLiteral("/proc/self/stat"));
  if (!file.open(QIODevice::ReadOnly)) return 0.0;
  const QByteArray text = file.readAll();
  // The program's name stands in brackets and may hold blanks; the start time is the 20th field after it.
  const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
  constexpr int kStartTime = 19;
  if (fields.size() <= kStartTime) return 0.0;
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  const double now_ms = static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
  return now_ms - fields[kStartTime].toDouble() * 1e3 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

StartMeter::StartMeter(QApplication& application) : age_at_start_(processAgeMilliseconds()) {
  since_start_.start();
  print("application");
  application.installEventFilter(this);
  QTimer::singleShot(kPatience, this, [] { QApplication::exit(1); });
}

void StartMeter::print(const char* what) {
  std::printf("%s_ms %.1f\n", what, age_at_start_ + static_cast<double>(since_start_.nsecsElapsed()) / 1e6);
  std::fflush(stdout);
}

bool StartMeter::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::Paint || is_done_) return false;
  // A painting begins here; what is queued comes after all of it is on the screen.
  if (auto* window = qobject_cast<MainWindow*>(watched); window != nullptr && !has_painted_) {
    has_painted_ = true;
    QMetaObject::invokeMethod(
        this, [this, window] { onFirstFrame(*window); }, Qt::QueuedConnection);
  } else if (has_moved_ && qobject_cast<BoardView*>(watched) != nullptr) {
    is_done_ = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
          print("first_move");
          QApplication::quit();
        },
        Qt::QueuedConnection);
  }
  return false;
}

void StartMeter::onFirstFrame(MainWindow& window) {
  print("first_frame");
  const TimeCursor* cursor = &window.watchPage().cursor();
  connect(cursor, &TimeCursor::moved, this,
          [this, cursor] { has_moved_ = has_moved_ || cursor->moment() + cursor->fraction() > 0.0; });
}

}  // namespace limbeck
