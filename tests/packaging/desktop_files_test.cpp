// SPDX-License-Identifier: GPL-3.0-or-later
// What a desktop reads of the program: its entry, its description, its file type and its icons. Where a checker of the
// desktop's own is not installed, its test is skipped and says so; packaging/install-dependencies brings them.

#include <QDir>
#include <QFile>
#include <QImage>
#include <QMimeDatabase>
#include <QProcess>
#include <QRegularExpression>
#include <QSettings>
#include <QStandardPaths>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include "widgets/base/icons.h"

namespace limbeck {
namespace {

constexpr const char* kApp = "org.limbeck.Limbeck";
constexpr const char* kMimeType = "application/x-limbeck-experiment";

QString sourcePath(const QString& path) {
  return QStringLiteral(LIMBECK_SOURCE_DIR "/") + path;
}

QString desktopPath(const char* ending) {
  return sourcePath(QStringLiteral("packaging/desktop/%1%2").arg(QLatin1String(kApp), QLatin1String(ending)));
}

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

struct Outcome {
  int exit_code = -1;
  QByteArray output;
};

Outcome runTool(const QString& program, const QStringList& arguments) {
  QProcess process;
  process.setProcessChannelMode(QProcess::MergedChannels);
  process.start(program, arguments);
  if (!process.waitForFinished()) return {};
  return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAll()};
}

bool isInstalled(const char* tool) {
  return !QStandardPaths::findExecutable(QLatin1String(tool)).isEmpty();
}

/// The texts of all elements with this name.
QStringList textsOf(const QString& path, const QString& element) {
  QStringList texts;
  const QByteArray content = contentOf(path);
  for (QXmlStreamReader xml(content); !xml.atEnd();) {
    if (xml.readNextStartElement() && xml.name() == element) texts << xml.readElementText();
  }
  return texts;
}

QStringList iconFiles() {
  return QDir(sourcePath("resources/icons")).entryList({"*.svg"}, QDir::Files, QDir::Name);
}

}  // namespace

