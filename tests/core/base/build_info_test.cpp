// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/build_info.h"

#include <QRegularExpression>
#include <QtTest>

using namespace limbeck;

class BuildInfoTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyPartIsKnownOrSaysThatItIsNot() {
    const auto text = [](std::string_view part) { return QString::fromUtf8(part.data(), qsizetype(part.size())); };
    QVERIFY(QRegularExpression("^[0-9]+\\.[0-9]+\\.[0-9]+$").match(text(buildInfo().version)).hasMatch());
    QVERIFY(QRegularExpression("^([0-9a-f]{40}|unknown)$").match(text(buildInfo().commit)).hasMatch());
    QVERIFY(QRegularExpression("^[A-Za-z]+ [0-9.]+$").match(text(buildInfo().compiler)).hasMatch());
    QVERIFY(!buildInfo().build_type.empty());
  }
};

QTEST_APPLESS_MAIN(BuildInfoTest)
#include "build_info_test.moc"
