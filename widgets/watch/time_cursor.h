// SPDX-License-Identifier: GPL-3.0-or-later
// The one place in time that boards, plot, attention, context and timeline show.
//
// A moment is (episode e, step k) with 0 <= k <= length(e): k actions of the episode were taken, and k == length(e) is
// what the last one led to. The last moment of an episode and the first of the next are two moments, though no
// transition lies between them.
#pragma once

#include <QObject>
#include <cstdint>
#include <memory>

namespace limbeck {

class RecordedStream;

class TimeCursor : public QObject {
  Q_OBJECT

 public:
  explicit TimeCursor(QObject* parent = nullptr);
  ~TimeCursor() override;

  /// The stream that settles how many episodes and steps there are; shared with all that show it. The place is kept
  /// where it still fits (a live stream that grew), else moved to the nearest that does; while `followsEnd()` it goes
  /// to the new end. Null: no moment.
  void setStream(std::shared_ptr<const RecordedStream> stream);
  const std::shared_ptr<const RecordedStream>& stream() const { return stream_; }

  int episode() const { return place_.episode; }
  int step() const { return place_.step; }
  /// How far the way from this step to the next was gone, in [0, 1), for gliding; 0 at the last moment of an episode.
  double fraction() const { return place_.fraction; }

  int episodes() const;
  /// Steps of an episode, 0 for one that there is not.
  int stepsOf(int episode) const;
  /// Transitions that happened before this moment: rows [0, row()) of the stream. At an episode's end this is the next
  /// one's begin.
  std::int64_t row() const;
  bool isAtEnd() const;
  /// Whether the cursor goes with the end of a growing stream. Begins with `toEnd()` and ends with any other move.
  bool followsEnd() const { return follows_end_; }

  /// All moments in one line: the number of those before this one, of all, and of those before an episode's first.
  std::int64_t moment() const { return momentOf(episode()) + step(); }
  std::int64_t moments() const { return momentOf(episodes()); }
  std::int64_t momentOf(int episode) const;
  /// As `moveTo` the moment numbered `moment` (clamped), and `fraction` beyond it. For playback.
  void glideTo(std::int64_t moment, double fraction);

 public Q_SLOTS:
  /// Both are clamped to what there is.
  void moveTo(int episode, int step);
  /// To the episode's first moment.
  void moveToEpisode(int episode);
  /// `steps` moments on or back, across the borders of episodes.
  void stepBy(int steps);
  /// To the first moment of an episode further on or back; beyond the last one, to its end.
  void episodeBy(int episodes);
  void toStart();
  /// To the last moment, and on with it as the stream grows.
  void toEnd();

 Q_SIGNALS:
  void moved();  ///< any change of episode, step or fraction
  void episodeChanged(int episode);
  void streamChanged();  ///< before `moved()`, if the place changes too
  void followingChanged(bool follows_end);

 private:
  struct Place {
    int episode = 0;
    int step = 0;
    double fraction = 0.0;
    bool operator==(const Place&) const = default;
  };
  Place fitted(Place place) const;
  Place lastPlace() const;
  void move(const Place& to);
  void announce(const Place& before, bool followed_before);

  std::shared_ptr<const RecordedStream> stream_;  // shared by all that show it
  Place place_;
  bool follows_end_ = false;
};

}  // namespace limbeck
