// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/toast.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>

#include "widgets/shell/action_group.h"

namespace limbeck {

Toast::Toast(QWidget* parent)
    : QFrame(parent), text_(new QLabel(this)), button_(new QPushButton(this)), timer_(new QTimer(this)) {
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  setBackgroundRole(QPalette::ToolTipBase);
  text_->setForegroundRole(QPalette::ToolTipText);
  text_->setWordWrap(true);
  button_->setFocusPolicy(Qt::NoFocus);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(12, 8, 12, 8);
  layout->addWidget(text_, 1);
  layout->addWidget(button_);
  timer_->setSingleShot(true);
  connect(timer_, &QTimer::timeout, this, &QWidget::hide);
  parent->installEventFilter(this);
  hide();
}

void Toast::say(const QString& text, QAction* action, double seconds) {
  text_->setText(text);
  setAccessibleName(text);
  disconnect(connection_);
  button_->setVisible(action != nullptr);
  if (action != nullptr) {
    button_->setText(plainText(*action));
    connection_ = connect(button_, &QPushButton::clicked, action, [this, action] {
      hide();
      action->trigger();
    });
  }
  place();
  show();
  raise();
  timer_->start(static_cast<int>(seconds * 1000.0));
}

QString Toast::text() const {
  return text_->text();
}

void Toast::place() {
  const QWidget* area = parentWidget();
  const int margin = fontMetrics().height();
  const int width =
      std::min(area->width() - 2 * margin, 44 * fontMetrics().averageCharWidth() + button_->sizeHint().width());
  resize(width, layout()->hasHeightForWidth() ? layout()->heightForWidth(width) : sizeHint().height());
  move((area->width() - width) / 2, area->height() - height() - 2 * margin);
}

bool Toast::eventFilter(QObject* watched, QEvent* event) {
  if (watched == parent() && event->type() == QEvent::Resize && isVisible()) place();
  return QFrame::eventFilter(watched, event);
}

void Toast::enterEvent(QEnterEvent*) {
  timer_->stop();
}

void Toast::leaveEvent(QEvent*) {
  timer_->start(2000);
}

}  // namespace limbeck
