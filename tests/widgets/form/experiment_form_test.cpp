// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/experiment_form.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

#include "core/experiment/experiment_file.h"
#include "core/experiment/schema.h"
#include "widgets/form/key_editor.h"
#include "widgets/form/notice.h"
#include "widgets/form/run_request.h"

using namespace limbeck;

namespace {

ExperimentConfig quickConfig() {
  return loadExperiment(LIMBECK_SOURCE_DIR "/experiments/darkroom_quick.toml").config;
}

void typeInto(ExperimentForm& form, const char* key, const QString& text) {
  auto* line = form.editor(key)->findChild<QLineEdit*>();
  line->selectAll();
  QTest::keyClick(line, Qt::Key_Delete);
  QTest::keyClicks(line, text);
}

void choose(ExperimentForm& form, const char* key, const QString& choice) {
  form.editor(key)->findChild<QComboBox*>()->setCurrentText(choice);
}

QStringList shownKeys(const ExperimentForm& form) {
  QStringList keys;
  for (const KeySchema& schema : experimentSchema()) {
    if (form.editor(schema.key)->isVisible()) keys.append(QString::fromStdString(schema.key));
  }
  return keys;
}

QAbstractButton* viewButton(const ExperimentForm& form, FormView view) {
  return form.findChild<QButtonGroup*>()->button(static_cast<int>(view));
}

}  // namespace

class ExperimentFormTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    form_ = std::make_unique<ExperimentForm>();
    form_->resize(900, 600);
    form_->setConfig(quickConfig());
    form_->show();
    QVERIFY(QTest::qWaitForWindowActive(form_.get()));
    QTRY_VERIFY(!form_->isChecking());
  }

  void everyKeyHasAnEditor() {
    for (const KeySchema& schema : experimentSchema()) QVERIFY2(form_->editor(schema.key), schema.key.c_str());
  }

  void everyReadyExperimentGoesInAndComesOut_data() {
    QTest::addColumn<QString>("file");
    for (const QString& file : QDir(LIMBECK_SOURCE_DIR "/experiments").entryList({"*.toml"})) {
      QTest::newRow(file.toLatin1()) << file;
    }
  }

  void everyReadyExperimentGoesInAndComesOut() {
    QFETCH(QString, file);
    const ExperimentConfig config = loadExperiment((LIMBECK_SOURCE_DIR "/experiments/" + file).toStdString()).config;
    QSignalSpy changed(form_.get(), &ExperimentForm::changed);
    form_->setConfig(config);
    QVERIFY(form_->config() && isSameExperiment(*form_->config(), config));
    QCOMPARE(form_->toml(), toToml(config));
    QTRY_VERIFY(!form_->isChecking());
    QCOMPARE(form_->problem(), QString());
    QCOMPARE(changed.count(), 0);
  }

  void typingChangesTheConfig() {
    QSignalSpy changed(form_.get(), &ExperimentForm::changed);
    typeInto(*form_, "training.steps", "900");
    QCOMPARE(form_->config()->training.steps, 900);
    QVERIFY(changed.count() > 0);
  }

  void wrongFieldLeavesNoConfigAndIsNamed() {
    typeInto(*form_, "training.steps", "0");
    QVERIFY(!form_->config());
    QCOMPARE(form_->problem(), QString("training.steps is 0 but must be at least 1 and at most 1000000000000"));
    typeInto(*form_, "training.steps", "700");
    QVERIFY(form_->config());
    QTRY_VERIFY(!form_->isChecking());
    QCOMPARE(form_->problem(), QString());
  }

  void keysThatDoNotGoTogetherAreSaidAtTheField() {
    form_->setView(FormView::All);
    QSignalSpy told(form_.get(), &ExperimentForm::problemChanged);
    typeInto(*form_, "model.heads", "3");  // of a width of 32
    QVERIFY(form_->isChecking());
    QTRY_VERIFY(!form_->isChecking());
    QVERIFY(told.count() > 0);
    QVERIFY(form_->config());  // each key by itself is fine
    QCOMPARE(form_->problem(), QString("[model]: model.heads = 3: must divide model.width = 32 without remainder"));
    QCOMPARE(form_->editor("model.heads")->findChild<Notice*>()->words(), form_->problem());
    typeInto(*form_, "model.width", "66");
    QTRY_VERIFY(!form_->isChecking());
    QCOMPARE(form_->problem(), QString());
    QCOMPARE(form_->editor("model.heads")->findChild<Notice*>()->words(), QString());
  }

  void problemIsBroughtIntoSightFromWhereverItHides() {
    typeInto(*form_, "model.heads", "3");
    QTRY_VERIFY(!form_->isChecking());
    form_->findChild<QLineEdit*>()->setText("no such key");
    QVERIFY(shownKeys(*form_).isEmpty());
    form_->showProblem();
    KeyEditor* heads = form_->editor("model.heads");
    QVERIFY(heads->isVisible());
    QVERIFY(heads->isAncestorOf(QApplication::focusWidget()));
    QWidget* viewport = form_->findChild<QScrollArea*>()->viewport();
    QTRY_VERIFY(viewport->rect().contains(QRect(heads->mapTo(viewport, QPoint()), heads->size())));
  }

  void anotherEnvironmentBringsItsDefaults() {
    const EnvironmentOptions expected = defaultOptions("key_to_door");
    QVERIFY(expected.horizon != form_->config()->environment.horizon);
    choose(*form_, "environment.name", "key_to_door");
    QVERIFY(form_->config()->environment == expected);
    QVERIFY(form_->editor("environment.horizon")->value() == KeyValue(std::int64_t{expected.horizon}));
    // ... which "default" brings back from now on.
    typeInto(*form_, "environment.horizon", "77");
    QTest::mouseClick(form_->editor("environment.horizon")->findChild<QToolButton*>(), Qt::LeftButton);
    QCOMPARE(form_->config()->environment.horizon, expected.horizon);
  }

  void mapIsDrawnInLinesAndCheckedWhereItStands() {
    choose(*form_, "environment.name", "grid_map");
    QTRY_VERIFY(!form_->isChecking());
    KeyEditor* editor = form_->editor("environment.map");
    QVERIFY(editor->isVisible());  // among the keys that matter, in place of the size
    QVERIFY(!form_->editor("environment.size")->isVisible());
    auto* map = editor->findChild<QPlainTextEdit*>();
    QCOMPARE(map->toPlainText().toStdString(), form_->config()->environment.map);
    QVERIFY(QFontInfo(map->font()).fixedPitch());
    map->setPlainText("#####\n#S.G#\n#.G.#\n#####");
    QTRY_VERIFY(!form_->isChecking());
    QCOMPARE(form_->config()->environment.map, std::string("#####\n#S.G#\n#.G.#\n#####"));
    map->setPlainText("#####\n#S.G#\n#.x.#\n#####");
    QTRY_VERIFY(!form_->isChecking());
    QVERIFY2(form_->problem().contains("line 3, column 3"), qPrintable(form_->problem()));
    QVERIFY(editor->findChild<Notice*>()->words().contains("line 3, column 3"));
    // In a file it is one text, whatever its lines are.
    map->setPlainText("###\n#G#\n###");
    QCOMPARE(parseExperiment(form_->toml(), "test").environment.map, std::string("###\n#G#\n###"));
  }

  void simpleViewShowsTheDozenThatMatterAndAllShowsEvery() {
    QCOMPARE(form_->view(), FormView::Simple);
    QCOMPARE(shownKeys(*form_).size(), 13);
    QVERIFY(form_->editor("training.learning_rate")->isVisible());
    QTest::mouseClick(viewButton(*form_, FormView::All), Qt::LeftButton);
    QCOMPARE(shownKeys(*form_).size(), qsizetype(experimentSchema().size()));
  }

  void hiddenKeyIsNeverShownAndKeepsItsValue() {
    form_->setKeyHidden("experiment.seed");
    form_->setView(FormView::All);
    QVERIFY(!form_->editor("experiment.seed")->isVisible());
    QCOMPARE(form_->config()->seed.value, std::uint64_t{1});
  }

  void searchFindsKeysByNameAndHelpInAnyView() {
    auto* search = form_->findChild<QLineEdit*>();
    QTest::keyClicks(search, "label smooth");
    QCOMPARE(shownKeys(*form_), QStringList{"model.label_smoothing"});
    search->clear();
    QTest::keyClicks(search, "global gradient norm");  // words of the help
    QCOMPARE(shownKeys(*form_), QStringList{"optimizer.gradient_clip"});
    search->clear();
    QCOMPARE(shownKeys(*form_).size(), 13);
  }

  void duplicateShowsOnlyWhatDiffers() {
    form_->setParentConfig(form_->config(), "AD-14");
    form_->setView(FormView::Differing);
    QCOMPARE(shownKeys(*form_), QStringList());
    auto* search = form_->findChild<QLineEdit*>();
    QTest::keyClicks(search, "model.layers");
    typeInto(*form_, "model.layers", "6");
    search->clear();
    QCOMPARE(shownKeys(*form_), QStringList{"model.layers"});
    QCOMPARE(form_->differenceCount(), 1);
    QCOMPARE(viewButton(*form_, FormView::Differing)->text(), QString("What differs (1)"));
  }

  void whatDiffersIsOfferedOnlyBesideAParent() {
    QVERIFY(!viewButton(*form_, FormView::Differing)->isVisible());
    form_->setParentConfig(form_->config(), "AD-14");
    QVERIFY(viewButton(*form_, FormView::Differing)->isVisible());
  }

  void answerToAnOlderConfigIsDropped() {
    typeInto(*form_, "model.heads", "3");
    form_->checkNow();
    typeInto(*form_, "model.heads", "4");
    QTRY_VERIFY(!form_->isChecking());
    QCOMPARE(form_->problem(), QString());
    QTest::qWait(30);
    QCOMPARE(form_->problem(), QString());
  }

  void hugeEnvironmentIsCheckedWithoutHoldingTheWindowUp() {
    // 40 x 40 cells make 2.6 million pairs of key and door, and the check of the split shuffles them all.
    choose(*form_, "environment.name", "key_to_door");
    typeInto(*form_, "environment.size", "40");
    QElapsedTimer clock;
    clock.start();
    form_->checkNow();
    typeInto(*form_, "environment.size", "9");
    QVERIFY2(clock.elapsed() < 100, qPrintable(QString::number(clock.elapsed())));
    QTRY_VERIFY_WITH_TIMEOUT(!form_->isChecking(), 20000);
    QCOMPARE(form_->problem(), QString());
  }

 private:
  std::unique_ptr<ExperimentForm> form_;
};

QTEST_MAIN(ExperimentFormTest)
#include "experiment_form_test.moc"
