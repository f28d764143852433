// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/view/emblems.h"

#include <array>
#include <cmath>

#include "core/env/view/exact_math.h"

namespace limbeck {
namespace {

bool disc(double x, double y) {
  return x * x + y * y < 0.42;
}
bool ring(double x, double y) {
  const double square = x * x + y * y;
  return square > 0.2 && square < 0.62;
}
bool triangle(double x, double y) {
  return y > -0.5 && y < 0.75 - 1.75 * std::abs(x);
}
bool square(double x, double y) {
  return std::abs(x) < 0.55 && std::abs(y) < 0.55;
}
bool cross(double x, double y) {
  return std::min(std::abs(x), std::abs(y)) < 0.2 && std::max(std::abs(x), std::abs(y)) < 0.75;
}
bool diamond(double x, double y) {
  return 1.4 * std::abs(x) + std::abs(y) < 0.8;
}
bool stripes(double x, double y) {
  return x * x + y * y < 0.7 && fraction(2.2 * x + 0.25) < 0.5;
}
bool checkers(double x, double y) {
  return std::abs(x) < 0.66 && std::abs(y) < 0.66 && (fraction(1.5 * x + 0.5) < 0.5) == (fraction(1.5 * y + 0.5) < 0.5);
}
bool chevron(double x, double y) {
  const double height = y + 0.9 * std::abs(x);
  return std::abs(x) < 0.68 && ((height > 0.25 && height < 0.6) || (height > -0.4 && height < -0.05));
}
bool crescent(double x, double y) {
  return x * x + y * y < 0.55 && (x - 0.32) * (x - 0.32) + y * y > 0.32;
}
bool hourglass(double x, double y) {
  return std::abs(y) < 0.65 && std::abs(x) < 0.12 + 0.75 * std::abs(y);
}
bool arrow(double x, double y) {
  const bool is_shaft = std::abs(y) < 0.17 && x > -0.7 && x < 0.2;
  return is_shaft || (x > 0.05 && x < 0.75 && std::abs(y) < 0.85 * (0.75 - x));
}

}  // namespace

std::span<const Emblem> emblems() {
  static constexpr std::array<Emblem, 12> kEmblems = {{
      {0.030, {246, 240, 220}, {196, 36, 40}, disc},
      {0.105, {34, 44, 92}, {250, 206, 60}, crescent},
      {0.195, {250, 220, 90}, {30, 30, 36}, chevron},
      {0.272, {240, 240, 244}, {22, 122, 70}, triangle},
      {0.362, {120, 24, 60}, {248, 236, 226}, cross},
      {0.434, {236, 236, 236}, {24, 24, 28}, checkers},
      {0.528, {20, 92, 84}, {255, 150, 50}, ring},
      {0.604, {250, 246, 236}, {40, 80, 190}, stripes},
      {0.690, {44, 40, 40}, {240, 70, 150}, diamond},
      {0.762, {255, 170, 190}, {90, 30, 120}, hourglass},
      {0.856, {60, 140, 220}, {252, 252, 252}, square},
      {0.934, {255, 140, 40}, {36, 30, 60}, arrow},
  }};
  return kEmblems;
}

}  // namespace limbeck
