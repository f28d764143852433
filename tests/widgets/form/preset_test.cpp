// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/preset.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace limbeck;

namespace {

void write(const QString& path, const char* text) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(text);
}

}  // namespace

class PresetTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void headSaysWhatItIsAndHowLongItTakes() {
    QTemporaryDir folder;
    write(folder.filePath("a.toml"),
          "# A room.\n#\n# Takes: about 1.5 minutes a seed\n# on two cores. Expect: 14 of 16.7.\n"
          "[experiment]\nname = \"tiny\"\ndescription = \"A tiny room, for tests: nothing to see\"\n");
    const Preset preset = loadPreset(folder.filePath("a.toml").toStdString());
    QCOMPARE(preset.problem, QString());
    QCOMPARE(preset.name, QString("tiny"));
    QCOMPARE(preset.title, QString("A tiny room"));
    QCOMPARE(preset.takes, QString("about 1.5 minutes a seed on two cores"));
    QVERIFY(preset.config.has_value());
    QVERIFY(preset.text.starts_with("# A room."));
  }

  void fileWithoutAHeadIsCalledByItsName() {
    QTemporaryDir folder;
    write(folder.filePath("bare.toml"), "[experiment]\nname = \"bare\"\n");
    const Preset preset = loadPreset(folder.filePath("bare.toml").toStdString());
    QCOMPARE(preset.title, QString("bare"));
    QCOMPARE(preset.takes, QString());
  }

  void brokenFileSaysWhatIsWrong() {
    QTemporaryDir folder;
    write(folder.filePath("broken.toml"), "[model]\nlayer = 3\n");
    const Preset preset = loadPreset(folder.filePath("broken.toml").toStdString());
    QVERIFY(!preset.config);
    QVERIFY2(preset.problem.contains("did you mean \"model.layers\""), qPrintable(preset.problem));
    QCOMPARE(preset.name, QString("broken"));
  }

  void quickOnesComeFirstAndFoldersLast() {
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir("0"));
    for (const char* name : {"b.toml", "a.toml", "0/c.toml", "0/d_quick.toml", "z_quick.toml", "notes.txt"}) {
      write(folder.filePath(name), "[experiment]\nname = \"x\"\n");
    }
    QStringList order;
    for (const Preset& preset : loadPresets(folder.path().toStdString())) {
      order.append(preset.group + ':' + QString::fromStdString(preset.path.filename().string()));
    }
    QCOMPARE(order, QStringList({":z_quick.toml", ":a.toml", ":b.toml", "0:d_quick.toml", "0:c.toml"}));
  }

  void missingFolderOffersNothing() { QVERIFY(loadPresets("/nowhere/at/all").empty()); }

  void everyReadyExperimentCanBeOfferedWithItsTime() {
    const std::vector<Preset> presets = loadPresets(LIMBECK_SOURCE_DIR "/experiments");
    QVERIFY(presets.size() >= 5);
    QCOMPARE(presets.front().name, QString("darkroom_quick"));
    for (const Preset& preset : presets) {
      QVERIFY2(preset.problem.isEmpty(), qPrintable(preset.problem));
      QVERIFY2(!preset.takes.isEmpty(), qPrintable(preset.name));
      QVERIFY2(preset.title.size() < preset.description.size() || !preset.description.contains(QLatin1Char(',')),
               qPrintable(preset.title));
    }
  }
};

QTEST_MAIN(PresetTest)
#include "preset_test.moc"
