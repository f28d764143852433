// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <QProcess>

#include <QTemporaryDir>
#include <QtTest>
#include <cstring>
#include <fstream>

#include "core/base/file.h"
#include "core/model/tensor_file.h"
#include "core/model/tensor_file_header.h"
#include "tests/support/caught_error.h"

using namespace limbeck;
using test::caughtError;
using test::caughtMessage;

namespace {

TensorFile smallFile() {
  TensorFile file;
  file.tensors["b.weight"] = {{2, 3}, {1.0F, -2.5F, 3.0F, 0.0F, 1e-30F, -0.0F}};
  file.tensors["a"] = {{}, {7.0F}};
  file.tensors["none"] = {{0, 4}, {}};
  file.metadata = {{"step", "12"}, {"name", "Dark \"Room\" é"}};
  return file;
}

/// A file with this header, padded by nothing, and `data_bytes` zeros.
void writeRaw(const std::filesystem::path& path, const std::string& header, std::size_t data_bytes) {
  std::string content(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(content.data(), &length, 8);
  content += header + std::string(data_bytes, '\0');
  std::ofstream(path, std::ios::binary) << content;
}

std::string entry(const std::string& name, const std::string& shape, const std::string& offsets,
                  const std::string& dtype = "F32") {
  // fmt, because moc does not understand raw strings that are joined with +.
  return fmt::format("\"{}\":{{\"dtype\":\"{}\",\"shape\":{},\"data_offsets\":{}}}", name, dtype, shape, offsets);
}

}  // namespace

class TensorFileTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  std::filesystem::path path(const char* name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }

 private Q_SLOTS:
  void readsWhatWasWritten() {
    writeTensorFile(path("a file é.safetensors"), smallFile());
    const TensorFile read = readTensorFile(path("a file é.safetensors"));
    QCOMPARE(read.tensors.size(), std::size_t{3});
    for (const auto& [name, tensor] : smallFile().tensors) {
      QCOMPARE(read.tensors.at(name).shape, tensor.shape);
      QCOMPARE(read.tensors.at(name).values.size(), tensor.values.size());
      QVERIFY(std::memcmp(read.tensors.at(name).values.data(), tensor.values.data(), tensor.values.size() * 4) == 0);
    }
    QCOMPARE(read.metadata.at("step"), std::string("12"));
    QCOMPARE(read.metadata.at("name"), std::string("Dark \"Room\" é"));
  }

  void writingTwiceGivesTheSameBytes() {
    writeTensorFile(path("one"), smallFile());
    writeTensorFile(path("two"), smallFile());
    QCOMPARE(readTextFile(path("one")), readTextFile(path("two")));
  }

