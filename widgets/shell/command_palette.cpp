// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/command_palette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <vector>

namespace limbeck {
namespace {

constexpr int kActionRole = Qt::UserRole;

}  // namespace

CommandPalette::CommandPalette(const QList<ActionGroup>& groups, QWidget* parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint),
      groups_(groups),
      line_(new QLineEdit(this)),
      list_(new QListWidget(this)) {
  setWindowTitle(tr("Commands"));
  line_->setPlaceholderText(tr("What do you want to do?"));
  line_->setAccessibleName(tr("Command"));
  line_->installEventFilter(this);
  list_->setAccessibleName(tr("Commands that match"));
  list_->setUniformItemSizes(true);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(line_);
  layout->addWidget(list_);
  connect(line_, &QLineEdit::textChanged, this, &CommandPalette::showMatches);
  connect(line_, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
  connect(list_, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
  const QFontMetrics metrics = fontMetrics();
  resize(60 * metrics.averageCharWidth(), 18 * metrics.height());
  if (parent != nullptr) move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, parent->height() / 8)));
  showMatches({});
}

int CommandPalette::matchScore(const QString& typed, const QString& text) {
  int score = 1;
  qsizetype place = -1;
  for (const QChar letter : typed.simplified()) {
    if (letter.isSpace()) continue;
    const qsizetype found = text.indexOf(letter, place + 1, Qt::CaseInsensitive);
    if (found < 0) return 0;
    const bool begins_word = found == 0 || !text.at(found - 1).isLetterOrNumber();
    score += found == place + 1 ? 4 : begins_word ? 3 : 1;
    place = found;
  }
  return score;
}

void CommandPalette::showMatches(const QString& typed) {
  struct Match {
    int score;
    QAction* action;
    QString text;
  };
  std::vector<Match> matches;
  for (const ActionGroup& group : groups_) {
    for (QAction* action : group.actions) {
      if (action->isSeparator() || !action->isEnabled()) continue;
      const QString text = group.name + QStringLiteral(": ") + plainText(*action);
      const int score = std::max(matchScore(typed, plainText(*action)) * 2, matchScore(typed, text));
      if (score > 0) matches.push_back({score, action, text});
    }
  }
  if (!typed.isEmpty()) std::ranges::stable_sort(matches, std::greater<>{}, &Match::score);
  list_->clear();
  for (const Match& match : matches) {
    const QString keys = shortcutText(*match.action);
    auto* item = new QListWidgetItem(match.action->icon(),
                                     keys.isEmpty() ? match.text : match.text + "   (" + keys + ")", list_);
    item->setData(kActionRole, QVariant::fromValue(match.action));
    item->setToolTip(match.action->toolTip());
  }
  if (matches.empty()) {
    auto* item = new QListWidgetItem(tr("No command has these letters"), list_);
    item->setFlags(Qt::NoItemFlags);
  }
  list_->setCurrentRow(0);
}

void CommandPalette::runCurrent() {
  const QListWidgetItem* item = list_->currentItem();
  auto* action = item == nullptr ? nullptr : item->data(kActionRole).value<QAction*>();
  if (action == nullptr) return;
  accept();
  // After this popup is gone: an action may open a dialog of its own.
  QTimer::singleShot(0, action, &QAction::trigger);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (watched == line_ && event->type() == QEvent::KeyPress) {
    auto* key = static_cast<QKeyEvent*>(event);
    const int page = std::max(1, list_->height() / std::max(1, list_->sizeHintForRow(0)) - 1);
    int step = 0;
    if (key->key() == Qt::Key_Down) step = 1;
    if (key->key() == Qt::Key_Up) step = -1;
    if (key->key() == Qt::Key_PageDown) step = page;
    if (key->key() == Qt::Key_PageUp) step = -page;
    if (step != 0) {
      list_->setCurrentRow(std::clamp(list_->currentRow() + step, 0, list_->count() - 1));
      return true;
    }
  }
  return QDialog::eventFilter(watched, event);
}

}  // namespace limbeck
