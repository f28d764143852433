// SPDX-License-Identifier: GPL-3.0-or-later
// What an agent in the Watermaze sees.
#include "core/env/pool_frames.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <set>
#include <vector>

#include "core/base/hash.h"
#include "core/env/environment.h"
#include "core/env/pool_lattice.h"
#include "core/env/view/exact_math.h"
#include "core/env/view/pool_renderer.h"

using namespace limbeck;

namespace {

using Frame = std::vector<std::uint8_t>;

struct Rgb {
  int red = 0;
  int green = 0;
  int blue = 0;
  bool operator==(const Rgb&) const = default;
};

Rgb pixel(const Frame& frame, int row, int column) {
  const std::size_t at = (static_cast<std::size_t>(row) * 96 + column) * 3;
  return {frame[at], frame[at + 1], frame[at + 2]};
}

/// Of the red disc that hangs at 11 degrees clockwise from the x axis; the brick around it is duller.
bool isDiscRed(const Rgb& colour) {
  return colour.red > 120 && colour.green * 100 < colour.red * 48 && colour.blue * 100 < colour.red * 50;
}

int countDiscRed(const Frame& frame, int first_column, int last_column) {
  int count = 0;
  for (int row = 0; row < 36; ++row) {  // above the water, which mirrors it
    for (int column = first_column; column <= last_column; ++column)
      count += isDiscRed(pixel(frame, row, column)) ? 1 : 0;
  }
  return count;
}

}  // namespace

class PoolFramesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void turnsAreAnglesWithinTheirBound();
  void framesAreTheSameOnEveryMachine();
  void everyPoseHasAFrameOfItsOwn();
  void observationsLeadBackToTheirPoses_data();
  void observationsLeadBackToTheirPoses();
  void unknownObservationsHaveNoPose();
  void skyDependsOnTheHeadingAlone();
  void wallStandsWhereGeometrySays();
  void wallPixelsShowWhatTheirRaysMeet_data();
  void wallPixelsShowWhatTheirRaysMeet();
  void picturesAreNotMirrored();
  void landmarksGrowOnApproach();
  void gridsHaveNoFrames();

 private:
  Frame frameAt(int x, int y, int heading) const {
    const PoolLattice lattice(65);
    const int number = lattice.numberOf({x, y, heading});
    Frame frame(frames_.shape().bytes());
    frames_.render(number, frame);
    return frame;
  }

  std::unique_ptr<Environment> environment_ = makeEnvironment(defaultOptions("watermaze"));
  const FrameView& frames_ = *environment_->frames();
};

void PoolFramesTest::turnsAreAnglesWithinTheirBound() {
  for (int degree = 0; degree < 3600; ++degree) {
    const double angle = degree / 3600.0;
    const double turn = turnOf(std::cos(2 * std::numbers::pi * angle), std::sin(2 * std::numbers::pi * angle));
    const double off = std::abs(turn - angle);
    QVERIFY(turn >= 0.0 && turn < 1.0);
    QVERIFY(std::min(off, 1.0 - off) < 1e-5);
  }
}

// From a run whose frames a person has looked at. It holds for any optimisation level and instruction set, since the
// renderer uses only what IEEE 754 fixes to the bit (exact_math.h); a change of what is seen changes what old policies
// saw, and therefore needs a new name for the environment.
void PoolFramesTest::framesAreTheSameOnEveryMachine() {
  Hasher hasher;
  Frame frame(frames_.shape().bytes());
  QCOMPARE(frame.size(), std::size_t{72 * 96 * 3});
  for (int i = 0; i < frames_.frameCount(); i += 101) {
    frames_.render(i, frame);
    hasher.addRaw(frame.data(), frame.size());
  }
  QCOMPARE(hasher.digest(), std::string("5f6c979422e7f3e66f00e8c9e1be4d94"));
}

void PoolFramesTest::everyPoseHasAFrameOfItsOwn() {
  std::set<std::string> seen;
  Frame frame(frames_.shape().bytes());
  for (int i = 0; i < frames_.frameCount(); ++i) {
    frames_.render(i, frame);
    seen.insert(hashBytes(std::as_bytes(std::span(frame))));
  }
  QCOMPARE(static_cast<int>(seen.size()), frames_.frameCount());
}

