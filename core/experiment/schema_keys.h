// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the schema, a function a file of rows; schema.h is the interface.
#pragma once

#include <vector>

#include "core/experiment/schema.h"

namespace limbeck {

/// [experiment], [environment], [tasks], [source], [histories].
void appendHistoryKeys(std::vector<KeySchema>& keys);
/// [context], [model], [optimizer], [training], [rl2], [compute].
void appendTrainingKeys(std::vector<KeySchema>& keys);
/// [rl2].
void appendRl2Keys(std::vector<KeySchema>& keys);
/// [validation], [evaluation].
void appendEvaluationKeys(std::vector<KeySchema>& keys);

}  // namespace limbeck
