// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/stage_cards.h"

#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "widgets/form/run_words.h"

namespace limbeck {

StageCards::StageCards(QWidget* parent) : QWidget(parent) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins({});
  layout->setSpacing(10);
  const QString titles[] = {tr("Histories"), tr("Training"), tr("Evaluation")};
  for (std::size_t index = 0; index < words_.size(); ++index) {
    auto* card = new QFrame(this);
    card->setFrameShape(QFrame::StyledPanel);
    card->setBackgroundRole(QPalette::Base);
    card->setAutoFillBackground(true);
    auto* number = new QLabel(QString::number(index + 1), card);
    number->setForegroundRole(QPalette::Link);
    QFont large = number->font();
    large.setPointSizeF(large.pointSizeF() * 2.2);
    number->setFont(large);
    auto* title = new QLabel(titles[index], card);
    QFont bold = title->font();
    bold.setBold(true);
    bold.setPointSizeF(bold.pointSizeF() * 1.1);
    title->setFont(bold);
    words_[index] = new QLabel(card);
    QFont readable = words_[index]->font();
    readable.setPointSizeF(readable.pointSizeF() * 1.1);
    words_[index]->setFont(readable);
    words_[index]->setWordWrap(true);
    words_[index]->setTextFormat(Qt::PlainText);
    auto* grid = new QGridLayout(card);
    grid->setContentsMargins(14, 12, 14, 14);
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(1, 1);
    grid->addWidget(number, 0, 0, 2, 1, Qt::AlignTop);
    grid->addWidget(title, 0, 1);
    grid->addWidget(words_[index], 1, 1, Qt::AlignTop);
    layout->addWidget(card);
  }
  layout->addStretch(1);
}

void StageCards::setWords(const StageWords& words) {
  words_[0]->setText(words.histories);
  words_[1]->setText(words.training);
  words_[2]->setText(words.evaluation);
}

}  // namespace limbeck
