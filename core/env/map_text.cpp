// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/map_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "core/base/error.h"

namespace limbeck {
namespace {

constexpr std::size_t kMaxSide = 256;  // an observation is a byte for x and one for y
constexpr std::string_view kKnown =
    "# wall, . floor, ~ slippery floor, S start, G goal, or K and D for the places of key and door";

[[noreturn]] void fail(const EnvironmentOptions& options, std::string_view message) {
  throw Error(ErrorCode::InvalidArgument, fmt::format("environment {}: map {}", options.name, message));
}

std::vector<std::string_view> splitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (!lines.empty() && lines.back().find_first_not_of(" \t") == std::string_view::npos) lines.pop_back();
  return lines;
}

/// The whole character that begins at `column`, which may take several bytes of UTF-8.
std::string_view characterAt(std::string_view line, std::size_t column) {
  std::size_t end = column + 1;
  while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) ++end;
  return line.substr(column, end - column);
}

void requireRectangle(const EnvironmentOptions& options, const std::vector<std::string_view>& lines) {
  if (lines.empty()) fail(options, fmt::format("is empty; draw a grid of {}", kKnown));
  const std::size_t width = lines.front().size();
  if (width > kMaxSide || lines.size() > kMaxSide) {
    fail(options, fmt::format("has {} x {} cells, but a side may have at most {}; draw a smaller one", width,
                              lines.size(), kMaxSide));
  }
  const auto ragged = std::ranges::find_if(lines, [&](std::string_view line) { return line.size() != width; });
  if (ragged == lines.end()) return;
  fail(options, fmt::format("line {}, column {}: the line has {} characters, but the first one has {}; make all lines "
                            "equally long (# fills up)",
                            ragged - lines.begin() + 1, std::min(ragged->size(), width) + 1, ragged->size(), width));
}

/// Reads the characters of a rectangle, everything but the start cells of a map that marks none.
MapText readCells(const EnvironmentOptions& options, const std::vector<std::string_view>& lines) {
  const std::size_t width = lines.front().size();
  std::vector<bool> walls(width * lines.size());
  MapText map{
      .grid = Grid(1), .slippery = std::vector<bool>(walls.size()), .starts = {}, .goals = {}, .keys = {}, .doors = {}};
  for (std::size_t y = 0; y < lines.size(); ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t cell = y * width + x;
      switch (lines[y][x]) {
        case '#':
          walls[cell] = true;
          break;
        case '.':
          break;
        case '~':
          map.slippery[cell] = true;
          break;
        case 'S':
          map.starts.push_back(static_cast<int>(cell));
          break;
        case 'G':
          map.goals.push_back(static_cast<int>(cell));
          break;
        case 'K':
          map.keys.push_back(static_cast<int>(cell));
          break;
        case 'D':
          map.doors.push_back(static_cast<int>(cell));
          break;
        default:
          fail(options, fmt::format("line {}, column {}: '{}' is unknown; known are {}", y + 1, x + 1,
                                    characterAt(lines[y], x), kKnown));
      }
    }
  }
  map.grid = Grid(static_cast<int>(width), static_cast<int>(lines.size()), std::move(walls));
  return map;
}

void requireOneKindOfTask(const EnvironmentOptions& options, const MapText& map) {
  const auto failAt = [&](int cell, std::string_view message) {
    fail(options, fmt::format("{}: {}", mapPlace(map.grid, cell), message));
  };
  if (map.goals.empty() && map.keys.empty() && map.doors.empty()) {
    fail(options,
         "has no goal; mark each cell that may be one with G, or the places of a key with K and of a door with D");
  }
  if (map.doors.empty() && map.hasKeys()) {
    failAt(map.keys.front(), "a key, but the map has no door; mark its places with D, or use G for goals");
  }
  if (map.keys.empty() && !map.doors.empty()) {
    failAt(map.doors.front(), "a door, but the map has no key; mark its places with K, or use G for goals");
  }
  if (!map.goals.empty() && map.hasKeys()) {
    failAt(map.keys.front(), fmt::format("a key, but the map has a goal too ({}); use goals, or keys and doors",
                                         mapPlace(map.grid, map.goals.front())));
  }
}

}  // namespace

std::string mapPlace(const Grid& grid, int cell) {
  return fmt::format("line {}, column {}", grid.y(cell) + 1, grid.x(cell) + 1);
}

MapText readMapText(const EnvironmentOptions& options) {
  const std::vector<std::string_view> lines = splitLines(options.map);
  requireRectangle(options, lines);
  MapText map = readCells(options, lines);
  requireOneKindOfTask(options, map);
  if (map.starts.empty()) map.starts = map.grid.startCells(StartRule::Random);
  return map;
}

}  // namespace limbeck
