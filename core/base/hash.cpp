// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace limbeck {

struct Hasher::State {
  XXH3_state_t xxh;
};

namespace {
std::string toHex(XXH128_hash_t hash) {
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}
}  // namespace

Hasher::Hasher() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(&state_->xxh);
}
Hasher::~Hasher() = default;

void Hasher::add(std::string_view text) {
  add(std::as_bytes(std::span(text.data(), text.size())));
}

void Hasher::add(std::span<const std::byte> bytes) {
  add(static_cast<std::uint64_t>(bytes.size()));
  addRaw(bytes.data(), bytes.size());
}

void Hasher::addRaw(const void* data, std::size_t size) {
  XXH3_128bits_update(&state_->xxh, data, size);
}

std::uint64_t Hasher::digest64() const {
  return XXH3_128bits_digest(&state_->xxh).low64;
}

std::string Hasher::digest() const {
  return toHex(XXH3_128bits_digest(&state_->xxh));
}

std::uint64_t hash64(std::span<const std::byte> bytes) {
  return XXH3_128bits(bytes.data(), bytes.size()).low64;
}

std::string hashBytes(std::span<const std::byte> bytes) {
  return toHex(XXH3_128bits(bytes.data(), bytes.size()));
}

}  // namespace limbeck
