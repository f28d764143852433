// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <QtTest>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/kernels/cpu_dispatch.h"
#include "core/model/fused/fused_model.h"
#include "core/model/fused/sequence_pass.h"
#include "core/model/parameter_layout.h"
#include "fused_test_support.h"
#include "fused_twin.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

bool sameBits(const TensorMap& a, const TensorMap& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) {
           return x.first == y.first && x.second.shape == y.second.shape && x.second.values == y.second.values;
         });
}

/// AdamW as LibTorch documents it, in double precision, with the twin's gradients.
class PlainTraining {
 public:
  PlainTraining(const TransformerConfig& config, const OptimizerOptions& options, TensorMap weights)
      : config_(config), options_(options), weights_(std::move(weights)) {
    for (const ParameterInfo& info : parameterLayout(config)) decays_[info.name] = info.decays;
  }

  void step(const ContextBatch& batch, double learning_rate) {
    Twin twin(config_, weights_);
    twin.run(batch);
    double squares = 0.0;
    for (const auto& [name, tensor] : weights_) {
      for (const double g : twin.gradient(name)) squares += g * g;
    }
    const double factor = std::min(1.0, options_.gradient_clip / (std::sqrt(squares) + 1e-6));
    ++count_;
    for (auto& [name, tensor] : weights_) {
      const std::vector<double> gradient = twin.gradient(name);
      first_[name].resize(gradient.size());
      second_[name].resize(gradient.size());
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        const double g = gradient[i] * factor;
        double& m = first_[name][i];
        double& v = second_[name][i];
        m = options_.beta1 * m + (1.0 - options_.beta1) * g;
        v = options_.beta2 * v + (1.0 - options_.beta2) * g * g;
        const double m_hat = m / (1.0 - std::pow(options_.beta1, count_));
        const double v_hat = v / (1.0 - std::pow(options_.beta2, count_));
        const double decayed =
            static_cast<double>(tensor.values[i]) * (decays_[name] ? 1.0 - learning_rate * options_.weight_decay : 1.0);
        tensor.values[i] = static_cast<float>(decayed - learning_rate * m_hat / (std::sqrt(v_hat) + options_.epsilon));
      }
    }
  }
  const TensorMap& weights() const { return weights_; }

 private:
  TransformerConfig config_;
  OptimizerOptions options_;
  TensorMap weights_;
  std::map<std::string, bool> decays_;
  std::map<std::string, std::vector<double>> first_, second_;
  int count_ = 0;
};

void addPrecisions() {
  QTest::addColumn<int>("precision");
  QTest::newRow("fp32") << static_cast<int>(Precision::Float32);
  QTest::newRow("bf16") << static_cast<int>(Precision::BFloat16);
}

ModelOptions fetchedPrecision() {
  ModelOptions options;
  QFETCH(int, precision);
  options.precision = static_cast<Precision>(precision);
  return options;
}

}  // namespace

class FusedTrainingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void clippedAdamWStepsFollowThePlainOptimizer_data() {
    QTest::addColumn<int>("instruction_set");
    for (const KernelChoice& choice : kernelChoices()) {
      if (choice.precision == Precision::Float32) QTest::newRow(choice.name().c_str()) << static_cast<int>(choice.set);
    }
  }

  void clippedAdamWStepsFollowThePlainOptimizer() {
    QFETCH(int, instruction_set);
    const TransformerConfig config = smallConfig(9);
    ModelOptions options;
    options.optimizer.gradient_clip = 0.1;  // the lively weights' gradient is larger
    options.optimizer.weight_decay = 0.3;
    options.optimizer.epsilon =
        1e-3;  // so that noise in gradients that are nearly zero does not decide about a whole step
    PretendTeam team(2);
    const auto model =
        makeFusedModel(config, options, team, Rng(Seed{1}), static_cast<fused::InstructionSet>(instruction_set));
    model->importState(livelyWeights(*model, 5));
    PlainTraining plain(config, options.optimizer, model->exportState(false));
    for (std::uint64_t step = 0; step < 4; ++step) {
      const ContextBatch batch = randomBatch(config, 3, 9, 20 + step);
      QVERIFY(model->trainStep(batch, 0.01, Rng(Seed{2})).gradient_norm > 0.1);
      plain.step(batch, 0.01);
    }
    const TensorMap trained = model->exportState(false);
    for (const auto& [name, tensor] : plain.weights()) {
      for (std::size_t i = 0; i < tensor.values.size(); ++i) {
        const float got = trained.at(name).values[i];
        QVERIFY2(std::abs(got - tensor.values[i]) < 2e-5F,
                 fmt::format("{}[{}]: {} instead of {}", name, i, got, tensor.values[i]).c_str());
      }
    }
  }

  void sameRngSameResultBitForBitAndAnotherRngAnother_data() { addPrecisions(); }

  void sameRngSameResultBitForBitAndAnotherRngAnother() {
    TransformerConfig config = smallConfig(20);
    config.dropout = 0.2;
    config.attention_dropout = 0.1;
    config.input_mask = 0.2;
    PretendTeam team(3);
    std::vector<TensorMap> results;
    for (const std::uint64_t seed : {4U, 4U, 5U}) {
      const auto model = makeFusedModel(config, fetchedPrecision(), team, Rng(Seed{1}));
      for (std::uint64_t step = 0; step < 3; ++step) {
        model->trainStep(randomBatch(config, 5, 20, step), 0.01, Rng(Seed{seed}).split("step", step));
      }
      results.push_back(model->exportState(true));
    }
    QVERIFY(sameBits(results[0], results[1]));
    QVERIFY(!sameBits(results[0], results[2]));
  }

  void resumedTrainingEqualsUninterrupted_data() { addPrecisions(); }

  void resumedTrainingEqualsUninterrupted() {
    const TransformerConfig config = smallConfig(12);
    SoloTeam team;
    const auto whole = makeFusedModel(config, fetchedPrecision(), team, Rng(Seed{1}));
    const auto resumed = makeFusedModel(config, fetchedPrecision(), team, Rng(Seed{9}));
    for (std::uint64_t step = 0; step < 4; ++step) {
      if (step == 2) resumed->importState(whole->exportState(true));
      const ContextBatch batch = randomBatch(config, 4, 12, step);
      whole->trainStep(batch, 0.01, Rng(Seed{2}));
      if (step >= 2) resumed->trainStep(batch, 0.01, Rng(Seed{2}));
    }
    QVERIFY(sameBits(whole->exportState(true), resumed->exportState(true)));
  }

  void importRefusesMissingAndMisshapenTensorsAndChangesNothing() {
    SoloTeam team;
    const auto model = makeFusedModel(smallConfig(12), {}, team, Rng(Seed{1}));
    const TensorMap before = model->exportState(true);
    TensorMap missing = before;
    missing.erase("head.bias");
    QVERIFY_EXCEPTION_THROWN(model->importState(missing), Error);
    TensorMap misshapen = before;
    misshapen["head.weight"].shape = {16, 5};
    for (auto& [name, tensor] : misshapen) std::fill(tensor.values.begin(), tensor.values.end(), 1.0F);
    QVERIFY_EXCEPTION_THROWN(model->importState(misshapen), Error);
    QVERIFY(sameBits(before, model->exportState(true)));
  }

  void nonFiniteInputLeavesWeightsUntouched_data() { addPrecisions(); }

  void nonFiniteInputLeavesWeightsUntouched() {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      const TransformerConfig config = smallConfig(20);
      PretendTeam team(2);
      const auto model = makeFusedModel(config, fetchedPrecision(), team, Rng(Seed{1}));
      const TensorMap before = model->exportState(true);
      ContextBatch batch = randomBatch(config, 4, 20, 3);
      batch.previous_rewards[33] = bad;
      const TrainStepResult result = model->trainStep(batch, 0.01, Rng(Seed{2}));
      QVERIFY(!std::isfinite(result.loss) || !std::isfinite(result.gradient_norm));
      QVERIFY(sameBits(before, model->exportState(true)));
    }
  }

  void lossFallsOnALearnableRule_data() { addPrecisions(); }

  /// The source's action is the previous action's successor, so the loss can fall far below log 5 = 1.609.
  void lossFallsOnALearnableRule() {
    TransformerConfig config = smallConfig(30, 32, 2, 64, 2);
    config.dropout = 0.05;
    SoloTeam team;
    const auto model = makeFusedModel(config, fetchedPrecision(), team, Rng(Seed{1}));
    TrainStepResult result;
    for (std::uint64_t step = 0; step < 150; ++step) {
      ContextBatch batch = randomBatch(config, 8, 30, 100 + step);
      for (std::size_t i = 0; i < batch.actions.size(); ++i)
        batch.actions[i] = static_cast<std::uint8_t>((batch.previous_actions[i] + 1) % 5);
      result = model->trainStep(batch, 5e-3, Rng(Seed{step}));
    }
    QVERIFY2(result.loss < 0.1 && result.accuracy > 0.98,
             fmt::format("loss {}, accuracy {}", result.loss, result.accuracy).c_str());
  }

  /// 200,000 draws at p = 0.3: a share off by more than 0.006 is 6 standard deviations. Two sites agree as often as
  /// chance has it.
  void dropoutHitsTheAskedShareAndScalesTheRest() {
    for (const fused::InstructionSet set : fused::availableInstructionSets()) {
      const fused::Kernels& kernels = fused::kernelsFor(set, Precision::Float32);
      const fused::SequenceNoise noise{123, 0.3F, 0.0F};
      const int rows = 3125;
      const std::vector<float> ones(64 * rows, 1.0F);
      std::vector<float> first(ones.size()), second(ones.size());
      kernels.drop(rows, 64, ones.data(), 64, first.data(), 64, noise.attentionBranch(0), 0);
      kernels.drop(rows, 64, ones.data(), 64, second.data(), 64, noise.mlpBranch(0), 0);
      int dropped = 0;
      int both = 0;
      for (std::size_t i = 0; i < ones.size(); ++i) {
        QVERIFY(first[i] == 0.0F || std::abs(first[i] - 1.0F / 0.7F) < 1e-6F);
        dropped += first[i] == 0.0F ? 1 : 0;
        both += first[i] == 0.0F && second[i] == 0.0F ? 1 : 0;
      }
      QVERIFY2(std::abs(dropped / 200000.0 - 0.3) < 0.006, fmt::format("{} dropped", dropped).c_str());
      QVERIFY2(std::abs(both / 200000.0 - 0.09) < 0.004, fmt::format("{} dropped twice", both).c_str());
    }
  }

  void automaticPrecisionIsBf16WhereTheProcessorHasInstructionsForIt() {
    SoloTeam team;
    ModelOptions options;
    options.precision = Precision::Auto;
    const std::string what = makeSequenceModel(smallConfig(10), options, team, Rng(Seed{1}))->describe();
    const char* const expected = fused::hasBfloat16Instructions() ? ", bf16," : ", fp32,";
    QVERIFY2(what.find(expected) != std::string::npos, what.c_str());
  }

  void theModelSaysWhatItCannotRun() {
    const ModelOptions plain;
    TransformerConfig config = smallConfig(10);
    QVERIFY(fusedSupports(config, plain));
    config.tokens = TokenScheme::Three;
    QVERIFY(!fusedSupports(config, plain));
    config = smallConfig(10);
    config.norm = NormPlacement::Post;
    QVERIFY(!fusedSupports(config, plain));
    QVERIFY(!fusedSupports(smallConfig(10, 24, 3), plain));
    QVERIFY(!fusedSupports(smallConfig(10, 16, 4), plain));
    ModelOptions halves;
    halves.precision = Precision::BFloat16;
    QVERIFY(fusedSupports(smallConfig(10), halves));
  }
};

QTEST_APPLESS_MAIN(FusedTrainingTest)
#include "fused_training_test.moc"
