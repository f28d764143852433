// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/base/empty_state.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace limbeck {

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent), title_(new QLabel(this)), text_(new QLabel(this)), buttons_(new QHBoxLayout) {
  QFont bold = title_->font();
  bold.setBold(true);
  title_->setFont(bold);
  for (QLabel* label : {title_, text_}) {
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
  }
  auto* layout = new QVBoxLayout(this);
  layout->addStretch(1);
  layout->addWidget(title_);
  layout->addWidget(text_);
  layout->addLayout(buttons_);
  layout->addStretch(2);
}

void EmptyState::setWords(const QString& title, const QString& text) {
  title_->setText(title);
  text_->setText(text);
  text_->setVisible(!text.isEmpty());
}

void EmptyState::setActions(const QList<QAction*>& actions) {
  while (QLayoutItem* item = buttons_->takeAt(0)) {
    // Not at once: it may be the button whose click brought us here.
    if (QWidget* button = item->widget()) {
      button->hide();
      button->deleteLater();
    }
    delete item;
  }
  buttons_->addStretch(1);
  for (QAction* action : actions) {
    auto* button = new QPushButton(action->icon(), action->text(), this);
    button->setToolTip(action->toolTip());
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    buttons_->addWidget(button);
  }
  buttons_->addStretch(1);
}

}  // namespace limbeck
