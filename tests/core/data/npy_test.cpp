// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/npy.h"

#include <QTemporaryDir>
#include <QtTest>
#include <array>
#include <filesystem>
#include <string>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/data/npy_header.h"

using namespace limbeck;

namespace {

/// A header as NumPy would write it around `dictionary`, then `data_bytes` zeros.
std::string fileWith(std::string dictionary, std::size_t data_bytes) {
  while ((10 + dictionary.size() + 1) % 64 != 0) dictionary += ' ';
  dictionary += '\n';
  std::string file{"\x93NUMPY\x01\x00", 8};
  file += static_cast<char>(dictionary.size() & 0xFF);
  file += static_cast<char>(dictionary.size() >> 8);
  return file + dictionary + std::string(data_bytes, '\0');
}

}  // namespace

class NpyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void writtenRowsAreReadBack() {
    const QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "Zeilen ü.npy";
    NpyWriter writer(path, NpyType::Float32, {3});
    const std::array<float, 6> first = {1, 2, 3, 4, 5, 6};
    const std::array<float, 3> second = {-7, 0.5F, 1e30F};
    writer.append(std::as_bytes(std::span(first)));
    writer.append(std::as_bytes(std::span(second)));
    QCOMPARE(writer.rows(), 3);
    writer.close();
    const NpyFile file(path);
    QVERIFY(file.type() == NpyType::Float32);
    QVERIFY((file.shape() == std::vector<std::int64_t>{3, 3}));
    const auto values = file.as<float>();
    QCOMPARE(values.size(), 9U);
    QCOMPARE(values[5], 6.0F);
    QCOMPARE(values[6], -7.0F);
    QCOMPARE(values[8], 1e30F);
    QVERIFY_THROWS_EXCEPTION(BugError, (void)file.as<std::int32_t>());
  }

  void moreThanTheBufferKeepsItsOrder() {
    const QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "long.npy";
    NpyWriter writer(path, NpyType::Int64, {});
    // Appends of 800, 80,000 and 2,400,000 bytes: below the 1 MiB buffer, filling it, and going around it.
    std::int64_t next = 0;
    for (const int count : {100, 10000, 300000, 100, 150000, 10000}) {
      std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
      for (std::int64_t& row : rows) row = next++;
      writer.append(std::as_bytes(std::span(rows)));
    }
    writer.close();
    const NpyFile file(path);
    const auto values = file.as<std::int64_t>();
    QCOMPARE(static_cast<std::int64_t>(values.size()), next);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != static_cast<std::int64_t>(i)) QFAIL("rows out of order");
    }
  }

  void unclosedFileIsRefused() {
    const QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "open.npy";
    {
      NpyWriter writer(path, NpyType::UInt8, {});
      const std::vector<std::uint8_t> rows(std::size_t{3} << 20, 1);
      writer.append(std::as_bytes(std::span(rows)));
    }
    try {
      const NpyFile file(path);
      QFAIL("was read");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::Corrupt);
      QVERIFY2(std::string(error.what()).find("open.npy") != std::string::npos, error.what());
    }
  }

  void headerOfNumpyIsRead() {
    // What numpy.save writes for numpy.zeros((2, 3), numpy.float32): keys sorted, no "|" for types of several bytes.
    const NpyHeader header =
        parseNpyHeader(fileWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24));
    QVERIFY(header.type == NpyType::Float32);
    QVERIFY((header.shape == std::vector<std::int64_t>{2, 3}));
    QCOMPARE(header.data_offset % 64, 0U);
  }

  void headerThatContradictsTheFileIsCorrupt_data() {
    QTest::addColumn<QByteArray>("content");
    const auto row = [](const char* name, const std::string& content) {
      QTest::newRow(name) << QByteArray(content.data(), static_cast<qsizetype>(content.size()));
    };
    row("empty", "");
    row("no magic", std::string(128, 'x'));
    row("only magic", std::string{"\x93NUMPY\x01\x00", 8});
    row("version 2", std::string{"\x93NUMPY\x02\x00", 8} + std::string(120, ' '));
    row("header cut", fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }", 4).substr(0, 40));
    row("data cut", fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }", 3));
    row("data too long", fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }", 5));
    row("type", fileWith("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", 8));
    row("big-endian", fileWith("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 4));
    row("Fortran order", fileWith("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", 4));
    row("negative", fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (-4,), }", 4));
    // 2^62 * 4 bytes wraps round to 0.
    row("overflow", fileWith("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,), }", 0));
    row("overflow of a product",
        fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", 0));
    row("number too long", fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,), }", 0));
    row("shape missing", fileWith("{'descr': '|u1', 'fortran_order': False, }", 1));
    row("shape of nothing", fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", 1));
    row("twice", fileWith("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (0,), }", 0));
    row("unknown key", fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (0,), 'x': 'y', }", 0));
    row("unclosed", fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (0,", 0));
    row("open quote", fileWith("{'descr", 0));
    row("tail", fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (0,), } x", 0));
  }
  void headerThatContradictsTheFileIsCorrupt() {
    QFETCH(QByteArray, content);
    try {
      parseNpyHeader({content.data(), static_cast<std::size_t>(content.size())});
      QFAIL("was accepted");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::Corrupt);
    }
  }

  void everyTruncationAndFlipOfTheHeaderIsReadOrRefused() {
    // No crash, and no shape that the data does not hold. (The sanitizer builds make this bite.)
    const std::string sound = fileWith("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }", 24);
    for (std::size_t i = 0; i < 128; ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string changed = sound;
        changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
        try {
          const NpyHeader header = parseNpyHeader(changed);
          std::size_t bytes = npyItemBytes(header.type);
          for (const std::int64_t extent : header.shape) bytes *= static_cast<std::size_t>(extent);
          QCOMPARE(header.data_offset + bytes, changed.size());
        } catch (const Error&) {
        }
      }
      QVERIFY_THROWS_EXCEPTION(Error, parseNpyHeader(std::string_view(sound).substr(0, i)));
    }
  }

  void fullDiskIsReportedWithThePath() {
    if (!std::filesystem::exists("/dev/full")) QSKIP("no /dev/full here");
    NpyWriter* writer = nullptr;
    try {
      NpyWriter full("/dev/full", NpyType::UInt8, {});
      writer = &full;
      full.close();
      QFAIL("was written");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::IoFailure);
      QVERIFY2(std::string(error.what()).find("/dev/full") != std::string::npos, error.what());
    }
    QVERIFY(writer == nullptr);  // the header already fails
  }
};

QTEST_APPLESS_MAIN(NpyTest)
#include "npy_test.moc"
