// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <array>

class QLabel;

namespace limbeck {

struct StageWords;

/// The three stages of a run in words, one below the other: what stands on the new-run page while its form is folded.
class StageCards final : public QWidget {
  Q_OBJECT

 public:
  explicit StageCards(QWidget* parent = nullptr);

  void setWords(const StageWords& words);

 private:
  std::array<QLabel*, 3> words_{};
};

}  // namespace limbeck
