// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/action_bars.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <numeric>
#include <utility>

#include "widgets/base/theme.h"
#include "widgets/watch/accessible_role.h"
#include "widgets/watch/transition_text.h"

namespace limbeck {
namespace {

constexpr int kMostLines = 12;
constexpr int kLeastName = 5;  // of a line's height: room that a name always has

/// The sign of a move on a grid within the unit square around the origin, empty for other actions.
QPainterPath moveGlyph(const QString& name) {
  QPainterPath path;
  if (name == QLatin1String("no-op") || name == QLatin1String("stay")) {
    path.addEllipse(QRectF(-0.22, -0.22, 0.44, 0.44));
    return path;
  }
  static const QStringList kMoves = {QStringLiteral("right"), QStringLiteral("down"), QStringLiteral("left"),
                                     QStringLiteral("up")};
  const auto quarter_turns = kMoves.indexOf(name);
  if (quarter_turns < 0) return path;
  path.addPolygon(
      QPolygonF{{-0.45, -0.1}, {0.02, -0.1}, {0.02, -0.38}, {0.45, 0.0}, {0.02, 0.38}, {0.02, 0.1}, {-0.45, 0.1}});
  path.closeSubpath();
  return QTransform().rotate(90.0 * static_cast<double>(quarter_turns)).map(path);
}

/// The taken action is bold: what is measured in it leaves room for any.
QFontMetrics boldMetrics(const QWidget& widget) {
  QFont bold = widget.font();
  bold.setBold(true);
  return QFontMetrics(bold);
}

void drawTick(QPainter& painter, const QRectF& place, const QColor& colour) {
  QPainterPath path;
  path.moveTo(place.left() + 0.15 * place.width(), place.top() + 0.55 * place.height());
  path.lineTo(place.left() + 0.40 * place.width(), place.top() + 0.80 * place.height());
  path.lineTo(place.left() + 0.88 * place.width(), place.top() + 0.22 * place.height());
  painter.strokePath(path, QPen(colour, place.width() / 8.0, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
}

}  // namespace

ActionBars::ActionBars(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("Action probabilities"));
  setAccessibleRole(*this, QAccessible::Chart);
}

void ActionBars::setActions(const QStringList& names) {
  if (names == names_) return;
  names_ = names;
  updateGeometry();
  describe();
}

void ActionBars::setProbabilities(std::vector<float> probabilities, std::optional<int> chosen) {
  const bool is_same_size = probabilities.size() == probabilities_.size();
  probabilities_ = std::move(probabilities);
  chosen_ = chosen;
  if (!is_same_size) updateGeometry();
  describe();
}

void ActionBars::setWords(const QString& words) {
  words_ = words;
  describe();
}

QSize ActionBars::sizeHint() const {
  return {minimumSizeHint().width() * 2, lineCount() * lineHeight()};
}

QSize ActionBars::minimumSizeHint() const {
  return {fontMetrics().height() * 4 + std::min(nameWidth(), kLeastName * fontMetrics().height()) + percentWidth(),
          lineCount() * lineHeight()};
}

void ActionBars::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  if (probabilities_.empty()) {
    painter.setPen(themeOf(*this).quiet_text);
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, words_);
    return;
  }
  painter.setRenderHint(QPainter::Antialiasing);
  int top = 0;
  for (const int action : shownActions()) {
    paintLine(painter, QRect(0, top, width(), lineHeight()), action);
    top += lineHeight();
  }
}

/// As many as there are actions also while there is nothing to show, so that the panel does not jump.
int ActionBars::lineCount() const {
  const auto actions = std::max<int>(static_cast<int>(names_.size()), static_cast<int>(probabilities_.size()));
  return std::clamp(actions, 2, kMostLines);
}

std::vector<int> ActionBars::shownActions() const {
  std::vector<int> actions(probabilities_.size());
  std::iota(actions.begin(), actions.end(), 0);
  if (actions.size() <= kMostLines) return actions;
  // The taken one before all others, however unlikely it was.
  const auto rank = [this](int action) {
    return chosen_ == action ? 2.0F : probabilities_[static_cast<std::size_t>(action)];
  };
  std::ranges::stable_sort(actions, std::ranges::greater(), rank);
  actions.resize(kMostLines);
  std::ranges::sort(actions);
  return actions;
}

int ActionBars::lineHeight() const {
  return fontMetrics().height() * 4 / 3;
}

int ActionBars::percentWidth() const {
  return boldMetrics(*this).horizontalAdvance(percentText(1e-9)) + 2;  // the longest there is
}

int ActionBars::nameWidth() const {
  const QFontMetrics metrics = boldMetrics(*this);
  int width = 0;
  const auto count = std::max<int>(static_cast<int>(names_.size()), static_cast<int>(probabilities_.size()));
  for (int action = 0; action < count; ++action) {
    width = std::max(width, metrics.horizontalAdvance(actionText(action, names_)));
  }
  return width;
}

void ActionBars::paintLine(QPainter& painter, const QRect& line, int action) const {
  const Theme& theme = themeOf(*this);
  const bool is_chosen = chosen_ == action;
  const double share = static_cast<double>(probabilities_[static_cast<std::size_t>(action)]);
  const int em = fontMetrics().height();
  QFont text_font = font();
  text_font.setBold(is_chosen);
  painter.setFont(text_font);

  const QTransform into =
      QTransform().translate(line.left() + em / 2.0, line.center().y() + 0.5).scale(em * 0.8, em * 0.8);
  painter.fillPath(into.map(moveGlyph(actionText(action, names_))), theme.text);
  painter.setPen(theme.text);
  // A long name gives way to its bar, in a narrow panel.
  const int name_room = std::max(kLeastName * em, width() * 2 / 5);
  const QRect name(line.left() + em * 5 / 4, line.top(), std::min(nameWidth() + 1, name_room), line.height());
  const QString words = QFontMetrics(text_font).elidedText(actionText(action, names_), Qt::ElideRight, name.width());
  painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter, words);

  const QRect tick(line.right() - em, line.top() + (line.height() - em) / 2, em, em);
  const QRect percent(tick.left() - 4 - percentWidth(), line.top(), percentWidth(), line.height());
  painter.drawText(percent, Qt::AlignRight | Qt::AlignVCenter, percentText(share));
  if (is_chosen) drawTick(painter, tick, theme.text);

  const int left = name.right() + em / 2;
  const QRectF track(left, line.top() + line.height() * 0.22, percent.left() - left - em / 4.0, line.height() * 0.56);
  if (track.width() <= 0.0) return;
  painter.fillRect(track, theme.grid);
  QRectF bar = track;
  bar.setWidth(track.width() * std::clamp(share, 0.0, 1.0));
  painter.fillRect(bar, theme.accent);
}

void ActionBars::describe() {
  update();
  if (probabilities_.empty()) {
    setAccessibleDescription(words_);
    return;
  }
  QStringList parts;
  for (const int action : shownActions()) {
    const QString share = percentText(static_cast<double>(probabilities_[static_cast<std::size_t>(action)]));
    parts << QStringLiteral("%1 %2%3").arg(actionText(action, names_), share,
                                           chosen_ == action ? tr(", taken") : QString());
  }
  setAccessibleDescription(parts.join(QStringLiteral("; ")));
}

}  // namespace limbeck
