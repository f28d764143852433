// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QWidget>
#include <chrono>

#include "widgets/queue/queue_words.h"

class QAction;
class QHBoxLayout;
class QLabel;
class QLayout;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace limbeck {

class ElidedLabel;

/// One run in the queue. Its widgets are made once and shown or hidden by the run's state only, never by its numbers.
class QueueCard final : public QWidget {
  Q_OBJECT

 public:
  /// Where a waiting run stands among `count` waiting ones; 0 = next.
  struct Place {
    int position = 0;
    int count = 0;
  };

  explicit QueueCard(RunId run, QWidget* parent = nullptr);

  void setEntry(const QueueEntry& entry, Place place);
  void setReadOnly(const QString& reason);
  /// How long a stop or pause may take before the reason is said.
  void setPatience(std::chrono::milliseconds patience) { patience_ = patience; }

 Q_SIGNALS:
  void pauseRequested();
  void resumeRequested();
  void stopAndKeepRequested();
  void stopAndDiscardRequested();
  void moveRequested(int position);
  void trashRequested();
  void keepRequested();
  void activated();
  void detailsRequested();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  /// What the user asked for and the job has not confirmed yet: the button answers at once.
  enum class Asked { Nothing, Pause, StopAndKeep, StopAndDiscard };

  QHBoxLayout* makeHeader();
  QLayout* makeActions();
  QWidget* makeConfirmation();
  void connectButtons();
  void ask(Asked what);
  void confirmDiscard(bool is_open);
  void forgetWhatIsAnswered();
  bool isPausing() const;
  bool isWorking() const;
  bool isStopping() const;
  void refresh();
  void refreshState();
  void refreshNumbers();
  void refreshButtons();
  void refreshPauseButton();
  void refreshNames();
  void refreshColours();
  QString remark() const;
  QString advice() const;

  QueueEntry entry_;
  Place place_;
  QString read_only_reason_;
  std::chrono::milliseconds patience_{2000};
  Asked asked_ = Asked::Nothing;
  QElapsedTimer unanswered_since_;
  StateLook look_;

  QLabel* state_icon_;
  ElidedLabel* name_;
  QLabel* state_word_;
  QToolButton* show_;
  QToolButton* close_;
  ElidedLabel* progress_text_;
  QProgressBar* bar_;
  ElidedLabel* time_text_;
  QLabel* remark_;  ///< cause of a failure, what is kept, how far an interrupted run came
  QLabel* advice_;
  QWidget* actions_;
  QPushButton* pause_;  ///< Pause, Resume, Try again
  QPushButton* stop_;
  QAction* stop_and_keep_;
  QAction* stop_and_discard_;
  QToolButton* up_;
  QToolButton* down_;
  QPushButton* open_;
  QPushButton* copy_;
  QPushButton* keep_;
  QPushButton* trash_;
  QWidget* confirmation_;
  QPushButton* discard_;
  QPushButton* go_back_;
};

}  // namespace limbeck
