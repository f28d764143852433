// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/actor_critic.h"

#include <QtTest>
#include <numeric>

#include "core/base/error.h"
#include "core/env/environment.h"
#include "core/env/reference_returns.h"
#include "tests/core/source/made_task.h"
#include "tests/core/source/plain_actor_critic.h"

using namespace limbeck;

namespace {

std::vector<Rng> streams(int count, std::uint64_t seed) {
  std::vector<Rng> rngs;
  for (int i = 0; i < count; ++i) rngs.push_back(Rng(Seed{seed}).split("history", static_cast<std::uint64_t>(i)));
  return rngs;
}

std::vector<HistoryBuffer> learnTogether(const SourceAlgorithm& source, const TabularTask& task, int actors,
                                         std::uint64_t seed) {
  std::vector<HistoryBuffer> buffers(static_cast<std::size_t>(actors));
  source.learnEach(task, streams(actors, seed), buffers);
  return buffers;
}

TabularTask room(int size, int task, bool ends_at_goal = false) {
  EnvironmentOptions options = defaultOptions("darkroom");
  options.size = size;
  options.ends_at_goal = ends_at_goal;
  return makeEnvironment(options)->makeTask(TaskId{task});
}

SourceOptions smallNetwork(const char* algorithm) {
  SourceOptions options;
  options.algorithm = algorithm;
  options.actors = 16;
  options.hidden_layers = 2;
  options.hidden_width = 32;
  options.network_learning_rate = 0.003;
  options.discount = 0.99;
  options.trace_decay = 0.95;
  return options;
}

}  // namespace

class ActorCriticTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void equalsThePlainTwinActionByAction_data() {
    QTest::addColumn<bool>("is_ppo");
    QTest::addColumn<bool>("ends_at_goal");
    QTest::addColumn<int>("rollout_steps");
    QTest::newRow("A2C, rollouts of an episode") << false << false << 20;
    QTest::newRow("A2C, rollouts that cut episodes") << false << false << 7;
    QTest::newRow("A2C, episodes that end early") << false << true << 9;
    QTest::newRow("PPO") << true << false << 20;
    QTest::newRow("PPO, episodes that end early") << true << true << 13;
  }
  void equalsThePlainTwinActionByAction() {
    QFETCH(bool, is_ppo);
    QFETCH(bool, ends_at_goal);
    QFETCH(int, rollout_steps);
    // Large steps, so that the policy changes much in a few episodes; in single precision a draw may fall on the other
    // side of a border once in a million.
    SourceOptions options = smallNetwork(is_ppo ? "ppo" : "a2c");
    options.episodes = 12;
    options.rollout_steps = rollout_steps;
    options.hidden_width = 20;
    options.network_learning_rate = 0.01;
    options.gradient_clip = 0.3;
    options.entropy_bonus = 0.05;
    const ActorCriticUpdates updates =
        is_ppo ? ActorCriticUpdates{.epochs = 2, .minibatches = 3, .clip_ratio = 0.1, .normalises_advantage = true}
               : ActorCriticUpdates{};
    const TabularTask task = room(3, 5, ends_at_goal);
    const std::vector<Rng> rngs = streams(3, 11);
    const auto plain = test::PlainActorCritic(task, options, updates, rngs).learn();
    const auto fast = learnTogether(ActorCritic(options, updates), task, 3, 11);
    for (std::size_t actor = 0; actor < 3; ++actor) QCOMPARE(fast[actor].actions, plain[actor]);
    QVERIFY(fast[0].actions != fast[1].actions);
  }

  void learnsARoom_data() {
    QTest::addColumn<QString>("algorithm");
    QTest::addColumn<double>("share");
    QTest::newRow("A2C") << "a2c" << 0.9;
    QTest::newRow("PPO") << "ppo" << 0.9;
  }
  void learnsARoom() {
    QFETCH(QString, algorithm);
    QFETCH(double, share);
    // 5 x 5 cells, 150 episodes of 16 actors. Random play reaches a twentieth of the optimum on these three tasks.
    SourceOptions options = smallNetwork(qPrintable(algorithm));
    options.episodes = 150;
    if (algorithm == "ppo") options.network_learning_rate = 0.001;
    const auto source = makeSourceAlgorithm(options);
    for (const int number : {0, 4, 17}) {
      const TabularTask task = room(5, number);
      double reached = 0.0;
      double first = 0.0;
      for (const HistoryBuffer& history : learnTogether(*source, task, options.actors, 3)) {
        const std::vector<double> returns = episodeReturns(history);
        QCOMPARE(returns.size(), std::size_t{150});
        reached += std::accumulate(returns.end() - 10, returns.end(), 0.0) / 10 / options.actors;
        first += std::accumulate(returns.begin(), returns.begin() + 5, 0.0) / 5 / options.actors;
      }
      const double optimum = computeReferenceReturns(task).optimal;
      QVERIFY2(reached >= share * optimum,
               qPrintable(QString("task %1: %2 of %3").arg(number).arg(reached).arg(optimum)));
      QVERIFY2(first <= 0.5 * optimum, qPrintable(QString("task %1 begins with %2").arg(number).arg(first)));
    }
  }

  void learnsWhatIsHiddenOnlyFromTheState() {
    // Two cells look alike but want different actions: the third step must tell them apart by the hidden part. States:
    // 0 start, 1 and 2 the twins; action 0 leads 0 -> 1 and pays in 1, action 1 leads 0 -> 2 and pays twice in 2.
    TabularTask task;
    task.spec = {.observation_classes = {2}, .action_count = 2, .horizon = 4};
    task.state_count = 3;
    task.next_state = {1, 2, 2, 1, 2, 1};
    task.reward = {0.0F, 0.0F, 1.0F, 0.0F, 0.0F, 1.0F};
    task.terminal = {0, 0, 0};
    task.observation = {0, 1, 1};
    task.start_states = {0};
    // With the state the policy 1: action 0, 2: action 1 pays on all three steps after the first. Without it, an action
    // has one probability p for both twins. From twin 1 action 0 pays and leads to 2, where action 1 pays and leads to
    // 1: at best the payments alternate by chance.
    SourceOptions options = smallNetwork("a2c");
    options.episodes = 300;
    options.network_learning_rate = 0.01;
    const auto lastReturn = [&] {
      double sum = 0.0;
      for (const HistoryBuffer& history : learnTogether(*makeSourceAlgorithm(options), task, options.actors, 1)) {
        const std::vector<double> returns = episodeReturns(history);
        sum += std::accumulate(returns.end() - 20, returns.end(), 0.0) / 20 / options.actors;
      }
      return sum;
    };
    const double on_state = lastReturn();
    QVERIFY2(on_state > 2.8, qPrintable(QString::number(on_state)));
    options.observes_state = false;
    const double on_sight = lastReturn();
    QVERIFY2(on_sight < 2.2, qPrintable(QString::number(on_sight)));
  }

  void historiesOfAGroupNeedOneAnother() {
    SourceOptions options = smallNetwork("a2c");
    options.episodes = 20;
    const auto source = makeSourceAlgorithm(options);
    QVERIFY(source->learnsJointly());
    QCOMPARE(source->historiesTogether(), 16);
    const TabularTask task = room(3, 1);
    const auto four = learnTogether(*source, task, 4, 1);
    QCOMPARE(learnTogether(*source, task, 4, 1)[2].actions, four[2].actions);
    QVERIFY(learnTogether(*source, task, 3, 1)[2].actions != four[2].actions);
    HistoryBuffer alone;
    source->learn(task, streams(1, 1)[0], alone);
    QCOMPARE(learnTogether(*source, task, 1, 1)[0].actions, alone.actions);
  }

  void learnersAreWatchedWhileTheyLearn() {
    struct Counting final : LearningWatch {
      explicit Counting(int episodes) : seen(episodes) {}
      void look(LearningTally& news) override {
        seen.take(news);
        ++looks;
        if (looks == stop_after) throw Cancelled("stopped");
      }
      LearningTally seen;
      int looks = 0;
      int stop_after = -1;
    };
    SourceOptions options = smallNetwork("a2c");
    options.episodes = 30;
    const auto source = makeSourceAlgorithm(options);
    const TabularTask task = room(3, 1);
    std::vector<HistoryBuffer> buffers(16);
    Counting watch(options.episodes);
    source->learnEach(task, streams(16, 1), buffers, &watch);
    QCOMPARE(watch.looks, 30);  // a rollout is an episode here
    QCOMPARE(watch.seen.episodes(), 16 * 30);
    QCOMPARE(watch.seen.transitions(), 16 * 30 * 20);
    std::vector<double> means(30, 0.0);
    for (const HistoryBuffer& buffer : buffers) {
      const std::vector<double> returns = episodeReturns(buffer);
      for (int episode = 0; episode < 30; ++episode) means[episode] += returns[episode] / 16;
    }
    QCOMPARE(watch.seen.meanReturns(), means);  // sums of whole numbers over 16: exact
    Counting impatient(options.episodes);
    impatient.stop_after = 5;
    for (HistoryBuffer& buffer : buffers) buffer.clear();
    QVERIFY_EXCEPTION_THROWN(source->learnEach(task, streams(16, 1), buffers, &impatient), Cancelled);
    QCOMPARE(impatient.seen.meanReturns().size(), std::size_t{5});
  }
};

QTEST_APPLESS_MAIN(ActorCriticTest)
#include "actor_critic_test.moc"
