// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace limbeck::fused {

/// Zeroed floats that begin on a page, so that rows of whole cache lines stay whole; large ones stand in huge pages
/// where the system has them, because decoding walks through tens of megabytes in each step.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(std::int64_t size);

  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  std::int64_t size() const { return size_; }
  std::span<float> span() { return {data_.get(), static_cast<std::size_t>(size_)}; }
  std::span<const float> span() const { return {data_.get(), static_cast<std::size_t>(size_)}; }

 private:
  struct Free {
    void operator()(float* p) const noexcept;
  };
  std::unique_ptr<float[], Free> data_;
  std::int64_t size_ = 0;
};

}  // namespace limbeck::fused
