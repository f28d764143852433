// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace limbeck {

/// XXH3-128 over a sequence of values. Text and byte spans are added with their length, so that ("ab", "c") and
/// ("a", "bc") differ. Not cryptographic: it finds damage and changes, not attackers.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void add(std::string_view text);
  void add(std::span<const std::byte> bytes);
  template <typename T>
  requires std::is_arithmetic_v<T>
  void add(T value) { addRaw(&value, sizeof value); }
  /// Bytes without their length, for content that comes in pieces.
  void addRaw(const void* data, std::size_t size);

  std::uint64_t digest64() const;
  /// 32 lower-case hex digits.
  std::string digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What Hasher::digest64 gives after addRaw of these bytes; asks nothing of the heap.
std::uint64_t hash64(std::span<const std::byte> bytes);

/// 32 hex digits of XXH3-128 over exactly these bytes.
std::string hashBytes(std::span<const std::byte> bytes);

}  // namespace limbeck
