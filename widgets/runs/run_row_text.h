// SPDX-License-Identifier: GPL-3.0-or-later
// What a row of the list of runs says.
#pragma once

#include <QString>
#include <QStringList>
#include <QVariant>
#include <optional>

#include "core/store/run_record.h"
#include "widgets/runs/run_node.h"

namespace limbeck {

/// "AD-14"; of a group "AD × 5"; of a sweep "6 points".
QString nameText(const RunNode& node);
/// The title; of a point its name, of a sweep the sweep's; of a member "seed 3", with its title if it is not the
/// others'; of a group the one that all share, else the newest's.
QString titleText(const RunNode& node);
/// What F2 edits: the title as it is.
QString editedTitle(const RunNode& node);
/// "14.22", or a dash.
QString meanText(const RunNode& node);
/// "[12.30, 16.00]", "3 seeds", "best of 6" points, or nothing.
QString intervalText(const RunNode& node);
/// "done", "41 % training", "2 running, 3 done".
QString stateText(const RunNode& node);
/// "5 min ago", "seed 3"...: since it ended, started or was made.
QString ageOf(const RunNode& node, std::int64_t now_ms);
/// Of a group: the state that all members have, if there is one.
std::optional<RunState> commonState(const RunNode& node);
/// Name of an icon; of a group: of its most urgent member.
QString stateIcon(const RunNode& node);
/// Those that all runs below have.
QStringList commonTags(const RunNode& node);
bool isStarred(const RunNode& node);
/// 0 to 1 over all runs below; nothing when none is at work.
std::optional<double> progressShare(const RunNode& node);

/// All that is known of a row, as rich text. `differing`: "key = value" of what sets its configuration apart.
QString rowToolTip(const RunNode& node, std::int64_t now_ms, const QStringList& differing);

}  // namespace limbeck
