// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/rng.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>

#include "core/base/hash.h"

namespace limbeck {
namespace {

// splitmix64 (Steele et al. 2014) fills the state, as the generator's authors advise.
std::uint64_t splitMix(std::uint64_t& x) {
  x += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = x;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace

Rng::Rng(Seed seed) : state_{} {
  std::uint64_t x = seed.value;
  for (int i = 0; i < 4; ++i) state_[i] = splitMix(x);
  state_[4] = splitMix(x);
}

Rng Rng::split(std::string_view name, std::uint64_t index) const {
  // Training splits a stream for each window of each step, where nothing may wait for the heap: a name of usual length
  // is hashed on the stack, as the same bytes that the Hasher below would see.
  std::array<std::byte, 64> bytes;
  std::size_t size = 0;
  const auto put = [&](const void* data, std::size_t count) {
    std::copy_n(static_cast<const std::byte*>(data), count, bytes.data() + size);
    size += count;
  };
  const std::uint64_t length = name.size();
  if (length + 3 * sizeof(std::uint64_t) <= bytes.size()) {
    put(&state_[4], sizeof state_[4]);
    put(&length, sizeof length);
    put(name.data(), name.size());
    put(&index, sizeof index);
    return Rng(Seed{hash64(std::span(bytes).first(size))});
  }
  Hasher hasher;
  hasher.add(state_[4]);
  hasher.add(name);
  hasher.add(index);
  return Rng(Seed{hasher.digest64()});
}

double Rng::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

int Rng::categorical(std::span<const float> log_probabilities) {
  const int count = static_cast<int>(log_probabilities.size());
  double total = 0.0;
  for (const float value : log_probabilities) total += std::exp(static_cast<double>(value));
  double left = uniform() * total;
  for (int i = 0; i + 1 < count; ++i) {
    left -= std::exp(static_cast<double>(log_probabilities[i]));
    if (left < 0.0) return i;
  }
  return count - 1;
}

}  // namespace limbeck
