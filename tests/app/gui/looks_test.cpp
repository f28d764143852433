// SPDX-License-Identifier: GPL-3.0-or-later
// What can be said of the window's looks without an eye: names, room for words, colours, and that panels stay where
// they were put.
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QScopeGuard>
#include <QScrollArea>
#include <QTabWidget>
#include <QToolButton>
#include <cmath>
#include <set>

#include "app/gui/hand_play_controller.h"
#include "app/gui/replay_controller.h"
#include "app/gui/watch_page.h"
#include "tests/app/gui/gui_fixture.h"
#include "widgets/base/theme.h"
#include "widgets/form/new_run_page.h"
#include "widgets/queue/elided_label.h"
#include "widgets/queue/queue_panel.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/watch/playback.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

QString describe(const QWidget& widget) {
  const QVariant text = widget.property("text");
  return QString("%1 '%2' \"%3\"").arg(widget.metaObject()->className(), widget.objectName(), text.toString());
}

/// Of a part of another control, that one has the name.
bool isPart(const QWidget& widget) {
  const QWidget* parent = widget.parentWidget();
  return parent != nullptr &&
         (qobject_cast<const QAbstractSpinBox*>(parent) != nullptr ||
          qobject_cast<const QComboBox*>(parent) != nullptr || qobject_cast<const QTabWidget*>(parent) != nullptr);
}

QStringList namelessControls(const QWidget& window) {
  QStringList nameless;
  for (QWidget* widget : window.findChildren<QWidget*>()) {
    if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus || widget->focusProxy() != nullptr ||
        isPart(*widget))
      continue;
    if (qobject_cast<QScrollArea*>(widget) != nullptr || widget->objectName().startsWith("qt_")) continue;
    const QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
    if (face == nullptr || face->text(QAccessible::Name).trimmed().isEmpty()) nameless << describe(*widget);
  }
  return nameless;
}

bool isInScrollArea(const QWidget& widget) {
  for (const QWidget* parent = widget.parentWidget(); parent != nullptr; parent = parent->parentWidget()) {
    if (qobject_cast<const QAbstractScrollArea*>(parent) != nullptr) return true;
  }
  return false;
}

bool hasRoom(const QLabel& label) {
  if (qobject_cast<const ElidedLabel*>(&label) != nullptr)
    return true;  // it says with an ellipsis that there is more, and has a tooltip
  if (label.wordWrap()) return label.heightForWidth(label.width()) <= label.height();
  return label.minimumSizeHint().width() <= label.width() && label.minimumSizeHint().height() <= label.height() + 1;
}

bool hasRoom(const QAbstractButton& button) {
  const auto* tool = qobject_cast<const QToolButton*>(&button);
  if (tool != nullptr && (tool->toolButtonStyle() == Qt::ToolButtonIconOnly || tool->icon().isNull())) return true;
  const int icon = button.icon().isNull() ? 0 : button.iconSize().width();
  const int text = button.fontMetrics().size(Qt::TextShowMnemonic, button.text()).width();
  return icon + text <= button.width() && button.fontMetrics().height() <= button.height();
}

/// Labels and buttons whose words do not fit into them, or that stick out of what they stand in.
QStringList clippedTexts(const QWidget& window) {
  QStringList clipped;
  const auto check = [&](const QWidget& widget, bool has_room) {
    const bool is_whole = isInScrollArea(widget) || widget.parentWidget()->rect().contains(widget.geometry());
    if (!has_room || !is_whole)
      clipped << describe(widget) + QString(" in %1x%2").arg(widget.width()).arg(widget.height());
  };
  for (const auto* label : window.findChildren<QLabel*>()) {
    if (label->isVisible() && !label->text().isEmpty()) check(*label, hasRoom(*label));
  }
  for (const auto* button : window.findChildren<QAbstractButton*>()) {
    if (button->isVisible() && !button->text().isEmpty()) check(*button, hasRoom(*button));
  }
  return clipped;
}

