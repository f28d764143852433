// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPushButton>
#include <QToolButton>
#include <QtTest>

#include "widgets/shell/banner.h"
#include "widgets/shell/toast.h"

using namespace limbeck;

class MessagesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void bannerSaysAndOffersTheWayOut() {
    QWidget window;
    Banner banner(&window);
    window.show();
    QVERIFY(!banner.isVisible());
    QAction retry("Try again");
    QSignalSpy triggered(&retry, &QAction::triggered);
    banner.say(Banner::Kind::Error, "The disk is full", {&retry});
    QVERIFY(banner.isVisible());
    QTest::mouseClick(banner.findChild<QPushButton*>(), Qt::LeftButton);
    QCOMPARE(triggered.count(), 1);
    banner.say(Banner::Kind::Warning, "Read only");
    QCOMPARE(banner.text(), QString("Read only"));
    QTRY_VERIFY(banner.findChild<QPushButton*>() == nullptr);
    QTest::mouseClick(banner.findChild<QToolButton*>(), Qt::LeftButton);
    QVERIFY(!banner.isVisible());
  }

  void toastStandsAtTheFootAndGoes() {
    QWidget window;
    window.resize(600, 400);
    Toast toast(&window);
    window.show();
    toast.say("AD-3 is in the trash", nullptr, 0.05);
    QVERIFY(toast.isVisible());
    QVERIFY(toast.geometry().bottom() < window.height() && toast.geometry().top() > window.height() / 2);
    QTRY_VERIFY(!toast.isVisible());
  }

  void toastsButtonDoesItsAction() {
    QWidget window;
    window.resize(600, 400);
    Toast toast(&window);
    window.show();
    QAction undo("Undo");
    QSignalSpy triggered(&undo, &QAction::triggered);
    toast.say("AD-3 is in the trash", &undo);
    QTest::mouseClick(toast.findChild<QPushButton*>(), Qt::LeftButton);
    QCOMPARE(triggered.count(), 1);
    QVERIFY(!toast.isVisible());
  }
};

QTEST_MAIN(MessagesTest)
#include "messages_test.moc"
