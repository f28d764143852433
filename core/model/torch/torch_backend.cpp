// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/torch_backend.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace limbeck {
namespace {

constexpr const char* kModuleName = "liblimbeck_torch.so";

std::vector<std::filesystem::path> placesToLook() {
  if (const char* chosen = std::getenv("LIMBECK_TORCH_MODULE"); chosen != nullptr && *chosen != '\0') return {chosen};
  std::error_code code;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", code);
  const std::filesystem::path beside = program.parent_path() / ".." / LIMBECK_INSTALL_LIBDIR / "limbeck" / kModuleName;
  // An installed program takes its own module, also on the machine where a newer build tree stands.
  return {beside.lexically_normal(), std::filesystem::path(LIMBECK_TORCH_BUILD_DIRECTORY) / kModuleName};
}

TorchModelFactory openModule() {
  const std::vector<std::filesystem::path> places = placesToLook();
  for (const std::filesystem::path& place : places) {
    std::error_code code;
    if (!std::filesystem::exists(place, code)) continue;
    // Never closed: LibTorch's static objects do not survive that.
    void* const module = ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    void* const symbol = module == nullptr ? nullptr : ::dlsym(module, kTorchModelFactory);
    if (symbol == nullptr) {
      throw Error(ErrorCode::DeviceFailure,
                  fmt::format("{}: the LibTorch backend does not load: {}", place.string(), ::dlerror()));
    }
    return reinterpret_cast<TorchModelFactory>(symbol);
  }
  throw Error(
      ErrorCode::DeviceFailure,
      fmt::format(
          "this build has no LibTorch backend (no {}); install libtorch-dev and build with LIMBECK_TORCH=ON, or choose "
          "an architecture that the fused core runs",
          places.front().string()));
}

}  // namespace

std::unique_ptr<SequenceModel> makeTorchModel(const TransformerConfig& config, const ModelOptions& options, Team& team,
                                              const Rng& rng) {
  static std::mutex mutex;
  static TorchModelFactory factory = nullptr;  // under `mutex`; a failure is tried again, the cause may be gone
  const std::scoped_lock lock(mutex);
  if (factory == nullptr) factory = openModule();
  return std::unique_ptr<SequenceModel>(factory(config, options, team, rng));
}

}  // namespace limbeck
