// SPDX-License-Identifier: GPL-3.0-or-later
// Random numbers: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), with
// streams that are split by name, so that one more thread, task or draw in one place changes no number in another.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string_view>

namespace limbeck {

struct Seed {
  std::uint64_t value = 0;
};

class Rng {
 public:
  /// [0..3] generator state, [4] the key that `split` derives from.
  using State = std::array<std::uint64_t, 5>;

  explicit Rng(Seed seed);
  explicit Rng(const State& state) : state_(state) {}

  /// An independent stream that depends on this stream's key, `name` and `index` only, not on what was drawn so far.
  Rng split(std::string_view name, std::uint64_t index = 0) const;

  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Uniform in [0, count). Multiply-shift on 32 bits: the bias is below count / 2^32.
  std::uint32_t below(std::uint32_t count) {
    return static_cast<std::uint32_t>(((next() >> 32) * static_cast<std::uint64_t>(count)) >> 32);
  }

  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// Standard normal (Box-Muller, one value a call).
  double normal();

  /// An index drawn in proportion to exp(log_probabilities[i]); they need not be normalised exactly.
  int categorical(std::span<const float> log_probabilities);

  /// For saving and restoring.
  const State& state() const { return state_; }

 private:
  State state_;
};

}  // namespace limbeck
