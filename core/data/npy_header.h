// SPDX-License-Identifier: GPL-3.0-or-later
// The header of a .npy file: magic, version, length, and a Python dictionary literal that is padded with spaces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/npy.h"

namespace limbeck {

struct NpyHeader {
  NpyType type = NpyType::UInt8;
  std::vector<std::int64_t> shape;
  std::size_t data_offset = 0;  ///< set by the parser
};

std::size_t npyItemBytes(NpyType type);
/// NumPy's name: "uint8", "float32".
std::string_view npyTypeName(NpyType type);

/// The header's bytes, padded to a multiple of 64 and to at least `minimum_bytes`.
std::string formatNpyHeader(const NpyHeader& header, std::size_t minimum_bytes);

/// Parses the header at the beginning of a whole file. Throws Error(Corrupt) for anything that this program or NumPy
/// would not have written for our types (C order, little-endian), and when the data that follows is not exactly what
/// the shape says.
NpyHeader parseNpyHeader(std::string_view file);

}  // namespace limbeck
