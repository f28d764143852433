// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include <QtTest>

#include <string>

#include "core/base/check.h"

using namespace limbeck;

class ErrorTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void contextIsAddedFromTheInsideOut();
  void cancelledSaysWhatWasKept();
  void failedCheckNamesConditionPlaceAndMessage();
  void passingCheckDoesNotBuildItsMessage();
};

void ErrorTest::contextIsAddedFromTheInsideOut() {
  try {
    try {
      throw Error(ErrorCode::Corrupt, "rewards.npy: 3 rows");
    } catch (Error& error) {
      error.addContext("opening shard 7");
      error.addContext("training");
      throw;
    }
  } catch (const Error& error) {
    QCOMPARE(std::string(error.what()), std::string("training: opening shard 7: rewards.npy: 3 rows"));
    QCOMPARE(error.code(), ErrorCode::Corrupt);
    QCOMPARE(errorCodeName(error.code()), std::string_view("Corrupt"));
  }
}

void ErrorTest::cancelledSaysWhatWasKept() {
  QCOMPARE(std::string(Cancelled("checkpoint at step 400").what()),
           std::string("stopped; kept: checkpoint at step 400"));
  QCOMPARE(std::string(Cancelled().what()), std::string("stopped"));
}

void ErrorTest::failedCheckNamesConditionPlaceAndMessage() {
  const int streams = 3;
  try {
    LIMBECK_CHECK(streams == 4, "streams: " + std::to_string(streams));
    QFAIL("the check passed");
  } catch (const BugError& error) {
    const QString message = error.what();
    QVERIFY2(message.contains("streams == 4") && message.contains("error_test.cpp") && message.endsWith("streams: 3"),
             error.what());
  }
}

void ErrorTest::passingCheckDoesNotBuildItsMessage() {
  int built = 0;
  const auto message = [&] {
    ++built;
    return std::string("expensive");
  };
  LIMBECK_CHECK(true, message());
  QCOMPARE(built, 0);
}

QTEST_APPLESS_MAIN(ErrorTest)
#include "error_test.moc"
