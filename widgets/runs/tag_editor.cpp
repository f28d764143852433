// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/tag_editor.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QStringListModel>
#include <QVBoxLayout>

namespace limbeck {
namespace {

/// Where the tag at the cursor begins, after its comma and the spaces behind that.
qsizetype tagStart(const QString& text, qsizetype cursor) {
  qsizetype start = cursor == 0 ? 0 : text.lastIndexOf(QLatin1Char(','), cursor - 1) + 1;
  while (start < cursor && text[start].isSpace()) ++start;
  return start;
}

}  // namespace

QStringList tagsFromText(const QString& text) {
  QStringList tags;
  for (const QString& part : text.split(QLatin1Char(','))) {
    const QString tag = part.trimmed();
    if (!tag.isEmpty() && !tags.contains(tag)) tags << tag;
  }
  return tags;
}

void completeTags(QLineEdit& line, const QStringList& known) {
  // Not QLineEdit::setCompleter, which would put the completion in place of the whole line.
  auto* completer = line.findChild<QCompleter*>();
  if (completer != nullptr) {
    qobject_cast<QStringListModel*>(completer->model())->setStringList(known);
    return;
  }
  completer = new QCompleter(&line);
  completer->setModel(new QStringListModel(known, completer));
  completer->setCaseSensitivity(Qt::CaseInsensitive);
  completer->setWidget(&line);
  QObject::connect(&line, &QLineEdit::textEdited, completer, [&line, completer] {
    const qsizetype start = tagStart(line.text(), line.cursorPosition());
    const QString begin = line.text().mid(start, line.cursorPosition() - start);
    completer->setCompletionPrefix(begin);
    const bool is_typed = completer->completionCount() == 1 && completer->currentCompletion() == begin;
    if (begin.isEmpty() || is_typed || completer->completionCount() == 0) {
      completer->popup()->hide();
    } else {
      completer->complete();
    }
  });
  QObject::connect(completer, qOverload<const QString&>(&QCompleter::activated), &line, [&line](const QString& tag) {
    const qsizetype start = tagStart(line.text(), line.cursorPosition());
    line.setText(line.text().replace(start, line.cursorPosition() - start, tag));
    line.setCursorPosition(static_cast<int>(start + tag.size()));
  });
}

bool isChoosingCompletion(const QLineEdit& line) {
  const auto* completer = line.findChild<QCompleter*>();
  return completer != nullptr && completer->popup()->isVisible() && completer->popup()->currentIndex().isValid();
}

TagEditor::TagEditor(const QString& what, const QStringList& tags, const QStringList& known, QWidget* parent)
    : QFrame(parent, Qt::Popup), line_(new QLineEdit(this)) {
  setAttribute(Qt::WA_DeleteOnClose);
  setObjectName(QStringLiteral("tag_editor"));
  setFrameShape(QFrame::StyledPanel);
  auto* label = new QLabel(what, this);
  auto* hint = new QLabel(QStringLiteral("Separated by commas. Enter takes them, Esc leaves them as they were."), this);
  hint->setWordWrap(true);
  line_->setObjectName(QStringLiteral("tag_line"));
  line_->setAccessibleName(QStringLiteral("Tags, separated by commas"));
  line_->setText(tags.join(QLatin1String(", ")) + (tags.isEmpty() ? QString() : QStringLiteral(", ")));
  completeTags(*line_, known);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(label);
  layout->addWidget(line_);
  layout->addWidget(hint);
  setMinimumWidth(fontMetrics().averageCharWidth() * 44);
  setFocusProxy(line_);
  connect(line_, &QLineEdit::returnPressed, this, [this] {
    if (isChoosingCompletion(*line_)) return;
    Q_EMIT accepted(tagsFromText(line_->text()));
    close();
  });
}

void TagEditor::openAt(const QPoint& place) {
  adjustSize();
  move(place);
  show();
  line_->setFocus(Qt::PopupFocusReason);
}

}  // namespace limbeck
