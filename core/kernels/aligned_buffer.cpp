// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/aligned_buffer.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace limbeck::fused {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kHugePage = std::size_t{1} << 21;

}  // namespace

AlignedBuffer::AlignedBuffer(std::int64_t size) : size_(size) {
  const std::size_t wanted = static_cast<std::size_t>(std::max<std::int64_t>(size, 16)) * sizeof(float);
  const std::size_t alignment = wanted >= kHugePage ? kHugePage : kPage;
  const std::size_t bytes = (wanted + alignment - 1) / alignment * alignment;
  data_.reset(static_cast<float*>(std::aligned_alloc(alignment, bytes)));
  if (data_ == nullptr) throw std::bad_alloc();
#if defined(__linux__)
  if (alignment == kHugePage)
    madvise(data_.get(), bytes, MADV_HUGEPAGE);  // a wish: without huge pages it is only slower
#endif
  std::fill_n(data_.get(), size, 0.0F);
}

void AlignedBuffer::Free::operator()(float* p) const noexcept {
  std::free(p);
}

}  // namespace limbeck::fused