void PoolFramesTest::observationsLeadBackToTheirPoses_data() {
  QTest::addColumn<int>("size");
  for (const int size : {17, 65}) QTest::addRow("%d points across", size) << size;
}

// So no two poses of a pool look the same.
void PoolFramesTest::observationsLeadBackToTheirPoses() {
  QFETCH(int, size);
  EnvironmentOptions options = defaultOptions("watermaze");
  options.size = size;
  const auto environment = makeEnvironment(options);
  const FrameView& frames = *environment->frames();
  const PoolLattice lattice(size);
  QCOMPARE(frames.frameCount(), lattice.poseCount());
  std::vector<std::uint8_t> observation(static_cast<std::size_t>(environment->spec().observationSize()));
  for (int i = 0; i < frames.frameCount(); ++i) {
    frames.writeObservation(i, observation);
    for (std::size_t k = 0; k < observation.size(); ++k) {
      QVERIFY(observation[k] < environment->spec().observation_classes[k]);
    }
    QCOMPARE(frames.frameOf(observation), i);
    const PoolPose pose = lattice.pose(i);
    QVERIFY(frames.poseOf(observation) == (ViewPose{pose.x, pose.y, pose.heading}));
  }
}

void PoolFramesTest::unknownObservationsHaveNoPose() {
  const std::vector<std::uint8_t> nowhere(static_cast<std::size_t>(environment_->spec().observationSize()), 0);
  QCOMPARE(frames_.frameOf(nowhere), -1);
  QVERIFY(!frames_.poseOf(nowhere).has_value());
}

void PoolFramesTest::skyDependsOnTheHeadingAlone() {
  for (int heading = 0; heading < 8; ++heading) {
    const Frame here = frameAt(32, 32, heading);
    const Frame there = frameAt(29, 35, heading);
    for (int column = 0; column < 96; ++column) QVERIFY(pixel(here, 0, column) == pixel(there, 0, column));
    QVERIFY(frameAt(32, 32, (heading + 1) % 8) != here);
  }
}

// From the middle, straight ahead, the wall is 1 radius away: its rim is at 0.33 * 48 = 15.8 rows above the horizon at
// row 32, its foot 0.12 * 48 = 5.8 rows below.
void PoolFramesTest::wallStandsWhereGeometrySays() {
  const PoolRenderer renderer;
  Frame frame(72 * 96 * 3);
  renderer.render({0.0, 0.0, 4}, frame);
  const auto brightness = [&](int row) {
    const Rgb colour = pixel(frame, row, 48);
    return colour.red + colour.green + colour.blue;
  };
  QVERIFY(pixel(frame, 14, 48).blue > pixel(frame, 14, 48).red + 30);            // sky
  QVERIFY(std::abs(pixel(frame, 16, 48).blue - pixel(frame, 16, 48).red) < 15);  // the rim's pale stone
  QVERIFY(brightness(16) > 500);
  QVERIFY(brightness(18) < 450);  // painted brick
  // The wet foot is darker than the wall above it and the water below it.
  QVERIFY(std::max(brightness(36), brightness(37)) < std::min(brightness(33), brightness(40)));
}

void PoolFramesTest::wallPixelsShowWhatTheirRaysMeet_data() {
  QTest::addColumn<double>("x");
  QTest::addColumn<double>("y");
  QTest::addColumn<int>("heading");
  QTest::newRow("middle") << 0.0 << 0.0 << 0;
  QTest::newRow("aside") << 0.5 << -0.3 << 3;
  QTest::newRow("across the pool") << -0.9 << 0.2 << 0;
  QTest::newRow("at the wall") << -0.6 << -0.7 << 6;
  QTest::newRow("along the wall") << 0.9 << 0.0 << 1;
}

