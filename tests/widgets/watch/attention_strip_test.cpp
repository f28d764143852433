// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/attention_strip.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

#include "tests/widgets/watch/recorded_episodes.h"
#include "widgets/watch/attention_plot.h"
#include "widgets/watch/transition_text.h"

using namespace limbeck;
using namespace limbeck::test;
using OptionalRow = std::optional<std::int64_t>;

namespace {

/// Three episodes of 3, 2 and 4 steps; the context begins with row 1 and the present is row 6, the second step of the
/// last.
const auto kStream = recordedEpisodes({{0, 0, 1}, {0, 1}, {0, 0, 0, 0}});

std::shared_ptr<const AttentionView> view(std::vector<float> weights, int layers, int heads, std::int64_t first_row,
                                          int length) {
  return std::make_shared<AttentionView>(AttentionView{layers, heads, first_row, length, std::move(weights)});
}

/// Rows 1 2 | 3 4 | 5 6; two layers of one head.
std::shared_ptr<const AttentionView> twoLayers() {
  return view({0.1F, 0.4F, 0.1F, 0.1F, 0.1F, 0.2F, /* second layer */ 0.0F, 0.2F, 0.5F, 0.1F, 0.1F, 0.1F}, 2, 1, 1, 6);
}

bool isNear(double a, double b) {
  return std::abs(a - b) < 1e-6;
}

}  // namespace

class AttentionStripTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void barIsTheMeanOfTheChosenLayersAndHeads() {
    // Two layers of two heads over two transitions.
    const auto four = view({0.1F, 0.9F, 0.3F, 0.7F, 0.5F, 0.5F, 0.7F, 0.3F}, 2, 2, 0, 2);
    const auto first = [&](const AttentionChoice& choice) {
      return attentionBars(*four, *kStream, choice).front().weight;
    };
    QVERIFY(isNear(first({}), 0.4));
    QVERIFY(isNear(first({.layer = 0}), 0.2));
    QVERIFY(isNear(first({.head = 1}), 0.5));
    QVERIFY(isNear(first({.layer = 1, .head = 1}), 0.7));
  }

  void foldingSumsWithinEpisodes() {
    const auto bars = attentionBars(*twoLayers(), *kStream, {.layer = 0, .is_folded = true});
    QCOMPARE(bars.size(), std::size_t{3});
    QVERIFY(isNear(bars[0].weight, 0.5));
    QVERIFY(isNear(bars[1].weight, 0.2));
    QVERIFY(isNear(bars[2].weight, 0.3));
    QCOMPARE(bars[0].count, 2);
    QCOMPARE(bars[0].episode, 0);
    QCOMPARE(bars[0].strongest_row, std::int64_t{2});
    QCOMPARE(bars[2].strongest_row, std::int64_t{6});
    QVERIFY(bars[0].is_rewarded && bars[1].is_rewarded && !bars[2].is_rewarded);
  }

  void presentBeyondTheLastRowBelongsToTheNextEpisode() {
    const auto at_end = view({0.5F, 0.5F}, 1, 1, 8, 2);
    QCOMPARE(attentionBars(*at_end, *kStream, {})[1].episode, 3);
    const auto unfinished = recordedEpisodes({{0, 0, 1}, {0, 1}, {0, 0, 0, 0}}, false);
    QCOMPARE(attentionBars(*at_end, *unfinished, {})[1].episode, 2);
    QCOMPARE(transitionText(*kStream, 9, {}), QString("now"));
  }

  void transitionIsToldInWords() {
    // Row 4: the second step of the second episode, seen at (4,1), action 4, reward 1.
    QCOMPARE(transitionText(*kStream, 4, {"left", "right", "up", "down", "no-op"}),
             QString("episode 2, step 2, at (4,1), no-op, reward 1"));
    QCOMPARE(transitionText(*kStream, 4, {}), QString("episode 2, step 2, at (4,1), action 4, reward 1"));
    const auto nowhere = [](std::span<const std::uint8_t>) { return QString(); };
    QCOMPARE(transitionText(*kStream, 4, {}, nowhere), QString("episode 2, step 2, action 4, reward 1"));
    const auto column = [](std::span<const std::uint8_t> seen) { return QString("column %1").arg(seen[0]); };
    QCOMPARE(transitionText(*kStream, 4, {}, column), QString("episode 2, step 2, at column 4, action 4, reward 1"));
    QCOMPARE(percentText(0.042), QString("4.2 %"));
    QCOMPARE(percentText(0.81), QString("81 %"));
    QCOMPARE(percentText(0.0035), QString("0.35 %"));
    QCOMPARE(percentText(0.00001), QString("< 0.01 %"));
    QCOMPARE(percentText(0.0), QString("0 %"));
  }

  void hoverAndClickNameTheTransitionUnderThePointer() {
    AttentionStrip strip;
    strip.resize(700, strip.sizeHint().height());
    strip.setAttention(twoLayers(), kStream);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    auto* plot = strip.findChild<AttentionPlot*>();
    OptionalRow hovered;
    int hovers = 0;
    connect(&strip, &AttentionStrip::transitionHovered, this, [&](const OptionalRow& row) { hovered = row, ++hovers; });
    QSignalSpy clicked(&strip, &AttentionStrip::transitionClicked);
    for (std::size_t bar = 0; bar < 6; ++bar) {
      const QPoint middle(static_cast<int>(plot->xOf(bar)) + 4, plot->height() / 3);
      QTest::mouseMove(plot, middle);
      QCOMPARE(hovered, OptionalRow(1 + static_cast<std::int64_t>(bar)));
      QTest::mouseClick(plot, Qt::LeftButton, {}, middle);
      QCOMPARE(clicked.back().front().toLongLong(), 1 + static_cast<qint64>(bar));
    }
    QCOMPARE(hovers, 6);
    QTest::mouseMove(plot, QPoint(2, 2));
    QCOMPARE(hovered, OptionalRow());
  }

  void barsOfALongContextShareNoPointer() {
    // 2000 transitions in fewer pixels: the highest of those that share a pixel is meant.
    std::vector<float> weights(2000, 0.0001F);
    for (std::size_t i = 0; i < weights.size(); i += 100) weights[i] = 0.05F;
    const auto long_stream = improvingEpisodes(100, 20);
    AttentionStrip strip;
    strip.resize(700, strip.sizeHint().height());
    strip.setAttention(view(std::move(weights), 1, 1, 0, 2000), long_stream);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    auto* plot = strip.findChild<AttentionPlot*>();
    for (std::size_t bar = 0; bar < 2000; bar += 100) {
      const auto found = plot->barAt(std::ceil(plot->xOf(bar)));
      const auto before = plot->barAt(std::floor(plot->xOf(bar)));
      QVERIFY(found == bar || before == bar);
    }
    QVERIFY(plot->barAt(plot->xOf(2000) + 1) == std::nullopt);
  }

  void newDataLeavesTheChoiceAlone() {
    AttentionStrip strip;
    strip.setAttention(twoLayers(), kStream);
    const auto pickers = strip.findChildren<QComboBox*>();
    QCOMPARE(pickers[0]->itemText(0), QString("all layers (mean)"));
    QCOMPARE(pickers[0]->itemText(2), QString("layer 2"));
    QCOMPARE(pickers[1]->itemText(1), QString("head 1"));
    pickers[0]->setCurrentIndex(2);
    QCOMPARE(strip.choice().layer, std::optional(1));
    strip.setAttention(nullptr, nullptr);
    strip.setAttention(twoLayers(), kStream);
    QCOMPARE(strip.choice().layer, std::optional(1));
    strip.setAttention(view({1.0F}, 1, 1, 0, 1), kStream);  // a model of one layer
    QCOMPARE(strip.choice().layer, std::optional<int>());
  }

  void foldedBarsAreShownOnAClick() {
    AttentionStrip strip;
    strip.resize(700, strip.sizeHint().height());
    strip.setAttention(twoLayers(), kStream);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    auto* plot = strip.findChild<AttentionPlot*>();
    QCOMPARE(plot->bars().size(), std::size_t{6});
    QTest::mouseClick(strip.findChild<QToolButton*>(), Qt::LeftButton);
    QCOMPARE(plot->bars().size(), std::size_t{3});
    QVERIFY(strip.table().startsWith("episode\ttransitions\tattention\n1\t2\t"));
  }

  void numbersCanBeCopied() {
    AttentionStrip strip;
    strip.setActionNames({"left", "right", "up", "down", "no-op"});
    strip.setAttention(view({0.25F, 0.75F}, 1, 1, 8, 2), kStream);  // the last row, and the present after it
    strip.show();
    QVERIFY(QTest::qWaitForWindowActive(&strip));
    auto* plot = strip.findChild<AttentionPlot*>();
    plot->setFocus();
    QTest::keyClick(plot, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(
        QGuiApplication::clipboard()->text(),
        QString(
            "episode\tstep\tobservation\taction\treward\tattention\n3\t4\t(8,1)\tdown\t0\t0.25\n4\tnow\t\t\t\t0.75\n"));
  }

  void strongestAreToldToAScreenReader() {
    AttentionStrip strip;
    strip.setAttention(twoLayers(), kStream);  // means: 0.05 0.3 0.3 0.1 0.1 0.15
    const QString told = strip.findChild<AttentionPlot*>()->accessibleDescription();
    QVERIFY2(told.startsWith("Strongest: episode 1, step 3, at (2,1), action 2, reward 1: 30 % of attention"),
             qPrintable(told));
    QCOMPARE(told.count(';'), 4);
  }

  void withoutAttentionTheWordsAreThere() {
    AttentionStrip strip;
    strip.setWords("This run keeps no checkpoint.");
    QCOMPARE(strip.findChild<AttentionPlot*>()->accessibleDescription(), QString("This run keeps no checkpoint."));
    QVERIFY(strip.table().isEmpty());
    OptionalRow row;
    connect(&strip, &AttentionStrip::transitionHovered, this, [&](const OptionalRow& hovered) { row = hovered; });
    QTest::mouseMove(strip.findChild<AttentionPlot*>(), QPoint(100, 10));
    QVERIFY(!row);
  }
};

QTEST_MAIN(AttentionStripTest)
#include "attention_strip_test.moc"
