// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QString>
#include <vector>

#include "core/experiment/sweep.h"

class QLabel;
class QListWidget;

namespace limbeck {

/// "6 points", "18 runs" and the like.
QString countedPoints(std::size_t points);
QString countedRuns(std::size_t runs);
/// "6 points × 3 seeds: 18 runs".
QString sweepWords(std::size_t points, std::size_t seeds);

/// What else an experiment file asks for beside its keys: the points of its sweep, its claims, published numbers.
class SweepBox final : public QFrame {
  Q_OBJECT

 public:
  explicit SweepBox(QWidget* parent = nullptr);

  /// `claims` and `published`: how many the file has.
  void setSweep(const std::vector<SweepPoint>& points, std::size_t seeds, std::size_t claims, std::size_t published);

 private:
  QLabel* title_;
  QLabel* rest_;
  QListWidget* list_;
};

}  // namespace limbeck