  // The README promises that numpy opens a checkpoint in ten lines; these are the lines.
  void numpyReadsIt() {
    writeTensorFile(path("np"), smallFile());
    const QString script = R"(
import json, sys, numpy
raw = open(sys.argv[1], 'rb').read()
size = int.from_bytes(raw[:8], 'little')
header = json.loads(raw[8:8 + size])
meta = header.pop('__metadata__')
t = {n: numpy.frombuffer(raw, '<f4', offset=8 + size + e['data_offsets'][0],
        count=int(numpy.prod(e['shape']))).reshape(e['shape']) for n, e in header.items()}
assert t['b.weight'].tolist()[0] == [1.0, -2.5, 3.0] and t['b.weight'].shape == (2, 3), t
assert t['a'] == 7 and t['none'].size == 0 and meta['step'] == '12'
)";
    // Debian's own interpreter, because that is the one python3-numpy belongs to.
    const QString interpreter = "/usr/bin/python3";
    QProcess python;
    python.start(interpreter, {"-c", "import numpy"});
    if (!python.waitForFinished() || python.exitCode() != 0) QSKIP("python3-numpy is not installed");
    python.start(interpreter, {"-c", script, QString::fromStdString(path("np").string())});
    QVERIFY(python.waitForFinished());
    QVERIFY2(python.exitCode() == 0, python.readAllStandardError().constData());
  }

  void everyTruncationIsRefused() {
    writeTensorFile(path("whole"), smallFile());
    const std::string whole = readTextFile(path("whole"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      std::ofstream(path("cut"), std::ios::binary) << whole.substr(0, size);
      const auto error = caughtError([&] { readTensorFile(path("cut")); });
      QVERIFY2(error && error->code() == ErrorCode::Corrupt, std::to_string(size).c_str());
      QVERIFY(QString(error->what()).contains("cut"));
    }
    std::ofstream(path("longer"), std::ios::binary) << whole + "x";
    QCOMPARE(caughtError([&] { readTensorFile(path("longer")); })->code(), ErrorCode::Corrupt);
  }

  // In the data every flip is found by the checksum; in the header every flip that changes what the file says. What is
  // left are flips of white space that stay white space, so reading may succeed only if it gives the very same content.
  void everyFlippedBitIsFoundOrChangesNothing() {
    writeTensorFile(path("whole"), smallFile());
    const std::string whole = readTextFile(path("whole"));
    std::uint64_t header_size = 0;
    std::memcpy(&header_size, whole.data(), 8);
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
      std::string damaged = whole;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      std::ofstream(path("flipped"), std::ios::binary) << damaged;
      bool is_same = false;
      const auto error = caughtError([&] {
        const TensorFile read = readTensorFile(path("flipped"));
        is_same = read.metadata.at("step") == "12" && read.metadata.at("name") == smallFile().metadata.at("name") &&
                  read.tensors.size() == 3 &&
                  read.tensors.at("b.weight").values == smallFile().tensors.at("b.weight").values &&
                  read.tensors.at("none").shape == smallFile().tensors.at("none").shape;
      });
      QVERIFY2(error ? error->code() == ErrorCode::Corrupt : is_same, std::to_string(bit).c_str());
      if (bit / 8 >= 8 + header_size) QVERIFY(error.has_value());
    }
  }

  void hostileHeadersAreRefused_data() {
    QTest::addColumn<QString>("header");
    QTest::addColumn<int>("data_bytes");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const std::string& header, int bytes, const char* expected) {
      QTest::newRow(name) << QString::fromStdString(header) << bytes << expected;
    };
    row("no JSON", "hello", 0, "does not begin");
    row("cut JSON", "{\"a\":", 0, "not JSON");
    row("array on top", "[1]", 0, "does not begin");
    row("text after it", "{} {}", 0, "not JSON");
    row("overlap", "{" + entry("a", "[2]", "[0,8]") + "," + entry("b", "[2]", "[4,12]") + "}", 12, "begins at byte 4");
    row("gap", "{" + entry("a", "[1]", "[0,4]") + "," + entry("b", "[1]", "[8,12]") + "}", 12, "begins at byte 8");
    row("gap at the front", "{" + entry("a", "[1]", "[4,8]") + "}", 8, "begins at byte 4");
    row("data nobody owns", "{" + entry("a", "[1]", "[0,4]") + "}", 8, "the file has 8");
    row("range beyond the file", "{" + entry("a", "[4]", "[0,16]") + "}", 8, "the file has 8");
    row("range backwards", "{" + entry("a", "[1]", "[0,-4]") + "}", 4, "negative");
    row("end before begin",
        "{" + entry("a", "[0]", "[0,0]") + "," + entry("b", "[1]", "[0,18446744073709551612]") + "}", 4,
        "size of its shape");
    row("shape too large", "{" + entry("a", "[2]", "[0,4]") + "}", 4, "size of its shape");
    row("shape that overflows to 4 bytes", "{" + entry("a", "[4294967296,4294967296,1]", "[0,0]") + "}", 0,
        "size of its shape");
    row("shape above 63 bits", "{" + entry("a", "[18446744073709551615]", "[0,4]") + "}", 4, "impossible shape");
    row("number above 64 bits", "{" + entry("a", "[99999999999999999999999]", "[0,4]") + "}", 4, "not whole");
    row("fraction", "{" + entry("a", "[1.0]", "[0,4]") + "}", 4, "not whole");
    row("same name twice", "{" + entry("a", "[1]", "[0,4]") + "," + entry("a", "[1]", "[0,4]") + "}", 4, "twice");
    row("same field twice", R"({"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4, "twice");
    row("metadata twice", R"({"__metadata__":{},"__metadata__":{}})", 0, "twice");
    row("metadata key twice", R"({"__metadata__":{"a":"1","a":"2"}})", 0, "twice");
    row("metadata number", R"({"__metadata__":{"a":1}})", 0, "number");
    row("metadata object", R"({"__metadata__":{"a":{}}})", 0, "object");
    row("other dtype", "{" + entry("a", "[1]", "[0,4]", "I32") + "}", 4, "dtype I32");
    row("unknown field", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"code":"x"}})", 4, "unknown key");
    row("missing field", R"({"a":{"dtype":"F32","shape":[1]}})", 4, "incomplete");
    row("one offset", "{" + entry("a", "[1]", "[0]") + "}", 4, "begin and end");
    row("rank 9", "{" + entry("a", "[1,1,1,1,1,1,1,1,1]", "[0,4]") + "}", 4, "too long");
    row("nested arrays", "{" + entry("a", "[[1]]", "[0,4]") + "}", 4, "array");
    row("deep nesting", R"({"a":)" + std::string(200000, '[') + "}", 4, "array");
    row("deep objects", R"({"a":{"shape":{"shape":{"shape":{}}}}})", 4, "object");
    row("tensor that is a number", R"({"a":1})", 4, "number");
    row("null", R"({"a":null})", 4, "null");
    row("no checksum", "{" + entry("a", "[1]", "[0,4]") + "}", 4, "header_checksum");
  }
  void hostileHeadersAreRefused() {
    QFETCH(QString, header);
    QFETCH(int, data_bytes);
    QFETCH(QString, expected);
    writeRaw(path("hostile"), header.toStdString(), static_cast<std::size_t>(data_bytes));
    QCOMPARE(caughtError([&] { readTensorFile(path("hostile")); })->code(), ErrorCode::Corrupt);
    const QString message = caughtMessage([&] { readTensorFile(path("hostile")); });
    QVERIFY2(message.contains(expected), qPrintable(message));
    QVERIFY(message.contains("hostile"));
    QVERIFY(message.size() < 1000);
  }

  void aHugeHeaderLengthIsRefusedBeforeAnythingIsAllocated() {
    for (const std::uint64_t length : {std::uint64_t{1} << 40, ~std::uint64_t{0}, std::uint64_t{100}}) {
      std::string content(8, '\0');
      std::memcpy(content.data(), &length, 8);
      std::ofstream(path("huge"), std::ios::binary) << content + "{}";
      QVERIFY(caughtMessage([&] { readTensorFile(path("huge")); }).contains("claims a header"));
    }
  }

  void aMissingFileIsNotFound() {
    QCOMPARE(caughtError([&] { readTensorFile(path("nowhere")); })->code(), ErrorCode::NotFound);
  }
};

QTEST_APPLESS_MAIN(TensorFileTest)
#include "tensor_file_test.moc"