double luminance(const QColor& colour) {
  const auto linear = [](double part) {
    return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

/// WCAG: 1 for the same colour, 21 for black on white.
double contrast(const QColor& a, const QColor& b) {
  const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
  return (lighter + 0.05) / (darker + 0.05);
}

QColor textColour(const QLabel& label) {
  return label.palette().color(label.foregroundRole());
}

/// Labels that are hard to read on the window and on its lighter fields.
QStringList faintLabels(const QWidget& window) {
  const Theme& theme = themeOf(window);
  QStringList faint;
  for (const auto* label : window.findChildren<QLabel*>()) {
    if (!label->isVisible() || label->text().isEmpty() || !label->isEnabled() || label->textFormat() == Qt::RichText)
      continue;
    const double least = std::min(contrast(textColour(*label), theme.window), contrast(textColour(*label), theme.base));
    if (least < 4.5) faint << describe(*label) + " " + textColour(*label).name();
  }
  return faint;
}

std::set<QString> labelColours(const QWidget& window) {
  std::set<QString> colours;
  for (const auto* label : window.findChildren<QLabel*>()) {
    if (label->isVisible() && !label->text().isEmpty()) colours.insert(textColour(*label).name());
  }
  return colours;
}

QueueEntry queued(int run, JobState state) {
  QueueEntry entry{.run = RunId{run}, .name = QString("AD-%1").arg(run), .title = "darkroom_quick"};
  entry.job.id = JobId{static_cast<std::uint64_t>(run)};
  entry.job.state = state;
  entry.job.progress = {
      .what = "steps", .done = 76, .total = 700, .rate = 51'000, .rate_unit = "tokens", .detail = "loss 1.144"};
  entry.job.elapsed_seconds = 15;
  entry.job.remaining_seconds = 122;
  return entry;
}

}  // namespace

class LooksTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    gui_ = std::make_unique<GuiFixture>();
    gui_->openDemo();
    QTRY_VERIFY_WITH_TIMEOUT(window().replay().subject() != nullptr, kPatience);
    window().watchPage().playback().pause();
    window().resize(1280, 800);
  }
  void cleanup() { gui_.reset(); }

  void everyActionHasWordsANameAndAPlaceInAMenu() {
    QList<QAction*> in_menus;
    for (const QAction* menu : window().menuBar()->actions()) in_menus += menu->menu()->actions();
    std::set<QString> names;
    for (const ActionGroup& group : window().actionGroups()) {
      for (const QAction* action : group.actions) {
        QVERIFY2(!plainText(*action).isEmpty(), qPrintable(action->objectName()));
        QVERIFY2(!action->objectName().isEmpty(), qPrintable(action->text()));
        QVERIFY2(!action->toolTip().isEmpty(), qPrintable(action->objectName()));
        QVERIFY2(in_menus.contains(const_cast<QAction*>(action)), qPrintable(action->objectName()));
        QVERIFY2(names.insert(action->objectName()).second, qPrintable(action->objectName() + " is there twice"));
      }
    }
    QVERIFY(names.size() > 50);
  }

  void everyControlHasAName() {
    forEveryPage([this](const QString& page) {
      const QStringList nameless = namelessControls(window());
      QVERIFY2(nameless.isEmpty(), qPrintable(page + ": " + nameless.join("; ")));
    });
  }

  void noWordIsClippedAt1280x800_data() {
    QTest::addColumn<bool>("is_dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
  }
  void noWordIsClippedAt1280x800() {
    QFETCH(bool, is_dark);
    setTheme(is_dark);
    forEveryPage([this](const QString& page) {
      QCOMPARE(window().size(), QSize(1280, 800));
      const QStringList clipped = clippedTexts(window());
      QVERIFY2(clipped.isEmpty(), qPrintable(page + ": " + clipped.join("; ")));
    });
  }

  void aClippedWordWouldBeFound() {
    QLabel label("as long as a sentence that nobody has shortened", &window());
    label.setGeometry(0, 0, 40, 20);
    label.show();
    QVERIFY(clippedTexts(window()).join(' ').contains("nobody has shortened"));
  }

  void themeSwitchReachesEveryLabel() {
    window().queuePanel().setEntries(
        {queued(7, JobState::Running), queued(8, JobState::Waiting), queued(9, JobState::Failed)});
    setTheme(false);
    const std::set<QString> light = labelColours(window());
    const QImage light_picture = window().grab().toImage();
    QVERIFY2(faintLabels(window()).isEmpty(), qPrintable(faintLabels(window()).join("; ")));
    setTheme(true);
    QVERIFY(themeOf(window()).is_dark);
    QVERIFY2(faintLabels(window()).isEmpty(), qPrintable(faintLabels(window()).join("; ")));
    const std::set<QString> dark = labelColours(window());
    for (const QString& colour : dark) QVERIFY2(!light.contains(colour), qPrintable(colour));
    QVERIFY(window().grab().toImage().pixelColor(2, 400).lightness() < 100);
    setTheme(false);
    QVERIFY2(faintLabels(window()).isEmpty(), qPrintable(faintLabels(window()).join("; ")));
    QCOMPARE(labelColours(window()), light);
    QCOMPARE(window().grab().toImage().pixelColor(2, 400), light_picture.pixelColor(2, 400));
  }

  void systemIsWhatTheSystemLooksLike() {
    QApplication::setPalette(darkTheme().palette());
    ThemeController on_a_dark_system(*qApp);
    on_a_dark_system.apply(ThemeChoice::System);
    QVERIFY(on_a_dark_system.isDark());
    on_a_dark_system.apply(ThemeChoice::Light);
    QVERIFY(!on_a_dark_system.isDark());
    on_a_dark_system.apply(ThemeChoice::System);
    QVERIFY(themeOf(QApplication::palette()).is_dark);
    QApplication::setPalette(lightTheme().palette());
    ThemeController on_a_light_system(*qApp);
    on_a_light_system.apply(ThemeChoice::System);
    QVERIFY(!themeOf(QApplication::palette()).is_dark);
  }

  void wholeWindowFitsInto1280WithALargeFont() {
    gui_.reset();
    const QFont usual = QApplication::font();
    QFont large = usual;
    large.setPointSizeF(13.0);
    QApplication::setFont(large);
    gui_ = std::make_unique<GuiFixture>();
    gui_->openDemo();
    const auto put_back = qScopeGuard([&usual] { QApplication::setFont(usual); });
    QTRY_VERIFY_WITH_TIMEOUT(window().replay().subject() != nullptr, kPatience);
    window().resize(1280, 800);
    forEveryPage([this](const QString& page) {
      QVERIFY2(window().width() <= 1280 && window().height() <= 800, qPrintable(page));
      const QStringList clipped = clippedTexts(window());
      QVERIFY2(clipped.isEmpty(), qPrintable(page + ": " + clipped.join("; ")));
    });
  }

  void panelsStayWhereTheyWerePut() {
    window().resizeDocks({dock("runs"), dock("inspector")}, {360, 300}, Qt::Horizontal);
    QTRY_COMPARE(dock("runs")->width(), 360);
    const int inspector = dock("inspector")->width();
    window().close();
    gui_->program->closeAll();
    gui_->open();
    window().resize(1280, 800);
    QTRY_COMPARE(dock("runs")->width(), 360);
    QCOMPARE(dock("inspector")->width(), inspector);
  }

  void resetLayoutPutsThemBack() {
    QTRY_VERIFY(dock("runs")->isVisible());
    const int runs = dock("runs")->width();
    const int inspector = dock("inspector")->width();
    dock("queue")->close();
    window().addDockWidget(Qt::RightDockWidgetArea, dock("runs"));
    window().resizeDocks({dock("inspector")}, {inspector + 90}, Qt::Horizontal);
    QTest::qWait(20);
    window().actions().reset_layout->trigger();
    QTRY_VERIFY(dock("queue")->isVisible());
    QCOMPARE(window().dockWidgetArea(dock("runs")), Qt::LeftDockWidgetArea);
    QTRY_VERIFY2(std::abs(dock("runs")->width() - runs) <= 4,
                 qPrintable(QString("%1 was %2").arg(dock("runs")->width()).arg(runs)));
    QVERIFY2(std::abs(dock("inspector")->width() - inspector) <= 4,
             qPrintable(QString("%1 was %2").arg(dock("inspector")->width()).arg(inspector)));
  }

 private:
  MainWindow& window() const { return gui_->window(); }
  QDockWidget* dock(const char* name) const { return window().findChild<QDockWidget*>(name); }

  void setTheme(bool is_dark) const {
    (is_dark ? window().actions().theme_dark : window().actions().theme_light)->trigger();
    QCoreApplication::processEvents();
  }

  /// Watch, the inspector's other tab, New run folded and unfolded, the hand play.
  template <typename Check>
  void forEveryPage(Check check) {
    const auto look = [&check](const char* page) {
      QTest::qWait(30);  // layouts settle
      check(QString(page));
    };
    look("Watch");
    QTabWidget* tabs = dock("inspector")->findChild<QTabWidget*>();
    tabs->setCurrentIndex(1);
    look("Inspector: run");
    tabs->setCurrentIndex(0);
    window().actions().new_run->trigger();
    QTRY_VERIFY(window().newRunPage().request().has_value());
    look("New run");
    for (QAction* action : window().newRunPage().actions()) {
      if (action->isCheckable()) action->trigger();
    }
    look("New run, all keys");
    window().queuePanel().setEntries(
        {queued(7, JobState::Running), queued(8, JobState::Waiting), queued(9, JobState::Failed)});
    window().actions().watch_page->trigger();
    look("Watch with a queue");
    window().queuePanel().setEntries({});
    window().handPlay().startAction()->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(window().handPlay().isActive(), kPatience);
    look("By hand");
  }

  std::unique_ptr<GuiFixture> gui_;
};

QTEST_MAIN(LooksTest)
#include "looks_test.moc"
