// SPDX-License-Identifier: GPL-3.0-or-later
// What a recording of the training step as a CUDA graph rests on, checked on the CPU: the step never asks for a value,
// reads what changes from its inputs, and leaves all that it writes where it was.
#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include <QtTest>
#include <set>
#include <string>

#include "core/model/parameter_layout.h"
#include "core/model/torch/adamw.h"
#include "core/model/torch/static_step.h"
#include "tests/support/plain_transformer.h"

using namespace limbeck;
using namespace limbeck::torch_backend;

namespace {

std::set<std::string> called_operations;

std::unique_ptr<at::ObserverContext> noteOperation(const at::RecordFunction& function) {
  called_operations.insert(function.name());
  return nullptr;
}

/// The names of the operations that `work` calls, backward ones included: on the CPU they run on this thread.
template <typename Work>
std::set<std::string> operationsOf(Work&& work) {
  called_operations.clear();
  const auto handle =
      at::addThreadLocalCallback(at::RecordFunctionCallback(&noteOperation).scopes({at::RecordScope::FUNCTION}));
  work();
  at::removeCallback(handle);
  return called_operations;
}

TransformerConfig fullConfig() {
  TransformerConfig config;
  config.spec = {{3, 4}, 3, 5};
  config.context_length = 7;
  config.layers = 2;
  config.heads = 2;
  config.width = 8;
  config.feed_forward = 12;
  config.dropout = 0.1;
  config.attention_dropout = 0.1;
  config.input_mask = 0.2;
  config.label_smoothing = 0.1;
  return config;
}

}  // namespace

/// A static step with all that it works on. (Not in the namespace without a name: GCC warns of that in a unity build.)
struct Fixture {
  explicit Fixture(const TransformerConfig& of, Attending attending = Attending::Blocks)
      : config(of),
        state(config, at::kCPU),
        step(config, options, attending, state),
        inputs({.windows = 4, .length = 7, .observation_size = 2, .numbers = 3}, at::kCPU),
        generator(at::globalContext().defaultGenerator(at::kCPU).clone()) {
    state.importFrom(config, initialParameters(config, Rng(Seed{1})));
  }
  void fill(double learning_rate) {
    inputs.fill({batch.observations, batch.previous_actions, batch.previous_rewards, batch.previous_ends},
                batch.actions, updateNumbers(state, learning_rate, options.optimizer));
  }
  void run(double learning_rate, std::uint64_t seed = 1) {
    fill(learning_rate);
    generator.set_current_seed(seed);
    step.run(inputs, generator);
  }

  TransformerConfig config;
  ModelOptions options;
  FlatState state;
  StaticStep step;
  InputBlock inputs;
  at::Generator generator;
  ContextBatch batch = test::randomBatch(config, 4, 7, Rng(Seed{3}));
};

class TorchStaticStepTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void neverWaitsForAValue_data() {
    QTest::addColumn<int>("attending");
    QTest::addColumn<int>("tokens");
    for (const auto attending : {Attending::Blocks, Attending::WholeWindow}) {
      for (const auto tokens : {TokenScheme::One, TokenScheme::Three}) {
        QTest::newRow(fmt::format("{} {}", static_cast<int>(attending), static_cast<int>(tokens)).c_str())
            << static_cast<int>(attending) << static_cast<int>(tokens);
      }
    }
  }
  void neverWaitsForAValue() {
    QFETCH(int, attending);
    QFETCH(int, tokens);
    // What each of these returns is a number, or a size that depends on numbers: a GPU has to finish first.
    const std::set<std::string> waiting{"aten::item",    "aten::_local_scalar_dense", "aten::is_nonzero",
                                        "aten::nonzero", "aten::masked_select",       "aten::equal"};
    const at::Tensor one = at::ones({});
    QVERIFY(operationsOf([&] { one.item<float>(); }).contains("aten::_local_scalar_dense"));  // they are seen
    TransformerConfig config = fullConfig();
    config.tokens = static_cast<TokenScheme>(tokens);
    Fixture fixture(config, static_cast<Attending>(attending));
    const std::set<std::string> called = operationsOf([&] { fixture.run(1e-3); });
    QVERIFY(called.contains("aten::embedding_dense_backward"));  // the backward pass was heard too
    for (const std::string& name : waiting) QVERIFY2(!called.contains(name), name.c_str());
  }

  void learningRateIsAnInput() {
    Fixture fixture(fullConfig());
    const at::Tensor before = fixture.state.weights.clone();
    fixture.run(0.0);
    QVERIFY(at::equal(fixture.state.weights, before));
    fixture.run(1e-3);
    QVERIFY(!at::equal(fixture.state.weights, before));
  }

  void writesWhereItWroteBefore() {
    Fixture fixture(fullConfig());
    const auto addresses = [&] {
      return std::vector<void*>{fixture.state.weights.data_ptr(), fixture.state.first_moment.data_ptr(),
                                fixture.state.second_moment.data_ptr(), fixture.step.results().data_ptr()};
    };
    const std::vector<void*> before = addresses();
    fixture.run(1e-3);
    fixture.state.importFrom(fixture.config, fixture.state.exportTo(fixture.config, true));
    fixture.run(1e-3);
    QVERIFY(addresses() == before);
  }

  // Each run adds gradients into the same buffer: without clearing it first, the second norm would be twice the first.
  void runsAreIndependentButForTheState() {
    Fixture fixture(fullConfig());
    fixture.run(0.0, 5);
    const at::Tensor first = fixture.step.results().clone();
    fixture.run(0.0, 5);
    QVERIFY(at::equal(fixture.step.results(), first));
    fixture.run(0.0, 6);
    QVERIFY(!at::equal(fixture.step.results(), first));
  }
};

QTEST_APPLESS_MAIN(TorchStaticStepTest)
#include "torch_static_step_test.moc"
