// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

namespace limbeck {

/// One stage of work as the progress display shows it.
struct StageShare {
  enum class State { Waiting, Running, Done, Failed };
  QString name;  ///< "histories"
  State state = State::Waiting;
  double share = 0.0;   ///< of a running stage, 0 to 1
  double weight = 1.0;  ///< how long it takes beside the others
};

/// All stages of a run in one bar, each as wide as its share of the time, with a line that says where it is and what is
/// left.
class StageProgress final : public QWidget {
  Q_OBJECT

 public:
  explicit StageProgress(QWidget* parent = nullptr);

  /// `words`: "training · step 412 of 700 · 83 k tokens/s · 38 s left".
  void setStages(const std::vector<StageShare>& stages, const QString& words);
  QString words() const { return words_; }
  /// Of everything, by the weights; 0 to 1.
  double total() const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  std::vector<StageShare> stages_;
  QString words_;
};

}  // namespace limbeck
