// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "widgets/board/board_animation.h"

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace limbeck {

enum class AnimationKind { Gif, Frames };

/// What a board animation shows and where it goes. Says how many frames that makes before anything is written.
class AnimationDialog final : public QDialog {
  Q_OBJECT

 public:
  /// `episodes`: of the longest board; `episode`: the one under the cursor, where the suggestion begins; `mean_steps`:
  /// of an episode.
  AnimationDialog(int episodes, int episode, double mean_steps, QWidget* parent = nullptr);

  void setSuggestedPath(const QString& path_without_ending);
  AnimationKind kind() const;
  AnimationOptions options() const;
  QString path() const;

 private:
  void update();
  void browse();

  double mean_steps_;
  QString suggested_;
  bool is_path_edited_ = false;
  QComboBox* kind_;
  QSpinBox* first_;
  QSpinBox* last_;
  QSpinBox* frames_per_step_;
  QSpinBox* cell_;
  QDoubleSpinBox* rate_;
  QCheckBox* dark_;
  QLineEdit* path_;
  QLabel* words_;
  QDialogButtonBox* buttons_;
};

}  // namespace limbeck
