// SPDX-License-Identifier: GPL-3.0-or-later
// Exported animations, read back with the library that reads GIFs and by Qt's own reader where it is there.
#include <QtTest>

#include <gif_lib.h>
#include <QImageReader>

#include "core/base/work_control.h"
#include "tests/support/caught_error.h"
#include "tests/support/scratch_folder.h"
#include "tests/widgets/board/walks.h"
#include "widgets/board/board_animation.h"
#include "widgets/board/gif_writer.h"

using namespace limbeck;
using test::makeRoom;

namespace {

AnimationBoard boardOf(const QString& title, PlotRole role, const QString& moves) {
  const auto environment = makeRoom("darkroom", 5, 4);
  const TaskId task = test::taskNamed(*environment, "goal (4,2)");
  AnimationBoard board;
  board.title = title;
  board.track = std::make_shared<const BoardTrack>(environment, task, test::walk(*environment, task, moves));
  board.look.role = role;
  return board;
}

QList<AnimationBoard> twoBoards() {
  return {boardOf("AD", PlotRole::AD, "RRUULLD."), boardOf("Control", PlotRole::Control, "UU..")};
}

AnimationOptions twoEpisodes() {
  AnimationOptions options;
  options.last_episode = 1;
  options.hold_seconds = 0.0;
  return options;
}

/// A GIF as the library reads it, its frames laid over each other as a viewer does.
struct ReadGif {
  QList<QImage> frames;
  QList<int> delays;
  bool loops_for_ever = false;
};

std::optional<ReadGif> readGif(const QString& path) {
  int error = 0;
  const std::unique_ptr<GifFileType, void (*)(GifFileType*)> gif(DGifOpenFileName(path.toUtf8().constData(), &error),
                                                                 [](GifFileType* file) {
                                                                   if (file != nullptr) DGifCloseFile(file, nullptr);
                                                                 });
  if (gif == nullptr || DGifSlurp(gif.get()) != GIF_OK) return std::nullopt;
  ReadGif read;
  QImage canvas(gif->SWidth, gif->SHeight, QImage::Format_RGB32);
  canvas.fill(Qt::magenta);
  for (int i = 0; i < gif->ImageCount; ++i) {
    const SavedImage& saved = gif->SavedImages[i];
    GraphicsControlBlock control{};
    if (DGifSavedExtensionToGCB(gif.get(), i, &control) != GIF_OK) return std::nullopt;
    read.delays.append(control.DelayTime);
    for (int b = 0; b < saved.ExtensionBlockCount; ++b) {
      const ExtensionBlock& block = saved.ExtensionBlocks[b];
      const QByteArray bytes(reinterpret_cast<const char*>(block.Bytes), block.ByteCount);
      if (block.Function == APPLICATION_EXT_FUNC_CODE && bytes == "NETSCAPE2.0") {
        const ExtensionBlock& next = saved.ExtensionBlocks[b + 1];
        read.loops_for_ever = next.ByteCount == 3 && next.Bytes[1] == 0 && next.Bytes[2] == 0;
      }
    }
    const GifImageDesc& place = saved.ImageDesc;
    for (int y = 0; y < place.Height; ++y) {
      for (int x = 0; x < place.Width; ++x) {
        const int index = saved.RasterBits[y * place.Width + x];
        if (index == control.TransparentColor) continue;
        const GifColorType& colour = gif->SColorMap->Colors[index];
        canvas.setPixelColor(place.Left + x, place.Top + y, QColor(colour.Red, colour.Green, colour.Blue));
      }
    }
    read.frames.append(canvas);
  }
  return read;
}

}  // namespace

Q_DECLARE_METATYPE(std::shared_ptr<const limbeck::Environment>)

class BoardAnimationTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void framesCoverEveryMomentOfTheLongestBoard();
  void gifHasTheFramesTheirTimeAndItsLoop();
  void gifShowsWhatTheFramesShow();
  void everyKindOfBoardIsExported_data();
  void everyKindOfBoardIsExported();
  void qtReadsTheGif();
  void fewColoursStayExact();
  void ofManyColoursTheFrequentStayExact();
  void lastFrameHolds();
  void stoppingLeavesNothing();
  void missingFolderIsNamed();
  void nonsenseIsRefused_data();
  void nonsenseIsRefused();
  void pngFramesAreNumbered();
  void framesAreNotMixedWithOlderOnes();
};

// Moments 0, 1, 2, 3, 4 of each of AD's two episodes; the control's end stands still in the second.
void BoardAnimationTest::framesCoverEveryMomentOfTheLongestBoard() {
  QCOMPARE(AnimationFrames(twoBoards(), twoEpisodes()).count(), 10);
  AnimationOptions gliding = twoEpisodes();
  gliding.frames_per_step = 3;
  QCOMPARE(AnimationFrames(twoBoards(), gliding).count(), 2 * (4 * 3 + 1));
  AnimationOptions beyond = twoEpisodes();
  beyond.last_episode = 90;
  QCOMPARE(AnimationFrames(twoBoards(), beyond).count(), 10);
}

