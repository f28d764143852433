// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/nearest_name.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace limbeck {

int editDistance(std::string_view from, std::string_view to) {
  // Rows of the usual table; the row before last is kept because a swap looks two rows back.
  std::vector<int> before_last(to.size() + 1);
  std::vector<int> last(to.size() + 1);
  std::vector<int> row(to.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const int substitution = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitution});
      const bool is_swap = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (is_swap) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[to.size()];
}

int wordDistance(std::string_view from, std::string_view known) {
  int least = editDistance(from, known);
  for (std::size_t begin = 0; begin < known.size(); ++begin) {
    if (begin > 0 && known[begin - 1] != '_') continue;
    for (std::size_t end = begin + 1; end <= known.size(); ++end) {
      const bool is_word_end = end == known.size() || known[end] == '_';
      if (is_word_end) least = std::min(least, 1 + editDistance(from, known.substr(begin, end - begin)));
    }
  }
  return least;
}

std::string nearestName(std::string_view name, std::span<const std::string> known) {
  const auto nearest =
      std::ranges::min_element(known, {}, [&](const std::string& candidate) { return editDistance(name, candidate); });
  return nearest == known.end() ? std::string() : *nearest;
}

}  // namespace limbeck
