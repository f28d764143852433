// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/key_sheet.h"

#include <QDialogButtonBox>
#include <QScreen>
#include <QScrollBar>
#include <QTextBrowser>
#include <QTextDocument>
#include <QVBoxLayout>
#include <algorithm>
#include <vector>

namespace limbeck {
namespace {

constexpr std::size_t kColumns = 4;

int keyCount(const ActionGroup& group) {
  return static_cast<int>(
      std::ranges::count_if(group.actions, [](const QAction* action) { return !shortcutText(*action).isEmpty(); }));
}

QString groupHtml(const ActionGroup& group) {
  QString html =
      QStringLiteral(
          "<h4 style='white-space: nowrap'>%1 <small>(%2)</small></h4><table cellspacing='0' cellpadding='2'>")
          .arg(group.name.toHtmlEscaped(), group.scope.toHtmlEscaped());
  for (const QAction* action : group.actions) {
    const QString keys = shortcutText(*action);
    if (keys.isEmpty()) continue;
    html += QStringLiteral(
                "<tr><td style='white-space: nowrap'><b>%1</b>&nbsp;&nbsp;</td><td style='white-space: "
                "nowrap'>%2</td></tr>")
                .arg(keys.toHtmlEscaped(), plainText(*action).toHtmlEscaped());
  }
  return html + QStringLiteral("</table>");
}

/// With its heading and the space before it.
int height(const ActionGroup& group) {
  const int keys = keyCount(group);
  return keys == 0 ? 0 : keys + 2;
}

/// The groups in columns, in their order, the highest column as low as can be.
std::vector<QList<ActionGroup>> inColumns(const QList<ActionGroup>& groups) {
  std::vector<QList<ActionGroup>> columns;
  for (int limit = 1;; ++limit) {
    columns.assign(1, {});
    int filled = 0;
    int highest = 0;
    for (const ActionGroup& group : groups) {
      if (filled > 0 && filled + height(group) > limit) {
        columns.emplace_back();
        filled = 0;
      }
      columns.back().append(group);
      filled += height(group);
      highest = std::max(highest, filled);
    }
    if (columns.size() <= kColumns && highest <= limit) return columns;
  }
}

}  // namespace

QString KeySheet::html(const QList<ActionGroup>& groups) {
  QString html = QStringLiteral("<table cellspacing='0' cellpadding='0'><tr>");
  for (const QList<ActionGroup>& column : inColumns(groups)) {
    html += QStringLiteral("<td style='padding-right: 24px'>");
    for (const ActionGroup& group : column) {
      if (keyCount(group) > 0) html += groupHtml(group);
    }
    html += QStringLiteral("</td>");
  }
  return html + QStringLiteral("</tr></table>");
}

KeySheet::KeySheet(const QList<ActionGroup>& groups, QWidget* parent) : QDialog(parent) {
  setWindowTitle(tr("Keys"));
  auto* browser = new QTextBrowser(this);
  browser->setAccessibleName(tr("Every key of the program"));
  browser->setHtml(html(groups));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(browser);
  layout->addWidget(buttons);
  // As large as the sheet, if the screen has the room.
  QTextDocument& document = *browser->document();
  document.setTextWidth(document.idealWidth());
  QSize text = document.size().toSize() + QSize(2, 2) * browser->frameWidth();
  text.rwidth() += browser->verticalScrollBar()->sizeHint().width();  // should the screen be too low
  const QMargins margins = layout->contentsMargins();
  const QSize whole = text + QSize(margins.left() + margins.right(),
                                   margins.top() + margins.bottom() + layout->spacing() + buttons->sizeHint().height());
  const QSize room =
      parent == nullptr ? screen()->availableSize() : screen()->availableSize().expandedTo(parent->window()->size());
  resize(whole.boundedTo(room * 95 / 100));
}

}  // namespace limbeck
