// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/map_edit.h"

#include <QFontDatabase>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

namespace limbeck {
namespace {

constexpr int kFewestLines = 4;
constexpr int kMostLines = 20;  // more are scrolled

}  // namespace

MapEdit::MapEdit(QWidget* parent) : QPlainTextEdit(parent) {
  setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  setLineWrapMode(QPlainTextEdit::NoWrap);
  setTabChangesFocus(true);
  setPlaceholderText(tr("#####\n#S.G#\n#####"));
  connect(this, &QPlainTextEdit::blockCountChanged, this, &MapEdit::fitHeight);
  fitHeight();
}

QString MapEdit::map() const {
  QString text = toPlainText();
  while (text.endsWith(QLatin1String("\n\n"))) text.chop(1);
  return text;
}

void MapEdit::setMap(const QString& map) {
  if (map == this->map()) return;  // the cursor stays where it is
  setPlainText(map);
}

QSize MapEdit::sizeHint() const {
  const int lines = std::clamp(blockCount() + 1, kFewestLines, kMostLines);
  const double text = QFontMetricsF(font()).lineSpacing() * lines;
  const int edges = 2 * frameWidth() + static_cast<int>(std::ceil(2.0 * document()->documentMargin()));
  return {QPlainTextEdit::sizeHint().width(), static_cast<int>(std::ceil(text)) + edges};
}

QSize MapEdit::minimumSizeHint() const {
  return {QPlainTextEdit::minimumSizeHint().width(), sizeHint().height()};
}

void MapEdit::fitHeight() {
  setFixedHeight(sizeHint().height());
}

}  // namespace limbeck
