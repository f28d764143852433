// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/start_bar.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>

#include "widgets/base/icons.h"
#include "widgets/base/theme.h"
#include "widgets/form/notice.h"

namespace limbeck {

StartBar::StartBar(QWidget* parent)
    : QWidget(parent),
      words_(new Notice(this)),
      show_(new QPushButton(tr("Show"), this)),
      start_(new QPushButton(this)) {
  show_->setAccessibleName(tr("Show the field with the problem"));
  start_->setDefault(true);
  start_->setAutoDefault(true);  // outside of a dialog a button heeds Enter only so
  QFont font = start_->font();
  font.setBold(true);
  font.setPointSizeF(font.pointSizeF() * 1.2);
  start_->setFont(font);
  const QFontMetrics metrics(font);
  start_->setMinimumSize(metrics.horizontalAdvance(tr("Start 10 runs")) + 4 * metrics.height(), 2 * metrics.height());
  start_->setIconSize(QSize(metrics.height(), metrics.height()));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins({});
  layout->setSpacing(12);
  layout->addWidget(words_, 1, Qt::AlignVCenter);
  layout->addWidget(show_);
  layout->addWidget(start_);
  connect(show_, &QPushButton::clicked, this, &StartBar::problemWanted);
  connect(start_, &QPushButton::clicked, this, &StartBar::started);
  setReady({}, 1);
  paintStart();
}

void StartBar::setReady(const QString& words, int seed_count) {
  words_->say(Notice::Kind::Note, words);
  show_->hide();
  start_->setText(seed_count > 1 ? tr("Start %1 runs").arg(seed_count) : tr("Start"));
  start_->setAccessibleDescription(words);
  start_->setEnabled(true);
}

void StartBar::setProblem(const QString& problem, bool is_shown_by_form) {
  words_->say(Notice::Kind::Problem, problem);
  show_->setVisible(is_shown_by_form);
  start_->setAccessibleDescription(problem);
  start_->setEnabled(false);
}

void StartBar::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) paintStart();
  QWidget::changeEvent(event);
}

void StartBar::paintStart() {
  const Theme& theme = themeOf(*this);
  QPalette colours;
  for (const QPalette::ColorGroup group : {QPalette::Active, QPalette::Inactive}) {
    colours.setColor(group, QPalette::Button, theme.accent);
    colours.setColor(group, QPalette::ButtonText, theme.on_accent);
  }
  start_->setPalette(colours);
  // An icon takes the colour of a button's text; on the accent that is the colour it has when it is selected.
  const QIcon play = icon(QStringLiteral("play"));
  QIcon coloured;
  coloured.addPixmap(play.pixmap(start_->iconSize(), devicePixelRatioF(), QIcon::Selected), QIcon::Normal);
  coloured.addPixmap(play.pixmap(start_->iconSize(), devicePixelRatioF(), QIcon::Disabled), QIcon::Disabled);
  start_->setIcon(coloured);
}

}  // namespace limbeck
