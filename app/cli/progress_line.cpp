// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace limbeck::cli {
namespace {

constexpr int kBarWidth = 24;
constexpr std::chrono::seconds kPlainLineInterval{5};
constexpr std::chrono::milliseconds kRedrawInterval{100};

std::string bar(double share) {
  const int filled = static_cast<int>(std::lround(share * kBarWidth));
  return fmt::format("[{}{}]", std::string(static_cast<std::size_t>(filled), '#'),
                     std::string(static_cast<std::size_t>(kBarWidth - filled), '-'));
}

/// 84123 -> "84.1 k": four characters tell enough.
std::string shortNumber(double value) {
  if (value >= 1e6) return fmt::format("{:.1f} M", value / 1e6);
  if (value >= 1e4) return fmt::format("{:.0f} k", value / 1e3);
  return fmt::format("{:.0f}", value);
}

/// What fits before the last column; a line that wraps could not be drawn over.
std::size_t terminalColumns() {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2) return kUsual;
  return size.ws_col;
}

}  // namespace

std::string durationText(double seconds) {
  if (seconds < 10.0) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string progressText(const JobSnapshot& job, bool with_bar) {
  const Progress& progress = job.progress;
  const double share =
      progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 0.0;
  std::string text = fmt::format("{:<9} ", progress.what);
  if (with_bar) text += bar(share) + ' ';
  text += fmt::format("{}/{} {:.0f}%", progress.done, progress.total, 100.0 * share);
  if (progress.rate > 0.0) text += fmt::format(" | {} {}/s", shortNumber(progress.rate), progress.rate_unit);
  if (job.remaining_seconds) text += fmt::format(" | {} left", durationText(*job.remaining_seconds));
  if (!progress.detail.empty()) text += " | " + progress.detail;
  return text;
}

ProgressLine::ProgressLine(bool is_quiet) : is_quiet_(is_quiet), is_terminal_(::isatty(STDERR_FILENO) != 0) {}

void ProgressLine::show(const JobSnapshot& job) {
  if (is_quiet_ || job.progress.what.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  if (is_terminal_) {
    if (now - last_drawn_ < kRedrawInterval) return;
    last_drawn_ = now;
    const std::string text = progressText(job, true).substr(0, terminalColumns() - 1);
    fmt::print(stderr, "\r{:<{}}", text,
               shown_.size());  // Padded, so that a shorter line leaves nothing of the longer one.
    shown_ = text;
    return;
  }
  if (job.progress.what == last_stage_ && now - last_drawn_ < kPlainLineInterval) return;
  last_stage_ = job.progress.what;
  last_drawn_ = now;
  fmt::print(stderr, "{}\n", progressText(job, false));
}

void ProgressLine::finish() {
  if (is_quiet_ || !is_terminal_ || shown_.empty()) return;
  fmt::print(stderr, "\r{:<{}}\r", "", shown_.size());
  shown_.clear();
}

}  // namespace limbeck::cli
