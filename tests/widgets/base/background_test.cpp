// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/base/background.h"

#include <QThread>
#include <QtTest>
#include <memory>
#include <stdexcept>
#include <vector>

using namespace limbeck;

class BackgroundTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void workRunsElsewhereAndItsAnswerHere() {
    Background background;
    QThread* worker = nullptr;
    QThread* here = nullptr;
    int answer = 0;
    background.run(
        this,
        [&worker] {
          worker = QThread::currentThread();
          return 42;
        },
        [&](int result) {
          here = QThread::currentThread();
          answer = result;
        });
    QTRY_COMPARE(answer, 42);
    QVERIFY(worker != here);
    QCOMPARE(here, thread());
  }

  void workIsDoneInOrder() {
    Background background;
    std::vector<int> order;
    for (int i = 0; i < 50; ++i)
      background.run(
          this, [i] { return i; }, [&](int result) { order.push_back(result); });
    QTRY_COMPARE(order.size(), std::size_t{50});
    for (int i = 0; i < 50; ++i) QCOMPARE(order[static_cast<std::size_t>(i)], i);
  }

  void failureIsTold() {
    Background background;
    QString message;
    background.run(
        this, []() -> int { throw std::runtime_error("no such run"); }, [](int) { QFAIL("there is no answer"); },
        [&](const QString& what) { message = what; });
    QTRY_COMPARE(message, QString("no such run"));
  }

  void answerToAReceiverThatIsGoneIsDropped() {
    Background background;
    auto receiver = std::make_unique<QObject>();
    bool was_delivered = false;
    background.run(
        receiver.get(), [] { QThread::msleep(30); }, [&] { was_delivered = true; });
    receiver.reset();
    QTRY_VERIFY(background.isIdle());
    QTest::qWait(20);
    QVERIFY(!was_delivered);
  }

  void olderQuestionIsNotCurrent() {
    Generation generation;
    const int first = generation.next();
    const int second = generation.next();
    QVERIFY(!generation.isCurrent(first));
    QVERIFY(generation.isCurrent(second));
  }
};

QTEST_GUILESS_MAIN(BackgroundTest)
#include "background_test.moc"
