// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/new_run_page.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/file_text.h"
#include "core/experiment/schema.h"
#include "widgets/form/experiment_form.h"
#include "widgets/form/key_editor.h"
#include "widgets/form/notice.h"
#include "widgets/form/start_bar.h"

using namespace limbeck;

namespace {

constexpr const char* kExperiments = LIMBECK_SOURCE_DIR "/experiments";
constexpr const char* kSweep = LIMBECK_SOURCE_DIR "/experiments/paper/bandit.toml";
constexpr const char* kQuick = LIMBECK_SOURCE_DIR "/experiments/darkroom_quick.toml";

}  // namespace

class NewRunPageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    page_ = std::make_unique<NewRunPage>();
    page_->resize(1000, 700);
    page_->setPresetFolder(kExperiments);
    page_->show();
    QVERIFY(QTest::qWaitForWindowActive(page_.get()));
    page_->showPreset("darkroom_quick");
    settle();
  }

  void startIsTheOneThingToPress() {
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(startButton()));
    QVERIFY(startButton()->isDefault());
    QVERIFY(!page_->form().isVisible());  // folded
    QSignalSpy started(page_.get(), &NewRunPage::startRequested);
    QTest::keyClick(startButton(), Qt::Key_Return);
    QTRY_COMPARE(started.count(), 1);
    const auto request = started.front().front().value<NewRunRequest>();
    const ExperimentFile file = loadExperiment(kQuick);
    QCOMPARE(request.text, file.text);
    QVERIFY(request.overrides.empty());
    QVERIFY(isSameExperiment(request.config, file.config));
    QCOMPARE(request.seeds, std::vector<std::uint64_t>{1});
  }

  void startPressedWhileTheKeysAreCheckedWaitsForTheAnswer() {
    page_->showPreset("darkroom");
    QVERIFY(page_->form().isChecking());
    QSignalSpy started(page_.get(), &NewRunPage::startRequested);
    QTest::mouseClick(startButton(), Qt::LeftButton);
    QCOMPARE(started.count(), 0);
    QTRY_COMPARE(started.count(), 1);
  }

  void doubleClickStartsOnce() {
    QSignalSpy started(page_.get(), &NewRunPage::startRequested);
    QTest::mouseClick(startButton(), Qt::LeftButton);
    QTest::mouseClick(startButton(), Qt::LeftButton);
    QCOMPARE(started.count(), 1);
  }

  void startPressedOnKeysThatDoNotGoTogetherStartsNothing() {
    QSignalSpy started(page_.get(), &NewRunPage::startRequested);
    type("model.heads", "3");
    QTest::mouseClick(startButton(), Qt::LeftButton);
    settle();
    QCOMPARE(started.count(), 0);
    QVERIFY(!startButton()->isEnabled());
    QVERIFY2(barWords().contains("must divide model.width"), qPrintable(barWords()));
  }

  void wrongFieldDisablesStartAndSaysWhy() {
    type("training.learning_rate", "fast");
    QVERIFY(!startButton()->isEnabled());
    QCOMPARE(barWords(), QString("training.learning_rate is \"fast\" (text) but must be a number"));
    QVERIFY(!page_->request());
    type("training.learning_rate", "2e-3");
    QVERIFY(startButton()->isEnabled());
  }

  void showLeadsFromTheFoldedFormToTheField() {
    type("training.learning_rate", "fast");
    QVERIFY(!page_->form().isVisible());
    QTest::mouseClick(button("Show"), Qt::LeftButton);
    QVERIFY(page_->form().isVisible());
    QVERIFY(page_->form().editor("training.learning_rate")->isAncestorOf(QApplication::focusWidget()));
  }

  void wrongSeedsDisableStart() {
    seedsLine()->selectAll();
    QTest::keyClicks(seedsLine(), "1,1");
    QVERIFY(!startButton()->isEnabled());
    QVERIFY(page_->seeds().empty());
    QVERIFY2(barWords().startsWith("Seeds: 1 is there twice"), qPrintable(barWords()));
    seedsLine()->selectAll();
    QTest::keyClicks(seedsLine(), "0-4");
    QVERIFY(startButton()->isEnabled());
    QCOMPARE(startButton()->text(), QString("Start 5 runs"));
    QCOMPARE(page_->request()->seeds.size(), std::size_t{5});
  }

  void everyChangeIsTold() {
    QSignalSpy changed(page_.get(), &NewRunPage::configChanged);
    type("training.steps", "800");
    QVERIFY(changed.count() > 0);
    changed.clear();
    seedsLine()->setText("0,1");
    QVERIFY(changed.count() > 0);
    changed.clear();
    page_->showPreset("darkroom");
    QVERIFY(changed.count() > 0);
  }

  void changedPresetIsItsFileAndWhatDiffers() {
    type("training.steps", "800");
    settle();
    const std::optional<NewRunRequest> request = page_->request();
    QVERIFY(request.has_value());
    QCOMPARE(request->text, loadExperiment(kQuick).text);
    QCOMPARE(request->overrides, std::vector<std::string>{"training.steps=800"});
    QVERIFY(isSameExperiment(parseExperiment(request->text, "test", request->overrides), request->config));
  }

  void withoutAFileTheExperimentIsWrittenOut() {
    NewRunPage page;
    page.setPresetFolder("/nowhere/at/all");
    QTRY_VERIFY(!page.form().isChecking());
    const std::optional<NewRunRequest> request = page.request();
    QVERIFY2(request.has_value(), qPrintable(page.problem()));
    QCOMPARE(request->text, toToml(*page.config()));
    QVERIFY(request->overrides.empty());
    QCOMPARE(page.commandLineText(), QString());
  }

  void commandLineGivesTheSameExperimentThroughAShell() {
    page_->form().editor("environment.name")->findChild<QComboBox*>()->setCurrentText("darkroom_hard");
    type("training.steps", "800");
    type("experiment.description", "it's \"mine\"");
    type("evaluation.at_episodes", "1 2 3");
    seedsLine()->setText("0-2");
    settle();
    QCOMPARE(page_->problem(), QString());
    QTest::mouseClick(button("Copy as command line"), Qt::LeftButton);
    const QString command = QGuiApplication::clipboard()->text();
    QVERIFY2(command.startsWith("limbeck-cli run "), qPrintable(command));
    QVERIFY2(command.endsWith(" --seed 0,1,2"), qPrintable(command));

    // The shell takes it apart again: a function prints every argument on its own, ended by a byte that none contains.
    QProcess shell;
    shell.start("/bin/sh", {"-c", "f() { printf '%s\\001' \"$@\"; }; f " + command});
    QVERIFY(shell.waitForFinished());
    const QStringList words = QString::fromUtf8(shell.readAllStandardOutput()).split(QChar(1));
    QCOMPARE(words.at(2), QString(kQuick));
    std::vector<std::string> overrides;
    for (qsizetype i = 3; i + 1 < words.size(); i += 2) {
      if (words.at(i) == "--set") overrides.push_back(words.at(i + 1).toStdString());
    }
    QVERIFY(isSameExperiment(loadExperiment(kQuick, overrides).config, *page_->config()));
  }

  void savedFileIsGoneOnFrom() {
    QTemporaryDir folder;
    const QString path = folder.filePath("mine.toml");
    type("training.steps", "800");
    seedsLine()->setText("3,5");
    settle();
    page_->saveFile(path, TomlStyle::Explained);
    const ExperimentFile saved = loadExperiment(path.toStdString());
    QCOMPARE(saved.config.training.steps, 800);
    QCOMPARE(saved.seeds, 1);  // a file knows only seeds that follow each other
    QCOMPARE(saved.config.seed.value, std::uint64_t{3});
    QVERIFY(saved.text.find("# Updates of the weights.") != std::string::npos);
    settle();
    QCOMPARE(page_->request()->text, saved.text);
    QVERIFY(page_->request()->overrides.empty());
    QCOMPARE(page_->commandLineText(), "limbeck-cli run " + path + " --seed 3,5");
  }

  void repetitionsAreSeedsThatFollowEachOther() {
    auto* repetitions = page_->findChild<QSpinBox*>();
    repetitions->setValue(3);
    QCOMPARE(seedsLine()->text(), "1-3");
    QCOMPARE(page_->seeds(), (std::vector<std::uint64_t>{1, 2, 3}));
    QCOMPARE(startButton()->text(), "Start 3 runs");
    seedsLine()->setText("7,9");
    QCOMPARE(repetitions->value(), 2);
    QCOMPARE(seedsLine()->text(), "7,9");  // what was typed stays
    repetitions->setValue(4);
    QCOMPARE(seedsLine()->text(), "7-10");
    QTemporaryDir folder;
    const QString path = folder.filePath("four.toml");
    page_->saveFile(path, TomlStyle::Plain);
    QCOMPARE(loadExperiment(path.toStdString()).seeds, 4);
    QCOMPARE(seedsLine()->text(), "7-10");
    settle();
    QCOMPARE(page_->commandLineText(), "limbeck-cli run " + path);  // the file says the seeds itself
    repetitions->setValue(1);
    QCOMPARE(page_->commandLineText(), "limbeck-cli run " + path + " --seed 7");
  }

  void sweepIsShownAskedForAndKept() {
    page_->openFile(kSweep);
    settle();
    const ExperimentFile file = loadExperiment(kSweep);
    QVERIFY(shows("9 points × 3 seeds: 27 runs"));
    const auto* list = page_->findChild<QListWidget*>();
    QVERIFY(list->isVisible());
    QCOMPARE(list->count(), 9);
    QCOMPARE(list->item(1)->text(), "even arms");
    QCOMPARE(startButton()->text(), "Start 27 runs");
    const std::optional<NewRunRequest> request = page_->request();
    QVERIFY2(request.has_value(), qPrintable(page_->problem()));
    QCOMPARE(request->points.size(), std::size_t{9});
    QCOMPARE(request->points[1].overrides, file.points[1].overrides);
    QCOMPARE(page_->commandLineText(), QString("limbeck-cli run ") + kSweep);

    QTemporaryDir folder;
    const QString path = folder.filePath("mine.toml");
    type("training.steps", "800");
    settle();
    page_->saveFile(path, TomlStyle::Explained);
    const ExperimentFile saved = loadExperiment(path.toStdString());
    QVERIFY(said("Saved as mine.toml"));
    QCOMPARE(saved.seeds, 3);
    QCOMPARE(saved.claims.size(), file.claims.size());
    QCOMPARE(saved.points.size(), file.points.size());
    for (std::size_t i = 0; i < saved.points.size(); ++i) {
      QCOMPARE(saved.points[i].overrides, file.points[i].overrides);
      QCOMPARE(saved.points[i].config.training.steps, 800);
    }
    QCOMPARE(sweepSections(saved.text), sweepSections(file.text));
  }

  void changeReachesEveryPointAndASweptKeyIsRefused() {
    QTemporaryDir folder;
    const QString path = folder.filePath("swept.toml");
    writeFileAtomically(path.toStdString(), loadExperiment(kQuick).text + "\n[sweep]\n\"model.layers\" = [1, 2]\n");
    page_->openFile(path);
    type("training.steps", "800");
    settle();
    const std::optional<NewRunRequest> request = page_->request();
    QVERIFY2(request.has_value(), qPrintable(page_->problem()));
    QCOMPARE(request->runCount(), std::size_t{2});
    for (const SweepPoint& point : request->points) QCOMPARE(point.config.training.steps, 800);
    type("model.layers", "5");
    settle();
    QVERIFY2(page_->problem().contains("[sweep] sets this key"), qPrintable(page_->problem()));
    QVERIFY(!page_->request() && !startButton()->isEnabled());
    QVERIFY(!page_->form().editor("model.layers")->findChild<Notice*>()->words().isEmpty());
  }

  // A point must make sense with the others' keys, and is named where it does not.
  void pointThatMakesNoSenseIsNamed() {
    QTemporaryDir folder;
    const QString path = folder.filePath("swept.toml");
    writeFileAtomically(path.toStdString(), loadExperiment(kQuick).text + "\n[sweep]\n\"model.heads\" = [1, 3]\n");
    page_->openFile(path);
    settle();
    QVERIFY2(page_->problem().contains("point \"heads=3\""), qPrintable(page_->problem()));
  }

  void duplicateOfAPointIsOneRun() {
    const ExperimentFile file = loadExperiment(kSweep);
    std::vector<std::string> overrides = file.points[3].overrides;
    overrides.push_back("training.steps=200");
    ExperimentConfig config = parseExperiment(file.text, "test", overrides);
    config.seed = Seed{2};
    page_->showDuplicate(config, "AD-4", file.text, overrides);
    settle();
    const std::optional<NewRunRequest> request = page_->request();
    QVERIFY2(request.has_value(), qPrintable(page_->problem()));
    QVERIFY(request->points.empty());
    QCOMPARE(request->runCount(), std::size_t{1});
    const ExperimentFile again = parseExperimentFile(request->text, "test", request->overrides);
    QVERIFY(again.points.empty() && again.claims.empty());
    QVERIFY(isSameExperiment(again.config, request->config));
    QCOMPARE(again.config.source.algorithm, std::string("oracle"));
  }

  void folderThatCannotBeWrittenToIsSaid() {
    page_->saveFile("/nowhere/at/all/mine.toml", TomlStyle::Plain);
    QVERIFY(said("/nowhere/at/all"));
    QVERIFY(page_->request()->overrides.empty());  // nothing else happened
  }

  void brokenFileIsSaidAndChangesNothing() {
    QTemporaryDir folder;
    QFile file(folder.filePath("broken.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[model]\nlayer = 3\n");
    file.close();
    page_->openFile(file.fileName());
    QVERIFY(said("did you mean"));
    QVERIFY(isSameExperiment(*page_->config(), loadExperiment(kQuick).config));
  }

  void duplicateShowsOnlyWhatDiffersAndTellsTheStory() {
    const ExperimentFile file = loadExperiment(kQuick);
    const std::vector<std::string> overrides{"training.steps=10", "training.warmup_steps=5"};
    ExperimentConfig config = loadExperiment(kQuick, overrides).config;
    config.seed = Seed{7};  // given by --seed
    page_->showDuplicate(config, "AD-14", file.text, overrides);
    settle();
    QCOMPARE(page_->seeds(), std::vector<std::uint64_t>{7});
    QCOMPARE(page_->request()->overrides, overrides);
    QVERIFY(page_->form().isVisible());
    QCOMPARE(page_->form().view(), FormView::Differing);
    QCOMPARE(page_->form().differenceCount(), 0);
    type("training.steps", "20");
    settle();
    QCOMPARE(page_->form().differenceCount(), 1);
    const std::optional<NewRunRequest> request = page_->request();
    QCOMPARE(request->text, file.text);
    QVERIFY(isSameExperiment(parseExperiment(request->text, "test", request->overrides), request->config));
    QCOMPARE(request->config.training.warmup_steps, 5);
    QCOMPARE(page_->commandLineText(), QString());  // a run's text is no file
    QTest::mouseClick(button("Copy as command line"), Qt::LeftButton);
    QVERIFY(said("save this one first"));
  }

  void duplicateOfARunWhoseFileIsNoLongerReadableKeepsItsKeys() {
    ExperimentConfig config = loadExperiment(kQuick).config;
    config.training.steps = 123;
    page_->showDuplicate(config, "AD-1", "[model]\nkey_of_old_times = 1\n", {});
    settle();
    QCOMPARE(page_->request()->config.training.steps, 123);
    QVERIFY(isSameExperiment(parseExperiment(page_->request()->text, "test"), page_->request()->config));
  }

  void estimateIsShownAndGivesWayToAProblem() {
    page_->setEstimate({.state = EstimateText::State::Ready, .total_time = "1 min 28 s", .memory = "210 MB"});
    QVERIFY(shows("210 MB"));
    QVERIFY2(barWords().endsWith("About 1 min 28 s in all."), qPrintable(barWords()));
    type("training.steps", "0");
    QVERIFY(!shows("210 MB"));
    QVERIFY(said("cannot: training.steps is 0"));
    type("training.steps", "700");
    QVERIFY(shows("210 MB"));
    page_->setEstimate({});
    QVERIFY(said("measuring"));
  }

  void keyboardLeadsEverywhere() {
    QSet<QWidget*> reached;
    for (int i = 0; i < 60; ++i) {
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
      reached.insert(QApplication::focusWidget());
    }
    QVERIFY(reached.contains(seedsLine()));
    QVERIFY(reached.contains(page_->findChild<QComboBox*>()));
    QVERIFY(reached.contains(startButton()));
    QVERIFY(reached.contains(button("Copy as command line")));
    QVERIFY(reached.contains(button("Save as experiment file …")));
    QVERIFY(reached.contains(button("Open file …")));
  }

  void controlEnterStartsFromAnyField() {
    QSignalSpy started(page_.get(), &NewRunPage::startRequested);
    seedsLine()->setFocus();
    QTest::keyClick(seedsLine(), Qt::Key_Return);
    QCOMPARE(started.count(), 0);  // Enter in a field ends the typing, no more
    QTest::keyClick(seedsLine(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(started.count(), 1);
  }

  void everyActionHasWordsAndAShortcut() {
    QVERIFY(page_->actions().size() >= 5);
    for (const QAction* action : page_->actions()) {
      QVERIFY(!action->text().isEmpty());
      QVERIFY(!action->toolTip().isEmpty());
      QVERIFY2(!action->shortcut().isEmpty(), qPrintable(action->text()));
      QVERIFY(!action->icon().isNull());
    }
  }

  void everyControlHasAnAccessibleName() {
    page_->form().setView(FormView::All);
    for (QWidget* widget : page_->findChildren<QWidget*>()) {
      const bool is_typed_into = qobject_cast<QLineEdit*>(widget) && !qobject_cast<QAbstractSpinBox*>(widget->parent());
      if (!is_typed_into && !qobject_cast<QComboBox*>(widget) && !qobject_cast<QAbstractSpinBox*>(widget)) continue;
      QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->parent()->objectName()));
    }
  }

 private:
  void settle() { QTRY_VERIFY(!page_->form().isChecking()); }
  void type(const char* key, const QString& text) {
    auto* line = page_->form().editor(key)->findChild<QLineEdit*>();
    line->selectAll();
    QTest::keyClick(line, Qt::Key_Delete);
    QTest::keyClicks(line, text);
  }
  QPushButton* startButton() const { return page_->findChild<StartBar*>()->startButton(); }
  QString barWords() const { return page_->findChild<StartBar*>()->findChild<Notice*>()->words(); }
  QLineEdit* seedsLine() const {
    const QList<QLineEdit*> lines = page_->findChildren<QLineEdit*>();
    return *std::ranges::find(lines, QString("Seeds"), &QLineEdit::accessibleName);
  }
  QPushButton* button(const QString& text) const {
    const QList<QPushButton*> buttons = page_->findChildren<QPushButton*>();
    const auto found = std::ranges::find(buttons, text, &QPushButton::text);
    return found == buttons.end() ? nullptr : *found;
  }
  bool said(const QString& words) const {
    return std::ranges::any_of(page_->findChildren<Notice*>(), [&](const Notice* notice) {
      return notice->isVisible() && notice->words().contains(words);
    });
  }
  bool shows(const QString& words) const {
    return std::ranges::any_of(page_->findChildren<QLabel*>(),
                               [&](const QLabel* label) { return label->isVisible() && label->text() == words; });
  }

  std::unique_ptr<NewRunPage> page_;
};

QTEST_MAIN(NewRunPageTest)
#include "new_run_page_test.moc"
