// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QString>
#include <array>

class QLabel;

namespace limbeck {

class Notice;

/// What a run will cost, in words ("2 min 05 s", "38 MB"), for all its seeds together. An empty text leaves its line
/// out.
struct EstimateText {
  enum class State { Measuring, Ready, Impossible };

  State state = State::Measuring;
  QString problem;  ///< why it is Impossible to say
  QString histories_time;
  QString training_time;
  QString evaluation_time;
  QString total_time;
  QString memory;
  QString disk;
  QString transitions;
  QString parameters;
  QString note;  ///< what the estimate rests on: "measured on this computer, 2 threads"
};

class EstimateBox final : public QFrame {
  Q_OBJECT

 public:
  explicit EstimateBox(QWidget* parent = nullptr);

  void setEstimate(const EstimateText& estimate);

 private:
  struct Row {
    QLabel* name = nullptr;
    QLabel* value = nullptr;
  };

  std::array<Row, 8> rows_;
  Notice* notice_;
  QLabel* note_;
};

}  // namespace limbeck
