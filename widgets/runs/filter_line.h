// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "widgets/runs/run_filter.h"
#include "widgets/runs/run_filter_completion.h"

class QCompleter;
class QLabel;
class QLineEdit;
class QTimer;

namespace limbeck {

/// The filter line with its completer and, below it, what is wrong with its text in words. A text that can't be read
/// leaves the query as it was.
class FilterLine final : public QWidget {
  Q_OBJECT

 public:
  explicit FilterLine(QWidget* parent = nullptr);

  void setVocabulary(QueryVocabulary vocabulary);
  QString text() const;
  /// Takes effect at once.
  void setText(const QString& text);

 Q_SIGNALS:
  void queryChanged(const RunQuery& query);
  /// The Down key: on to the list.
  void leftDownwards();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void apply();
  void offerCompletions(bool is_asked);
  void complete(const QString& completion);

  QLineEdit* line_;
  QLabel* problem_;
  QCompleter* completer_;
  QTimer* pause_;
  QueryVocabulary vocabulary_;
  QString applied_;
};

}  // namespace limbeck
