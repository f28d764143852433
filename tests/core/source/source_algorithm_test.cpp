// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/source_algorithm.h"

#include <QtTest>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/source/source_json.h"
#include "tests/core/source/made_task.h"

using namespace limbeck;

namespace {

void expectInvalid(const std::function<void()>& act, const std::vector<std::string>& parts) {
  try {
    act();
    QFAIL("was accepted");
  } catch (const Error& error) {
    QVERIFY(error.code() == ErrorCode::InvalidArgument);
    for (const std::string& part : parts)
      QVERIFY2(std::string(error.what()).find(part) != std::string::npos, error.what());
  }
}

/// What each source can learn: a corridor, or for a bandit algorithm one without a way to go.
TabularTask taskFor(const std::string& algorithm) {
  return corridor(algorithm == "ucb" ? 1 : 4, 6, 3, 1);
}

}  // namespace

class SourceAlgorithmTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyRegisteredSourcePlaysWholeEpisodesDeterministically() {
    QCOMPARE(sourceAlgorithmNames().size(), 9U);
    for (const std::string& name : sourceAlgorithmNames()) {
      const TabularTask task = taskFor(name);
      SourceOptions options;
      options.algorithm = name;
      options.episodes = 7;
      const auto source = makeSourceAlgorithm(options);
      HistoryBuffer first;
      HistoryBuffer again;
      HistoryBuffer other;
      source->learn(task, Rng(Seed{1}), first);
      source->learn(task, Rng(Seed{1}), again);
      source->learn(task, Rng(Seed{2}), other);
      QCOMPARE(first.columns().rows(), 42);
      QCOMPARE(first.observations.size(), 42U);
      for (int row = 0; row < 42; ++row) QVERIFY(first.ends[row] == (row % 6 == 5 ? End::Truncated : End::None));
      QCOMPARE(first.actions, again.actions);
      if (name != "oracle" && name != "ucb") QVERIFY2(first.actions != other.actions, name.c_str());
    }
  }

  void everySourceLearnsManyAsItLearnsOne() {
    for (const std::string& name : sourceAlgorithmNames()) {
      const TabularTask task = taskFor(name);
      SourceOptions options;
      options.algorithm = name;
      options.episodes = 7;
      const auto source = makeSourceAlgorithm(options);
      if (source->learnsJointly()) continue;  // many streams are another learner then
      const std::vector<Rng> streams = {Rng(Seed{1}), Rng(Seed{2}), Rng(Seed{3}), Rng(Seed{4}), Rng(Seed{5})};
      std::vector<HistoryBuffer> buffers(streams.size());
      source->learn(task, Rng(Seed{9}), buffers[2]);  // learnEach appends, as learn does
      source->learnEach(task, streams, buffers);
      for (std::size_t i = 0; i < streams.size(); ++i) {
        HistoryBuffer alone;
        if (i == 2) source->learn(task, Rng(Seed{9}), alone);
        source->learn(task, streams[i], alone);
        QVERIFY2(buffers[i].actions == alone.actions && buffers[i].rewards == alone.rewards &&
                     buffers[i].observations == alone.observations && buffers[i].ends == alone.ends,
                 name.c_str());
      }
    }
  }

  void unknownNameListsTheKnownOnes() {
    SourceOptions options;
    options.algorithm = "q_lerning";
    expectInvalid([&] { makeSourceAlgorithm(options); }, {"q_lerning", "noisy_oracle", "did you mean \"q_learning\""});
  }

  void valueOutOfRangeNamesFieldAndLimits() {
    const auto with = [](const std::function<void(SourceOptions&)>& change) {
      SourceOptions options;
      change(options);
      return [options] { makeSourceAlgorithm(options); };
    };
    expectInvalid(with([](auto& o) { o.episodes = 0; }), {"episodes", "0", "1"});
    expectInvalid(with([](auto& o) { o.learning_rate = 0; }), {"learning_rate"});
    expectInvalid(with([](auto& o) { o.discount = 1.5; }), {"discount", "1.5", "from 0 to 1"});
    expectInvalid(with([](auto& o) { o.epsilon_start = -0.1; }), {"epsilon_start"});
    expectInvalid(with([](auto& o) { o.epsilon_share = std::nan(""); }), {"epsilon_share"});
    expectInvalid(with([](auto& o) { o.clean_share = 2; }), {"clean_share"});
    expectInvalid(with([](auto& o) { o.exploration = -1; }), {"exploration", "-1"});
    expectInvalid(with([](auto& o) { o.trace_decay = 1.01; }), {"trace_decay", "1.01"});
    expectInvalid(with([](auto& o) { o.actors = 0; }), {"actors", "0", "1"});
    expectInvalid(with([](auto& o) { o.hidden_layers = 0; }), {"hidden_layers"});
    expectInvalid(with([](auto& o) { o.network_learning_rate = 0; }), {"network_learning_rate"});
    expectInvalid(with([](auto& o) { o.actors = 101, o.rollout_steps = 100'000; }), {"actors times rollout_steps"});
  }

  void onlyDqnTakesAConvolutionalNetwork() {
    SourceOptions options;
    options.network = "recurrent";
    expectInvalid([&] { makeSourceAlgorithm(options); }, {"recurrent", "\"dense\"", "\"convolutional\""});
    options.network = "convolutional";
    expectInvalid([&] { makeSourceAlgorithm(options); }, {"only dqn", "q_learning", "\"dense\""});
    options.algorithm = "dqn";
    makeSourceAlgorithm(options);
  }

  void jsonKeepsEveryField() {
    SourceOptions options;
    options.algorithm = "noisy_oracle";
    options.episodes = 3;
    options.learning_rate = 0.1;
    options.discount = 0.2;
    options.initial_value = -0.3;
    options.initial_noise = 0.4;
    options.epsilon_start = 0.5;
    options.epsilon_end = 0.6;
    options.epsilon_share = 0.7;
    options.observes_state = false;
    options.clean_share = 0.8;
    QCOMPARE(toJson(options).size(), 11U);  // what came later is not written where it is not set
    options.exploration = 1.5;
    options.trace_decay = 0.25;
    options.actors = 7;
    options.hidden_layers = 2;
    options.hidden_width = 33;
    options.network_learning_rate = 0.125;
    options.gradient_clip = 5;
    options.rollout_steps = 9;
    options.entropy_bonus = 0.5;
    options.value_weight = 0.75;
    options.clip_ratio = 0.3;
    options.update_epochs = 6;
    options.minibatches = 3;
    options.batch_rollouts = 11;
    options.replay_share = 0.1;
    options.replay_capacity = 77;
    options.target_period = 13;
    options.network = "convolutional";
    const nlohmann::json json = nlohmann::json::parse(toJson(options).dump());
    QCOMPARE(json.size(), 29U);
    QVERIFY(sourceOptionsFromJson(json) == options);
    QVERIFY(sourceOptionsFromJson(nlohmann::json::object()) == SourceOptions{});
  }

  void wrongJsonNamesTheKey() {
    expectInvalid([] { sourceOptionsFromJson({{"episode", 5}}); }, {"episode"});
    expectInvalid([] { sourceOptionsFromJson({{"episodes", 5.5}}); }, {"episodes", "5.5"});
    expectInvalid([] { sourceOptionsFromJson({{"episodes", 1LL << 40}}); }, {"episodes"});
    expectInvalid([] { sourceOptionsFromJson({{"discount", "high"}}); }, {"discount", "high"});
    expectInvalid([] { sourceOptionsFromJson({{"observes_state", 1}}); }, {"observes_state"});
    expectInvalid([] { sourceOptionsFromJson(nlohmann::json::array()); }, {"object"});
  }
};

QTEST_APPLESS_MAIN(SourceAlgorithmTest)
#include "source_algorithm_test.moc"
