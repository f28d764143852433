// SPDX-License-Identifier: GPL-3.0-or-later
// Whole training steps as CUDA graphs. Recording takes the kernels down without running them, so the first steps, which
// run one by one, and all later ones are true updates, each exactly once.
#include "core/model/torch/cuda_graph_runner.h"

#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <cuda_runtime_api.h>

#include <exception>
#include <functional>
#include <mutex>

#include "core/base/log.h"
#include "core/model/torch/capture_plan.h"

namespace limbeck::torch_backend {
namespace {

// A recording takes its draws from the device's own generator, the only one that every version of LibTorch can record.
// Models share it, so a step seeds it and draws from it alone. Random numbers are then the step's own as on the CPU.
std::mutex& generatorMutex() {
  static std::mutex mutex;
  return mutex;
}

class CudaGraphRunner final : public StepRunner {
 public:
  explicit CudaGraphRunner(at::Device device)
      : generator_(at::globalContext().defaultGenerator(device)),
        stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index())) {}

  at::Tensor run(const InputBlock& inputs, const StaticStep& step, std::uint64_t seed) override {
    const std::scoped_lock lock(generatorMutex());
    at::cuda::CUDAEvent before;  // the weights may still be on their way in another stream
    before.record(at::cuda::getCurrentCUDAStream(stream_.device_index()));
    before.block(stream_);
    const c10::cuda::CUDAStreamGuard guard(stream_);  // the default stream cannot be recorded
    inputs.upload();
    const auto enqueue = [&] { step.run(inputs, generator_); };
    switch (plan_.next(inputs.shape())) {
      case Plan::Action::Direct:
        graph_.reset();  // of another shape
        runDirectly(enqueue, seed);
        break;
      case Plan::Action::Record:
        if (record(enqueue, seed)) {
          replay(seed);
        } else {
          runDirectly(enqueue, seed);
        }
        break;
      case Plan::Action::Replay:
        replay(seed);
        break;
    }
    return step.results().to(at::kCPU);  // the one wait of the step
  }

 private:
  using Plan = CapturePlan<InputShape>;

  void setSeed(std::uint64_t seed) {
    const std::scoped_lock lock(generator_.mutex());
    generator_.set_current_seed(seed);
  }

  void runDirectly(const std::function<void()>& enqueue, std::uint64_t seed) {
    setSeed(seed);
    enqueue();
  }

  bool record(const std::function<void()>& enqueue, std::uint64_t seed) {
    setSeed(seed);
    graph_ = std::make_unique<at::cuda::CUDAGraph>();
    stream_.synchronize();
    try {
      graph_->capture_begin();
      enqueue();
      graph_->capture_end();
      log::info("the training step is recorded as a CUDA graph");
      return true;
    } catch (const std::exception& error) {
      log::warning("the training step runs without a CUDA graph, slower but the same: {}", error.what());
      abandonRecording();
      return false;
    }
  }

  /// Takes the stream out of recording; nothing that was recorded has run.
  void abandonRecording() {
    plan_.giveUp();
    cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
    if (cudaStreamIsCapturing(stream_.stream(), &status) == cudaSuccess && status != cudaStreamCaptureStatusNone) {
      try {
        graph_->capture_end();
      } catch (const std::exception&) {
        // Expected: ending a broken recording reports once more what broke it, which is logged already.
      }
    }
    graph_.reset();
    static_cast<void>(cudaGetLastError());  // else the next check of any call would find the old failure
  }

  void replay(std::uint64_t seed) {
    setSeed(seed);  // a graph reads seed and offset of its generator anew
    graph_->replay();
  }

  at::Generator generator_;
  c10::cuda::CUDAStream stream_;
  Plan plan_;
  std::unique_ptr<at::cuda::CUDAGraph> graph_;
};

}  // namespace

std::unique_ptr<StepRunner> makeCudaGraphRunner(at::Device device) {
  return std::make_unique<CudaGraphRunner>(device);
}

}  // namespace limbeck::torch_backend
