// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/estimate_box.h"

#include <QGridLayout>
#include <QLabel>

#include "widgets/form/notice.h"

namespace limbeck {

EstimateBox::EstimateBox(QWidget* parent) : QFrame(parent), notice_(new Notice(this)), note_(new QLabel(this)) {
  setFrameShape(QFrame::StyledPanel);
  setBackgroundRole(QPalette::Base);
  setAutoFillBackground(true);
  setAccessibleName(tr("What it will cost"));
  auto* layout = new QGridLayout(this);
  layout->setHorizontalSpacing(fontMetrics().averageCharWidth() * 2);
  layout->setVerticalSpacing(2);
  layout->setColumnStretch(1, 1);
  auto* title = new QLabel(tr("What it will cost"), this);
  QFont bold = title->font();
  bold.setBold(true);
  title->setFont(bold);
  layout->addWidget(title, 0, 0, 1, 2);
  layout->addWidget(notice_, 1, 0, 1, 2);

  const QString names[] = {tr("Histories"), tr("Training"), tr("Evaluation"),  tr("Time in all"),
                           tr("Memory"),    tr("Disk"),     tr("Transitions"), tr("Parameters")};
  for (std::size_t index = 0; index < rows_.size(); ++index) {
    Row& row = rows_[index];
    row.name = new QLabel(names[index], this);
    row.value = new QLabel(this);
    row.value->setAlignment(Qt::AlignRight);
    row.value->setTextFormat(Qt::PlainText);
    row.value->setAccessibleName(names[index]);
    row.name->setForegroundRole(QPalette::PlaceholderText);
    const int line = static_cast<int>(index) + 2;
    layout->addWidget(row.name, line, 0);
    layout->addWidget(row.value, line, 1);
  }
  rows_[3].name->setFont(bold);
  rows_[3].name->setForegroundRole(QPalette::WindowText);
  rows_[3].value->setFont(bold);
  note_->setWordWrap(true);
  note_->setTextFormat(Qt::PlainText);
  note_->setForegroundRole(QPalette::PlaceholderText);
  layout->addWidget(note_, 10, 0, 1, 2);
  setEstimate({});
}

void EstimateBox::setEstimate(const EstimateText& estimate) {
  const QString* values[] = {&estimate.histories_time, &estimate.training_time, &estimate.evaluation_time,
                             &estimate.total_time,     &estimate.memory,        &estimate.disk,
                             &estimate.transitions,    &estimate.parameters};
  const bool is_ready = estimate.state == EstimateText::State::Ready;
  for (std::size_t index = 0; index < rows_.size(); ++index) {
    const bool is_shown = is_ready && !values[index]->isEmpty();
    rows_[index].value->setText(*values[index]);
    rows_[index].name->setVisible(is_shown);
    rows_[index].value->setVisible(is_shown);
  }
  note_->setText(estimate.note);
  note_->setVisible(is_ready && !estimate.note.isEmpty());
  switch (estimate.state) {
    case EstimateText::State::Measuring:
      notice_->say(Notice::Kind::Note, tr("measuring …"));
      break;
    case EstimateText::State::Ready:
      notice_->clear();
      break;
    case EstimateText::State::Impossible:
      notice_->say(Notice::Kind::Problem, tr("cannot: %1").arg(estimate.problem));
      break;
  }
}

}  // namespace limbeck
