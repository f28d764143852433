// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/report_page.h"

#include <QAction>
#include <QDesktopServices>
#include <QEvent>
#include <QFileDialog>
#include <QLabel>
#include <QPdfWriter>
#include <QSaveFile>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTemporaryDir>
#include <QTextBrowser>
#include <QToolBar>
#include <QVBoxLayout>
#include <array>

#include "app/gui/plot_text_object.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/experiment/report_html.h"
#include "widgets/base/empty_state.h"
#include "widgets/base/icons.h"
#include "widgets/base/text.h"
#include "widgets/base/theme.h"

namespace limbeck {
namespace {

QString styleSheet(const Theme& theme, const QFont& font) {
  return QStringLiteral(
             "body, td, th, p, h2, h3 { color: %1; } th { font-weight: 600; } .quiet { color: %2; } .verdict { "
             "font-weight: 600; }"
             " .number, .verdict { white-space: nowrap; } td, th { font-size: %6pt; }"
             " .reproduced { color: %3; } .not-reproduced { color: %4; } .undecided { color: %5; } .not-run { color: "
             "%2; }")
      .arg(theme.text.name(), theme.quiet_text.name(), theme.good.name(), theme.bad.name(), theme.warning.name())
      .arg(0.85 * font.pointSizeF());
}

/// Rich text knows attributes where a browser's page has styles.
QString richText(const ReportBody& body, const QStringList& notes) {
  QString html = toQString(body.html);
  html.replace(QLatin1String("<table>"), QLatin1String("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"4\">"));
  html.replace(QLatin1String("<th>"), QLatin1String("<th align=\"left\">"));
  html.replace(QLatin1String("class=\"number\""), QLatin1String("class=\"number\" align=\"right\""));
  html.replace(QLatin1String("<figure style=\"margin: 1rem 0\">"), QLatin1String("<p>"))
      .replace(QLatin1String("</figure>"), QLatin1String("</p>"));
  for (const QString& note : notes) html += QStringLiteral("<p class=\"quiet\">%1</p>").arg(note.toHtmlEscaped());
  return html;
}

void fill(QTextDocument& document, const SweepReport& report, const QStringList& notes, const Theme& theme) {
  ReportBody body = reportBody(std::array{report});
  document.setDefaultStyleSheet(styleSheet(theme, document.defaultFont()));
  document.setHtml(richText(body, notes));
  PlotTextObject::insertPlots(document, std::move(body.plots), theme);
}

/// A name is free text; what no file may be called becomes an underscore.
QString fileName(const std::string& name) {
  QString file = toQString(name);
  for (QChar& c : file) {
    if (!c.isLetterOrNumber() && c != QLatin1Char('-') && c != QLatin1Char('.')) c = QLatin1Char('_');
  }
  return file.isEmpty() ? QStringLiteral("report") : file;
}

}  // namespace

ReportPage::ReportPage(QWidget* parent)
    : QWidget(parent),
      open_url(&QDesktopServices::openUrl),
      title_(new QLabel(this)),
      pages_(new QStackedWidget(this)),
      browser_(new QTextBrowser(this)),
      empty_(new EmptyState(this)),
      save_html_(addPageAction("report_html", "save", tr("Save as &HTML…"),
                               tr("One page with its plots, for any browser"), Qt::CTRL | Qt::ALT | Qt::Key_H)),
      save_pdf_(addPageAction("report_pdf", "export", tr("Save as &PDF…"), tr("The page on paper"),
                              Qt::CTRL | Qt::ALT | Qt::Key_P)),
      browse_(addPageAction("report_browse", "folder", tr("Open in &browser"), tr("The page as a browser shows it"),
                            Qt::CTRL | Qt::ALT | Qt::Key_B)),
      back_(addPageAction("report_back", "watch", tr("Back to the b&oards"), tr("Leave the verdicts"),
                          QKeySequence(Qt::Key_Escape))) {
  setAccessibleName(tr("Verdicts"));
  QFont bold = title_->font();
  bold.setBold(true);
  bold.setPointSizeF(bold.pointSizeF() * 1.2);
  title_->setFont(bold);
  title_->setTextFormat(Qt::PlainText);
  browser_->setFrameShape(QFrame::NoFrame);
  browser_->setAccessibleName(tr("Verdicts"));
  browser_->document()->setDocumentMargin(12.0);
  pages_->addWidget(browser_);
  pages_->addWidget(empty_);
  title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  auto* tools = new QToolBar(this);  // what has no room goes into its menu
  tools->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  tools->setIconSize(QSize(fontMetrics().height(), fontMetrics().height()));
  tools->addActions(pageActions());
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(title_);
  layout->addWidget(tools);
  layout->addWidget(pages_, 1);
  setFocusProxy(browser_);
  connect(save_html_, &QAction::triggered, this, [this] {
    askForFile(QStringLiteral(".html"), tr("Web pages (*.html)"), [this](const QString& path) { saveHtml(path); });
  });
  connect(save_pdf_, &QAction::triggered, this, [this] {
    askForFile(QStringLiteral(".pdf"), tr("PDF (*.pdf)"), [this](const QString& path) { savePdf(path); });
  });
  connect(browse_, &QAction::triggered, this, &ReportPage::openInBrowser);
  setWords(tr("No verdicts"), tr("Choose a run or a sweep in the list and ask for its verdicts."));
}

ReportPage::~ReportPage() = default;

QAction* ReportPage::addPageAction(const char* name, const char* icon_name, const QString& text, const QString& help,
                                   const QKeySequence& key) {
  auto* action = new QAction(icon(QLatin1String(icon_name)), text, this);
  action->setObjectName(QLatin1String(name));
  action->setShortcut(key);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  action->setToolTip(QStringLiteral("%1 (%2)").arg(help, key.toString(QKeySequence::NativeText)));
  action->setStatusTip(help);
  addAction(action);
  return action;
}

void ReportPage::setReport(SweepReport report, const QStringList& notes) {
  report_ = std::move(report);
  notes_ = notes;
  title_->setText(tr("Verdicts · %1").arg(toQString(report_->name)));
  showReport();
}

void ReportPage::showReport() {
  const int scroll = browser_->verticalScrollBar()->value();
  fill(*browser_->document(), *report_, notes_, themeOf(*this));
  browser_->moveCursor(QTextCursor::Start);  // or the page would be shown from its end, where filling left it
  browser_->verticalScrollBar()->setValue(scroll);
  pages_->setCurrentWidget(browser_);
  for (QAction* action : {save_html_, save_pdf_, browse_}) action->setEnabled(true);
}

void ReportPage::setWords(const QString& title, const QString& text) {
  report_.reset();
  title_->setText(tr("Verdicts"));
  browser_->clear();
  empty_->setWords(title, text);
  pages_->setCurrentWidget(empty_);
  for (QAction* action : {save_html_, save_pdf_, browse_}) action->setEnabled(false);
}

void ReportPage::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange && report_) showReport();
  QWidget::changeEvent(event);
}

