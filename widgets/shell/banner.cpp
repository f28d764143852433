// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/banner.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

#include "widgets/base/icons.h"

namespace limbeck {

Banner::Banner(QWidget* parent)
    : QFrame(parent),
      icon_(new QLabel(this)),
      text_(new QLabel(this)),
      buttons_(new QHBoxLayout),
      close_(new QToolButton(this)) {
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  setBackgroundRole(QPalette::AlternateBase);
  text_->setWordWrap(true);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  close_->setIcon(icon("close"));
  close_->setAutoRaise(true);
  close_->setToolTip(tr("Hide this message"));
  close_->setAccessibleName(tr("Hide this message"));
  connect(close_, &QToolButton::clicked, this, &QWidget::hide);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(8, 4, 4, 4);
  layout->addWidget(icon_);
  layout->addWidget(text_, 1);
  layout->addLayout(buttons_);
  layout->addWidget(close_);
  hide();
}

void Banner::say(Kind kind, const QString& text, const QList<QAction*>& actions) {
  const QString name = kind == Kind::Information ? "ok" : kind == Kind::Warning ? "warning" : "error";
  const int size = style()->pixelMetric(QStyle::PM_SmallIconSize);
  icon_->setPixmap(icon(name).pixmap(size, size));
  icon_->setAccessibleName(kind == Kind::Information ? tr("Note")
                           : kind == Kind::Warning   ? tr("Warning")
                                                     : tr("Error"));
  text_->setText(text);
  while (QLayoutItem* item = buttons_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (QAction* action : actions) {
    auto* button = new QPushButton(action->text(), this);
    button->setToolTip(action->toolTip());
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    buttons_->addWidget(button);
  }
  show();
}

void Banner::clear() {
  text_->clear();
  hide();
}

QString Banner::text() const {
  return text_->text();
}

}  // namespace limbeck
