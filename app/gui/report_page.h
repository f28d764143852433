// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QUrl>
#include <QWidget>
#include <functional>
#include <optional>

#include "core/experiment/sweep_report.h"

class QAction;
class QLabel;
class QStackedWidget;
class QTemporaryDir;
class QTextBrowser;
class QTextDocument;

namespace limbeck {

class EmptyState;

/// What an experiment's runs came to: its claims with their verdicts, its points in a table, how they compare, and its
/// plots. The same words, numbers and curves as `limbeck-cli report` gives, in the window's colours.
class ReportPage final : public QWidget {
  Q_OBJECT

 public:
  explicit ReportPage(QWidget* parent = nullptr);
  ~ReportPage() override;

  /// `notes`: what is missing from it and why, a line each.
  void setReport(SweepReport report, const QStringList& notes);
  /// Instead of a report: that it is being made, or why there is none.
  void setWords(const QString& title, const QString& text);
  /// Null while there is none.
  const SweepReport* report() const { return report_ ? &*report_ : nullptr; }
  const QTextBrowser& browser() const { return *browser_; }

  /// Throw Error(IoFailure).
  void saveHtml(const QString& path) const;
  void savePdf(const QString& path) const;
  /// Writes the page into a folder of its own and opens it there.
  void openInBrowser();
  /// A test answers in the desktop's place.
  std::function<bool(const QUrl& url)> open_url;

  /// Save as HTML, save as PDF, open in the browser, back.
  QList<QAction*> pageActions() const { return {save_html_, save_pdf_, browse_, back_}; }
  QAction* backAction() const { return back_; }

 Q_SIGNALS:
  void saved(const QString& path);
  void failed(const QString& message);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QAction* addPageAction(const char* name, const char* icon_name, const QString& text, const QString& help,
                         const QKeySequence& key);
  void askForFile(const QString& suffix, const QString& filter, const std::function<void(const QString&)>& save);
  void showReport();

  std::optional<SweepReport> report_;
  QStringList notes_;
  QLabel* title_;
  QStackedWidget* pages_;
  QTextBrowser* browser_;
  EmptyState* empty_;
  QAction* save_html_;
  QAction* save_pdf_;
  QAction* browse_;
  QAction* back_;
  std::unique_ptr<QTemporaryDir> opened_;  ///< what the browser shows must stay until the window goes
};

}  // namespace limbeck
