// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/export_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSet>
#include <QtTest>

#include "tests/support/scratch_folder.h"
#include "tests/widgets/plot/plot_fixture.h"

using namespace limbeck;
using test::returnPlot;

namespace {

template <typename Widget>
Widget* named(const QWidget& parent, const QString& accessible_name) {
  for (Widget* widget : parent.findChildren<Widget*>()) {
    if (widget->accessibleName() == accessible_name) return widget;
  }
  return nullptr;
}

/// Chooses the entry that begins with `text` as a user does, by keys.
void choose(QComboBox* box, const QString& text) {
  box->setFocus();
  QTest::keyClick(box, Qt::Key_Home);
  for (int i = 0; i < box->count() && !box->currentText().startsWith(text); ++i) QTest::keyClick(box, Qt::Key_Down);
  QVERIFY(box->currentText().startsWith(text));
}

}  // namespace

class ExportDialogTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theEndingFollowsTheFormat() {
    PlotExportDialog dialog(returnPlot(), returnPlot());
    dialog.setSuggestedPath("/tmp/AD-14 lr 0.001");
    QCOMPARE(dialog.path(), QString("/tmp/AD-14 lr 0.001.svg"));
    auto* format = named<QComboBox>(dialog, "Format");
    choose(format, "PDF");
    QCOMPARE(dialog.path(), QString("/tmp/AD-14 lr 0.001.pdf"));
    choose(format, "PGFPlots");
    QCOMPARE(dialog.path(), QString("/tmp/AD-14 lr 0.001.tex"));
    QVERIFY(dialog.options().format == PlotFormat::Pgfplots);
  }

  void everyFormatIsExplainedInItsOwnWords() {
    PlotExportDialog dialog(returnPlot(), returnPlot());
    auto* format = named<QComboBox>(dialog, "Format");
    QSet<QString> explanations;
    for (int i = 0; i < format->count(); ++i) {
      format->setCurrentIndex(i);
      explanations << named<QLabel>(dialog, "What the format holds")->text();
    }
    QCOMPARE(format->count(), 6);
    QCOMPARE(explanations.size(), 6);
    QVERIFY(!explanations.contains(QString()));
  }

  void presetsSetSizeAndUnit() {
    PlotExportDialog dialog(returnPlot(), returnPlot());
    auto* size = named<QComboBox>(dialog, "Size");
    QCOMPARE(dialog.options().size, QSizeF(1280, 720));
    choose(size, "Single column");
    QCOMPARE(dialog.options().size.width(), 85.0);
    QVERIFY(dialog.options().unit == LengthUnit::Millimetre);
    QVERIFY(!named<QDoubleSpinBox>(dialog, "Width")->isEnabled());
    size->setCurrentIndex(size->findText("Custom"));  // begins with what was: keys would pass the slide
    auto* width = named<QDoubleSpinBox>(dialog, "Width");
    QVERIFY(width->isEnabled());
    width->setValue(120.5);
    QCOMPARE(dialog.options().size.width(), 120.5);
  }

  void pixelsOfThePngAreSaid() {
    PlotExportDialog dialog(returnPlot(), returnPlot());
    auto* scale = named<QComboBox>(dialog, "Pixels of the file for each pixel of the size");
    QVERIFY(!scale->isEnabled());
    choose(named<QComboBox>(dialog, "Format"), "PNG");
    QVERIFY(scale->isEnabled());
    choose(scale, "4x");
    QCOMPARE(dialog.options().png_scale, 4);
    QCOMPARE(named<QLabel>(dialog, "Size of the file's picture")->text(), QString("5120 x 2880 pixels"));
  }

  void thePreviewIsThePicture() {
    PlotExportDialog dialog(returnPlot(), returnPlot());
    auto* size = named<QComboBox>(dialog, "Size");
    choose(size, "Custom");
    named<QDoubleSpinBox>(dialog, "Width")->setValue(300.0);
    named<QDoubleSpinBox>(dialog, "Height")->setValue(180.0);
    dialog.show();
    const QImage expected = plotImage(returnPlot(), dialog.options());
    auto* preview = named<QLabel>(dialog, "Preview");
    QTRY_COMPARE(preview->pixmap().toImage().convertToFormat(expected.format()), expected);
    choose(named<QComboBox>(dialog, "Format"), "CSV as");
    QVERIFY(preview->text().startsWith("kind,name,x,y"));
  }

  void savingNeedsAFolderThatIsThere() {
    const test::ScratchFolder folder;
    PlotExportDialog dialog(returnPlot(), returnPlot());
    auto* save = dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save);
    auto* path = named<QLineEdit>(dialog, "File");
    auto* note = named<QLabel>(dialog, "About the file");
    dialog.setSuggestedPath(folder.filePath("plot"));
    QVERIFY(save->isEnabled() && note->text().isEmpty());
    path->clear();
    QTest::keyClicks(path, folder.filePath("nowhere/plot.svg"));
    QVERIFY(!save->isEnabled() && note->text().contains("nowhere"));
    path->clear();
    QVERIFY(!save->isEnabled());
    QFile file(folder.filePath("there.svg"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    path->setText(file.fileName());
    QVERIFY(save->isEnabled() && note->text().contains("replaced"));
  }
};

QTEST_MAIN(ExportDialogTest)
#include "export_dialog_test.moc"
