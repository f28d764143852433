// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/session.h"

#include <QLockFile>
#include <QTimer>
#include <chrono>
#include <mutex>

#include "core/base/error.h"
#include "core/base/log.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

constexpr std::chrono::milliseconds kPollInterval{500};
/// Long enough that a series of edits opens the workspace once, short enough that a command line need not wait.
constexpr std::chrono::seconds kLinger{2};

QString secondWindowWords() {
  return Session::tr(
      "Another window has this workspace open, so this one only reads. Close the other one to write here.");
}

}  // namespace

struct Session::Writer {
  std::mutex mutex;
  std::weak_ptr<Workspace> current;                // guarded by mutex
  std::shared_ptr<Workspace> lingering;            // guarded by mutex; keeps `current` for a while after its last user
  std::chrono::steady_clock::time_point last_use;  // guarded by mutex
};

Session::Session(const std::filesystem::path& folder, QObject* parent)
    : QObject(parent),
      folder_(std::filesystem::absolute(folder).lexically_normal()),
      timer_(new QTimer(this)),
      writer_(std::make_unique<Writer>()) {
  const bool is_new = !std::filesystem::exists(folder_ / "limbeck.db");
  if (!is_new) {
    window_lock_ = std::make_unique<QLockFile>(toQString((folder_ / "window.lock").string()));
    window_lock_->setStaleLockTime(0);
    is_second_window_ = !window_lock_->tryLock(0) && window_lock_->error() == QLockFile::LockFailedError;
  }
  try {
    // Once for writing: makes a new workspace, brings an old one up to date, finds what a crash interrupted.
    if (!is_second_window_) writable();
  } catch (const Error& error) {
    if (is_new || (error.code() != ErrorCode::Locked && error.code() != ErrorCode::IoFailure)) throw;
    reason_ = toQString(error.what());
  }
  if (is_new) {
    window_lock_ = std::make_unique<QLockFile>(toQString((folder_ / "window.lock").string()));
    window_lock_->setStaleLockTime(0);
    window_lock_->tryLock(0);
  }
  if (is_second_window_) reason_ = secondWindowWords();
  reader_ = std::make_unique<Workspace>(folder_, OpenMode::ReadOnly);
  last_change_ = reader_->store().changeCounter();
  connect(timer_, &QTimer::timeout, this, &Session::poll);
  timer_->start(kPollInterval);
}

Session::~Session() {
  timer_->stop();
}

std::shared_ptr<Workspace> Session::writable() {
  if (is_second_window_) throw Error(ErrorCode::Locked, secondWindowWords().toStdString());
  const std::lock_guard lock(writer_->mutex);
  std::shared_ptr<Workspace> workspace = writer_->current.lock();
  if (workspace == nullptr) {
    workspace = std::make_shared<Workspace>(folder_, OpenMode::ReadWrite);
    writer_->current = workspace;
    const std::vector<RunId> interrupted = workspace->store().interruptedRuns();
    if (!interrupted.empty()) {
      QMetaObject::invokeMethod(
          this, [this, interrupted] { Q_EMIT interruptedFound(interrupted); }, Qt::QueuedConnection);
    }
  }
  writer_->lingering = workspace;
  writer_->last_use = std::chrono::steady_clock::now();
  return workspace;
}

QString Session::readOnlyReason() const {
  return reason_;
}

void Session::setReason(const QString& reason) {
  if (reason == reason_) return;
  reason_ = reason;
  Q_EMIT readOnlyReasonChanged();
}

void Session::releaseWhenIdle() {
  std::shared_ptr<Workspace> released;  // closed below, outside the lock
  const std::lock_guard lock(writer_->mutex);
  if (std::chrono::steady_clock::now() - writer_->last_use < kLinger) return;
  released = std::move(writer_->lingering);
  writer_->lingering = nullptr;
}

/// Marks what a program that is gone left running as interrupted, which opening does, and gives the right to write back
/// at once: the next command line may be on its way.
void Session::settle() {
  writable();
  std::shared_ptr<Workspace> released;  // closed below, outside the lock
  const std::lock_guard lock(writer_->mutex);
  released = std::move(writer_->lingering);
  writer_->lingering = nullptr;
}

/// Looks, off the GUI thread, whether the database changed and whether another program writes.
void Session::poll() {
  if (is_polling_) return;
  is_polling_ = true;
  struct Look {
    std::int64_t change = 0;
    bool is_written_elsewhere = false;
  };
  reading_.run(
      this,
      [this] {
        releaseWhenIdle();
        bool is_ours = false;
        {
          const std::lock_guard lock(writer_->mutex);
          is_ours = !writer_->current.expired();
        }
        return Look{reader_->store().changeCounter(), !is_ours && reader_->hasWriter()};
      },
      [this](const Look& look) {
        is_polling_ = false;
        if (look.change != last_change_) {
          last_change_ = look.change;
          Q_EMIT changed();
        }
        if (is_second_window_) return;
        const bool was_written_elsewhere = !reason_.isEmpty();
        // Opening settles what became of the runs of a program that is gone.
        if (was_written_elsewhere && !look.is_written_elsewhere)
          writing_.run(
              this, [this] { settle(); }, [] {});
        setReason(look.is_written_elsewhere ? tr("Another program is working in this workspace (limbeck-cli, perhaps): "
                                                 "this window follows it, and can "
                                                 "change things again when it is done.")
                                            : QString());
      },
      [this](const QString& message) {
        is_polling_ = false;
        setReason(message);
      });
}

}  // namespace limbeck
