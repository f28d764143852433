// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/stage_progress.h"

#include <QEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>

#include "widgets/base/theme.h"

namespace limbeck {
namespace {

constexpr double kGap = 3.0;

double doneShare(const StageShare& stage) {
  switch (stage.state) {
    case StageShare::State::Waiting:
      return 0.0;
    case StageShare::State::Running:
    case StageShare::State::Failed:
      return std::clamp(stage.share, 0.0, 1.0);
    case StageShare::State::Done:
      return 1.0;
  }
  return 0.0;
}

QString stateMark(StageShare::State state) {
  switch (state) {
    case StageShare::State::Done:
      return QStringLiteral(" ✓");
    case StageShare::State::Failed:
      return QStringLiteral(" ✗");
    case StageShare::State::Waiting:
    case StageShare::State::Running:
      break;
  }
  return {};
}

}  // namespace

StageProgress::StageProgress(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  setAccessibleName(tr("Progress of the run"));
}

void StageProgress::setStages(const std::vector<StageShare>& stages, const QString& words) {
  stages_ = stages;
  words_ = words;
  setAccessibleDescription(words);
  update();
}

double StageProgress::total() const {
  double weights = 0.0;
  double done = 0.0;
  for (const StageShare& stage : stages_) {
    weights += stage.weight;
    done += stage.weight * doneShare(stage);
  }
  return weights > 0.0 ? done / weights : 0.0;
}

QSize StageProgress::sizeHint() const {
  return {fontMetrics().averageCharWidth() * 60, fontMetrics().height() * 5 / 2 + 10};
}

QSize StageProgress::minimumSizeHint() const {
  return {fontMetrics().averageCharWidth() * 30, sizeHint().height()};
}

void StageProgress::paintEvent(QPaintEvent*) {
  if (stages_.empty()) return;
  const Theme& theme = themeOf(*this);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const double text_height = fontMetrics().height();
  const double bar_height = text_height + 6.0;
  double weights = 0.0;
  for (const StageShare& stage : stages_) weights += stage.weight;
  // A stage that takes no time at all is still named: it gets room for its word.
  const double room = width() - kGap * static_cast<double>(stages_.size() - 1);
  std::vector<double> widths;
  double sum = 0.0;
  for (const StageShare& stage : stages_) {
    const double least = fontMetrics().horizontalAdvance(stage.name + QStringLiteral(" ✓")) + 14.0;
    widths.push_back(std::max(least, room * stage.weight / weights));
    sum += widths.back();
  }
  const auto widest = std::ranges::max_element(widths);
  *widest -= sum - room;
  double left = 0.0;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const StageShare& stage = stages_[i];
    const QRectF box(left, 0.0, widths[i], bar_height);
    QPainterPath shape;
    shape.addRoundedRect(box, 3.0, 3.0);
    painter.fillPath(shape, theme.grid);
    painter.save();
    painter.setClipPath(shape);
    const QColor fill = stage.state == StageShare::State::Failed ? theme.bad : theme.accent;
    const QRectF done(box.left(), box.top(), box.width() * doneShare(stage), box.height());
    painter.fillRect(done, fill);
    const QString text = stage.name + stateMark(stage.state);
    const QRectF text_box = box.adjusted(7.0, 0.0, -7.0, 0.0);
    painter.setPen(theme.text);
    painter.drawText(text_box, Qt::AlignVCenter | Qt::AlignLeft, text);
    // Where the bar has reached the word it is written in the colour that reads on it.
    painter.setClipRect(done, Qt::IntersectClip);
    painter.setPen(theme.on_accent);
    painter.drawText(text_box, Qt::AlignVCenter | Qt::AlignLeft, text);
    painter.restore();
    left += widths[i] + kGap;
  }
  painter.setPen(theme.quiet_text);
  painter.drawText(QRectF(0.0, bar_height + 3.0, width(), text_height + 1.0), Qt::AlignVCenter | Qt::AlignLeft,
                   fontMetrics().elidedText(words_, Qt::ElideRight, width()));
}

void StageProgress::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) update();
  QWidget::changeEvent(event);
}

}  // namespace limbeck
