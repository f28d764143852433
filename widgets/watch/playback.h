// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>

namespace limbeck {

class TimeCursor;

/// Speeds as multiples of 5 steps a second. At the last one the range that is played, however long, takes three
/// seconds.
inline constexpr int kMaxPlaybackSpeed = 1'000'000;
inline constexpr std::array kPlaybackSpeeds = {1, 2, 4, 8, 16, 32, 64, 128, kMaxPlaybackSpeed};
/// "4×", "max".
QString speedText(int speed);

struct LoopRange {
  int first = 0;
  int last = 0;  ///< included
  bool operator==(const LoopRange&) const = default;
};

/// Moves the cursor by the clock on the wall: where it is follows from the time that passed, never from how often a
/// timer fired. A move by somebody else is the place from which it goes on.
class Playback : public QObject {
  Q_OBJECT

 public:
  using Clock = std::function<std::int64_t()>;  ///< milliseconds that only grow
  /// `cursor` must outlive this. Without `clock` it is the monotonic one of the system.
  explicit Playback(TimeCursor& cursor, QObject* parent = nullptr, Clock clock = {});

  bool isPlaying() const { return is_playing_; }
  /// One of kPlaybackSpeeds.
  int speed() const { return speed_; }
  /// Moments a second.
  double stepsPerSecond() const;
  std::optional<LoopRange> loop() const { return loop_; }
  bool loopsWhole() const { return loops_whole_; }
  /// Whether a timer runs: only while there is something to move and somebody to see it.
  bool isTicking() const { return timer_.isActive(); }

  /// Begin again when the end is reached; a loop range does so anyway.
  void setLoopsWhole(bool loops_whole) { loops_whole_ = loops_whole; }
  /// No gliding between steps.
  void setReducedMotion(bool is_reduced);
  /// While nobody sees it (hidden, minimised). Time stands still meanwhile: it goes on where it was.
  void setSuspended(bool is_suspended);
  /// The same while a hand holds the cursor.
  void setHeld(bool is_held);

 public Q_SLOTS:
  /// Goes on from the cursor; from the start of what is played when the cursor is at its end or outside the loop.
  void play();
  void pause();
  void toggle();
  void faster();
  void slower();
  /// The fastest of kPlaybackSpeeds that is not above `speed`.
  void setSpeed(int speed);
  /// Plays these episodes round and round. The order of the two does not matter; both are clamped to what there is.
  void setLoop(int first_episode, int last_episode);
  /// One end of the loop; the other end is kept where it makes sense, else it is the end of the stream on that side.
  void setLoopFirst(int episode);
  void setLoopLast(int episode);
  void clearLoop();

 Q_SIGNALS:
  void playingChanged(bool is_playing);
  void speedChanged(int speed);
  void loopChanged();

 private:
  struct Span {
    std::int64_t first = 0;
    std::int64_t last = 0;
  };
  Span playedSpan() const;
  bool glides() const;
  void tick();
  void anchor(double position);
  void goOn();
  void onCursorMoved();
  void onStreamChanged();
  void setPlaying(bool is_playing);
  void setLoopRange(std::optional<LoopRange> range);
  void stepSpeed(int direction);

  TimeCursor& cursor_;
  Clock clock_;
  QTimer timer_;
  bool is_playing_ = false;
  bool is_suspended_ = false;
  bool is_held_ = false;
  bool is_motion_reduced_ = false;
  bool loops_whole_ = false;
  bool is_moving_cursor_ = false;
  int speed_ = 1;
  std::optional<LoopRange> loop_;
  std::int64_t anchor_ms_ = 0;
  double anchor_position_ = 0.0;  ///< in moments, at anchor_ms_
  double position_ = 0.0;         ///< of the last tick, at last_ms_
  std::int64_t last_ms_ = 0;
};

}  // namespace limbeck
