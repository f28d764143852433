// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace limbeck {

/// Insertions, deletions, substitutions and swaps of neighbours (the restricted Damerau-Levenshtein distance, in bytes)
/// that turn `from` into `to`.
int editDistance(std::string_view from, std::string_view to);

/// `editDistance` to the whole of `known`, or one more than that to words that stand side by side in it (words are what
/// underscores part): "lengthh" is 2 from "context_length".
int wordDistance(std::string_view from, std::string_view known);

/// The known name that looks most like `name`, for "did you mean"; the first of equals. Empty when `known` is.
std::string nearestName(std::string_view name, std::span<const std::string> known);

}  // namespace limbeck
