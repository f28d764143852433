// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/action_bars.h"

#include <QtTest>
#include <algorithm>

#include "widgets/base/theme.h"

using namespace limbeck;

namespace {

/// Pixels of the accent in a line: what a bar is made of.
int accentPixels(const QImage& picture, int top, int bottom) {
  int count = 0;
  for (int y = top; y < bottom; ++y) {
    for (int x = 0; x < picture.width(); ++x) count += picture.pixelColor(x, y) == lightTheme().accent ? 1 : 0;
  }
  return count;
}

}  // namespace

class ActionBarsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { QApplication::setPalette(lightTheme().palette()); }

  void barsAreAsLongAsTheirProbabilities() {
    ActionBars bars;
    bars.setActions({"left", "right", "up", "down", "no-op"});
    bars.setProbabilities({0.5F, 0.25F, 0.125F, 0.125F, 0.0F}, 0);
    bars.resize(300, bars.sizeHint().height());
    const QImage picture = bars.grab().toImage();
    const int line = picture.height() / 5;
    const int half = accentPixels(picture, 0, line);
    const int quarter = accentPixels(picture, line, 2 * line);
    QVERIFY(half > 0);
    QVERIFY(std::abs(half - 2 * quarter) <= half / 10);  // whole pixels
    QCOMPARE(accentPixels(picture, 4 * line, 5 * line), 0);
  }

  // 40 arms, the likeliest in the middle; the taken one is the least likely of all.
  void ofManyActionsTheLikeliestAndTheTakenOneAreShown() {
    ActionBars bars;
    std::vector<float> probabilities(40, 0.01F);
    probabilities[20] = 0.5F;
    probabilities[33] = 0.0F;
    bars.setProbabilities(probabilities, 33);
    const QString said = bars.accessibleDescription();
    QCOMPARE(said.count(QLatin1Char(';')) + 1, 12);
    QVERIFY(said.contains("action 20 50 %") && said.contains("action 33 0 %, taken"));
    QCOMPARE(bars.sizeHint().height() % 12, 0);
    QVERIFY(bars.sizeHint().height() < 13 * bars.fontMetrics().height() * 4 / 3);
  }

  void takenActionLooksOtherThanByColour() {
    ActionBars bars;
    bars.setActions({"left", "right"});
    bars.setProbabilities({0.5F, 0.5F}, 1);
    bars.resize(300, bars.sizeHint().height());
    const QImage picture = bars.grab().toImage();
    const auto darkPixels = [&picture](int left, int top, int bottom) {
      int count = 0;
      for (int y = top; y < bottom; ++y) {
        for (int x = left; x < picture.width(); ++x) count += picture.pixelColor(x, y).lightness() < 100 ? 1 : 0;
      }
      return count;
    };
    const int tick = picture.width() - bars.fontMetrics().height();
    const int line = picture.height() / 2;
    QCOMPARE(darkPixels(tick, 0, line), 0);
    QVERIFY(darkPixels(tick, line, 2 * line) > 5);
  }

  void everythingIsToldInWords() {
    ActionBars bars;
    bars.setWords("There is no checkpoint to ask.");
    QCOMPARE(bars.accessibleDescription(), QString("There is no checkpoint to ask."));
    bars.setActions({"left", "right"});
    bars.setProbabilities({0.81F, 0.042F, 0.148F}, 2);
    QCOMPARE(bars.accessibleDescription(), QString("left 81 %; right 4.2 %; action 2 15 %, taken"));
    bars.setProbabilities({}, std::nullopt);
    QCOMPARE(bars.accessibleDescription(), QString("There is no checkpoint to ask."));
  }

  void sizeDoesNotJumpWhenTheNumbersCome() {
    ActionBars bars;
    bars.setActions({"left", "right", "up", "down", "no-op"});
    const QSize before = bars.sizeHint();
    bars.setProbabilities({0.2F, 0.2F, 0.2F, 0.2F, 0.2F}, std::nullopt);
    QCOMPARE(bars.sizeHint(), before);
  }
};

QTEST_MAIN(ActionBarsTest)
#include "action_bars_test.moc"
