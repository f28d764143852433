// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/board_animation.h"

#include <fmt/format.h>

#include <QDir>
#include <QFileInfo>
#include <QImageWriter>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/work_control.h"
#include "widgets/board/gif_writer.h"

namespace limbeck {
namespace {

constexpr double kMargin = 14.0;
constexpr double kGap = 18.0;
constexpr int kMaxSide = 16384;
constexpr int kMaxCountedFrames =
    300;  // frames that settle the colours of a GIF; boards change little from frame to frame

std::string inUtf8(const QString& text) {
  return text.toStdString();
}

void reportOrStop(const AnimationProgress& progress, double share, const std::string& kept) {
  if (progress && !progress(share)) throw Cancelled(kept);
}

/// Frame `index` begins at a whole hundredth, so that rounding never adds up.
int hundredthsOf(int index, double frames_per_second) {
  const auto at = [&](int frame) { return static_cast<int>(std::lround(100.0 * frame / frames_per_second)); };
  return at(index + 1) - at(index);
}

void checkOptions(const AnimationOptions& options) {
  const auto refuse = [](const std::string& message) {
    throw Error(ErrorCode::InvalidArgument, "animation: " + message);
  };
  if (options.first_episode < 0 || options.last_episode < options.first_episode) {
    refuse(fmt::format("episodes {} to {} are no range", options.first_episode + 1, options.last_episode + 1));
  }
  if (options.frames_per_step < 1 || options.frames_per_step > 60) {
    refuse(fmt::format("{} frames a step, but it must be 1 to 60", options.frames_per_step));
  }
  if (options.cell_pixels < 2 || options.cell_pixels > 256) {
    refuse(fmt::format("cells of {} pixels, but it must be 2 to 256", options.cell_pixels));
  }
  if (!(options.frames_per_second >= 0.1 && options.frames_per_second <= 50.0)) {
    refuse(fmt::format("{} frames a second, but it must be 0.1 to 50", options.frames_per_second));
  }
}

}  // namespace

AnimationFrames::AnimationFrames(QList<AnimationBoard> boards, const AnimationOptions& options)
    : boards_(std::move(boards)), options_(options) {
  checkOptions(options_);
  if (boards_.isEmpty()) throw Error(ErrorCode::InvalidArgument, "animation: no board has anything to show");
  layOut();
  for (const AnimationBoard& board : boards_) {
    const bool has_counts = board.look.heat == BoardHeat::Cumulative && board.track->kind() == BoardKind::Grid;
    counts_.push_back(has_counts ? std::make_unique<VisitCounts>(board.track) : nullptr);
  }
  for (int episode = options_.first_episode; episode <= options_.last_episode; ++episode) {
    int length = 0;
    for (const AnimationBoard& board : boards_) {
      const RecordedStream& stream = board.track->stream();
      if (episode < stream.episodes()) length = std::max(length, stream.length(episode));
    }
    for (int frame = 0; frame < length * options_.frames_per_step; ++frame) {
      moments_.push_back({episode, static_cast<double>(frame) / options_.frames_per_step});
    }
    if (length > 0) moments_.push_back({episode, static_cast<double>(length)});
  }
  if (moments_.empty()) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("animation: no board has an episode {}", options_.first_episode + 1));
  }
}

void AnimationFrames::layOut() {
  QFont font;
  font.setPixelSize(13);
  fonts_ = BoardCardFonts::from(font);
  double width = 2.0 * kMargin - kGap;
  double height = 0.0;
  for (const AnimationBoard& board : boards_) {
    const QSizeF picture = pictureSize(*board.track, options_.cell_pixels);
    width += picture.width() + kGap;
    height = std::max(height, picture.height());
  }
  size_ = QSize(static_cast<int>(std::ceil(width)),
                static_cast<int>(std::ceil(height + boardHeadHeight(fonts_) + 2.0 * kMargin)));
  if (size_.width() > kMaxSide || size_.height() > kMaxSide) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("animation: a picture of {} x {} pixels; choose cells of fewer than {}", size_.width(),
                            size_.height(), options_.cell_pixels));
  }
}

