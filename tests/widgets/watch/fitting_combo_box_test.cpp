// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/fitting_combo_box.h"

#include <QtTest>

using namespace limbeck;

class FittingComboBoxTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Two texts that differ only behind the cut look the same, ellipsis and all; where there is room they do not.
  void textIsCutWithAnEllipsis() {
    FittingComboBox box;
    box.addItems({"uniform 2541, best arm 10 (0.94) · play 1", "uniform 2541, best arm 10 (0.94) · play 2"});
    box.resize(2 * box.sizeHint().width(), box.sizeHint().height());
    QVERIFY(!box.isCut());
    QVERIFY(pictureOf(box, 0) != pictureOf(box, 1));
    box.resize(box.sizeHint().width() / 2, box.sizeHint().height());
    QVERIFY(box.isCut());
    QCOMPARE(pictureOf(box, 0), pictureOf(box, 1));
  }

  void whatFitsLooksLikeAnyComboBox() {
    FittingComboBox box;
    QComboBox plain;
    for (QComboBox* of : {static_cast<QComboBox*>(&box), &plain}) {
      of->addItem("goal (7,1)");
      of->resize(200, of->sizeHint().height());
    }
    QCOMPARE(box.grab().toImage(), plain.grab().toImage());
  }

 private:
  static QImage pictureOf(QComboBox& box, int index) {
    box.setCurrentIndex(index);
    return box.grab().toImage();
  }
};

QTEST_MAIN(FittingComboBoxTest)
#include "fitting_combo_box_test.moc"
