// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <optional>

#include "core/store/workspace.h"
#include "widgets/base/background.h"
#include "widgets/base/run_id.h"

class QLockFile;
class QTimer;

namespace limbeck {

/// One workspace, opened by a window. Reading never waits for anybody: it has a connection of its own, on a thread of
/// its own. The right to write is taken when something is to be written and given back when nothing has been for a
/// while, so that `limbeck-cli` can work on the same workspace while the window looks on; a second window only reads.
class Session : public QObject {
  Q_OBJECT

 public:
  /// Creates the workspace when there is none. Throws what Workspace throws, but not Locked: then it is read only.
  explicit Session(const std::filesystem::path& folder, QObject* parent = nullptr);
  ~Session() override;

  const std::filesystem::path& folder() const { return folder_; }
  /// For reading; safe on any thread.
  const Workspace& reader() const { return *reader_; }
  /// Reads and short computations, in order.
  Background& reading() { return reading_; }
  /// Edits and other short writes, in order.
  Background& writing() { return writing_; }

  /// The workspace open for writing, for as long as it is held. Any thread. Throws Error(Locked) in words for the user
  /// when another program writes or another window has the workspace.
  std::shared_ptr<Workspace> writable();

  /// Why nothing can be written now; empty when it can, as far as is known.
  QString readOnlyReason() const;
  bool isSecondWindow() const { return is_second_window_; }

 Q_SIGNALS:
  /// Opening for writing found runs whose process is gone; they are marked as interrupted now.
  void interruptedFound(const std::vector<RunId>& runs);
  /// Somebody, here or in another process, changed the database.
  void changed();
  void readOnlyReasonChanged();

 private:
  void poll();
  void releaseWhenIdle();
  void settle();
  void setReason(const QString& reason);

  std::filesystem::path folder_;
  std::unique_ptr<QLockFile> window_lock_;
  bool is_second_window_ = false;
  std::unique_ptr<Workspace> reader_;
  QString reason_;
  std::int64_t last_change_ = 0;
  bool is_polling_ = false;
  QTimer* timer_;

  struct Writer;
  std::unique_ptr<Writer> writer_;
  Background reading_;
  Background writing_;
};

}  // namespace limbeck
