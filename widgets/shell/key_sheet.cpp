// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/key_sheet.h"

#include <QDialogButtonBox>
#include <QTextBrowser>
#include <QVBoxLayout>
#include <algorithm>

namespace limbeck {
namespace {

int keyCount(const ActionGroup& group) {
  return static_cast<int>(
      std::ranges::count_if(group.actions, [](const QAction* action) { return !shortcutText(*action).isEmpty(); }));
}

QString groupHtml(const ActionGroup& group) {
  QString html = QStringLiteral("<h4>%1 <small>(%2)</small></h4><table cellspacing='0' cellpadding='2'>")
                     .arg(group.name.toHtmlEscaped(), group.scope.toHtmlEscaped());
  for (const QAction* action : group.actions) {
    const QString keys = shortcutText(*action);
    if (keys.isEmpty()) continue;
    html += QStringLiteral("<tr><td><b>%1</b>&nbsp;&nbsp;</td><td>%2</td></tr>")
                .arg(keys.toHtmlEscaped(), plainText(*action).toHtmlEscaped());
  }
  return html + QStringLiteral("</table>");
}

}  // namespace

QString KeySheet::html(const QList<ActionGroup>& groups) {
  int total = 0;
  for (const ActionGroup& group : groups) total += keyCount(group);
  QString html = QStringLiteral("<table width='100%'><tr><td width='50%' valign='top'>");
  int shown = 0;
  bool is_second_column = false;
  for (const ActionGroup& group : groups) {
    if (keyCount(group) == 0) continue;
    if (!is_second_column && 2 * shown >= total) {
      html += QStringLiteral("</td><td width='50%' valign='top'>");
      is_second_column = true;
    }
    html += groupHtml(group);
    shown += keyCount(group);
  }
  return html + QStringLiteral("</td></tr></table>");
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
  const QFontMetrics metrics = fontMetrics();
  resize(120 * metrics.averageCharWidth(), 46 * metrics.height());
}

}  // namespace limbeck
