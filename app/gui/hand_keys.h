// SPDX-License-Identifier: GPL-3.0-or-later
// Which keys do what while somebody plays by hand, for each set of actions that an environment may have.
#pragma once

#include <QKeySequence>
#include <QList>
#include <QString>
#include <vector>

#include "core/env/environment.h"

namespace limbeck {

/// Moves on a grid; strokes and turns in a pool; anything else (the arms of a bandit, buttons that nobody has
/// explained) by number.
enum class HandKeySet { Moves, Strokes, Digits };
HandKeySet handKeySetOf(const Environment& environment);

struct HandKey {
  HandKeySet set = HandKeySet::Moves;
  Action action = 0;
  QString name;  ///< of the window's action: "hand_left"
  QString text;  ///< "Move left"
  QList<QKeySequence> keys;
};

/// Whether it does anything there.
bool isUsed(const HandKey& key, const Environment& environment);

/// Of all sets; within one no two share a key.
std::vector<HandKey> handKeys();

/// What there is to find, and with which keys: one or two sentences.
QString handSentence(const Environment& environment);

}  // namespace limbeck
