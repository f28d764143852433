// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/context_list.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QSignalSpy>
#include <QTreeView>
#include <QtTest>

#include "tests/widgets/watch/recorded_episodes.h"
#include "widgets/watch/context_model.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

/// Rows 0-2, 3-4, 5-8.
const auto kStream = recordedEpisodes({{0, 0, 1}, {1, 1}, {1, 0, 0, 1}});

QStringList line(const QAbstractItemModel& model, int row) {
  QStringList cells;
  for (int column = 0; column < model.columnCount(); ++column) cells << model.index(row, column).data().toString();
  return cells;
}

}  // namespace

class ContextListTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void episodesAreCountedWithinTheContext() {
    ContextModel model;
    model.setContext(kStream, 0, 9);
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(line(model, 0), (QStringList{"1", "1", "3"}));
    QCOMPARE(line(model, 1), (QStringList{"2", "2", "2"}));
    QCOMPARE(line(model, 2), (QStringList{"3", "2", "4"}));
    QCOMPARE(model.index(0, ContextModel::Return).data(ContextModel::kShareRole).toDouble(), 0.5);
    QCOMPARE(model.index(1, ContextModel::Return).data(ContextModel::kShareRole).toDouble(), 1.0);
  }

  void partialFirstAndLastSaySo() {
    ContextModel model;
    model.setContext(kStream, 1, 7);
    QCOMPARE(line(model, 0), (QStringList{"1", "1", "2 of 3, cut"}));
    QCOMPARE(line(model, 1), (QStringList{"2", "2", "2"}));
    QCOMPARE(line(model, 2), (QStringList{"3", "1", "2 so far"}));  // the reward that is yet to come is not told
    model.setContext(kStream, 6, 7);
    QCOMPARE(line(model, 0), (QStringList{"3", "0", "1, cut, so far"}));
    model.setContext(kStream, 5, 5);
    QCOMPARE(model.rowCount(), 0);
  }

  void movingOnInsertsAndRemovesAtTheEnds() {
    const auto stream = improvingEpisodes(30, 4);
    ContextModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setContext(stream, 0, 22);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    const QPersistentModelIndex kept = model.index(4, ContextModel::Episode);
    QCOMPARE(kept.data().toInt(), 5);
    model.setContext(stream, 9, 34);
    QVERIFY(kept.isValid());
    QCOMPARE(kept.data().toInt(), 5);
    QCOMPARE(model.rowCount(), 7);  // episodes 3 to 9
    QCOMPARE(line(model, 0).front(), QString("3"));
    QCOMPARE(line(model, 6).front(), QString("9"));
    model.setContext(stream, 0, 20);  // and back
    QCOMPARE(kept.data().toInt(), 5);
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(reset.count(), 0);
    model.setContext(stream, 80, 100);  // a jump
    QCOMPARE(reset.count(), 1);
    QCOMPARE(line(model, 0).front(), QString("21"));
    model.setContext(nullptr, 0, 0);
    QCOMPARE(model.rowCount(), 0);
  }

  void captionSaysHowFullItIs() {
    ContextList list;
    const auto* caption = list.findChild<QLabel*>();
    list.setContext(improvingEpisodes(30, 20), 80, 300);
    QCOMPARE(caption->text(), QString("Context: what the model reads: 220 transitions"));
    list.setContextLength(300);
    QCOMPARE(caption->text(), QString("Context: what the model reads: 220 of 300 transitions"));
  }

  void clickJumpsToTheEpisode() {
    ContextList list;
    list.resize(320, 300);
    list.setContext(kStream, 0, 9);
    list.show();
    QVERIFY(QTest::qWaitForWindowExposed(&list));
    QSignalSpy activated(&list, &ContextList::episodeActivated);
    auto* view = list.findChild<QTreeView*>();
    const QRect cell = view->visualRect(view->model()->index(1, ContextModel::Return));
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, cell.center());
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.front().front().toInt(), 1);
  }

  void newestStaysInSightUnlessScrolledAway() {
    const auto stream = improvingEpisodes(100, 4);
    ContextList list;
    list.resize(320, 200);
    list.show();
    QVERIFY(QTest::qWaitForWindowExposed(&list));
    auto* view = list.findChild<QTreeView*>();
    const auto lastIsSeen = [view] {
      const QRect last = view->visualRect(view->model()->index(view->model()->rowCount() - 1, 0));
      return view->viewport()->rect().intersects(last);
    };
    list.setContext(stream, 0, 200);
    QTRY_VERIFY(lastIsSeen());
    view->scrollToTop();
    list.setContext(stream, 0, 240);
    QVERIFY(!lastIsSeen());
  }
};

QTEST_MAIN(ContextListTest)
#include "context_list_test.moc"
