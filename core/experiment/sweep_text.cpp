// SPDX-License-Identifier: GPL-3.0-or-later
// A sweep's report for a terminal.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/experiment/sweep_report.h"

namespace limbeck {
namespace {

std::string intervalText(const Interval& interval) {
  return fmt::format("{:.3g} [{:.3g}, {:.3g}]", interval.mean, interval.low, interval.high);
}

std::size_t widestName(const SweepReport& report) {
  std::size_t width = std::string_view("point").size();
  for (const PointReport& point : report.points) width = std::max(width, point.point.name.size());
  return width;
}

void appendRow(std::string& out, std::size_t width, std::string_view point, std::string_view policy,
               std::string_view seeds, const std::array<std::string, 4>& numbers) {
  out += fmt::format("{:<{}}  {:<19} {:>5}", point, width, policy, seeds);
  for (const std::string& number : numbers) out += fmt::format(" {:>24}", number);
  out.erase(out.find_last_not_of(' ') + 1);
  out += '\n';
}

void appendPoint(std::string& out, std::size_t width, const PointReport& point) {
  if (!point.report) {
    appendRow(out, width, point.point.name, "not run", "", {});
    return;
  }
  std::string_view name = point.point.name;
  for (const PolicyReport& policy : point.report->policies) {
    if (policy.policy == kPolicyRandom || policy.policy == kPolicyOptimum) continue;
    const CurveScores& scores = policy.scores;
    appendRow(out, width, name, policyLabel(point.report->config, policy.policy),
              fmt::format("{}", point.report->seeds.size()),
              {intervalText(scores.last_returns), intervalText(scores.interquartile_last_returns),
               intervalText(scores.area_under_curve), intervalText(scores.episodes_to_80_percent)});
    name = {};
  }
}

}  // namespace

std::string commonLearner(const SweepReport& report) {
  const std::string first = learnerLabel(report.points.front().point.config);
  const auto isAnother = [&](const PointReport& point) { return learnerLabel(point.point.config) != first; };
  return std::ranges::any_of(report.points, isAnother) ? std::string() : first;
}

std::string improvementHeading(const SweepReport& report) {
  const std::string learner = commonLearner(report);
  return fmt::format("Probability that {} does better on a task, last episodes",
                     learner.empty() ? "what is trained" : learner);
}

std::string describeReport(const SweepReport& report) {
  std::string out = fmt::format("\n{}: {} points\n\n", report.name, report.points.size());
  if (!report.isSweep()) out = fmt::format("\n{}\n\n", report.name);
  const std::size_t width = widestName(report);
  appendRow(out, width, "point", "policy", "seeds",
            {"last episodes", "interquartile mean", "area under the curve", "episodes to 80 %"});
  for (const PointReport& point : report.points) appendPoint(out, width, point);
  if (!report.improvements.empty()) out += fmt::format("\n{}:\n", improvementHeading(report));
  for (const Improvement& improvement : report.improvements) {
    out +=
        fmt::format("  {} over {}: {}\n", improvement.point, improvement.over, intervalText(improvement.probability));
  }
  if (!report.verdicts.empty()) out += "\nClaims:\n";
  for (const ClaimVerdict& verdict : report.verdicts) out += describeVerdict(verdict);
  return out;
}

}  // namespace limbeck
