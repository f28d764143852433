// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QHash>
#include <QImage>
#include <memory>
#include <string>
#include <vector>

namespace limbeck {

/// At most 255 colours for all frames of a GIF, chosen from what the frames show.
class GifPalette {
 public:
  /// Counts the colours of a frame (RGB32).
  void count(const QImage& frame);
  /// Settles the colours: all that were counted, or the most frequent. Call once, after counting.
  void settle();

  bool isExact() const { return is_exact_; }
  /// The settled colours.
  const std::vector<QRgb>& colours() const { return colours_; }
  /// The place of a colour, or of the nearest one.
  int indexOf(QRgb colour);

 private:
  QHash<QRgb, std::int64_t> counts_;
  QHash<QRgb, int> places_;
  std::vector<QRgb> colours_;
  bool is_exact_ = true;
};

/// Makes an animated GIF in memory that loops for ever. Of each frame only what changed is written.
class GifWriter {
 public:
  /// Throws Error(IoFailure) when the encoder refuses.
  GifWriter(QSize size, GifPalette palette);
  ~GifWriter();

  /// Appends a frame (RGB32, of the size given), shown for so many hundredths of a second.
  void add(const QImage& frame, int hundredths);
  /// The whole file; nothing can be added afterwards.
  std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limbeck
