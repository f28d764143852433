// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/recorded_stream.h"

#include <QtTest>

using namespace limbeck;

namespace {

const EnvironmentSpec kSpec{{3, 3}, 5, 4};

/// Rewards and ends as text, one character a row: a digit is the reward; '.' goes on, '|' truncates, '!' terminates.
std::shared_ptr<const RecordedStream> stream(const std::string& rewards, const std::string& ends) {
  OwnedTransitions columns;
  for (std::size_t i = 0; i < rewards.size(); ++i) {
    columns.observations.insert(columns.observations.end(), {static_cast<std::uint8_t>(i % 3), 1});
    columns.actions.push_back(static_cast<Action>(i % 5));
    columns.rewards.push_back(static_cast<float>(rewards[i] - '0'));
    columns.ends.push_back(ends[i] == '.' ? End::None : ends[i] == '|' ? End::Truncated : End::Terminated);
  }
  return RecordedStream::fromColumns(kSpec, {.task = 7, .seed = 2}, std::move(columns));
}

}  // namespace

class RecordedStreamTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void episodesAreCutAtTheirEnds() {
    const auto recorded = stream(
        "0110"
        "21"
        "0003",
        "...|"
        ".!"
        "...|");
    QCOMPARE(recorded->episodes(), 3);
    QCOMPARE(recorded->begin(1), std::int64_t{4});
    QCOMPARE(recorded->begin(3), std::int64_t{10});
    QCOMPARE(recorded->length(1), 2);
    QCOMPARE(recorded->returnOf(0), 2.0F);
    QCOMPARE(recorded->returnOf(1), 3.0F);
    QCOMPARE(recorded->episodeAt(3), 0);
    QCOMPARE(recorded->episodeAt(4), 1);
    QCOMPARE(recorded->episodeAt(9), 2);
    QCOMPARE(recorded->label().task, 7);
  }

  void unfinishedLastEpisodeCounts() {
    const auto recorded = stream("000101", "...|..");
    QCOMPARE(recorded->episodes(), 2);
    QCOMPARE(recorded->length(1), 2);
    QCOMPARE(recorded->returnOf(1), 1.0F);
  }

  void emptyStreamHasNoEpisode() { QCOMPARE(stream("", "")->episodes(), 0); }

  void streamOfAShardOutlivesItsOpener() {
    std::shared_ptr<const RecordedStream> recorded;
    {
      const auto shard =
          std::make_shared<const Shard>(std::string(LIMBECK_SOURCE_DIR) + "/tests/golden/data/history_v1");
      recorded = RecordedStream::fromShard(shard, 0);
      QCOMPARE(recorded->columns().rows(), shard->columns(0).rows());
    }
    float sum = 0.0F;
    for (const float reward : recorded->columns().rewards) sum += reward;
    float by_episode = 0.0F;
    for (int episode = 0; episode < recorded->episodes(); ++episode) by_episode += recorded->returnOf(episode);
    QCOMPARE(by_episode, sum);
  }
};

QTEST_APPLESS_MAIN(RecordedStreamTest)
#include "recorded_stream_test.moc"