// A naive tracer with angles finds the place on the wall; the pixel has a colour of the paint within about a pixel
// around it, less the haze of up to 80 in 256.
void PoolFramesTest::wallPixelsShowWhatTheirRaysMeet() {
  QFETCH(double, x);
  QFETCH(double, y);
  QFETCH(int, heading);
  static const WallTexture kTexture;
  Frame frame(72 * 96 * 3);
  PoolRenderer().render({x, y, heading}, frame);
  const auto distanceAlong = [&](double angle) {
    const double half = x * std::cos(angle) + y * std::sin(angle);
    return -half + std::sqrt(half * half + 1.0 - x * x - y * y);
  };
  const auto turnAt = [&](double column) {
    const double angle = heading * std::numbers::pi / 4 + std::atan((column - 48.0) / 48.0);
    const double distance = distanceAlong(angle);
    return std::atan2(y + distance * std::sin(angle), x + distance * std::cos(angle)) / (2 * std::numbers::pi);
  };
  int compared = 0;
  for (int column = 1; column < 95; ++column) {
    const double slope = std::atan((column + 0.5 - 48.0) / 48.0);
    const double ahead = distanceAlong(heading * std::numbers::pi / 4 + slope) * std::cos(slope);
    const double across = std::abs(fraction(turnAt(column + 1.0) - turnAt(column) + 0.5) - 0.5) * 2048;
    const double upwards = ahead / 48.0 / 0.45 * 128;
    const int reach = static_cast<int>(1.5 * std::max(across, upwards)) + 2;
    const int u = static_cast<int>((turnAt(column + 0.5) + 1.0) * 2048);
    const double haze = std::min(ahead, 2.0) * 40.0 / 256.0;
    for (int row = 0; row < 72; ++row) {
      const double height = (0.12 - (row + 0.5 - 32.0) / 48.0 * ahead) / 0.45;
      if (height < 0.01 || height > 0.99 - upwards / 128) continue;
      const int v = static_cast<int>(height * 128);
      std::array<int, 3> low = {255, 255, 255};
      std::array<int, 3> high = {0, 0, 0};
      for (int du = -reach; du <= reach; ++du) {
        const PixelBytes* texels = kTexture.column(0, (u + du) & 2047);
        for (int at = std::max(v - reach, 0); at <= std::min(v + reach, 127); ++at) {
          for (std::size_t c = 0; c < 3; ++c) {
            low[c] = std::min<int>(low[c], texels[at][c]);
            high[c] = std::max<int>(high[c], texels[at][c]);
          }
        }
      }
      const Rgb seen = pixel(frame, row, column);
      const std::array channels = {seen.red, seen.green, seen.blue};
      const std::array haze_colour = {196, 212, 222};
      for (std::size_t c = 0; c < 3; ++c) {
        const auto hazed = [&](int value) { return value + (haze_colour[c] - value) * haze; };
        QVERIFY2(channels[c] > hazed(low[c]) - 4.0 && channels[c] < hazed(high[c]) + 2.0,
                 qPrintable(QString("row %1, column %2").arg(row).arg(column)));
      }
      ++compared;
    }
  }
  QVERIFY(compared > 1000);
}

// In the middle, looking along x, what is clockwise of the axis hangs on the right; an eighth of a turn to the right,
// it is on the left.
void PoolFramesTest::picturesAreNotMirrored() {
  const Frame ahead = frameAt(32, 32, 0);
  QVERIFY(countDiscRed(ahead, 48, 95) > 40);
  QCOMPARE(countDiscRed(ahead, 0, 47), 0);
  const Frame turned = frameAt(32, 32, 1);
  QVERIFY(countDiscRed(turned, 0, 47) > 40);
  QCOMPARE(countDiscRed(turned, 48, 95), 0);
}

void PoolFramesTest::landmarksGrowOnApproach() {
  int before = 0;
  for (const int x : {8, 20, 32, 44}) {
    const int now = countDiscRed(frameAt(x, 32, 0), 0, 95);
    QVERIFY2(now > before, qPrintable(QString("%1 pixels at x = %2, %3 before").arg(now).arg(x).arg(before)));
    before = now;
  }
}

void PoolFramesTest::gridsHaveNoFrames() {
  QVERIFY(makeEnvironment(defaultOptions("darkroom"))->frames() == nullptr);
}

QTEST_APPLESS_MAIN(PoolFramesTest)
#include "pool_frames_test.moc"
