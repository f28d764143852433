// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/kept_episodes.h"

#include <QtTest>
#include <algorithm>
#include <cstdlib>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "core/data/shuffled_episodes.h"

using namespace limbeck;

namespace {

/// '.' goes on, 'x' ends an episode.
std::vector<End> rows(std::string_view text) {
  std::vector<End> ends;
  for (const char row : text) ends.push_back(row == 'x' ? End::Terminated : End::None);
  return ends;
}

using Runs = std::vector<std::pair<std::int64_t, std::int64_t>>;  // begin, length

Runs walked(const std::vector<End>& ends, std::int64_t common_length, int keep_every, int phase) {
  Runs runs;
  for (KeptEpisodes walk(ends, common_length, keep_every, phase); walk.isValid(); walk.next()) {
    runs.emplace_back(walk.begin(), walk.length());
  }
  return runs;
}

}  // namespace

class KeptEpisodesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyEndIsFoundWhereverItLies() {
    // One end at each place of up to 40 rows, so that it is met in whole words of eight and in what is left of them.
    for (std::size_t size = 1; size <= 40; ++size) {
      for (std::size_t place = 0; place < size; ++place) {
        std::vector<End> ends(size, End::None);
        ends[place] = place % 2 == 0 ? End::Terminated : End::Truncated;
        for (std::size_t from = 0; from <= size; ++from) {
          QCOMPARE(nextEnd(ends, from), from <= place ? place : size);
        }
      }
    }
    QCOMPARE(nextEnd({}, 0), std::size_t{0});
  }

  void lastEndIsFoundWhereverItLies() {
    for (std::size_t size = 1; size <= 40; ++size) {
      for (std::size_t place = 0; place < size; ++place) {
        std::vector<End> ends(size, End::None);
        ends[place] = place % 2 == 0 ? End::Terminated : End::Truncated;
        for (std::size_t bound = 0; bound <= size; ++bound) {
          QCOMPARE(afterLastEnd(ends, bound), place < bound ? place + 1 : std::size_t{0});
        }
      }
    }
    QCOMPARE(afterLastEnd({}, 0), std::size_t{0});
  }

  void lastEpisodesBeginWhereTheOnesBeforeEnd() {
    const std::vector<End> ends = rows("..x.xx....x...");  // lengths 3, 2, 1, 5, and one that is unfinished
    const std::size_t begins[] = {11, 6, 5, 3, 0, 0, 0};
    for (int episodes = 0; episodes < 7; ++episodes) QCOMPARE(beginOfLast(ends, episodes), begins[episodes]);
    QCOMPARE(beginOfLast(rows("...."), 1), std::size_t{0});
    QCOMPARE(beginOfLast(rows("xxxx"), 3), std::size_t{1});
    QCOMPARE(beginOfLast({}, 1), std::size_t{0});
  }

  void shuffledEpisodesAreTheSameOnesInEveryOrder() {
    const std::vector<End> ends = rows("..x.xx....x...");
    std::map<Runs, int> orders;
    for (std::uint64_t draw = 0; draw < 2400; ++draw) {
      Runs runs;
      for (ShuffledEpisodes walk(KeptEpisodes(ends, 0, 1, 0), Rng(Seed{4}).split("draw", draw)); walk.isValid();
           walk.next()) {
        runs.emplace_back(walk.begin(), walk.length());
      }
      ++orders[runs];
      std::ranges::sort(runs);
      QVERIFY((runs == Runs{{0, 3}, {3, 2}, {5, 1}, {6, 5}}));
    }
    // 24 orders, each expected 100 times with a standard deviation of 9.8; six of them, so that one seed in 10^7 fails.
    QCOMPARE(orders.size(), std::size_t{24});
    for (const auto& [order, count] : orders) QVERIFY2(std::abs(count - 100) < 59, qPrintable(QString::number(count)));
  }

  void everyKthEpisodeFromThePhaseOn() {
    const std::vector<End> ends = rows("..x.xx....x...");  // lengths 3, 2, 1, 5, and one that is unfinished
    QVERIFY((walked(ends, 0, 1, 0) == Runs{{0, 3}, {3, 2}, {5, 1}, {6, 5}}));
    QVERIFY((walked(ends, 0, 2, 0) == Runs{{0, 3}, {5, 1}}));
    QVERIFY((walked(ends, 0, 2, 1) == Runs{{3, 2}, {6, 5}}));
    QVERIFY((walked(ends, 0, 3, 2) == Runs{{5, 1}}));
    QVERIFY((walked(ends, 0, 7, 4) == Runs{}));
    QVERIFY((walked({}, 0, 1, 0) == Runs{}));
    QVERIFY((walked(rows("...."), 0, 1, 0) == Runs{}));
  }

  void commonLengthGivesTheSame() {
    for (const std::string_view text : {"...x...x...x...x...x", "...x...x...x..", "...x", "xxx"}) {
      const std::vector<End> ends = rows(text);
      const std::int64_t length = text.front() == 'x' ? 1 : 4;
      for (int keep_every = 1; keep_every <= 6; ++keep_every) {
        for (int phase = 0; phase < keep_every; ++phase) {
          QVERIFY(walked(ends, length, keep_every, phase) == walked(ends, 0, keep_every, phase));
        }
      }
    }
  }

  void transitionsLeftAreThoseOfKeptEpisodes() {
    const std::vector<End> ends = rows("..x.xx....x...");
    QCOMPARE(KeptEpisodes(ends, 0, 1, 0).transitionsLeft(), 11);
    QCOMPARE(KeptEpisodes(ends, 0, 2, 1).transitionsLeft(), 7);
    KeptEpisodes walk(ends, 0, 1, 0);
    walk.next();
    QCOMPARE(walk.transitionsLeft(), 8);
  }
};

QTEST_APPLESS_MAIN(KeptEpisodesTest)
#include "kept_episodes_test.moc"
