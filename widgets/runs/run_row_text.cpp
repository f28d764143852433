// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_row_text.h"

#include <QDateTime>
#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/base/text.h"

namespace limbeck {
namespace {

/// Most urgent first: what a group's icon shows and its state names first.
constexpr std::array kByUrgency{RunState::Running, RunState::Failed,  RunState::Interrupted,
                                RunState::Waiting, RunState::Stopped, RunState::Done};

std::size_t countInState(const RunNode& node, RunState state) {
  std::size_t count = 0;
  forEachRun(node, [&](const RunNode& run) { count += run.record->state == state ? 1 : 0; });
  return count;
}

QString seedText(const RunRecord& run) {
  return QStringLiteral("seed %1").arg(run.seed);
}

bool haveOneTitle(const RunNode& group) {
  return std::ranges::all_of(
      group.members, [&](const auto& member) { return member->record->title == group.members.front()->record->title; });
}

/// Below its sweep a point needs no more than its own name, unless somebody gave it a title.
bool isCalledByPoint(const RunNode& node) {
  const RunRecord& run = newestRecord(node);
  return node.isInSweep() && !run.point.empty() && toQString(run.title).endsWith(toQString(" · " + run.point));
}

QString runStateText(const RunNode& run) {
  const RunRecord& record = *run.record;
  if (run.progress && !isFinal(record.state)) {
    // The number first: in a narrow column it is what remains.
    return QStringLiteral("%1 % %2")
        .arg(QString::number(std::floor(100.0 * run.progress->share)), run.progress->stage)
        .trimmed();
  }
  return toQString(runStateName(record.state));
}

QString dateText(std::int64_t ms) {
  return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("yyyy-MM-dd hh:mm:ss"));
}

void addLine(QString& html, const QString& name, const QString& value) {
  if (value.isEmpty()) return;
  html += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>")
              .arg(name.toHtmlEscaped(), value.toHtmlEscaped().replace(QLatin1Char('\n'), QLatin1String("<br>")));
}

QString returnLine(const RunNode& node) {
  if (!node.mean_return) return {};
  return QStringLiteral("%1 %2").arg(meanText(node), intervalText(node)).trimmed();
}

void addRunLines(QString& html, const RunRecord& run) {
  addLine(html, QStringLiteral("experiment"), toQString(run.experiment));
  addLine(html, QStringLiteral("seed"), QString::number(run.seed));
  addLine(html, QStringLiteral("created"), dateText(run.created_ms));
  if (run.started_ms) addLine(html, QStringLiteral("started"), dateText(*run.started_ms));
  if (run.finished_ms) addLine(html, QStringLiteral("ended"), dateText(*run.finished_ms));
  if (run.wall_seconds > 0.0) addLine(html, QStringLiteral("took"), durationText(run.wall_seconds));
  addLine(html, QStringLiteral("cause"), toQString(run.failure_message));
  addLine(html, QStringLiteral("notes"), toQString(run.notes));
}

}  // namespace

QString nameText(const RunNode& node) {
  if (node.is_sweep) {
    const std::size_t points = node.members.size();
    return points == 1 ? QStringLiteral("1 point") : QStringLiteral("%1 points").arg(points);
  }
  if (!node.isGroup()) return toQString(node.record->name());
  return QStringLiteral("%1 × %2").arg(toQString(newestRecord(node).kind)).arg(node.members.size());
}

QString titleText(const RunNode& node) {
  if (node.is_sweep) return toQString(newestRecord(node).sweep);
  if (!node.isMember()) return isCalledByPoint(node) ? toQString(newestRecord(node).point) : editedTitle(node);
  const RunRecord& run = *node.record;
  if (haveOneTitle(*node.parent)) return seedText(run);
  return QStringLiteral("%1 · %2").arg(seedText(run), toQString(run.title));
}

QString editedTitle(const RunNode& node) {
  return toQString(newestRecord(node).title);
}

QString meanText(const RunNode& node) {
  return node.mean_return ? returnText(node.mean_return->mean) : QStringLiteral("–");
}

