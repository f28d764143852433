// SPDX-License-Identifier: GPL-3.0-or-later
// That codes of frames say where their features are, coarsely.
#include "core/env/view/frame_codes.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "core/base/hash.h"
#include "core/env/environment.h"
#include "core/env/pool_frames.h"
#include "core/env/pool_lattice.h"
#include "core/env/view/frame_view.h"

using namespace limbeck;

namespace {

std::vector<int> codeOf(const FrameCodes& codes, int frame) {
  const auto code = codes.of(frame);
  return {code.begin(), code.end()};
}

}  // namespace

class FrameCodesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void framesFillTheLevelsEvenlyInOrder();
  void framesAreFoundByTheirCodes();
  void codesOfNearbyPosesAreNear();
  void codesAreTheSameOnEveryMachine();
};

// Six frames and three levels: along each component the two lowest get 0, the next two 1, the others 2. Equal values
// keep the frames' order.
void FrameCodesTest::framesFillTheLevelsEvenlyInOrder() {
  const FrameFeatures features{
      .components = 2,
      .values = {0.3F, 7.0F, -1.0F, 7.0F, 0.1F, 7.0F, 5.0F, -7.0F, 0.2F, 8.0F, -2.0F, 9.0F},
  };
  const FrameCodes codes(features, 3);
  QCOMPARE(codes.components(), 2);
  QCOMPARE(codes.frames(), 6);
  QCOMPARE(codeOf(codes, 0), (std::vector<int>{2, 0}));
  QCOMPARE(codeOf(codes, 1), (std::vector<int>{0, 1}));
  QCOMPARE(codeOf(codes, 2), (std::vector<int>{1, 1}));
  QCOMPARE(codeOf(codes, 3), (std::vector<int>{2, 0}));
  QCOMPARE(codeOf(codes, 4), (std::vector<int>{1, 2}));
  QCOMPARE(codeOf(codes, 5), (std::vector<int>{0, 2}));
}

void FrameCodesTest::framesAreFoundByTheirCodes() {
  const FrameFeatures features{.components = 1, .values = {3.0F, 1.0F, 2.0F, 4.0F}};
  const FrameCodes distinct(features, 4);
  for (int frame = 0; frame < 4; ++frame) QCOMPARE(distinct.frameOf(distinct.of(frame)), frame);
  QCOMPARE(distinct.frameOf(std::array<std::uint8_t, 1>{4}), -1);
  const FrameCodes shared(features, 2);  // frames 1 and 2 are the lower half
  QCOMPARE(shared.frameOf(std::array<std::uint8_t, 1>{0}), 1);
  QCOMPARE(shared.frameOf(std::array<std::uint8_t, 1>{1}), 0);
}

// By what levels differ on the average: a lattice step (1.4 units) less than a stroke (4), that less than half a
// radius.
void FrameCodesTest::codesOfNearbyPosesAreNear() {
  const auto environment = makeEnvironment(defaultOptions("watermaze"));
  const FrameView& frames = *environment->frames();
  const PoolLattice lattice(environment->options().size);
  std::vector<std::uint8_t> here(PoolFrames::kComponents);
  std::vector<std::uint8_t> there(PoolFrames::kComponents);
  const auto meanDifference = [&](int right, int down) {
    double sum = 0.0;
    int count = 0;
    for (int i = 0; i < frames.frameCount(); i += 7) {
      const PoolPose pose = lattice.pose(i);
      const int other = lattice.numberOf({pose.x + right, pose.y + down, pose.heading});
      if (other < 0) continue;
      frames.writeObservation(i, here);
      frames.writeObservation(other, there);
      for (std::size_t k = 0; k < here.size(); ++k) sum += std::abs(here[k] - there[k]);
      count += PoolFrames::kComponents;
    }
    return sum / count;
  };
  const double chance = PoolFrames::kLevels / 3.0;  // of two independent even draws
  QVERIFY(meanDifference(1, 1) < 0.3 * chance);
  QVERIFY(meanDifference(4, 0) > 1.5 * meanDifference(1, 1));
  QVERIFY(meanDifference(16, 0) > 1.5 * meanDifference(4, 0));
}

// The digest is from a run. Data sets on disk and models trained on them depend on it.
void FrameCodesTest::codesAreTheSameOnEveryMachine() {
  const auto environment = makeEnvironment(defaultOptions("watermaze"));
  const FrameView& frames = *environment->frames();
  Hasher hasher;
  std::vector<std::uint8_t> code(PoolFrames::kComponents);
  for (int i = 0; i < frames.frameCount(); ++i) {
    frames.writeObservation(i, code);
    hasher.addRaw(code.data(), code.size());
  }
  QCOMPARE(hasher.digest(), std::string("1a3c425bcff957ab9dc0d1fbd806536e"));
}

QTEST_APPLESS_MAIN(FrameCodesTest)
#include "frame_codes_test.moc"
