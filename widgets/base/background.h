// SPDX-License-Identifier: GPL-3.0-or-later
// Short reads and computations off the GUI thread. The GUI thread never waits: it asks, goes on, and gets the answer as
// an event.
#pragma once

#include <QObject>
#include <QPointer>
#include <QString>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace limbeck {

/// One thread that does what it is given in order. The answers are delivered on the GUI thread as long as their
/// receiver lives. What `work` captures must be safe to use on another thread; it must not touch widgets.
class Background : public QObject {
  Q_OBJECT

 public:
  explicit Background(QObject* parent = nullptr);
  /// Drops what waits, and waits for what runs.
  ~Background() override;

  /// Calls `work()` on the thread, then `deliver(result)` (or `deliver()` for void) on the thread of `receiver`, or
  /// `fail(message)` when it threw. Either is skipped when `receiver` is gone.
  template <typename Work, typename Deliver>
  void run(QObject* receiver, Work work, Deliver deliver, std::function<void(const QString&)> fail = {}) {
    using Result = std::invoke_result_t<Work>;
    submit(
        receiver,
        [work = std::move(work), deliver = std::move(deliver)]() mutable -> std::function<void()> {
          if constexpr (std::is_void_v<Result>) {
            work();
            return [deliver = std::move(deliver)]() mutable { deliver(); };
          } else {
            auto result = std::make_shared<Result>(work());
            return [deliver = std::move(deliver), result]() mutable { deliver(std::move(*result)); };
          }
        },
        std::move(fail));
  }

  /// Whether nothing waits or runs.
  bool isIdle() const;

 private:
  /// A piece of work; what it returns is called on the receiver's thread.
  using Piece = std::function<std::function<void()>()>;
  void submit(QObject* receiver, Piece piece, std::function<void(const QString&)> fail);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Tells the newest question from older ones, whose answers are to be dropped.
class Generation {
 public:
  int next() { return ++current_; }
  bool isCurrent(int generation) const { return generation == current_; }

 private:
  int current_ = 0;
};

}  // namespace limbeck
