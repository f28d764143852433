// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/base/background.h"

#include <QCoreApplication>
#include <QThreadPool>
#include <atomic>

#include "core/base/log.h"

namespace limbeck {

struct Background::Impl {
  QThreadPool pool;
  std::atomic<int> open{0};
  std::atomic<bool> is_closing{false};
};

Background::Background(QObject* parent) : QObject(parent), impl_(std::make_unique<Impl>()) {
  impl_->pool.setMaxThreadCount(1);
  impl_->pool.setExpiryTimeout(-1);
}

Background::~Background() {
  impl_->is_closing = true;
  impl_->pool.clear();
  impl_->pool.waitForDone();
}

bool Background::isIdle() const {
  return impl_->open == 0;
}

void Background::submit(QObject* receiver, Piece piece, std::function<void(const QString&)> fail) {
  ++impl_->open;
  // The answer goes through the application object, which outlives every receiver; the receiver is looked at on its own
  // thread.
  const QPointer<QObject> guard(receiver);
  impl_->pool.start([this, guard, piece = std::move(piece), fail = std::move(fail)]() mutable {
    std::function<void()> answer;
    try {
      if (!impl_->is_closing) answer = piece();
    } catch (const std::exception& error) {
      answer = [fail = std::move(fail), message = QString::fromUtf8(error.what())] {
        if (fail) {
          fail(message);
        } else {
          log::warning("{}", message.toStdString());
        }
      };
    }
    piece = {};
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [guard, answer = std::move(answer)] {
          if (guard && answer) answer();
        },
        Qt::QueuedConnection);
    --impl_->open;
  });
}

}  // namespace limbeck
