// SPDX-License-Identifier: GPL-3.0-or-later
// What the boards showed, as a file: an animated GIF or a folder of PNG frames, the boards side by side with their
// words. Everything here is safe on any thread, touches no widget, and takes a while: call it through Background.
#pragma once

#include <QImage>
#include <QList>
#include <QString>
#include <functional>
#include <memory>

#include "widgets/board/board_card.h"

namespace limbeck {

struct AnimationBoard {
  QString title;
  std::shared_ptr<const BoardTrack> track;  ///< BoardView::track()
  BoardLook look;                           ///< with the role
};

struct AnimationOptions {
  int first_episode = 0;            ///< counted from 0
  int last_episode = 0;             ///< the last one that is shown; a board that ended earlier says so
  int frames_per_step = 1;          ///< more let the agents glide
  int cell_pixels = 24;             ///< of a grid; other boards are about as large as a grid of twelve cells
  double frames_per_second = 12.0;  ///< GIF knows hundredths of a second and no more than 50 a second
  double hold_seconds = 1.5;        ///< the last frame stays this long before a GIF begins again
  bool is_dark = false;
};

/// Draws frames by number; what both exports are made of.
class AnimationFrames {
 public:
  /// Throws Error(InvalidArgument) for no boards, an empty range of episodes or a picture of more than 16 384 pixels a
  /// side.
  AnimationFrames(QList<AnimationBoard> boards, const AnimationOptions& options);

  int count() const { return static_cast<int>(moments_.size()); }
  QSize size() const { return size_; }
  /// RGB32, opaque.
  QImage frame(int index) const;

 private:
  struct Moment {
    int episode = 0;
    double step = 0.0;
  };
  void layOut();

  QList<AnimationBoard> boards_;
  std::vector<std::unique_ptr<VisitCounts>> counts_;  ///< [boards], null where the heat map needs none
  AnimationOptions options_;
  BoardCardFonts fonts_;
  std::vector<Moment> moments_;
  QSize size_;
};

/// Called with the share that is done; false stops, and Cancelled is thrown.
using AnimationProgress = std::function<bool(double)>;

/// A GIF that loops for ever, whole at `path` or not there at all. Colours are exact up to 255 of them; of more, the
/// most frequent stay and the others take the nearest. Throws Error(IoFailure) with the path, Error(InvalidArgument),
/// Cancelled.
void exportGif(const QList<AnimationBoard>& boards, const QString& path, const AnimationOptions& options,
               const AnimationProgress& progress = {});

/// `folder`/frame_000001.png and on; makes the folder. Throws Error(InvalidArgument) when frames lie there already,
/// otherwise as exportGif; what was written before a failure stays.
void exportFrames(const QList<AnimationBoard>& boards, const QString& folder, const AnimationOptions& options,
                  const AnimationProgress& progress = {});

}  // namespace limbeck