void BoardAnimationTest::gifHasTheFramesTheirTimeAndItsLoop() {
  const test::ScratchFolder folder;
  const QString path = folder.filePath("play.gif");
  exportGif(twoBoards(), path, twoEpisodes());
  const auto read = readGif(path);
  QVERIFY(read.has_value());
  QCOMPARE(read->frames.size(), 10);
  QVERIFY(read->loops_for_ever);
  // 12 frames a second, frame i from round(100 i / 12): 0, 8, 17, 25, 33, ...
  QCOMPARE(read->delays, (QList<int>{8, 9, 8, 8, 9, 8, 8, 9, 8, 8}));
  QCOMPARE(read->frames[0].size(), AnimationFrames(twoBoards(), twoEpisodes()).size());
  // Two boards of 5 x 24 pixels, a gap of 18, margins of 14.
  QCOMPARE(read->frames[0].width(), 2 * 120 + 18 + 2 * 14);
}

void BoardAnimationTest::gifShowsWhatTheFramesShow() {
  const test::ScratchFolder folder;
  const QString path = folder.filePath("play.gif");
  AnimationOptions options = twoEpisodes();
  options.is_dark = true;
  exportGif(twoBoards(), path, options);
  const auto read = readGif(path);
  QVERIFY(read.has_value());
  const AnimationFrames frames(twoBoards(), options);
  for (int i = 0; i < frames.count(); ++i) {
    const QImage drawn = frames.frame(i);
    int differing = 0;
    for (int y = 0; y < drawn.height(); ++y) {
      for (int x = 0; x < drawn.width(); ++x) differing += drawn.pixel(x, y) != read->frames[i].pixel(x, y) ? 1 : 0;
    }
    // Only blended edge pixels may have moved to a neighbouring colour.
    QVERIFY2(differing * 20 < drawn.width() * drawn.height(),
             qPrintable(QString("frame %1: %2 pixels").arg(i).arg(differing)));
  }
  // The lower left cell of the first board is never visited: its centre is the plain cell.
  QCOMPARE(read->frames[9].pixelColor(14 + 12, read->frames[9].height() - 14 - 12), darkTheme().cell);
}

void BoardAnimationTest::everyKindOfBoardIsExported_data() {
  QTest::addColumn<std::shared_ptr<const Environment>>("environment");
  QTest::newRow("bandit") << std::shared_ptr<const Environment>(makeEnvironment(defaultOptions("bandit")));
  QTest::newRow("map") << test::makeMap("S~G#\n~..G\n", 0.5, 4);
  QTest::newRow("pool") << test::makePool(3);
}

void BoardAnimationTest::everyKindOfBoardIsExported() {
  QFETCH(std::shared_ptr<const Environment>, environment);
  AnimationBoard board;
  board.title = "AD";
  board.track =
      std::make_shared<const BoardTrack>(environment, TaskId{0}, test::randomPlay(*environment, TaskId{0}, 9, 2));
  board.look.heat = BoardHeat::Cumulative;
  const test::ScratchFolder folder;
  const QString path = folder.filePath("play.gif");
  exportGif({board}, path, twoEpisodes());
  const auto read = readGif(path);
  QVERIFY(read.has_value());
  const AnimationFrames frames({board}, twoEpisodes());
  QCOMPARE(read->frames.size(), frames.count());
  QCOMPARE(read->frames[0].size(), frames.size());
  QVERIFY(read->frames.back() != read->frames.front());
  QVERIFY(read->frames[0].width() >= 100 && read->frames[0].width() < 500);
}

void BoardAnimationTest::qtReadsTheGif() {
  if (!QImageReader::supportedImageFormats().contains("gif")) QSKIP("Qt's GIF reader is not installed");
  const test::ScratchFolder folder;
  const QString path = folder.filePath("play.gif");
  exportGif(twoBoards(), path, twoEpisodes());
  QImageReader reader(path);
  QVERIFY(reader.supportsAnimation());
  QCOMPARE(reader.imageCount(), 10);
  QCOMPARE(reader.loopCount(), -1);
  QVERIFY(!reader.read().isNull());
  QCOMPARE(reader.nextImageDelay(), 80);
}

void BoardAnimationTest::fewColoursStayExact() {
  QImage image(16, 15, QImage::Format_RGB32);
  for (int i = 0; i < 240; ++i) image.setPixel(i % 16, i / 16, qRgb(i, 255 - i, 7));
  GifPalette palette;
  palette.count(image);
  palette.settle();
  QVERIFY(palette.isExact());
  for (int i = 0; i < 240; ++i) {
    const QRgb colour = image.pixel(i % 16, i / 16);
    QCOMPARE(palette.colours()[palette.indexOf(colour)], colour);
  }
}

