// SPDX-License-Identifier: GPL-3.0-or-later
// That features of frames tell where one is, without having been told.
#include "core/env/view/frame_features.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/env/environment.h"
#include "core/env/pool_lattice.h"

using namespace limbeck;

namespace {

constexpr int kComponents = 32;

double squaredDistance(std::span<const float> a, std::span<const float> b, double enough) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size() && sum < enough; ++i) sum += (a[i] - b[i]) * static_cast<double>(a[i] - b[i]);
  return sum;
}

class Stopped final : public WorkControl {
 public:
  bool stopRequested() const override { return true; }
};

}  // namespace

class FrameFeaturesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { features_ = computeFrameFeatures(frames_, kComponents, uninterrupted()); }
  void componentsAreStandardized();
  void distinctPosesHaveDistinctFeatures();
  void nearestFeaturesAreSeenFromNearby();
  void sameFramesGiveTheSameBits();
  void badNumberOfComponentsIsRefused();
  void stopIsHeard();

 private:
  std::unique_ptr<Environment> environment_ = makeEnvironment(defaultOptions("watermaze"));
  const FrameView& frames_ = *environment_->frames();
  FrameFeatures features_;
};

void FrameFeaturesTest::componentsAreStandardized() {
  QCOMPARE(features_.frames(), frames_.frameCount());
  QVERIFY(features_.explained_share > 0.6 && features_.explained_share < 1.0);
  for (int k = 0; k < kComponents; ++k) {
    double sum = 0.0;
    double squares = 0.0;
    for (int i = 0; i < features_.frames(); ++i) {
      const double value = features_.of(i)[static_cast<std::size_t>(k)];
      sum += value / features_.frames();
      squares += value * value / features_.frames();
    }
    QVERIFY(std::abs(sum) < 1e-3);
    QVERIFY(std::abs(squares - 1.0) < 1e-2);
  }
}

// All 80 million pairs: only those can be near whose first components are.
void FrameFeaturesTest::distinctPosesHaveDistinctFeatures() {
  constexpr double kApart = 0.02;
  std::vector<int> order(static_cast<std::size_t>(features_.frames()));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](int i) { return features_.of(i)[0]; });
  for (std::size_t a = 0; a < order.size(); ++a) {
    for (std::size_t b = a + 1; b < order.size(); ++b) {
      const auto left = features_.of(order[a]);
      const auto right = features_.of(order[b]);
      if (right[0] - left[0] >= kApart) break;
      QVERIFY(squaredDistance(left, right, kApart * kApart) >= kApart * kApart);
    }
  }
}

// The nearest other pose in features is on average nearer than a stroke (4 units) in the pool, whose radius is 32, and
// nearly always of the same heading.
void FrameFeaturesTest::nearestFeaturesAreSeenFromNearby() {
  const PoolLattice lattice(environment_->options().size);
  double distance = 0.0;
  int same_heading = 0;
  int count = 0;
  for (int i = 0; i < features_.frames(); i += 67, ++count) {
    double best = 1e9;
    int nearest = -1;
    for (int other = 0; other < features_.frames(); ++other) {
      if (other == i) continue;
      const double squared = squaredDistance(features_.of(i), features_.of(other), best);
      if (squared < best) best = squared, nearest = other;
    }
    const PoolPose here = lattice.pose(i);
    const PoolPose there = lattice.pose(nearest);
    distance += std::hypot(here.x - there.x, here.y - there.y);
    same_heading += here.heading == there.heading ? 1 : 0;
  }
  QVERIFY2(distance / count < 4.0, qPrintable(QString::number(distance / count)));
  QVERIFY2(same_heading > 0.9 * count, qPrintable(QString("%1 of %2").arg(same_heading).arg(count)));
}

// The digest is from a run: it is the same at every optimisation level and instruction set, with GCC and Clang, since
// sums are exact or in a fixed order and no product and sum are contracted (exact_math.h).
void FrameFeaturesTest::sameFramesGiveTheSameBits() {
  QCOMPARE(hashBytes(std::as_bytes(std::span(features_.values))), std::string("e9b237907f4e7d1cfebeee60434c5dea"));
  EnvironmentOptions small = defaultOptions("watermaze");
  small.size = 17;
  const auto one = makeEnvironment(small);
  const auto two = makeEnvironment(small);
  QVERIFY(computeFrameFeatures(*one->frames(), 8, uninterrupted()).values ==
          computeFrameFeatures(*two->frames(), 8, uninterrupted()).values);
}

void FrameFeaturesTest::badNumberOfComponentsIsRefused() {
  for (const int components : {0, 257}) {
    try {
      computeFrameFeatures(frames_, components, uninterrupted());
      QFAIL("accepted");
    } catch (const Error& error) {
      QCOMPARE(QString(error.what()),
               QString("frame features: %1 components are asked for, but must be from 1 to 256").arg(components));
    }
  }
}

void FrameFeaturesTest::stopIsHeard() {
  Stopped control;
  QVERIFY_THROWS_EXCEPTION(Cancelled, computeFrameFeatures(frames_, 4, control));
}

QTEST_APPLESS_MAIN(FrameFeaturesTest)
#include "frame_features_test.moc"