class DesktopFilesTest final : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void desktopEntryIsValid() {
    if (!isInstalled("desktop-file-validate")) QSKIP("desktop-file-validate is not installed (desktop-file-utils)");
    const Outcome outcome = runTool("desktop-file-validate", {"--no-hints", desktopPath(".desktop")});
    QVERIFY2(outcome.exit_code == 0 && outcome.output.isEmpty(), outcome.output.constData());
  }

  void metainfoIsValid() {
    if (!isInstalled("appstreamcli")) QSKIP("appstreamcli is not installed (appstream)");
    const Outcome outcome =
        runTool("appstreamcli", {"validate", "--no-net", "--no-color", "--strict", desktopPath(".metainfo.xml")});
    QVERIFY2(outcome.exit_code == 0, outcome.output.constData());
  }

  void xmlIsWellFormed_data() {
    QTest::addColumn<QString>("path");
    for (const char* ending : {".metainfo.xml", ".mime.xml"}) QTest::newRow(ending) << desktopPath(ending);
    for (const QString& icon : iconFiles())
      QTest::addRow("%s", qPrintable(icon)) << sourcePath("resources/icons/" + icon);
  }

  void xmlIsWellFormed() {
    QFETCH(QString, path);
    const QByteArray content = contentOf(path);
    QXmlStreamReader xml(content);
    while (!xml.atEnd()) xml.readNext();
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
  }

  void entryMetainfoAndFileTypeNameTheSameThings() {
    const QSettings entry(desktopPath(".desktop"), QSettings::IniFormat);
    const auto value = [&](const char* key) {
      return entry.value(QStringLiteral("Desktop Entry/") + QLatin1String(key));
    };
    const QString metainfo = desktopPath(".metainfo.xml");
    QCOMPARE(value("Icon").toString(), QLatin1String(kApp));
    QCOMPARE(value("Name").toStringList(), textsOf(metainfo, "name"));
    QCOMPARE(textsOf(metainfo, "id"), QStringList(kApp));
    QCOMPARE(textsOf(metainfo, "launchable"), QStringList(QLatin1String(kApp) + QLatin1String(".desktop")));
    QCOMPARE(textsOf(metainfo, "mediatype"), QStringList(kMimeType));
    QVERIFY(textsOf(metainfo, "binary").contains(value("TryExec").toString()));
    const QByteArray desktop = contentOf(desktopPath(".desktop"));
    QVERIFY(desktop.contains(QByteArray("MimeType=") + kMimeType + ";"));
    QVERIFY(contentOf(desktopPath(".mime.xml")).contains(QByteArray("type=\"") + kMimeType + '"'));
    QVERIFY2(contentOf(metainfo).contains("<release version=\"" LIMBECK_VERSION "\""), "no release " LIMBECK_VERSION);
  }

  void installedExperimentsHaveTheirFileType() {
    if (!isInstalled("update-mime-database")) QSKIP("update-mime-database is not installed (shared-mime-info)");
    const QTemporaryDir prefix;
    install(prefix.path());
    const QString data = prefix.filePath(LIMBECK_DATADIR);
    const Outcome outcome = runTool("update-mime-database", {data + "/mime"});
    QVERIFY2(outcome.exit_code == 0, outcome.output.constData());
    qputenv("XDG_DATA_HOME", data.toUtf8());
    const QMimeDatabase types;
    const QMimeType by_name = types.mimeTypeForFile("room.limbeck.toml", QMimeDatabase::MatchExtension);
    QCOMPARE(by_name.name(), QLatin1String(kMimeType));
    QVERIFY(by_name.inherits("text/plain"));
    QCOMPARE(types.mimeTypeForData(contentOf(sourcePath("experiments/darkroom_quick.toml"))).name(),
             QLatin1String(kMimeType));
    QVERIFY(types.mimeTypeForData(QByteArray("# a file\n[package]\nname = \"x\"\n")).name() !=
            QLatin1String(kMimeType));
  }

  void everythingIsInstalledWhereADesktopLooks() {
    const QTemporaryDir prefix;
    install(prefix.path());
    const QDir data(prefix.filePath(LIMBECK_DATADIR));
    for (const char* path : {"applications/%1.desktop", "metainfo/%1.metainfo.xml", "mime/packages/%1.xml",
                             "icons/hicolor/scalable/apps/%1.svg", "icons/hicolor/48x48/apps/%1.png",
                             "icons/hicolor/128x128/apps/%1.png", "icons/hicolor/256x256/apps/%1.png"}) {
      QVERIFY2(data.exists(QString(path).arg(kApp)), path);
    }
    const QImage image(data.filePath(QString("icons/hicolor/48x48/apps/%1.png").arg(kApp)));
    QCOMPARE(image.size(), QSize(48, 48));
    QVERIFY(image.hasAlphaChannel());
  }

  void everyIconIsDrawnInTheTextColourAlone() {
    // Qt draws SVG Tiny: style sheets, clips and references would be silently left out.
    static const QRegularExpression kForbidden("#[0-9a-fA-F]{3,8}|style|class|clipPath|<use|url\\(|rgb");
    for (const QString& name : iconFiles()) {
      if (name.startsWith(kApp)) continue;
      const QByteArray content = contentOf(sourcePath("resources/icons/" + name));
      QVERIFY2(content.contains("viewBox=\"0 0 16 16\""), qPrintable(name));
      QVERIFY2(content.contains("currentColor"), qPrintable(name));
      QVERIFY2(!QString::fromUtf8(content).contains(kForbidden), qPrintable(name));
    }
  }

  void everyIconIsRegisteredAndDrawsSomething() {
    const QStringList files = iconFiles();
    QVERIFY(files.size() > 50);
    for (const QString& file : files) {
      const QString name = file.chopped(4);
      const QImage image = icon(name).pixmap(QSize(16, 16)).toImage();
      int inked = 0;
      for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) inked += qAlpha(image.pixel(x, y)) > 127;
      }
      // An arrow's three strokes cover about 20 of 256 pixels; a solid square 100.
      QVERIFY2(inked >= 12, qPrintable(QStringLiteral("%1: %2 pixels").arg(name).arg(inked)));
    }
  }

 private:
  static void install(const QString& prefix) {
    const Outcome outcome = runTool(LIMBECK_CMAKE, {"-DCMAKE_INSTALL_PREFIX=" + prefix, "-P",
                                                    LIMBECK_BINARY_DIR "/packaging/desktop/cmake_install.cmake"});
    QVERIFY2(outcome.exit_code == 0, outcome.output.constData());
  }
};

}  // namespace limbeck

QTEST_MAIN(limbeck::DesktopFilesTest)
#include "desktop_files_test.moc"
