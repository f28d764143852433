// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/report_html.h"

#include <fmt/format.h>

#include <functional>
#include <iterator>
#include <utility>

#include "core/plot/svg_writer.h"
#include "core/plot/xml_escape.h"

namespace limbeck {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Limbeck report</title>
<style>
body { font: 15px/1.45 "DejaVu Sans", Verdana, Helvetica, Arial, sans-serif; color: #24292F; background: #FFFFFF;
       max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin-top: 1.5rem; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #E6E8EB; }
th { font-weight: 600; border-bottom-color: #8A9097; }
td.number, th.number { text-align: right; white-space: nowrap; }
.quiet { color: #5B6168; }
.verdict { font-weight: 600; white-space: nowrap; }
.reproduced { color: #1A6B3C; } .not-reproduced { color: #A6261D; } .undecided { color: #8A5A00; } .not-run { color: #5B6168; }
svg { max-width: 100%; height: auto; }
@media print { body { max-width: none; margin: 0; font-size: 10pt; }
               tr, svg { break-inside: avoid; } h2 { break-before: page; } h2:first-of-type { break-before: auto; } }
</style>
</head>
<body>
<h1>Limbeck report</h1>
)";

std::string cell(const Interval& interval) {
  return fmt::format("<td class=\"number\">{:.3g} <span class=\"quiet\">[{:.3g}, {:.3g}]</span></td>", interval.mean,
                     interval.low, interval.high);
}

/// An image's place, or the plot itself: inline, and therefore without the line that makes an SVG a file of its own.
using PlotWriter = std::function<std::string(const PlotModel& plot, int index)>;

class Page {
 public:
  explicit Page(PlotWriter write_plot) : write_plot_(std::move(write_plot)) {}

  std::string write(std::span<const SweepReport> reports) {
    for (const SweepReport& report : reports) writeReport(report);
    return std::move(out_);
  }

 private:
  template <typename... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  void writeReport(const SweepReport& report) {
    put("<h2>{}</h2>\n", escapeXml(report.name));
    if (!report.description.empty()) put("<p>{}</p>\n", escapeXml(report.description));
    writeClaims(report);
    writePoints(report);
    writeImprovements(report);
    const PlotModel plot = plotReport(report);
    if (!plot.series.empty()) writePlot(plot);
    if (const auto by_value = plotByValue(report)) writePlot(*by_value);
    writePublished(report);
  }

  void writeClaims(const SweepReport& report) {
    if (report.verdicts.empty()) return;
    put("<h3>Claims</h3>\n<table>\n<tr><th>verdict</th><th>claim</th><th>published</th></tr>\n");
    for (const ClaimVerdict& verdict : report.verdicts) {
      std::string style(verdictName(verdict.verdict));
      for (char& c : style) c = c == ' ' ? '-' : c;
      put("<tr><td class=\"verdict {}\">{}</td><td>{}", style, verdictName(verdict.verdict),
          escapeXml(verdict.claim.text));
      for (const ClaimVerdict::Number& number : verdict.numbers) {
        put("<br><span class=\"quiet\">{}: {:.3g} [{:.3g}, {:.3g}]</span>", escapeXml(number.condition),
            number.value.mean, number.value.low, number.value.high);
      }
      const auto& published = verdict.claim.published;
      put("</td><td>{} <span class=\"quiet\">{}</span></td></tr>\n", published ? fmt::format("{:g}", *published) : "",
          escapeXml(verdict.claim.source));
    }
    put("</table>\n<p class=\"quiet\">A claim is reproduced when the whole 95 % bootstrap interval fulfils it, and not "
        "reproduced when none of the interval does.</p>\n");
  }

  void writePoints(const SweepReport& report) {
    put("<h3>{}</h3>\n<table>\n<tr><th>point</th><th>policy</th><th class=\"number\">seeds</th>"
        "<th class=\"number\">last episodes</th><th class=\"number\">interquartile mean</th>"
        "<th class=\"number\">area under the curve</th><th class=\"number\">episodes to 80 %</th></tr>\n",
        report.isSweep() ? "Points" : "Policies");
    for (const PointReport& point : report.points) writePoint(point);
    put("</table>\n");
    for (const PointReport& point : report.points) {
      if (!point.report) continue;
      put("<p class=\"quiet\">{} held-out tasks, {} episodes in context; optimum {:.3g}, random {:.3g}.</p>\n",
          point.report->held_out_tasks, point.report->config.evaluation.play.episodes, point.report->optimum,
          point.report->random);
      break;
    }
  }

  void writePoint(const PointReport& point) {
    const std::string name = escapeXml(point.point.name);
    if (!point.report) {
      put("<tr><td>{}</td><td class=\"quiet\" colspan=\"6\">not run</td></tr>\n", name);
      return;
    }
    bool is_first = true;
    for (const PolicyReport& policy : point.report->policies) {
      if (policy.policy == kPolicyRandom || policy.policy == kPolicyOptimum) continue;
      const CurveScores& scores = policy.scores;
      put("<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td>{}{}{}{}</tr>\n", is_first ? name : "",
          escapeXml(policyLabel(point.report->config, policy.policy)), point.report->seeds.size(),
          cell(scores.last_returns), cell(scores.interquartile_last_returns), cell(scores.area_under_curve),
          cell(scores.episodes_to_80_percent));
      is_first = false;
    }
  }

  void writeImprovements(const SweepReport& report) {
    if (report.improvements.empty()) return;
    put("<h3>{}</h3>\n<table>\n<tr><th>point</th><th>does better than at</th>"
        "<th class=\"number\">probability</th></tr>\n",
        escapeXml(improvementHeading(report)));
    for (const Improvement& improvement : report.improvements) {
      put("<tr><td>{}</td><td>{}</td>{}</tr>\n", escapeXml(improvement.point), escapeXml(improvement.over),
          cell(improvement.probability));
    }
    put("</table>\n");
  }

  void writePlot(const PlotModel& plot) {
    put("<figure style=\"margin: 1rem 0\">\n{}</figure>\n", write_plot_(plot, plots_++));
  }

  void writePublished(const SweepReport& report) {
    if (report.published.empty()) return;
    put("<h3>Published numbers</h3>\n<table>\n<tr><th>curve</th><th>figure</th><th class=\"number\">x</th>"
        "<th class=\"number\">y</th><th>how it was read</th><th>source</th></tr>\n");
    for (const PublishedNumber& number : report.published) {
      const std::string error = number.error ? fmt::format(" ± {:g}", *number.error) : "";
      put("<tr><td>{}</td><td>{}</td><td class=\"number\">{:g}</td><td class=\"number\">{:g}{}</td><td>{}</td>"
          "<td>{}</td></tr>\n",
          escapeXml(number.curve), escapeXml(number.figure), number.x, number.y, error, escapeXml(number.reading),
          escapeXml(number.source));
    }
    put("</table>\n");
  }

  PlotWriter write_plot_;
  std::string out_;
  int plots_ = 0;
};

}  // namespace

std::string reportHtml(std::span<const SweepReport> reports) {
  const PlotWriter inline_svg = [](const PlotModel& plot, int index) {
    const std::string svg = svgText(plot, {.id_prefix = fmt::format("plot{}-", index + 1)});
    return svg.substr(svg.find("<svg"));
  };
  return std::string(kHead) + Page(inline_svg).write(reports) + "</body>\n</html>\n";
}

ReportBody reportBody(std::span<const SweepReport> reports) {
  ReportBody body;
  body.html = Page([&](const PlotModel& plot, int index) {
                body.plots.push_back(plot);
                return fmt::format("<img src=\"plot-{}\">", index);
              }).write(reports);
  return body;
}

}  // namespace limbeck
