// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/gif_writer.h"

#include <fmt/format.h>
#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "core/base/check.h"
#include "core/base/error.h"

namespace limbeck {
namespace {

constexpr std::size_t kMaxColours = 255;  // of 256: one place means "as it was"
constexpr int kMaxLoopBytes = 11;

int squaredDistance(QRgb a, QRgb b) {
  const int red = qRed(a) - qRed(b);
  const int green = qGreen(a) - qGreen(b);
  const int blue = qBlue(a) - qBlue(b);
  return red * red + green * green + blue * blue;
}

int appendToText(GifFileType* gif, const GifByteType* bytes, int count) {
  static_cast<std::string*>(gif->UserData)
      ->append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
  return count;
}

/// The smallest rectangle that holds all that differs; empty when nothing does.
QRect changedRect(const QImage& before, const QImage& after) {
  QRect changed;
  for (int y = 0; y < after.height(); ++y) {
    const QRgb* old_line = reinterpret_cast<const QRgb*>(before.constScanLine(y));
    const QRgb* line = reinterpret_cast<const QRgb*>(after.constScanLine(y));
    const QRgb* end = line + after.width();
    const auto first = std::mismatch(line, end, old_line).first;
    if (first == end) continue;
    const QRgb* last = end - 1;
    while (*last == old_line[last - line]) --last;
    changed |= QRect(static_cast<int>(first - line), y, static_cast<int>(last - first) + 1, 1);
  }
  return changed;
}

}  // namespace

void GifPalette::count(const QImage& frame) {
  for (int y = 0; y < frame.height(); ++y) {
    const QRgb* line = reinterpret_cast<const QRgb*>(frame.constScanLine(y));
    for (int x = 0; x < frame.width();) {
      const int begin = x;
      while (x < frame.width() && line[x] == line[begin]) ++x;
      counts_[line[begin] | 0xFF000000U] += x - begin;
    }
  }
}

void GifPalette::settle() {
  std::vector<std::pair<std::int64_t, QRgb>> found;
  for (auto it = counts_.cbegin(); it != counts_.cend(); ++it) found.emplace_back(it.value(), it.key());
  std::ranges::sort(found, std::greater<>());  // by colour where counts are equal: the same file every time
  is_exact_ = found.size() <= kMaxColours;
  found.resize(std::min(found.size(), kMaxColours));
  for (const auto& entry : found) {
    places_.insert(entry.second, static_cast<int>(colours_.size()));
    colours_.push_back(entry.second);
  }
  counts_.clear();
}

int GifPalette::indexOf(QRgb colour) {
  const QRgb key = colour | 0xFF000000U;
  const auto known = places_.constFind(key);
  if (known != places_.constEnd()) return *known;
  const auto nearest =
      std::ranges::min_element(colours_, {}, [key](QRgb other) { return squaredDistance(key, other); });
  const int place = static_cast<int>(nearest - colours_.begin());
  places_.insert(key, place);
  return place;
}

struct GifWriter::Impl {
  explicit Impl(GifPalette of) : palette(std::move(of)) {}
  ~Impl() {
    int ignored = 0;
    if (gif != nullptr) EGifCloseFile(gif, &ignored);  // given up half way: the text is thrown away with it
  }
  void check(int result) const {
    if (result == GIF_OK) return;
    const char* reason = GifErrorString(gif->Error);
    throw Error(ErrorCode::IoFailure,
                fmt::format("encoding a GIF: {}", reason != nullptr ? reason : "unknown failure"));
  }
  void putHeader(QSize size);
  void putLoop();
  void putFrame(const QImage& frame, const QRect& rect, int hundredths);

