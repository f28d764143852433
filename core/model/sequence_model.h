// SPDX-License-Identifier: GPL-3.0-or-later
// What training and evaluation see of the transformer. Two implementations stand behind it: LibTorch's autograd
// (core/model/torch, every architecture and device) and the fused CPU core (core/model/fused, the default
// architecture). They share names, shapes and meaning of parameters, so a checkpoint of one is a checkpoint of the
// other.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/base/team.h"
#include "core/data/context_batch.h"
#include "core/kernels/precision.h"
#include "core/model/online_learner.h"
#include "core/model/tensor_file.h"
#include "core/model/token_columns.h"
#include "core/model/transformer_config.h"

namespace limbeck {

/// AdamW (Loshchilov and Hutter 2019). Weight decay applies to weight matrices and embedding tables, not to biases and
/// norms.
struct OptimizerOptions {
  double beta1 = 0.9;
  double beta2 = 0.99;
  double epsilon = 1e-8;
  double weight_decay = 0.01;
  double gradient_clip = 1.0;  ///< largest global gradient norm; 0 for none
};

struct TrainStepResult {
  double loss = 0.0;      ///< mean negative log-likelihood of the source's actions, nats (with label smoothing if set)
  double accuracy = 0.0;  ///< share of positions where the most likely action is the source's
  double gradient_norm = 0.0;  ///< before clipping
};

struct DecoderOptions {
  int streams = 1;
  /// A full context loses this many of its oldest transitions at once, and the rest is encoded again: in between, every
  /// prediction is what the model gives for exactly the transitions in its context. 1 is the paper's queue (slow).
  int drop_count = 100;
  std::optional<CachePrecision> cache =
      {};  ///< without one: float32, or int8 where the model is bf16; LibTorch: the model's
};

/// Decodes in context, token by token, for many streams that need not be in step. Holds the frozen weights of the
/// moment it was made, so training may go on. Not thread-safe.
class Decoder {
 public:
  virtual ~Decoder() = default;
  /// Appends one token to every stream and writes log-probabilities of the next action, [streams, action_count].
  virtual void step(const TokenColumns& tokens, std::span<float> log_probabilities) = 0;
  /// Empties one stream's context.
  virtual void clear(int stream) = 0;
  /// Transitions in a stream's context.
  virtual int length(int stream) const = 0;
};

/// A transformer, or the recurrent network in its place, with its optimiser state on one device. Not thread-safe.
class SequenceModel {
 public:
  virtual ~SequenceModel() = default;

  virtual const TransformerConfig& config() const = 0;
  /// "LibTorch 1.13.1, cpu, fp32, 2 threads": for the run record.
  virtual std::string describe() const = 0;

  /// One optimiser step on the batch. `rng` drives dropout and input masking: the same rng, weights and batch give the
  /// same result bit for bit on the same device and thread count. A loss or gradient that is not finite leaves the
  /// weights untouched and is returned as it is; the caller decides.
  virtual TrainStepResult trainStep(const ContextBatch& batch, double learning_rate, const Rng& rng) = 0;

  /// Log-probabilities of the next action at every position, evaluation mode, [windows, length, action_count]: the
  /// plain forward pass that decoding is checked against.
  virtual void logProbabilities(const ContextBatch& batch, std::span<float> out) = 0;

  virtual std::unique_ptr<Decoder> makeDecoder(const DecoderOptions& options) const = 0;

  /// What trains an actor-critic on what it does itself, in `streams` streams; the model must outlive it. Throws
  /// Error(InvalidArgument) where the architecture is not one.
  virtual std::unique_ptr<OnlineLearner> makeOnlineLearner(int streams);

  /// Weights under the names of parameter_layout.h; with `with_optimizer` also "optimizer.first_moment.<name>",
  /// "optimizer.second_moment.<name>" and "optimizer.step" ([1]).
  virtual TensorMap exportState(bool with_optimizer) const = 0;
  /// The inverse; optimizer state is optional. Throws Error(Corrupt) for a missing or misshapen tensor.
  virtual void importState(const TensorMap& tensors) = 0;
};

enum class Device { Cpu, Cuda };
enum class Backend { Auto, Torch, Fused };
/// How the LibTorch backend uses the CPU; no experiment chooses it. Plain is the reference for measurements: the whole
/// batch at once, attention over the full window with a mask, LibTorch's own threads. The numbers are the same but for
/// rounding and draws.
enum class TorchStyle { Tuned, Plain };

struct ModelOptions {
  Backend backend = Backend::Auto;  ///< Auto: fused where it applies, else LibTorch
  Device device = Device::Cpu;
  Precision precision = Precision::Float32;
  OptimizerOptions optimizer;
  TorchStyle torch_style = TorchStyle::Tuned;
};

/// Fresh weights drawn from `rng`, the same for every backend. `team` runs the fused core and must outlive the model;
/// LibTorch gets as many threads as the team has. Throws Error(InvalidArgument) when the asked backend does not support
/// the architecture, Error(DeviceFailure) when the device is not there.
std::unique_ptr<SequenceModel> makeSequenceModel(const TransformerConfig& config, const ModelOptions& options,
                                                 Team& team, const Rng& rng);

}  // namespace limbeck
