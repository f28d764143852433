// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/sweep_box.h"

#include <QCoreApplication>
#include <QLabel>
#include <QListWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/base/text.h"

namespace limbeck {
namespace {

constexpr int kShownPoints = 6;

QString tr(const char* text) {
  return QCoreApplication::translate("SweepBox", text);
}

QString counted(std::size_t count, const QString& one, const QString& many) {
  return count == 1 ? one : many.arg(countText(static_cast<std::int64_t>(count)));
}

QString overridesText(const SweepPoint& point) {
  QStringList texts;
  for (const std::string& assignment : point.overrides) texts << toQString(assignment);
  return texts.join(QStringLiteral("  "));
}

}  // namespace

QString countedPoints(std::size_t points) {
  return counted(points, tr("1 point"), tr("%1 points"));
}

QString countedRuns(std::size_t runs) {
  return counted(runs, tr("1 run"), tr("%1 runs"));
}

QString sweepWords(std::size_t points, std::size_t seeds) {
  return tr("%1 × %2: %3")
      .arg(countedPoints(points), counted(seeds, tr("1 seed"), tr("%1 seeds")), countedRuns(points * seeds));
}

SweepBox::SweepBox(QWidget* parent)
    : QFrame(parent), title_(new QLabel(this)), rest_(new QLabel(this)), list_(new QListWidget(this)) {
  setFrameShape(QFrame::StyledPanel);
  setAccessibleName(tr("Points of the sweep"));
  QFont bold = title_->font();
  bold.setBold(true);
  title_->setFont(bold);
  for (QLabel* label : {title_, rest_}) label->setTextFormat(Qt::PlainText);
  rest_->setForegroundRole(QPalette::PlaceholderText);
  rest_->setWordWrap(true);
  list_->setAccessibleName(tr("Points of the sweep"));
  list_->setSelectionMode(QAbstractItemView::NoSelection);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setTextElideMode(Qt::ElideRight);
  list_->setUniformItemSizes(true);
  auto* layout = new QVBoxLayout(this);
  layout->setSpacing(2);
  layout->addWidget(title_);
  layout->addWidget(list_);
  layout->addWidget(rest_);
}

void SweepBox::setSweep(const std::vector<SweepPoint>& points, std::size_t seeds, std::size_t claims,
                        std::size_t published) {
  title_->setText(sweepWords(points.size(), seeds));
  list_->clear();
  for (const SweepPoint& point : points) {
    auto* item = new QListWidgetItem(toQString(point.name), list_);
    item->setToolTip(overridesText(point));
  }
  const int rows = std::min(kShownPoints, static_cast<int>(points.size()));
  list_->setVisible(rows > 0);
  if (rows > 0) list_->setFixedHeight(rows * list_->sizeHintForRow(0) + 2 * list_->frameWidth() + 2);
  QStringList rest;
  if (claims > 0)
    rest << counted(claims, tr("1 claim is judged when they are done"), tr("%1 claims are judged when they are done"));
  if (published > 0)
    rest << counted(published, tr("1 table of published numbers"), tr("%1 tables of published numbers"));
  rest_->setText(rest.join(QStringLiteral(" · ")));
  rest_->setVisible(!rest.isEmpty());
}

}  // namespace limbeck