void ReportPage::saveHtml(const QString& path) const {
  writeFileAtomically(path.toStdString(), reportHtml(std::array{*report_}));
}

void ReportPage::savePdf(const QString& path) const {
  QSaveFile file(path);
  const auto fail = [&] {
    throw Error(ErrorCode::IoFailure, tr("%1 cannot be written: %2").arg(path, file.errorString()).toStdString());
  };
  if (!file.open(QIODevice::WriteOnly)) fail();
  {
    QPdfWriter writer(&file);
    writer.setTitle(toQString(report_->name));
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setResolution(300);
    QTextDocument document;
    QFont font = browser_->font();
    font.setPointSizeF(9.0);
    document.setDefaultFont(font);
    fill(document, *report_, notes_, lightTheme());  // paper is white
    document.print(&writer);
  }
  if (!file.commit()) fail();
}

void ReportPage::openInBrowser() {
  try {
    if (opened_ == nullptr) opened_ = std::make_unique<QTemporaryDir>();
    const QString path = opened_->filePath(fileName(report_->name) + QStringLiteral(".html"));
    saveHtml(path);
    if (!open_url(QUrl::fromLocalFile(path)))
      Q_EMIT failed(tr("No browser could be started; the page is %1").arg(path));
  } catch (const std::exception& error) {
    Q_EMIT failed(QString::fromUtf8(error.what()));
  }
}

void ReportPage::askForFile(const QString& suffix, const QString& filter,
                            const std::function<void(const QString&)>& save) {
  QString path = QFileDialog::getSaveFileName(this, tr("Save the verdicts"), fileName(report_->name) + suffix, filter,
                                              nullptr, QFileDialog::DontUseNativeDialog);
  if (path.isEmpty()) return;
  if (!path.endsWith(suffix)) path += suffix;
  try {
    save(path);
    Q_EMIT saved(path);
  } catch (const std::exception& error) {
    Q_EMIT failed(QString::fromUtf8(error.what()));
  }
}

}  // namespace limbeck
