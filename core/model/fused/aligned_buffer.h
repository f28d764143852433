// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

namespace limbeck::fused {

/// Zeroed floats that begin on a page, so that rows of whole cache lines stay whole.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(std::int64_t size) : size_(size) {
    const std::size_t bytes = static_cast<std::size_t>(std::max<std::int64_t>(size, 16)) * sizeof(float);
    data_.reset(static_cast<float*>(::operator new (bytes, std::align_val_t{kAlignment})));
    std::fill_n(data_.get(), size, 0.0F);
  }

  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  std::int64_t size() const { return size_; }
  std::span<float> span() { return {data_.get(), static_cast<std::size_t>(size_)}; }
  std::span<const float> span() const { return {data_.get(), static_cast<std::size_t>(size_)}; }

 private:
  static constexpr std::size_t kAlignment = 4096;
  struct Free {
    void operator()(float* p) const noexcept { ::operator delete (p, std::align_val_t{kAlignment}); }
  };
  std::unique_ptr<float[], Free> data_;
  std::int64_t size_ = 0;
};

}  // namespace limbeck::fused