  GifPalette palette;
  std::string text;
  GifFileType* gif = nullptr;
  int transparent = 0;
  QImage shown;
};

void GifWriter::Impl::putHeader(QSize size) {
  const auto count = palette.colours().size();
  transparent = static_cast<int>(count);
  int entries = 2;
  while (entries < transparent + 1) entries *= 2;
  std::vector<GifColorType> colours(static_cast<std::size_t>(entries), GifColorType{0, 0, 0});
  for (std::size_t i = 0; i < count; ++i) {
    const QRgb colour = palette.colours()[i];
    colours[i] = {static_cast<GifByteType>(qRed(colour)), static_cast<GifByteType>(qGreen(colour)),
                  static_cast<GifByteType>(qBlue(colour))};
  }
  const std::unique_ptr<ColorMapObject, decltype(&GifFreeMapObject)> map(GifMakeMapObject(entries, colours.data()),
                                                                         &GifFreeMapObject);
  LIMBECK_CHECK(map != nullptr, "a colour table of a power of two");
  EGifSetGifVersion(gif, true);
  check(EGifPutScreenDesc(gif, size.width(), size.height(), 8, 0, map.get()));
}

/// The extension that Netscape 2 brought and everybody reads: 0 repetitions mean for ever.
void GifWriter::Impl::putLoop() {
  static constexpr std::array<GifByteType, 3> kForever = {1, 0, 0};
  check(EGifPutExtensionLeader(gif, APPLICATION_EXT_FUNC_CODE));
  check(EGifPutExtensionBlock(gif, kMaxLoopBytes, "NETSCAPE2.0"));
  check(EGifPutExtensionBlock(gif, static_cast<int>(kForever.size()), kForever.data()));
  check(EGifPutExtensionTrailer(gif));
}

void GifWriter::Impl::putFrame(const QImage& frame, const QRect& rect, int hundredths) {
  GraphicsControlBlock control{};
  control.DisposalMode = DISPOSE_DO_NOT;
  control.DelayTime = hundredths;
  control.TransparentColor = transparent;
  std::array<GifByteType, 4> bytes{};
  EGifGCBToExtension(&control, bytes.data());
  check(EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(bytes.size()), bytes.data()));
  check(EGifPutImageDesc(gif, rect.x(), rect.y(), rect.width(), rect.height(), false, nullptr));
  std::vector<GifPixelType> line(static_cast<std::size_t>(rect.width()));
  for (int y = rect.top(); y <= rect.bottom(); ++y) {
    const QRgb* pixels = reinterpret_cast<const QRgb*>(frame.constScanLine(y)) + rect.left();
    const QRgb* before = shown.isNull() ? nullptr : reinterpret_cast<const QRgb*>(shown.constScanLine(y)) + rect.left();
    for (std::size_t x = 0; x < line.size(); ++x) {
      const bool is_as_before = before != nullptr && before[x] == pixels[x];
      line[x] = static_cast<GifPixelType>(is_as_before ? transparent : palette.indexOf(pixels[x]));
    }
    check(EGifPutLine(gif, line.data(), rect.width()));
  }
}

GifWriter::GifWriter(QSize size, GifPalette palette) : impl_(std::make_unique<Impl>(std::move(palette))) {
  int error = 0;
  impl_->gif = EGifOpen(&impl_->text, appendToText, &error);
  if (impl_->gif == nullptr) throw Error(ErrorCode::IoFailure, fmt::format("encoding a GIF: failure {}", error));
  impl_->putHeader(size);
  impl_->putLoop();
}

GifWriter::~GifWriter() = default;

void GifWriter::add(const QImage& frame, int hundredths) {
  QRect rect = impl_->shown.isNull() ? frame.rect() : changedRect(impl_->shown, frame);
  if (rect.isEmpty()) rect = QRect(0, 0, 1, 1);  // a frame must have a picture, and its time must pass
  impl_->putFrame(frame, rect, hundredths);
  impl_->shown = frame;
}

std::string GifWriter::finish() {
  int error = 0;
  const int result = EGifCloseFile(std::exchange(impl_->gif, nullptr), &error);
  if (result != GIF_OK) throw Error(ErrorCode::IoFailure, fmt::format("encoding a GIF: failure {}", error));
  return std::move(impl_->text);
}

}  // namespace limbeck
