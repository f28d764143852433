// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between LibTorch 1.13 and 2.x, and the border where LibTorch's exceptions become ours.
#pragma once

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/model/sequence_model.h"

#define LIMBECK_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace limbeck::torch_backend {

inline at::DeviceType deviceType(Device device) {
  return device == Device::Cpu ? at::kCPU : at::kCUDA;
}

/// Matrix products in bfloat16 while it lives, on this thread. Does nothing for Float32.
class AutocastScope {
 public:
  AutocastScope(Device device, Precision precision) : device_(device), active_(precision == Precision::BFloat16) {
    if (!active_) return;
    setEnabled(true);
    // Each weight is used once a pass, and the cache is shared between threads.
    at::autocast::set_autocast_cache_enabled(false);
  }
  ~AutocastScope() {
    if (active_) setEnabled(false);
  }
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  void setEnabled(bool enabled) const {
#if LIMBECK_TORCH_AT_LEAST(2, 4)
    at::autocast::set_autocast_dtype(deviceType(device_), at::kBFloat16);
    at::autocast::set_autocast_enabled(deviceType(device_), enabled);
#else
    if (device_ == Device::Cpu) {
      at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
      at::autocast::set_cpu_enabled(enabled);
    } else {
      at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
      at::autocast::set_enabled(enabled);
    }
#endif
  }
  Device device_;
  bool active_;
};

/// Runs `work`; what LibTorch throws becomes Error(DeviceFailure).
template <typename Work>
auto translated(std::string_view doing, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const c10::Error& error) {
    throw Error(ErrorCode::DeviceFailure,
                fmt::format("LibTorch gave up while {}: {}", doing, error.what_without_backtrace()));
  }
}

}  // namespace limbeck::torch_backend
