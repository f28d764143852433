// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/view/reduced_frames.h"

#include <QtTest>
#include <algorithm>
#include <thread>
#include <vector>

#include "core/env/environment.h"
#include "core/env/view/average_down.h"
#include "tests/core/source/made_frames.h"

using namespace limbeck;

class ReducedFramesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aBlockBecomesItsRoundedMean() {
    // Two rows of two colours, 4 pixels wide.
    const std::vector<std::uint8_t> frame = {0, 10, 0, 10, 255, 20, 255, 20,  //
                                             1, 10, 0, 10, 255, 20, 254, 20};
    std::vector<std::uint8_t> out(4);
    averageDown(frame, {.height = 2, .width = 4, .channels = 2}, 2, out);
    // (0 + 0 + 1 + 0 + 2) / 4 = 0 and (255 + 255 + 255 + 254 + 2) / 4 = 255, rounded down.
    QCOMPARE(out, (std::vector<std::uint8_t>{0, 10, 255, 20}));
  }

  void framesAreAThirdOfTheView() {
    const auto view = std::make_shared<MadeFrames>(4);
    const ReducedFrames reduced(view);
    QVERIFY((reduced.shape() == FrameShape{.height = 15, .width = 17, .channels = 3}));
    std::vector<std::uint8_t> whole(view->shape().bytes());
    std::vector<std::uint8_t> expected(reduced.shape().bytes());
    for (int frame = 0; frame < 4; ++frame) {
      view->render(frame, whole);
      averageDown(whole, view->shape(), 3, expected);
      QVERIFY(std::ranges::equal(reduced.of(frame), expected));
    }
  }

  void aFrameIsRenderedOnceAndOnlyIfAskedFor() {
    const auto view = std::make_shared<MadeFrames>(9);
    const ReducedFrames reduced(view);
    QCOMPARE(view->rendered.load(), 0);
    const std::uint8_t* const where = reduced.of(7).data();
    QCOMPARE(reduced.of(7).data(), where);
    QCOMPARE(view->rendered.load(), 1);
    {
      std::vector<std::jthread> readers;
      for (int reader = 0; reader < 4; ++reader) {
        readers.emplace_back([&] {
          for (int frame = 0; frame < 9; frame += 2) reduced.of(frame);
        });
      }
    }
    QCOMPARE(view->rendered.load(), 6);
  }

  void tasksOfAPoolShareThem() {
    EnvironmentOptions options = defaultOptions("watermaze");
    options.size = 17;
    options.platform_radius = 2;
    const auto environment = makeEnvironment(options);
    const TabularTask task = environment->makeTask(TaskId{1});
    QCOMPARE(environment->makeTask(TaskId{2}).frames, task.frames);
    QCOMPARE(&task.frames->view(), environment->frames());
    QVERIFY((task.frames->shape() == FrameShape{.height = 24, .width = 32, .channels = 3}));
    QVERIFY(makeEnvironment(defaultOptions("darkroom"))->makeTask(TaskId{0}).frames == nullptr);
  }
};

QTEST_APPLESS_MAIN(ReducedFramesTest)
#include "reduced_frames_test.moc"
