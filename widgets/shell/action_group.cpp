// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/action_group.h"

namespace limbeck {

QString plainText(const QAction& action) {
  QString text = action.text();
  text.remove(QLatin1Char('&'));
  while (text.endsWith(QChar(0x2026)) || text.endsWith(QLatin1Char('.'))) text.chop(1);
  return text;
}

QString shortcutText(const QAction& action) {
  QStringList keys;
  for (const QKeySequence& sequence : action.shortcuts()) keys.append(sequence.toString(QKeySequence::NativeText));
  return keys.join(QStringLiteral(", "));
}

}  // namespace limbeck
