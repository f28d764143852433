// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/convolution.h"

#include <QtTest>
#include <cmath>

#include "core/kernels/cpu_dispatch.h"
#include "tests/core/source/plain_convolution.h"

using namespace limbeck;

namespace {

constexpr int kImages = 3;

/// Numbers from -1 to 1 that single precision holds exactly.
std::vector<double> drawn(std::size_t count, std::uint64_t seed) {
  Rng rng(Seed{seed});
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back((static_cast<double>(rng.below(257)) - 128.0) / 128.0);
  return values;
}

std::vector<float> narrowed(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

std::vector<double> plainBatch(const ConvolutionShape& shape, const std::vector<double>& images,
                               const std::vector<double>& parameters) {
  std::vector<double> out;
  const auto size = static_cast<std::size_t>(shape.inSize());
  for (std::size_t first = 0; first < images.size(); first += size) {
    const std::vector<double> one = test::plainConvolution(shape, std::span(images).subspan(first, size), parameters);
    out.insert(out.end(), one.begin(), one.end());
  }
  return out;
}

/// A convolution, a batch that it has seen, and the gradient of its output.
struct Case {
  explicit Case(const ConvolutionShape& of, const fused::Kernels& kernels)
      : shape(of),
        convolution(kernels, of, kImages + 1),
        images(drawn(static_cast<std::size_t>(kImages * of.inSize()), 1)),
        parameters(drawn(static_cast<std::size_t>(convolution.parameterCount()), 2)),
        of_out(drawn(static_cast<std::size_t>(kImages * of.outSize()), 3)),
        out(of_out.size()) {
    convolution.repack(narrowed(parameters).data());
    convolution.forward(kImages, narrowed(images).data(), narrowed(parameters).data(), out.data());
  }

  /// The sum of all outputs, each times its gradient.
  double loss(const std::vector<double>& seen, const std::vector<double>& with) const {
    const std::vector<double> outputs = plainBatch(shape, seen, with);
    double sum = 0.0;
    for (std::size_t i = 0; i < outputs.size(); ++i) sum += outputs[i] * of_out[i];
    return sum;
  }

  ConvolutionShape shape;
  Convolution convolution;
  std::vector<double> images, parameters, of_out;
  std::vector<float> out;
};

void compare(double actual, double expected, std::size_t place) {
  // Sums of some hundred products of single precision.
  QVERIFY2(std::abs(actual - expected) < 1e-4 * (1.0 + std::abs(expected)),
           qPrintable(QString("%1: %2, expected %3").arg(place).arg(actual).arg(expected)));
}

}  // namespace

class ConvolutionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void outputIsThatOfThePlainLoop_data() { shapes(); }
  void outputIsThatOfThePlainLoop() {
    for (const auto set : fused::availableInstructionSets()) {
      const Case made(shape(), fused::kernelsFor(set, Precision::Float32));
      const std::vector<double> expected = plainBatch(made.shape, made.images, made.parameters);
      QCOMPARE(expected.size(), made.out.size());
      for (std::size_t i = 0; i < expected.size(); ++i) compare(static_cast<double>(made.out[i]), expected[i], i);
    }
  }

  void gradientIsThatOfUnitSteps_data() { shapes(); }
  void gradientIsThatOfUnitSteps() {
    // The loss is linear in the parameters and in the images, so a step of 1 gives its derivative exactly.
    for (const auto set : fused::availableInstructionSets()) {
      Case made(shape(), fused::kernelsFor(set, Precision::Float32));
      std::vector<float> gradient(made.parameters.size(), 0.5F);  // it is added to
      std::vector<float> of_images(made.images.size(), 7.0F);     // it is overwritten
      made.convolution.backward(kImages, narrowed(made.of_out).data(), gradient.data(), of_images.data());
      const double loss = made.loss(made.images, made.parameters);
      const auto checkEach = [&](std::vector<double>& values, const std::vector<float>& actual, double offset) {
        for (std::size_t i = 0; i < values.size(); i += values.size() / 11) {
          values[i] += 1.0;
          compare(static_cast<double>(actual[i]), made.loss(made.images, made.parameters) - loss + offset, i);
          values[i] -= 1.0;
        }
      };
      checkEach(made.parameters, gradient, 0.5);
      checkEach(made.images, of_images, 0.0);
    }
  }

  void nobodyNeedsToWantTheGradientOfTheInput() {
    const ConvolutionShape shape{.height = 6, .width = 5, .channels = 2};
    const fused::Kernels& kernels = fused::kBaselineKernels;
    Case with(shape, kernels);
    Case without(shape, kernels);
    std::vector<float> of_images(with.images.size());
    std::vector<float> gradient(with.parameters.size(), 0.0F);
    std::vector<float> same = gradient;
    with.convolution.backward(kImages, narrowed(with.of_out).data(), gradient.data(), of_images.data());
    without.convolution.backward(kImages, narrowed(with.of_out).data(), same.data(), nullptr);
    QCOMPARE(same, gradient);
  }

  void weightsBeginWithTheVarianceOfHe() {
    const Convolution convolution(fused::kBaselineKernels,
                                  {.height = 24, .width = 32, .channels = 3, .kernel = 5, .filters = 16}, 1);
    std::vector<float> parameters(static_cast<std::size_t>(convolution.parameterCount()), 0.0F);
    Rng rng(Seed{5});
    convolution.initialise(rng, parameters.data());
    double squares = 0.0;
    for (std::size_t i = 0; i < 1200; ++i) squares += static_cast<double>(parameters[i] * parameters[i]);
    // The variance of 1200 uniform draws is off by more than 10 % in one seed of ten thousand.
    QVERIFY(std::abs(squares / 1200 * 75 / 2 - 1.0) < 0.1);
    for (std::size_t i = 1200; i < parameters.size(); ++i) QCOMPARE(parameters[i], 0.0F);
  }

 private:
  static void shapes() {
    QTest::addColumn<std::vector<int>>("numbers");
    QTest::newRow("on pixels") << std::vector{24, 32, 3, 5, 2, 16};
    QTest::newRow("on what that gives") << std::vector{10, 14, 16, 3, 2, 32};
    QTest::newRow("every place, odd sizes") << std::vector{7, 6, 1, 3, 1, 16};
    QTest::newRow("an edge that no kernel reaches") << std::vector{9, 11, 2, 2, 3, 16};
    QTest::newRow("the kernel is as large as the image") << std::vector{4, 4, 5, 4, 1, 48};
  }
  static ConvolutionShape shape() {
    QFETCH(std::vector<int>, numbers);
    return {numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
  }
};

QTEST_APPLESS_MAIN(ConvolutionTest)
#include "convolution_test.moc"