QString intervalText(const RunNode& node) {
  if (!node.mean_return) return {};
  const Interval& interval = *node.mean_return;
  if (node.is_sweep) return QStringLiteral("best of %1").arg(node.members.size());
  if (std::isfinite(interval.low) && std::isfinite(interval.high)) {
    return QStringLiteral("[%1, %2]").arg(returnText(interval.low), returnText(interval.high));
  }
  if (!node.isGroup()) return {};
  const int count = returnCount(node);
  return count == 1 ? QStringLiteral("1 seed") : QStringLiteral("%1 seeds").arg(count);
}

QString stateText(const RunNode& node) {
  if (!node.isGroup()) return runStateText(node);
  if (const std::optional<RunState> state = commonState(node)) return toQString(runStateName(*state));
  QStringList parts;
  for (const RunState state : kByUrgency) {
    const std::size_t count = countInState(node, state);
    if (count > 0) parts << QStringLiteral("%1 %2").arg(count).arg(toQString(runStateName(state)));
  }
  return parts.join(QLatin1String(", "));
}

QString ageOf(const RunNode& node, std::int64_t now_ms) {
  const RunRecord& run = newestRecord(node);
  if (run.state == RunState::Running && run.started_ms) return ageText(*run.started_ms, now_ms);
  return ageText(run.finished_ms.value_or(run.created_ms), now_ms);
}

std::optional<RunState> commonState(const RunNode& node) {
  const RunState state = newestRecord(node).state;
  if (countInState(node, state) != static_cast<std::size_t>(runCount(node))) return std::nullopt;
  return state;
}

QString stateIcon(const RunNode& node) {
  const auto* most_urgent =
      std::ranges::find_if(kByUrgency, [&](RunState state) { return countInState(node, state) > 0; });
  return *most_urgent == RunState::Done ? QStringLiteral("ok") : toQString(runStateName(*most_urgent));
}

QStringList commonTags(const RunNode& node) {
  QStringList tags;
  for (const std::string& tag : newestRecord(node).tags) {
    bool have_all = true;
    forEachRun(node, [&](const RunNode& run) {
      have_all = have_all && std::ranges::find(run.record->tags, tag) != run.record->tags.end();
    });
    if (have_all) tags << toQString(tag);
  }
  return tags;
}

bool isStarred(const RunNode& node) {
  bool are_all = true;
  forEachRun(node, [&](const RunNode& run) { are_all = are_all && run.record->is_starred; });
  return are_all;
}

std::optional<double> progressShare(const RunNode& node) {
  double sum = 0.0;
  int runs = 0;
  bool is_any_at_work = false;
  forEachRun(node, [&](const RunNode& run) {
    const bool is_at_work = run.progress && !isFinal(run.record->state);
    is_any_at_work = is_any_at_work || is_at_work;
    sum += is_at_work ? run.progress->share : run.record->state == RunState::Done ? 1.0 : 0.0;
    ++runs;
  });
  if (!is_any_at_work) return std::nullopt;
  return sum / runs;
}

QString rowToolTip(const RunNode& node, std::int64_t now_ms, const QStringList& differing) {
  const QString title = node.is_sweep ? titleText(node) : editedTitle(node);
  QString html = QStringLiteral("<b>%1</b> %2<table>").arg(nameText(node).toHtmlEscaped(), title.toHtmlEscaped());
  if (!node.is_sweep) {
    addLine(html, QStringLiteral("sweep"), toQString(newestRecord(node).sweep));
    addLine(html, QStringLiteral("point"), toQString(newestRecord(node).point));
  }
  addLine(html, QStringLiteral("state"), QStringLiteral("%1, %2").arg(stateText(node), ageOf(node, now_ms)));
  addLine(html, QStringLiteral("return"), returnLine(node));
  addLine(html, QStringLiteral("tags"), commonTags(node).join(QLatin1String(", ")));
  if (node.is_sweep) {
    for (const auto& point : node.members) addLine(html, titleText(*point), stateText(*point));
  } else if (node.isGroup()) {
    QStringList seeds;
    forEachRun(node, [&](const RunNode& run) { seeds << QString::number(run.record->seed); });
    addLine(html, QStringLiteral("seeds"), seeds.join(QLatin1String(", ")));
  } else {
    addRunLines(html, *node.record);
  }
  for (const QString& key : differing) {
    addLine(html, key.section(QLatin1Char('='), 0, 0), key.section(QLatin1Char('='), 1));
  }
  return html + QStringLiteral("</table>");
}

}  // namespace limbeck
