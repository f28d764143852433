// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <memory>
#include <optional>

#include "widgets/watch/attention_bars.h"
#include "widgets/watch/transition_text.h"

class QComboBox;
class QToolButton;

namespace limbeck {

class AttentionPlot;
class FittingLabel;
class RecordedStream;

/// What the model looked at over its context, with the choice of layer and head, which new data never changes.
class AttentionStrip : public QWidget {
  Q_OBJECT

 public:
  explicit AttentionStrip(QWidget* parent = nullptr);

  /// Both are shared with those who computed and show them; null for either shows the words instead.
  void setAttention(std::shared_ptr<const AttentionView> view, std::shared_ptr<const RecordedStream> stream);
  /// What is shown is not yet of the present moment.
  void setBusy(bool is_busy);
  /// Why there is no attention and what to do, shown while there is none.
  void setWords(const QString& words);
  /// For the texts; an action without a name is told by its number.
  void setActionNames(const QStringList& names);
  /// For the texts: what an observation tells of a place.
  void setPlaceWords(PlaceWords words);

  AttentionChoice choice() const;
  /// The bars as a table: episode, step, what was seen, action, reward, weight; tab-separated with one head line.
  QString table() const;

 public Q_SLOTS:
  /// Puts `table()` on the clipboard; Ctrl+C in the strip and its context menu do so too.
  void copyTable() const;

 Q_SIGNALS:
  /// The row under the pointer (of an episode's bar the one with the strongest weight), none when it left.
  void transitionHovered(std::optional<std::int64_t> row);
  void transitionClicked(std::int64_t row);

 private:
  void makePickers();
  void fillPickers();
  void showBars();
  void showCaption();
  void describe();
  QString barText(const AttentionBar& bar) const;
  QString episodeText(int episode) const;

  std::shared_ptr<const AttentionView> view_;
  std::shared_ptr<const RecordedStream> stream_;
  QStringList action_names_;
  PlaceWords place_words_;
  QString words_;
  bool is_busy_ = false;
  FittingLabel* caption_;
  QComboBox* layer_;
  QComboBox* head_;
  QToolButton* by_episode_;
  AttentionPlot* plot_;
};

}  // namespace limbeck
