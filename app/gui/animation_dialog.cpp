// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/animation_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <algorithm>

#include "widgets/base/text.h"

namespace limbeck {
namespace {

constexpr int kSuggestedEpisodes = 3;
/// A GIF of more frames than this is larger than anybody wants to mail.
constexpr int kManyFrames = 3000;

QSpinBox* spinBox(int low, int high, int value, QWidget* parent) {
  auto* box = new QSpinBox(parent);
  box->setRange(low, high);
  box->setValue(value);
  return box;
}

}  // namespace

AnimationDialog::AnimationDialog(int episodes, int episode, double mean_steps, QWidget* parent)
    : QDialog(parent),
      mean_steps_(mean_steps),
      kind_(new QComboBox(this)),
      first_(spinBox(1, std::max(1, episodes), episode + 1, this)),
      last_(spinBox(1, std::max(1, episodes), std::min(episodes, episode + kSuggestedEpisodes), this)),
      frames_per_step_(spinBox(1, 8, 1, this)),
      cell_(spinBox(6, 96, 24, this)),
      rate_(new QDoubleSpinBox(this)),
      dark_(new QCheckBox(tr("Dark"), this)),
      path_(new QLineEdit(this)),
      words_(new QLabel(this)),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this)) {
  setWindowTitle(tr("Export the boards as an animation"));
  kind_->addItem(tr("GIF, plays everywhere"));
  kind_->addItem(tr("PNG frames in a folder, for a film"));
  rate_->setRange(1.0, 50.0);
  rate_->setValue(12.0);
  rate_->setDecimals(0);
  words_->setWordWrap(true);
  auto* browse = new QPushButton(tr("Browse…"), this);
  auto* place = new QHBoxLayout;
  place->addWidget(path_, 1);
  place->addWidget(browse);
  auto* form = new QFormLayout(this);
  form->addRow(tr("&Format"), kind_);
  form->addRow(tr("&From episode"), first_);
  form->addRow(tr("&To episode"), last_);
  form->addRow(tr("Frames a &step"), frames_per_step_);
  form->addRow(tr("&Cell, pixels"), cell_);
  form->addRow(tr("Frames a se&cond"), rate_);
  form->addRow(QString(), dark_);
  form->addRow(tr("&Write to"), place);
  form->addRow(words_);
  form->addRow(buttons_);
  connect(kind_, &QComboBox::currentIndexChanged, this, [this] { setSuggestedPath(suggested_); });
  for (QSpinBox* box : {first_, last_, frames_per_step_, cell_})
    connect(box, &QSpinBox::valueChanged, this, &AnimationDialog::update);
  connect(rate_, &QDoubleSpinBox::valueChanged, this, &AnimationDialog::update);
  connect(path_, &QLineEdit::textEdited, this, [this] { is_path_edited_ = true; });
  connect(path_, &QLineEdit::textChanged, this, &AnimationDialog::update);
  connect(browse, &QPushButton::clicked, this, &AnimationDialog::browse);
  connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
  update();
}

void AnimationDialog::setSuggestedPath(const QString& path_without_ending) {
  suggested_ = path_without_ending;
  if (!is_path_edited_)
    path_->setText(kind() == AnimationKind::Gif ? suggested_ + QStringLiteral(".gif")
                                                : suggested_ + QStringLiteral("_frames"));
  update();
}

AnimationKind AnimationDialog::kind() const {
  return kind_->currentIndex() == 0 ? AnimationKind::Gif : AnimationKind::Frames;
}

AnimationOptions AnimationDialog::options() const {
  AnimationOptions options;
  options.first_episode = first_->value() - 1;
  options.last_episode = last_->value() - 1;
  options.frames_per_step = frames_per_step_->value();
  options.cell_pixels = cell_->value();
  options.frames_per_second = rate_->value();
  options.is_dark = dark_->isChecked();
  return options;
}

QString AnimationDialog::path() const {
  return path_->text();
}

void AnimationDialog::update() {
  const int episodes = last_->value() - first_->value() + 1;
  QString problem;
  if (episodes < 1) problem = tr("The last episode comes before the first.");
  if (path_->text().trimmed().isEmpty()) problem = tr("Give the name of a file or folder to write to.");
  const int frames = static_cast<int>(episodes * (mean_steps_ + 1.0) * frames_per_step_->value());
  QString words = problem;
  if (problem.isEmpty()) {
    words = tr("About %1 frames, %2.").arg(countText(frames), durationText(frames / rate_->value()));
    if (frames > kManyFrames && kind() == AnimationKind::Gif)
      words += QLatin1Char(' ') + tr("That makes a large file.");
  }
  words_->setText(words);
  buttons_->button(QDialogButtonBox::Save)->setEnabled(problem.isEmpty());
}

void AnimationDialog::browse() {
  const auto option = QFileDialog::DontUseNativeDialog;
  const QString chosen =
      kind() == AnimationKind::Gif
          ? QFileDialog::getSaveFileName(this, tr("Write the animation to"), path(), tr("GIF (*.gif)"), nullptr, option)
          : QFileDialog::getExistingDirectory(this, tr("Write the frames to"), path(),
                                              QFileDialog::ShowDirsOnly | option);
  if (chosen.isEmpty()) return;
  is_path_edited_ = true;
  path_->setText(chosen);
}

}  // namespace limbeck
