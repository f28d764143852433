// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/label_layout.h"

#include <QtTest>

#include <vector>

#include "core/base/rng.h"
#include "core/plot/text_metrics.h"

using namespace limbeck;

class LabelLayoutTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void labelsApartStayWhereTheyWantToBe();
  void touchingLabelsShareTheWay();
  void labelsStayWithinTheColumn();
  void anyLabelsThatFitNeitherOverlapNorLeave();
  void boxesAvoidWhatIsTaken();
  void boxesStayInTheArea();
  void textIsBrokenAtSpaces();
};

void LabelLayoutTest::labelsApartStayWhereTheyWantToBe() {
  const std::vector<ColumnLabel> labels = {{80, 10}, {20, 10}};
  QCOMPARE(spreadLabels(labels, 0, 100), (std::vector<double>{80, 20}));
}

// Three of height 10 that all want 50: 40, 50, 60; the first of equals is the upper one.
void LabelLayoutTest::touchingLabelsShareTheWay() {
  const std::vector<ColumnLabel> same = {{50, 10}, {50, 10}, {50, 10}};
  QCOMPARE(spreadLabels(same, 0, 100), (std::vector<double>{40, 50, 60}));
  // 48 and 52 are 4 apart and need (10 + 20) / 2 = 15: each gives way by 5.5.
  const std::vector<ColumnLabel> two = {{52, 20}, {48, 10}};
  QCOMPARE(spreadLabels(two, 0, 100), (std::vector<double>{57.5, 42.5}));
}

void LabelLayoutTest::labelsStayWithinTheColumn() {
  const std::vector<ColumnLabel> low = {{98, 10}, {99, 10}};
  QCOMPARE(spreadLabels(low, 0, 100), (std::vector<double>{85, 95}));
  const std::vector<ColumnLabel> high = {{-20, 10}, {1, 10}};
  QCOMPARE(spreadLabels(high, 0, 100), (std::vector<double>{5, 15}));
}

void LabelLayoutTest::anyLabelsThatFitNeitherOverlapNorLeave() {
  Rng rng(Seed{3});
  for (int trial = 0; trial < 500; ++trial) {
    std::vector<ColumnLabel> labels;
    for (std::uint32_t i = rng.below(6) + 1; i > 0; --i)
      labels.push_back({130 * rng.uniform() - 15, 5 + 10 * rng.uniform()});
    const std::vector<double> centres = spreadLabels(labels, 0, 100);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      QVERIFY2(centres[i] - labels[i].height / 2 >= -1e-9 && centres[i] + labels[i].height / 2 <= 100 + 1e-9, "seed 3");
      for (std::size_t j = 0; j < i; ++j) {
        QVERIFY2(std::abs(centres[i] - centres[j]) >= (labels[i].height + labels[j].height) / 2 - 1e-9, "seed 3");
      }
    }
  }
}

void LabelLayoutTest::boxesAvoidWhatIsTaken() {
  const PlotBox area{0, 0, 200, 200};
  const PlotBox first = placeBeside({100, 100}, 40, 10, area, {}, {});
  QVERIFY(first.left > 100);
  const PlotBox second = placeBeside({100, 100}, 40, 10, area, std::vector{first}, {});
  QVERIFY(!second.overlaps(first));
  QVERIFY(second.right < 100);
  // A line that goes through the place on the right makes it the worse one.
  const PlotBox third = placeBeside({100, 100}, 40, 10, area, {}, std::vector<PlotPosition>{{120, 100}});
  QVERIFY(!third.contains({120, 100}));
}

void LabelLayoutTest::boxesStayInTheArea() {
  const PlotBox area{0, 0, 200, 200};
  const PlotBox box = placeBeside({195, 100}, 40, 10, area, {}, {});
  QVERIFY(box.right < 195 && box.left > 0);
}

// DejaVu Sans: "i" is .278 em and "m" .974 em wide, a space .318.
void LabelLayoutTest::textIsBrokenAtSpaces() {
  QVERIFY(std::abs(textWidth("im", {10.0, false}) - 12.52) < 1e-9);
  QCOMPARE(wrapText("mm mm mm", {10.0, false}, 43.0), (std::vector<std::string>{"mm mm", "mm"}));
  QCOMPARE(wrapText("mmmmmmmmm i", {10.0, false}, 20.0), (std::vector<std::string>{"mmmmmmmmm", "i"}));
  QVERIFY(wrapText("", {}, 10.0).empty());
}

QTEST_APPLESS_MAIN(LabelLayoutTest)
#include "label_layout_test.moc"
