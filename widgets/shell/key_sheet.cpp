// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/key_sheet.h"

#include <QDialogButtonBox>
#include <QScreen>
#include <QTextBrowser>
#include <QTextDocument>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace limbeck {
namespace {

constexpr std::size_t kColumns = 3;

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

/// Where columns begin so that the highest of them is as low as can be; groups keep their order.
std::array<qsizetype, kColumns> columnStarts(const QList<ActionGroup>& groups) {
  const auto heightOf = [&groups](qsizetype from, qsizetype to) {
    return std::accumulate(groups.begin() + from, groups.begin() + to, 0,
                           [](int sum, const ActionGroup& group) { return sum + height(group); });
  };
  std::array<qsizetype, kColumns> best{};
  int lowest = std::numeric_limits<int>::max();
  for (qsizetype second = 0; second <= groups.size(); ++second) {
    for (qsizetype third = second; third <= groups.size(); ++third) {
      const int highest = std::max({heightOf(0, second), heightOf(second, third), heightOf(third, groups.size())});
      if (highest >= lowest) continue;
      lowest = highest;
      best = {0, second, third};
    }
  }
  return best;
}

}  // namespace

QString KeySheet::html(const QList<ActionGroup>& groups) {
  const std::array<qsizetype, kColumns> starts = columnStarts(groups);
  QString html = QStringLiteral("<table cellspacing='0' cellpadding='0'><tr>");
  for (std::size_t column = 0; column < kColumns; ++column) {
    const qsizetype end = column + 1 < kColumns ? starts[column + 1] : groups.size();
    html += QStringLiteral("<td style='padding-right: 24px'>");
    for (qsizetype i = starts[column]; i < end; ++i) {
      if (keyCount(groups[i]) > 0) html += groupHtml(groups[i]);
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
  const QSize text = document.size().toSize() + QSize(2, 2) * browser->frameWidth();
  const QMargins margins = layout->contentsMargins();
  const QSize whole = text + QSize(margins.left() + margins.right(),
                                   margins.top() + margins.bottom() + layout->spacing() + buttons->sizeHint().height());
  const QSize room =
      parent == nullptr ? screen()->availableSize() : screen()->availableSize().expandedTo(parent->window()->size());
  resize(whole.boundedTo(room * 95 / 100));
}

}  // namespace limbeck
