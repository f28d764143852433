// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/notice.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

#include "widgets/base/icons.h"

namespace limbeck {
namespace {

QString iconName(Notice::Kind kind) {
  switch (kind) {
    case Notice::Kind::Problem:
      return QStringLiteral("error");
    case Notice::Kind::Good:
      return QStringLiteral("ok");
    case Notice::Kind::Note:
      break;
  }
  return {};
}

/// Roles of the palette, so that the colours follow a change of theme by themselves.
QPalette::ColorRole colourRole(Notice::Kind kind) {
  return kind == Notice::Kind::Problem ? QPalette::BrightText : QPalette::PlaceholderText;
}

}  // namespace

Notice::Notice(QWidget* parent) : QWidget(parent), icon_(new QLabel(this)), words_(new QLabel(this)) {
  icon_->setAlignment(Qt::AlignTop);
  words_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  words_->setWordWrap(true);
  words_->setTextFormat(Qt::PlainText);
  words_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  words_->setFocusPolicy(Qt::NoFocus);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins({});
  layout->setSpacing(4);
  layout->addWidget(icon_);
  layout->addWidget(words_, 1);
  hide();
}

void Notice::say(Kind kind, const QString& words) {
  kind_ = kind;
  words_->setText(words);
  words_->setForegroundRole(colourRole(kind));
  setAccessibleName(words);
  paintIcon();
  setVisible(!words.isEmpty());
}

QString Notice::words() const {
  return words_->text();
}

void Notice::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) paintIcon();
  QWidget::changeEvent(event);
}

void Notice::paintIcon() {
  // Hidden: a form has one for each of its keys, and drawing all their icons takes longer than making the form.
  if (words_->text().isEmpty()) return;
  const QString name = iconName(kind_);
  icon_->setVisible(!name.isEmpty());
  if (name.isEmpty()) return;
  const int height = fontMetrics().height();
  QPixmap pixmap = icon(name).pixmap(QSize(height, height), devicePixelRatioF());
  QPainter painter(&pixmap);
  painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
  painter.fillRect(pixmap.rect(), palette().color(colourRole(kind_)));
  painter.end();
  icon_->setPixmap(pixmap);
}

}  // namespace limbeck
