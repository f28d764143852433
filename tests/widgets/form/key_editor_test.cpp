// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/key_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QToolButton>
#include <QWheelEvent>
#include <QtTest>

#include <algorithm>

#include "core/base/error.h"
#include "core/experiment/experiment_file.h"
#include "widgets/form/notice.h"

using namespace limbeck;

namespace {

/// An editor in a window, as its keys and clicks need one.
struct Shown {
  explicit Shown(const char* key) : editor(*findKey(key), QString::fromLatin1(key)) {
    editor.resize(700, 80);
    editor.show();
    QVERIFY(QTest::qWaitForWindowActive(&editor));
    line = editor.findChild<QLineEdit*>();
  }
  void type(const QString& text) {
    editor.focusField();
    line->selectAll();
    QTest::keyClick(line, Qt::Key_Delete);
    QTest::keyClicks(line, text);
  }
  QString shownProblem() const { return editor.findChild<Notice*>()->words(); }

  KeyEditor editor;
  QLineEdit* line = nullptr;
};

/// A value that the key may have and that is not its default.
KeyValue otherValue(const KeySchema& schema) {
  switch (schema.type) {
    case KeyType::Integer:
      return std::get<std::int64_t>(schema.default_value) + 3;
    case KeyType::Real: {
      // Halfway between the default and a limit is within the limits, whichever they are.
      const double from = std::get<double>(schema.default_value);
      return (from + schema.max.value_or(from + 0.3)) / 2 == from ? (from + schema.min.value_or(0)) / 2
                                                                  : (from + schema.max.value_or(from + 0.3)) / 2;
    }
    case KeyType::Boolean:
      return !std::get<bool>(schema.default_value);
    case KeyType::Text:
      return std::string("two \"lines\":\nand an ü, spaces  kept ");
    case KeyType::Choice:
      return schema.choices.back();
    case KeyType::IntegerList:
      return std::vector<std::int64_t>{1, 20, static_cast<std::int64_t>(std::min(schema.max.value_or(300), 300.0))};
  }
  return {};
}

/// What the parser says about a value, without the words on where it stands.
QString parserWords(const std::string& key, const std::string& value) {
  ExperimentConfig config;
  try {
    applyOverride(config, key + "=" + value);
  } catch (const Error& error) {
    const QString words = QString::fromUtf8(error.what());
    return words.mid(words.indexOf(QLatin1String("\": ")) + 3);
  }
  return {};
}

}  // namespace

class KeyEditorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyKeyKeepsItsValue_data() {
    QTest::addColumn<QString>("key");
    for (const KeySchema& schema : experimentSchema()) {
      QTest::newRow(schema.key.c_str()) << QString::fromStdString(schema.key);
    }
  }

  void everyKeyKeepsItsValue() {
    QFETCH(QString, key);
    const KeySchema& schema = *findKey(key.toStdString());
    KeyEditor editor(schema, key);
    QSignalSpy changed(&editor, &KeyEditor::changed);
    QVERIFY(editor.value() == schema.default_value);
    KeyValue other = otherValue(schema);
    QCOMPARE(checkValue(schema, other), std::string());
    editor.setValue(other);
    QVERIFY2(editor.value() == other, formatValue(other).c_str());
    QCOMPARE(editor.problem(), QString());
    QCOMPARE(changed.count(), 0);  // only a user changes something
  }

  void everyKeyCanBeReadAboutWithoutHovering() {
    for (const KeySchema& schema : experimentSchema()) {
      KeyEditor editor(schema, QString::fromStdString(schema.key));
      const QList<QLabel*> labels = editor.findChildren<QLabel*>();
      const bool has_help = std::ranges::any_of(labels, [&](const QLabel* label) {
        return !label->isHidden() && label->text().startsWith(QString::fromStdString(schema.help));
      });
      QVERIFY2(has_help, schema.key.c_str());
    }
  }

  void wrongValueShowsTheParsersWords_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("typed");
    QTest::newRow("integer below its limit") << "model.heads"
                                             << "0";
    QTest::newRow("integer above its limit") << "model.layers"
                                             << "5000";
    QTest::newRow("integer beyond 64 bits") << "tasks.held_out"
                                            << "99999999999999999999";
    QTest::newRow("fraction for an integer") << "training.steps"
                                             << "1.5";
    QTest::newRow("word for an integer") << "environment.size"
                                         << "nine";
    QTest::newRow("word for a number") << "training.learning_rate"
                                       << "fast";
    QTest::newRow("number at a limit that it must be above") << "training.learning_rate"
                                                             << "0";
    QTest::newRow("number above its limit") << "source.discount"
                                            << "1.01";
    QTest::newRow("number that is none") << "source.initial_value"
                                         << "nan";
    QTest::newRow("element of a list below its limit") << "evaluation.at_episodes"
                                                       << "0,5";
    QTest::newRow("word in a list") << "evaluation.at_episodes"
                                    << "1,x";
  }

  void wrongValueShowsTheParsersWords() {
    QFETCH(QString, key);
    QFETCH(QString, typed);
    Shown shown(key.toLatin1());
    QSignalSpy changed(&shown.editor, &KeyEditor::changed);
    shown.type(typed);
    const QString words = parserWords(key.toStdString(), typed.toStdString());
    QVERIFY(!words.isEmpty());
    QCOMPARE(shown.editor.problem(), words);
    QCOMPARE(shown.shownProblem(), words);
    QVERIFY(!shown.editor.value());
    QVERIFY(changed.count() > 0);
    QCOMPARE(shown.line->text(), typed);  // it is the user's to mend
  }

  void emptyNumberIsSaidToBeEmpty() {
    Shown shown("model.width");
    shown.type({});
    QCOMPARE(shown.editor.problem(), QString("model.width is empty but must be an integer"));
  }

  void numberMayBeTypedInAnyNotation_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<double>("value");
    QTest::newRow("exponent") << "1e-3" << 1e-3;
    QTest::newRow("digits that a spin box would round away") << "0.000123456789" << 0.000123456789;
    QTest::newRow("integer") << "2" << 2.0;
    QTest::newRow("sign and spaces") << " +0.5 " << 0.5;
  }

  void numberMayBeTypedInAnyNotation() {
    QFETCH(QString, typed);
    QFETCH(double, value);
    Shown shown("training.learning_rate");
    shown.type(typed);
    QCOMPARE(shown.editor.problem(), QString());
    QVERIFY(shown.editor.value() == KeyValue(value));
  }

  void listMayBeTypedWithAndWithoutBrackets() {
    Shown shown("evaluation.at_episodes");
    const KeyValue expected = std::vector<std::int64_t>{1, 5, 20};
    for (const char* typed : {"1,5,20", "1 5 20", "[1, 5, 20]"}) {
      shown.type(QString::fromLatin1(typed));
      QVERIFY2(shown.editor.value() == expected, typed);
    }
    shown.type({});
    QVERIFY(shown.editor.value() == KeyValue(std::vector<std::int64_t>{}));
  }

  void arrowsStepAndStopAtTheLimits() {
    Shown shown("model.layers");  // from 1 to 1024
    shown.type("2");
    QTest::keyClick(shown.line, Qt::Key_Down);
    QCOMPARE(shown.line->text(), QString("1"));
    QTest::keyClick(shown.line, Qt::Key_Down);
    QCOMPARE(shown.line->text(), QString("1"));
    shown.type("1020");
    QTest::keyClick(shown.line, Qt::Key_PageUp);
    QCOMPARE(shown.line->text(), QString("1024"));
    QVERIFY(shown.editor.value() == KeyValue(std::int64_t{1024}));
  }

  void seedHasSixtyFourBits() {
    Shown shown("tasks.seed");
    shown.type("9223372036854775807");
    QVERIFY(shown.editor.value() == KeyValue(std::int64_t{9223372036854775807}));
    QTest::keyClick(shown.line, Qt::Key_Up);
    QCOMPARE(shown.line->text(), QString("9223372036854775807"));
  }

  void resetIsThereWhileTheValueIsAnother() {
    Shown shown("model.layers");
    auto* reset = shown.editor.findChild<QToolButton*>();
    const QString before = shown.line->text();
    QVERIFY(!reset->isVisible());
    shown.type("7");
    QVERIFY(reset->isVisible());
    QSignalSpy changed(&shown.editor, &KeyEditor::changed);
    QTest::mouseClick(reset, Qt::LeftButton);
    QCOMPARE(shown.line->text(), before);
    QCOMPARE(changed.count(), 1);
    QVERIFY(!reset->isVisible());
    shown.type("x");  // a wrong value can be taken back too
    QVERIFY(reset->isVisible());
  }

  void differenceFromTheParentIsSaidInWords() {
    Shown shown("model.layers");
    shown.editor.setReference(shown.editor.value(), "AD-14");
    QVERIFY(!shown.editor.isDifferent());
    const QString before = shown.line->text();
    shown.type("7");
    QVERIFY(shown.editor.isDifferent());
    const QList<QLabel*> labels = shown.editor.findChildren<QLabel*>();
    const QString expected = "AD-14: " + before;
    QVERIFY(std::ranges::any_of(labels, [&](const QLabel* label) { return label->text() == expected; }));
  }

  void wheelOverAFieldWithoutFocusChangesNothing() {
    Shown shown("environment.start");
    auto* combo = shown.editor.findChild<QComboBox*>();
    combo->clearFocus();
    const int before = combo->currentIndex();
    QWheelEvent down(QPointF(5, 5), combo->mapToGlobal(QPointF(5, 5)), {}, {0, -120}, Qt::NoButton, Qt::NoModifier,
                     Qt::NoScrollPhase, false);
    QApplication::sendEvent(combo, &down);
    QCOMPARE(combo->currentIndex(), before);
  }

  void spaceTogglesACheckBox() {
    Shown shown("environment.ends_at_goal");
    auto* check = shown.editor.findChild<QCheckBox*>();
    shown.editor.focusField();
    QTest::keyClick(check, Qt::Key_Space);
    QVERIFY(shown.editor.value() == KeyValue(true));
    QCOMPARE(check->text(), QString("yes"));  // not by the tick alone
  }
};

QTEST_MAIN(KeyEditorTest)
#include "key_editor_test.moc"
