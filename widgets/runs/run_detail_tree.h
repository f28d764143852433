// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/runs/run_details.h"

class QTreeWidget;

namespace limbeck {

/// A name and its value.
inline constexpr int kDetailColumns = 2;

/// Fills the inspector's tree: sections at the top, in each its rows. Sections that were folded or unfolded by hand
/// stay so.
void fillDetailTree(QTreeWidget& tree, const RunDetails& details);

/// The selected rows, tab-separated, a section with all its rows.
QString selectedDetails(const QTreeWidget& tree);

}  // namespace limbeck
