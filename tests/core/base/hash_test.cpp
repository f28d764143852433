// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"

#include <QtTest>

#include <algorithm>
#include <set>
#include <string>

using namespace limbeck;

namespace {
std::string hashOf(std::string_view text) {
  return hashBytes(std::as_bytes(std::span(text.data(), text.size())));
}
}  // namespace

class HashTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void emptyInputHasThePublishedHash();
  void piecesHashLikeTheWhole();
  void everyFlippedBitChangesTheHash();
  void bordersBetweenTextsCount();
  void typesOfNumbersCount();
};

// XXH3-128 of nothing with seed 0, as in xxHash's own sanity test and printed by `xxhsum -H2`.
void HashTest::emptyInputHasThePublishedHash() {
  QCOMPARE(hashBytes({}), std::string("99aa06d3014798d86001c324468d497f"));
  QCOMPARE(Hasher().digest(), std::string("99aa06d3014798d86001c324468d497f"));
}

// 1000 bytes: past xxHash's switch from short to long input at 240, in pieces that fit neither its stripes nor its
// blocks.
void HashTest::piecesHashLikeTheWhole() {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i * 7);
  Hasher hasher;
  for (std::size_t i = 0; i < text.size(); i += 13)
    hasher.addRaw(text.data() + i, std::min<std::size_t>(13, text.size() - i));
  QCOMPARE(hasher.digest(), hashOf(text));
}

void HashTest::everyFlippedBitChangesTheHash() {
  std::string text(64, 'x');
  std::set<std::string> hashes = {hashOf(text)};
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
    hashes.insert(hashOf(text));
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
  }
  QCOMPARE(hashes.size(), text.size() * 8 + 1);
}

void HashTest::bordersBetweenTextsCount() {
  Hasher one;
  one.add("ab");
  one.add("c");
  Hasher other;
  other.add("a");
  other.add("bc");
  QVERIFY(one.digest() != other.digest());
  QVERIFY(one.digest64() != other.digest64());
}

void HashTest::typesOfNumbersCount() {
  Hasher narrow;
  narrow.add(std::uint32_t{1});
  Hasher wide;
  wide.add(std::uint64_t{1});
  QVERIFY(narrow.digest() != wide.digest());
}

QTEST_APPLESS_MAIN(HashTest)
#include "hash_test.moc"
