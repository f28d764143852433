// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/base/theme.h"

#include <QtTest>
#include <cmath>

using namespace limbeck;

namespace {

/// Relative luminance and contrast by WCAG 2.1.
double luminance(const QColor& colour) {
  const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrast(const QColor& a, const QColor& b) {
  const double first = luminance(a);
  const double second = luminance(b);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

}  // namespace

class ThemeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void coloursCanBeRead_data() {
    QTest::addColumn<QColor>("front");
    QTest::addColumn<QColor>("back");
    QTest::addColumn<double>("least");
    for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
      const char* look = theme->is_dark ? "dark" : "light";
      for (const auto& [name, back] : {std::pair{"base", theme->base}, std::pair{"window", theme->window}}) {
        // Text wants 4.5 : 1, lines and marks 3 : 1.
        QTest::addRow("%s text on %s", look, name) << theme->text << back << 7.0;
        QTest::addRow("%s quiet text on %s", look, name) << theme->quiet_text << back << 4.5;
        QTest::addRow("%s good on %s", look, name) << theme->good << back << 4.5;
        QTest::addRow("%s warning on %s", look, name) << theme->warning << back << 4.5;
        QTest::addRow("%s bad on %s", look, name) << theme->bad << back << 4.5;
        QTest::addRow("%s accent on %s", look, name) << theme->accent << back << 4.5;
      }
      QTest::addRow("%s selection", look) << theme->on_accent << theme->accent << 4.5;
      for (const PlotRole role : {PlotRole::AD, PlotRole::Source, PlotRole::ExpertDistillation, PlotRole::Control}) {
        QTest::addRow("%s role %d", look, static_cast<int>(role)) << theme->role(role) << theme->base << 3.0;
      }
      for (int i = 0; i < 6; ++i) {
        QTest::addRow("%s free %d", look, i)
            << theme->role(PlotRole::Free, i) << theme->base << (theme->is_dark ? 3.0 : 2.9);
      }
    }
  }
  void coloursCanBeRead() {
    QFETCH(QColor, front);
    QFETCH(QColor, back);
    QFETCH(double, least);
    QVERIFY2(contrast(front, back) >= least, qPrintable(QString::number(contrast(front, back))));
  }

  void themeIsToldByThePalette() {
    QVERIFY(themeOf(darkTheme().palette()).is_dark);
    QVERIFY(!themeOf(lightTheme().palette()).is_dark);
  }

  void goalShowsOnEveryCell() {
    for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
      for (int i = 0; i <= 10; ++i) {
        const QColor cell = theme->heat(i / 10.0);
        const double best = std::max(contrast(theme->goal_inner, cell), contrast(theme->goal_outer, cell));
        QVERIFY2(best >= 4.5, qPrintable(QString("heat %1: %2").arg(i / 10.0).arg(best)));
      }
    }
  }
};

QTEST_GUILESS_MAIN(ThemeTest)
#include "theme_test.moc"
