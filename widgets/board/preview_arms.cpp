// SPDX-License-Identifier: GPL-3.0-or-later
// A bandit: how likely each arm is to pay, on average over the tasks of each part. So it shows at once whether the
// held-out tasks favour other arms than those that are trained on.
#include <QFontMetricsF>
#include <QObject>
#include <QPainter>
#include <array>

#include "widgets/board/arms_painter.h"
#include "widgets/board/preview_drawing.h"

namespace limbeck {
namespace {

constexpr std::size_t kAveragedTasks = 1000;
constexpr std::array kParts = {PreviewSign::Training, PreviewSign::Validation, PreviewSign::HeldOut};

class ArmsPreview final : public PreviewDrawing {
 public:
  ArmsPreview(const Environment& environment, const TaskSplit& split) : arms_(environment.spec().action_count) {
    const std::array parts = {&split.training, &split.validation, &split.held_out};
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const std::vector<TaskId> tasks = someTasks(*parts[part], kAveragedTasks);
      std::vector<double>& means = means_[part];
      means.assign(tasks.empty() ? 0 : static_cast<std::size_t>(arms_), 0.0);
      for (const TaskId task : tasks) {
        const std::vector<float> paid = armMeans(environment.makeTask(task));
        for (std::size_t arm = 0; arm < means.size(); ++arm) {
          means[arm] += static_cast<double>(paid[arm]) / static_cast<double>(tasks.size());
        }
      }
    }
  }

  Painted paint(QPainter& painter, const QRectF& area, const QFont& font, const Theme& theme) const override;
  QString title() const override { return QObject::tr("%1 arms").arg(arms_); }
  QList<PreviewLegend> legend() const override {
    return {{PreviewSign::None, QObject::tr("height: how often an arm pays")}};
  }
  double heightFor(double width) const override { return width * 0.75; }

 private:
  int arms_;
  std::array<std::vector<double>, kParts.size()> means_;  ///< [parts, arms]; empty for a part without tasks
};

PreviewDrawing::Painted ArmsPreview::paint(QPainter& painter, const QRectF& area, const QFont& font,
                                           const Theme& theme) const {
  const QFontMetricsF metrics(font);
  const double numbers = std::ceil(metrics.height());
  const double scale = std::ceil(metrics.horizontalAdvance(QStringLiteral("0.5"))) + 4.0;
  const QRectF field(area.left() + scale, area.top() + numbers / 2.0, area.width() - scale,
                     area.height() - 1.5 * numbers);
  const auto yOf = [&](double share) { return std::round(field.bottom() - share * field.height()); };
  painter.setRenderHint(QPainter::Antialiasing, false);
  painter.fillRect(field, theme.cell);
  painter.setFont(font);
  for (const double share : {0.0, 0.5, 1.0}) {
    painter.fillRect(QRectF(field.left(), yOf(share), field.width(), 1.0), theme.cell_line);
    painter.setPen(theme.quiet_text);
    painter.drawText(QRectF(area.left(), yOf(share) - numbers / 2.0, scale - 4.0, numbers),
                     Qt::AlignRight | Qt::AlignVCenter, QString::number(share));
  }
  const double column = field.width() / arms_;
  const double side = std::clamp(column * 0.8, 6.0, 20.0);
  const bool has_numbers = metrics.horizontalAdvance(QString::number(arms_)) + 2.0 <= column;
  painter.setRenderHint(QPainter::Antialiasing);
  for (int arm = 0; arm < arms_; ++arm) {
    const double centre = field.left() + (arm + 0.5) * column;
    for (std::size_t part = 0; part < kParts.size(); ++part) {
      if (means_[part].empty()) continue;
      const double y = yOf(means_[part][static_cast<std::size_t>(arm)]);
      paintSign(painter, QRectF(centre - side / 2.0, y - side / 2.0, side, side), kParts[part], 1.0, theme);
    }
    painter.setPen(theme.quiet_text);
    const QRectF number(centre - column / 2.0, field.bottom() + 1.0, column, numbers);
    if (has_numbers) painter.drawText(number, Qt::AlignCenter, QString::number(arm + 1));
  }
  return {area, false};
}

}  // namespace

std::unique_ptr<PreviewDrawing> makeArmsPreview(const Environment& environment, const TaskSplit& split) {
  return std::make_unique<ArmsPreview>(environment, split);
}

}  // namespace limbeck
