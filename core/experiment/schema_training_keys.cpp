// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/schema_field.h"
#include "core/experiment/schema_keys.h"

namespace limbeck {
namespace {

constexpr auto kStage = AffectedStage::Training;

void appendContextKeys(std::vector<KeySchema>& keys) {
  keys.push_back(makeKey("context.context_length", LIMBECK_FIELD(context.context_length),
                         {.affects = kStage,
                          .help = "Transitions that the transformer sees, across episodes.",
                          .unit = "transitions",
                          .min = 2,
                          .max = 1 << 20}));
  keys.push_back(makeKey("context.keep_every", LIMBECK_FIELD(context.keep_every),
                         {.affects = kStage,
                          .help = "Of every this many source episodes one is kept, whole, so that a context spans "
                                  "more of the learning.",
                          .unit = "episodes",
                          .min = 1}));
  keys.push_back(makeKey("context.start_share", LIMBECK_FIELD(context.start_share),
                         {.affects = kStage,
                          .help = "Share of the training windows that begin at the beginning of a history.",
                          .min = 0,
                          .max = 1}));
  keys.push_back(
      makeKey("context.last_episodes", LIMBECK_FIELD(context.last_episodes),
              {.affects = kStage,
               .help = "Training windows come from only this many last episodes of each history, counted "
                       "before keep_every; 0: from all. A few give Expert Distillation (Laskin et al. 2022): "
                       "the source has learned by then, so the model sees good play but no learning.",
               .unit = "episodes",
               .min = 0,
               .came_later = true}));
  keys.push_back(makeKey("context.episode_order", LIMBECK_FIELD(context.episode_order),
                         {.affects = kStage,
                          .help = "Order of the kept episodes in a training window: as they were learned, or shuffled "
                                  "as a control, whose windows show no improvement from episode to episode.",
                          .choices = {"learning", "shuffled"},
                          .came_later = true}));
  keys.push_back(
      makeKey("context.labels", LIMBECK_FIELD(context.labels),
              {.affects = kStage,
               .help = "Actions that the model learns to name: the source's (Algorithm Distillation), or the "
                       "oracle's in the source's place (a decision-pretrained transformer, Lee et al. 2023, "
                       "arXiv 2306.14892), which needs histories.oracle_labels.",
               .choices = {"source", "oracle"},
               .came_later = true}));
  keys.push_back(makeKey("context.drop_count", LIMBECK_FIELD(drop_count),
                         {.affects = kStage,
                          .help = "A full context loses this many of its oldest transitions at once; 1 is the paper's "
                                  "queue (slow).",
                          .unit = "transitions",
                          .min = 1}));
}

void appendModelKeys(std::vector<KeySchema>& keys) {
  keys.push_back(
      makeKey("model.backbone", LIMBECK_FIELD(model.backbone),
              {.affects = kStage,
               .help = "What carries the context: a transformer, or an LSTM, of which layers and width say the "
                       "layers and hidden units, and which has no use for heads, feed_forward, norm, positions, "
                       "attention_dropout and three tokens: they keep their defaults.",
               .choices = {"transformer", "lstm"},
               .came_later = true}));
  keys.push_back(makeKey("model.layers", LIMBECK_FIELD(model.layers),
                         {.affects = kStage, .help = "Transformer blocks, or LSTM layers.", .min = 1, .max = 1024}));
  keys.push_back(makeKey("model.heads", LIMBECK_FIELD(model.heads),
                         {.affects = kStage, .help = "Attention heads; they must divide the width.", .min = 1}));
  keys.push_back(makeKey("model.width", LIMBECK_FIELD(model.width),
                         {.affects = kStage,
                          .help = "Size of a token's embedding; of an LSTM also its hidden units.",
                          .min = 1,
                          .max = 65536}));
  keys.push_back(
      makeKey("model.feed_forward", LIMBECK_FIELD(model.feed_forward),
              {.affects = kStage, .help = "Hidden size of the feed-forward parts.", .min = 1, .max = 4 * 65536}));
  keys.push_back(makeKey("model.norm", LIMBECK_FIELD(model.norm),
                         {.affects = kStage,
                          .help = "Whether layer norm stands before or after the residual branches.",
                          .choices = {"pre", "post"}}));
  keys.push_back(makeKey("model.positions", LIMBECK_FIELD(model.positions),
                         {.affects = kStage, .help = "How a token knows its place.", .choices = {"learned", "none"}}));
  keys.push_back(makeKey("model.tokens", LIMBECK_FIELD(model.tokens),
                         {.affects = kStage,
                          .help = "Tokens a transition: one, or the paper's three (observation, action, reward).",
                          .choices = {"one", "three"}}));
  const KeyFacts probability{.affects = kStage, .min = 0, .max = 1, .excludes_max = true};
  const auto appendProbability = [&](std::string key, auto access, std::string help) {
    KeyFacts facts = probability;
    facts.help = std::move(help);
    keys.push_back(makeKey(std::move(key), access, std::move(facts)));
  };
  appendProbability("model.dropout", LIMBECK_FIELD(model.dropout), "Dropout on embeddings and residual branches.");
  appendProbability("model.attention_dropout", LIMBECK_FIELD(model.attention_dropout), "Dropout on attention weights.");
  appendProbability("model.input_mask", LIMBECK_FIELD(model.input_mask),
                    "Probability that a past transition is hidden from the model in training.");
  appendProbability("model.label_smoothing", LIMBECK_FIELD(model.label_smoothing),
                    "Share of the target that is spread over all actions.");
}

void appendOptimizerKeys(std::vector<KeySchema>& keys) {
  keys.push_back(makeKey(
      "optimizer.beta1", LIMBECK_FIELD(compute.optimizer.beta1),
      {.affects = kStage, .help = "AdamW: decay of the first moment.", .min = 0, .max = 1, .excludes_max = true}));
  keys.push_back(makeKey(
      "optimizer.beta2", LIMBECK_FIELD(compute.optimizer.beta2),
      {.affects = kStage, .help = "AdamW: decay of the second moment.", .min = 0, .max = 1, .excludes_max = true}));
  keys.push_back(makeKey(
      "optimizer.epsilon", LIMBECK_FIELD(compute.optimizer.epsilon),
      {.affects = kStage, .help = "AdamW: added to the root of the second moment.", .min = 0, .excludes_min = true}));
  keys.push_back(makeKey("optimizer.weight_decay", LIMBECK_FIELD(compute.optimizer.weight_decay),
                         {.affects = kStage, .help = "AdamW: decay of weight matrices and embeddings.", .min = 0}));
  keys.push_back(makeKey("optimizer.gradient_clip", LIMBECK_FIELD(compute.optimizer.gradient_clip),
                         {.affects = kStage, .help = "Largest global gradient norm; 0 for none.", .min = 0}));
}

void appendTrainerKeys(std::vector<KeySchema>& keys) {
  keys.push_back(
      makeKey("training.method", LIMBECK_FIELD(method),
              {.affects = kStage,
               .help = "What is trained: a model that continues the source's histories (distillation), or an "
                       "LSTM that learns online on the training tasks over the episodes of a trial (rl2: Duan "
                       "et al. 2016, arXiv 1611.02779), which needs no histories and reads section [rl2] in "
                       "place of [context], [model] and the rest of [training].",
               .choices = {"distillation", "rl2"},
               .came_later = true}));
  keys.push_back(
      makeKey("training.steps", LIMBECK_FIELD(training.steps),
              {.affects = kStage, .help = "Updates of the weights.", .unit = "steps", .min = 1, .max = 1e12}));
  keys.push_back(makeKey(
      "training.batch_size", LIMBECK_FIELD(training.batch_size),
      {.affects = kStage, .help = "Context windows an update.", .unit = "windows", .min = 1, .max = 1'000'000}));
  keys.push_back(makeKey("training.learning_rate", LIMBECK_FIELD(training.learning_rate),
                         {.affects = kStage, .help = "Peak learning rate.", .min = 0, .excludes_min = true}));
  keys.push_back(makeKey(
      "training.warmup_steps", LIMBECK_FIELD(training.warmup_steps),
      {.affects = kStage, .help = "Steps over which the learning rate rises from 0.", .unit = "steps", .min = 0}));
  keys.push_back(
      makeKey("training.final_learning_rate", LIMBECK_FIELD(training.final_learning_rate),
              {.affects = kStage, .help = "Share of the peak that the cosine ends at.", .min = 0, .max = 1}));
  keys.push_back(makeKey("training.validate_every", LIMBECK_FIELD(training.validate_every),
                         {.affects = kStage,
                          .help = "Steps between plays of the validation tasks; 0 for never.",
                          .unit = "steps",
                          .min = 0}));
  keys.push_back(makeKey("training.checkpoint_every_seconds", LIMBECK_FIELD(training.checkpoint_every_seconds),
                         {.help = "Time between checkpoints.", .unit = "seconds", .min = 0, .excludes_min = true}));
  keys.push_back(makeKey("training.divergence_loss", LIMBECK_FIELD(training.divergence_loss),
                         {.affects = kStage,
                          .help = "A loss above this after warm-up stops the run; 0: ten times ln(actions).",
                          .unit = "nats",
                          .min = 0}));
}

}  // namespace

void appendTrainingKeys(std::vector<KeySchema>& keys) {
  appendContextKeys(keys);
  appendModelKeys(keys);
  appendOptimizerKeys(keys);
  appendTrainerKeys(keys);
  appendRl2Keys(keys);
  keys.push_back(makeKey("compute.backend", LIMBECK_FIELD(compute.backend),
                         {.affects = kStage,
                          .help = "What computes the transformer; auto: the fused CPU core where it applies, else "
                                  "LibTorch.",
                          .choices = {"auto", "torch", "fused"}}));
  keys.push_back(
      makeKey("compute.device", LIMBECK_FIELD(compute.device),
              {.affects = kStage, .help = "Where the transformer is computed.", .choices = {"cpu", "cuda"}}));
  keys.push_back(
      makeKey("compute.precision", LIMBECK_FIELD(compute.precision),
              {.affects = kStage,
               .help = "Number format of the transformer's products; weights, their gradients and checkpoints are "
                       "float32. bfloat16 is faster on GPUs and on processors with AVX-512 BF16 or AMX, and "
                       "slower on others; auto: bfloat16 where it is faster.",
               .choices = {"float32", "bfloat16", "auto"}}));
  keys.push_back(
      makeKey("compute.threads", LIMBECK_FIELD(threads),
              {.affects = kStage,
               .help = "Threads; 0: one for each processor. The order of sums, and so the last bits, depend on it.",
               .unit = "threads",
               .min = 0,
               .max = 1024}));
}

}  // namespace limbeck
