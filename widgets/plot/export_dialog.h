// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "core/plot/plot_model.h"
#include "widgets/plot/plot_export.h"

class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace limbeck {

/// Asks for format, size and file, and shows the picture that the file will hold. Writes nothing itself: when it is
/// accepted, call `exportPlotTo(..., path(), options())`.
class PlotExportDialog : public QDialog {
  Q_OBJECT

 public:
  /// `displayed` and `full` as for `exportPlotTo`.
  PlotExportDialog(PlotModel displayed, PlotModel full, QWidget* parent = nullptr);

  /// The file to write unless the user names another; its ending follows the format.
  void setSuggestedPath(const QString& path);
  QString path() const;
  PlotExportOptions options() const;
  const PlotModel& displayedModel() const { return displayed_; }
  const PlotModel& fullModel() const { return full_; }

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void makeControls();
  PlotFormat format() const;
  void applyFormat();
  void applyPreset();
  void applyUnit();
  void enableSize();
  void browse();
  void updatePreview();
  void updateAccept();
  QString previewText() const;

  PlotModel displayed_;
  PlotModel full_;
  QComboBox* format_;
  QLabel* explanation_;
  QComboBox* preset_;
  QDoubleSpinBox* width_;
  QDoubleSpinBox* height_;
  QComboBox* unit_;
  QComboBox* png_scale_;
  QLabel* pixels_;
  QLabel* preview_;
  QLineEdit* path_;
  QLabel* note_;
  QPushButton* browse_;
  QDialogButtonBox* buttons_;
};

}  // namespace limbeck
