// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <cstdint>
#include <memory>

class QLabel;
class QTreeView;

namespace limbeck {

class ContextModel;
class RecordedStream;

/// The episodes in the model's context at one moment, oldest first.
class ContextList : public QWidget {
  Q_OBJECT

 public:
  explicit ContextList(QWidget* parent = nullptr);

  /// The context holds the transitions [first_row, row) of the stream, which is shared with others that show it. Null:
  /// no context.
  void setContext(std::shared_ptr<const RecordedStream> stream, std::int64_t first_row, std::int64_t row);
  /// How many transitions the model can read at most; 0 (at first): not known.
  void setContextLength(int transitions);

 Q_SIGNALS:
  /// A click on an episode, or Return on it.
  void episodeActivated(int episode);

 protected:
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void fitColumns();
  void showCaption();

  ContextModel* model_;
  QLabel* caption_;
  QTreeView* view_;
  int context_length_ = 0;
};

}  // namespace limbeck