QImage AnimationFrames::frame(int index) const {
  const Theme& theme = options_.is_dark ? darkTheme() : lightTheme();
  const Moment& asked = moments_[static_cast<std::size_t>(index)];
  QImage image(size_, QImage::Format_RGB32);
  image.fill(theme.window);
  QPainter painter(&image);
  double left = kMargin;
  for (int i = 0; i < static_cast<int>(boards_.size()); ++i) {
    const AnimationBoard& board = boards_[i];
    const QSizeF size = pictureSize(*board.track, options_.cell_pixels);
    const BoardMoment moment = board.track->momentAt(asked.episode, asked.step);
    BoardCaption caption{board.title, board.look.role, {}, eventText(*board.track, moment), {}};
    caption.status = statusText(*board.track, moment, fittingForm(*board.track, fonts_.text, size.width()));
    if (moment.is_past_end) caption.foot = endedText(*board.track);
    const BoardPicture picture =
        makePicture(*board.track, counts_[static_cast<std::size_t>(i)].get(), moment, board.look);
    const QRectF area(left, kMargin, size.width(), size.height() + boardHeadHeight(fonts_));
    paintBoardCard(painter, area, caption, picture, fonts_, theme);
    left += size.width() + kGap;
  }
  return image;
}

void exportGif(const QList<AnimationBoard>& boards, const QString& path, const AnimationOptions& options,
               const AnimationProgress& progress) {
  const AnimationFrames frames(boards, options);
  const QFileInfo folder(QFileInfo(path).absolutePath());
  if (!folder.isDir() || !folder.isWritable()) {  // said before the work, not after it
    throw Error(ErrorCode::IoFailure,
                fmt::format("{}: the folder does not exist or cannot be written to; choose another", inUtf8(path)));
  }
  GifPalette palette;
  const int counted = std::min(frames.count(), kMaxCountedFrames);
  const double rounds = counted + frames.count();
  for (int i = 0; i < counted; ++i) {
    palette.count(
        frames.frame(static_cast<int>(static_cast<std::int64_t>(i) * (frames.count() - 1) / std::max(1, counted - 1))));
    reportOrStop(progress, i / rounds, {});
  }
  palette.settle();
  GifWriter writer(frames.size(), std::move(palette));
  for (int i = 0; i < frames.count(); ++i) {
    const bool is_last = i + 1 == frames.count();
    const int hold = is_last ? static_cast<int>(std::lround(100.0 * options.hold_seconds)) : 0;
    writer.add(frames.frame(i), std::max(hold, hundredthsOf(i, options.frames_per_second)));
    reportOrStop(progress, (counted + i) / rounds, {});
  }
  writeFileAtomically(inUtf8(path), writer.finish());
  if (progress) progress(1.0);
}

void exportFrames(const QList<AnimationBoard>& boards, const QString& folder, const AnimationOptions& options,
                  const AnimationProgress& progress) {
  const AnimationFrames frames(boards, options);
  createDirectories(inUtf8(folder));
  const QDir directory(folder);
  const QStringList old = directory.entryList({QStringLiteral("frame_*.png")}, QDir::Files, QDir::Name);
  if (!old.isEmpty()) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("{}: frames lie there already ({}); choose an empty folder",
                                                        inUtf8(folder), inUtf8(old.front())));
  }
  for (int i = 0; i < frames.count(); ++i) {
    const QString path = directory.filePath(QStringLiteral("frame_%1.png").arg(i + 1, 6, 10, QLatin1Char('0')));
    QImageWriter writer(path, "png");
    if (!writer.write(frames.frame(i))) {
      throw Error(ErrorCode::IoFailure, fmt::format("{}: {}", inUtf8(path), inUtf8(writer.errorString())));
    }
    reportOrStop(progress, static_cast<double>(i + 1) / frames.count(),
                 fmt::format("{} frames in {}", i + 1, inUtf8(folder)));
  }
}

}  // namespace limbeck
