// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/command_palette.h"

#include <QLineEdit>
#include <QListWidget>
#include <QtTest>

#include "widgets/shell/key_sheet.h"

using namespace limbeck;

class CommandPaletteTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    export_ = new QAction("&Export plot…", this);
    trash_ = new QAction("Move to trash", this);
    trash_->setShortcut(Qt::Key_Delete);
    disabled_ = new QAction("Pause", this);
    disabled_->setEnabled(false);
    groups_ = {{"File", "everywhere", {export_}}, {"Runs", "in the list of runs", {trash_, disabled_}}};
  }
  void cleanup() { qDeleteAll(QList{export_, trash_, disabled_}); }

  void lettersAreFoundInOrder() {
    QVERIFY(CommandPalette::matchScore("exp", "Export plot") > CommandPalette::matchScore("epl", "Export plot"));
    QVERIFY(CommandPalette::matchScore("mt", "Move to trash") > 0);
    QCOMPARE(CommandPalette::matchScore("xz", "Export plot"), 0);
    QVERIFY(CommandPalette::matchScore("", "anything") > 0);
  }

  void typingAndEnterRunsTheBestMatch() {
    CommandPalette palette(groups_, nullptr);
    palette.show();
    QSignalSpy triggered(trash_, &QAction::triggered);
    QTest::keyClicks(palette.findChild<QLineEdit*>(), "trash");
    QTest::keyClick(palette.findChild<QLineEdit*>(), Qt::Key_Return);
    QTRY_COMPARE(triggered.count(), 1);
    QVERIFY(!palette.isVisible());
  }

  void arrowKeysChooseFromTheList() {
    CommandPalette palette(groups_, nullptr);
    palette.show();
    auto* list = palette.findChild<QListWidget*>();
    QCOMPARE(list->currentRow(), 0);
    QTest::keyClick(palette.findChild<QLineEdit*>(), Qt::Key_Down);
    QCOMPARE(list->currentRow(), 1);
    QTest::keyClick(palette.findChild<QLineEdit*>(), Qt::Key_Down);
    QCOMPARE(list->currentRow(), 1);  // the last one
  }

  void disabledActionIsNotOffered() {
    CommandPalette palette(groups_, nullptr);
    QTest::keyClicks(palette.findChild<QLineEdit*>(), "pause");
    auto* list = palette.findChild<QListWidget*>();
    QCOMPARE(list->count(), 1);
    QVERIFY(list->item(0)->text().startsWith("No command"));
  }

  void keySheetHasEveryActionWithAKeyAndNoOther() {
    const QString html = KeySheet::html(groups_);
    QVERIFY(html.contains("Move to trash"));
    QVERIFY(html.contains("Del"));
    QVERIFY(!html.contains("Export plot"));
  }

  void plainTextHasNoMnemonicAndNoDots() { QCOMPARE(plainText(*export_), QString("Export plot")); }

 private:
  QAction* export_ = nullptr;
  QAction* trash_ = nullptr;
  QAction* disabled_ = nullptr;
  QList<ActionGroup> groups_;
};

QTEST_MAIN(CommandPaletteTest)
#include "command_palette_test.moc"
