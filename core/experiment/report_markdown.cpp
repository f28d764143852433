// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/report_markdown.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace limbeck {
namespace {

/// A bar would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '|') out += '\\';
    out += letter == '\n' ? ' ' : letter;
  }
  return out;
}

/// On the first row of a report; on the others it would only repeat.
std::string takeCommand(std::string& command) {
  return std::exchange(command, "the same");
}

std::string commandFor(const SweepReport& report) {
  return report.file.empty() ? std::string() : fmt::format("`limbeck-cli run {}`", report.file.generic_string());
}

std::string publishedText(const Claim& claim) {
  const std::string number = claim.published ? fmt::format("{:.4g}; ", *claim.published) : std::string();
  return number + claim.source;
}

void appendClaim(std::string& out, std::string& command, const ClaimVerdict& verdict) {
  const auto row = [&](std::string_view condition, std::string_view ours, Verdict outcome) {
    out +=
        fmt::format("| {} | {} | {} | {} | {} | {} |\n", cell(verdict.claim.text), cell(publishedText(verdict.claim)),
                    cell(condition), ours, verdictName(outcome), cell(takeCommand(command)));
  };
  if (verdict.numbers.empty()) row("", "", verdict.verdict);
  for (const ClaimVerdict::Number& number : verdict.numbers) {
    const Interval& value = number.value;
    row(number.condition, fmt::format("{:.3g} [{:.3g}, {:.3g}]", value.mean, value.low, value.high), number.verdict);
  }
}

std::size_t runCount(const SweepReport& report) {
  std::size_t count = 0;
  for (const PointReport& point : report.points) count += point.report ? point.report->seeds.size() : 0;
  return count;
}

}  // namespace

std::string reportMarkdown(std::span<const SweepReport> reports) {
  std::string out = "| claim | published | bar | ours | verdict | command |\n|---|---|---|---|---|---|\n";
  for (const SweepReport& report : reports) {
    std::string command = commandFor(report);
    for (const ClaimVerdict& verdict : report.verdicts) appendClaim(out, command, verdict);
  }
  out += "\n| experiment | points | runs | minutes |\n|---|---|---|---|\n";
  double seconds = 0.0;
  std::size_t runs = 0;
  for (const SweepReport& report : reports) {
    out += fmt::format("| {} | {} | {} | {:.1f} |\n", cell(report.name), report.points.size(), runCount(report),
                       report.seconds / 60.0);
    seconds += report.seconds;
    runs += runCount(report);
  }
  if (reports.size() > 1) out += fmt::format("| all | | {} | {:.1f} |\n", runs, seconds / 60.0);
  return out;
}

}  // namespace limbeck