void BoardAnimationTest::ofManyColoursTheFrequentStayExact() {
  QImage image(100, 100, QImage::Format_RGB32);
  for (int i = 0; i < 10000; ++i)
    image.setPixel(i % 100, i / 100, i < 9000 ? qRgb(1, 2, 3) : qRgb(i % 250, i / 100, 200));
  GifPalette palette;
  palette.count(image);
  palette.settle();
  QVERIFY(!palette.isExact());
  QCOMPARE(palette.colours().size(), std::size_t{255});
  QCOMPARE(palette.colours()[palette.indexOf(qRgb(1, 2, 3))], qRgb(1, 2, 3));
  QCOMPARE(palette.colours()[palette.indexOf(qRgb(2, 2, 3))], qRgb(1, 2, 3));  // the nearest
}

void BoardAnimationTest::lastFrameHolds() {
  const test::ScratchFolder folder;
  AnimationOptions options = twoEpisodes();
  options.hold_seconds = 1.5;
  exportGif(twoBoards(), folder.filePath("play.gif"), options);
  const auto read = readGif(folder.filePath("play.gif"));
  QVERIFY(read.has_value());
  QCOMPARE(read->delays.last(), 150);
}

void BoardAnimationTest::stoppingLeavesNothing() {
  const test::ScratchFolder folder;
  QList<double> shares;
  const auto stopHalfWay = [&](double share) {
    shares.append(share);
    return share < 0.6;
  };
  QVERIFY_EXCEPTION_THROWN(exportGif(twoBoards(), folder.filePath("play.gif"), twoEpisodes(), stopHalfWay), Cancelled);
  QVERIFY(QDir(folder.path()).isEmpty());
  QVERIFY(std::ranges::is_sorted(shares));
  QVERIFY(shares.first() < 0.1);
}

void BoardAnimationTest::missingFolderIsNamed() {
  const test::ScratchFolder folder;
  const QString path = folder.filePath("none/play.gif");
  const auto error = test::caughtError([&] { exportGif(twoBoards(), path, twoEpisodes()); });
  QVERIFY(error.has_value());
  QCOMPARE(error->code(), ErrorCode::IoFailure);
  QVERIFY(QString(error->what()).contains(path));
}

void BoardAnimationTest::nonsenseIsRefused_data() {
  QTest::addColumn<int>("first");
  QTest::addColumn<int>("last");
  QTest::addColumn<int>("cell_pixels");
  QTest::addColumn<QString>("words");
  QTest::newRow("a range backwards") << 3 << 1 << 24 << "episodes 4 to 2";
  QTest::newRow("a range past the end") << 7 << 9 << 24 << "no board has an episode 8";
  QTest::newRow("tiny cells") << 0 << 1 << 1 << "cells of 1 pixels";
}

void BoardAnimationTest::nonsenseIsRefused() {
  QFETCH(int, first);
  QFETCH(int, last);
  QFETCH(int, cell_pixels);
  QFETCH(QString, words);
  AnimationOptions options;
  options.first_episode = first;
  options.last_episode = last;
  options.cell_pixels = cell_pixels;
  const auto error = test::caughtError([&] { AnimationFrames frames(twoBoards(), options); });
  QVERIFY(error.has_value());
  QCOMPARE(error->code(), ErrorCode::InvalidArgument);
  QVERIFY2(QString(error->what()).contains(words), error->what());
}

void BoardAnimationTest::pngFramesAreNumbered() {
  const test::ScratchFolder folder;
  exportFrames(twoBoards(), folder.filePath("frames"), twoEpisodes());
  const QStringList names = QDir(folder.filePath("frames")).entryList(QDir::Files, QDir::Name);
  QCOMPARE(names.size(), 10);
  QCOMPARE(names.first(), QString("frame_000001.png"));
  QCOMPARE(names.last(), QString("frame_000010.png"));
  const QImage read(folder.filePath("frames/frame_000004.png"));
  QCOMPARE(read.convertToFormat(QImage::Format_RGB32), AnimationFrames(twoBoards(), twoEpisodes()).frame(3));
}

void BoardAnimationTest::framesAreNotMixedWithOlderOnes() {
  const test::ScratchFolder folder;
  exportFrames(twoBoards(), folder.path(), twoEpisodes());
  const auto error = test::caughtError([&] { exportFrames(twoBoards(), folder.path(), twoEpisodes()); });
  QVERIFY(error.has_value());
  QCOMPARE(error->code(), ErrorCode::InvalidArgument);
}

QTEST_MAIN(BoardAnimationTest)
#include "board_animation_test.moc"
