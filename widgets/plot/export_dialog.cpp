// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/export_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPixmap>
#include <QPushButton>
#include <QVBoxLayout>
#include <array>
#include <utility>

#include "core/plot/csv_writer.h"
#include "core/plot/pgfplots_writer.h"
#include "widgets/base/icons.h"
#include "widgets/base/text.h"

namespace limbeck {
namespace {

struct FormatEntry {
  PlotFormat format;
  const char* name;
  const char* explanation;
};

constexpr std::array<FormatEntry, 6> kFormats = {{
    {PlotFormat::Svg, QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "SVG picture"),
     QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "Lines and text for web pages and slides; sharp at any size.")},
    {PlotFormat::Pdf, QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "PDF page"),
     QT_TRANSLATE_NOOP("limbeck::PlotExportDialog",
                       "One page of exactly this size, with its fonts and searchable text.")},
    {PlotFormat::Png, QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "PNG picture"),
     QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "Pixels, for where nothing else is taken.")},
    {PlotFormat::Pgfplots, QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "PGFPlots for LaTeX"),
     QT_TRANSLATE_NOOP("limbeck::PlotExportDialog",
                       "A .tex file to \\input, and its table beside it as NAME_data.csv.")},
    {PlotFormat::CsvDisplayed, QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "CSV as displayed"),
     QT_TRANSLATE_NOOP("limbeck::PlotExportDialog",
                       "The numbers on the screen: this range, smoothed and thinned out as drawn, with the band.")},
    {PlotFormat::CsvAll, QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "CSV, all recorded points"),
     QT_TRANSLATE_NOOP("limbeck::PlotExportDialog",
                       "Every recorded point of every line, neither smoothed nor thinned out.")},
}};

struct Preset {
  const char* name;
  QSizeF size;  ///< empty: the user's own
  LengthUnit unit;
};

const std::array<Preset, 4> kPresets = {{
    {QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "Single column, 85 mm"), {85.0, 60.0}, LengthUnit::Millimetre},
    {QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "Double column, 170 mm"), {170.0, 90.0}, LengthUnit::Millimetre},
    {QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "Slide, 1280 x 720"), {1280.0, 720.0}, LengthUnit::Pixel},
    {QT_TRANSLATE_NOOP("limbeck::PlotExportDialog", "Custom"), {}, LengthUnit::Pixel},
}};
constexpr int kSlidePreset = 2;
constexpr int kCustomPreset = 3;

constexpr std::array<int, 3> kPngScales = {1, 2, 4};
constexpr qsizetype kPreviewLetters = 4000;

/// A row that is a layout has no widget of which the form could make its label the buddy.
QLabel* labelFor(const QString& text, QWidget* widget) {
  auto* label = new QLabel(text, widget->parentWidget());
  label->setBuddy(widget);
  return label;
}

bool isPicture(PlotFormat format) {
  return format == PlotFormat::Svg || format == PlotFormat::Pdf || format == PlotFormat::Png;
}

}  // namespace

PlotExportDialog::PlotExportDialog(PlotModel displayed, PlotModel full, QWidget* parent)
    : QDialog(parent), displayed_(std::move(displayed)), full_(std::move(full)) {
  setWindowTitle(tr("Export the plot"));
  makeControls();
  preset_->setCurrentIndex(kSlidePreset);
  resize(720, 620);
  setSuggestedPath(QStringLiteral("plot"));
}

void PlotExportDialog::makeControls() {
  format_ = new QComboBox(this);
  for (const FormatEntry& entry : kFormats) format_->addItem(tr(entry.name), static_cast<int>(entry.format));
  explanation_ = new QLabel(this);
  explanation_->setWordWrap(true);
  preset_ = new QComboBox(this);
  for (const Preset& preset : kPresets) preset_->addItem(tr(preset.name));
  width_ = new QDoubleSpinBox(this);
  height_ = new QDoubleSpinBox(this);
  unit_ = new QComboBox(this);
  unit_->addItem(tr("px"), static_cast<int>(LengthUnit::Pixel));
  unit_->addItem(tr("mm"), static_cast<int>(LengthUnit::Millimetre));
  png_scale_ = new QComboBox(this);
  for (const int scale : kPngScales) png_scale_->addItem(tr("%1x").arg(scale), scale);
  pixels_ = new QLabel(this);
  preview_ = new QLabel(this);
  preview_->setMinimumSize(320, 200);
  preview_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);  // It takes the room that it is given.
  preview_->setFrameShape(QFrame::StyledPanel);
  path_ = new QLineEdit(this);
  path_->setClearButtonEnabled(true);
  note_ = new QLabel(this);
  note_->setWordWrap(true);
  note_->setAccessibleName(tr("About the file"));
  browse_ = new QPushButton(icon(QStringLiteral("folder")), tr("Browse..."), this);
  browse_->setAutoDefault(false);
  buttons_ = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);

  format_->setAccessibleName(tr("Format"));
  explanation_->setAccessibleName(tr("What the format holds"));
  preset_->setAccessibleName(tr("Size"));
  width_->setAccessibleName(tr("Width"));
  height_->setAccessibleName(tr("Height"));
  unit_->setAccessibleName(tr("Unit of width and height"));
  png_scale_->setAccessibleName(tr("Pixels of the file for each pixel of the size"));
  pixels_->setAccessibleName(tr("Size of the file's picture"));
  path_->setAccessibleName(tr("File"));
  preview_->setAccessibleName(tr("Preview"));

  auto* size_row = new QHBoxLayout;
  size_row->addWidget(width_);
  size_row->addWidget(new QLabel(QStringLiteral("x"), this));
  size_row->addWidget(height_);
  size_row->addWidget(unit_);
  size_row->addStretch(1);
  auto* scale_row = new QHBoxLayout;
  scale_row->addWidget(png_scale_);
  scale_row->addWidget(pixels_, 1);
  auto* path_row = new QHBoxLayout;
  path_row->addWidget(path_, 1);
  path_row->addWidget(browse_);
  auto* form = new QFormLayout;
  form->addRow(tr("&Format"), format_);
  form->addRow(QString(), explanation_);
  form->addRow(tr("Si&ze"), preset_);
  form->addRow(QString(), size_row);
  form->addRow(labelFor(tr("&Resolution"), png_scale_), scale_row);
  form->addRow(labelFor(tr("F&ile"), path_), path_row);
  form->addRow(QString(), note_);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(preview_, 1);
  layout->addLayout(form);
  layout->addWidget(buttons_);

  connect(format_, &QComboBox::currentIndexChanged, this, &PlotExportDialog::applyFormat);
  connect(preset_, &QComboBox::currentIndexChanged, this, &PlotExportDialog::applyPreset);
  for (QDoubleSpinBox* box : {width_, height_}) {
    connect(box, &QDoubleSpinBox::valueChanged, this, &PlotExportDialog::updatePreview);
  }
  connect(unit_, &QComboBox::currentIndexChanged, this, &PlotExportDialog::applyUnit);
  connect(png_scale_, &QComboBox::currentIndexChanged, this, &PlotExportDialog::updatePreview);
  connect(path_, &QLineEdit::textChanged, this, &PlotExportDialog::updateAccept);
  connect(browse_, &QPushButton::clicked, this, &PlotExportDialog::browse);
  connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

PlotFormat PlotExportDialog::format() const {
  return static_cast<PlotFormat>(format_->currentData().toInt());
}

PlotExportOptions PlotExportDialog::options() const {
  return {.format = format(),
          .png_scale = png_scale_->currentData().toInt(),
          .size = {width_->value(), height_->value()},
          .unit = static_cast<LengthUnit>(unit_->currentData().toInt())};
}

QString PlotExportDialog::path() const {
  return path_->text().trimmed();
}

void PlotExportDialog::setSuggestedPath(const QString& path) {
  path_->setText(path);
  applyFormat();
}

void PlotExportDialog::applyFormat() {
  explanation_->setText(tr(kFormats[static_cast<std::size_t>(format_->currentIndex())].explanation));
  png_scale_->setEnabled(format() == PlotFormat::Png);
  preset_->setEnabled(isPicture(format()));
  enableSize();
  if (!path().isEmpty()) {
    static const QStringList kEndings{QStringLiteral("svg"), QStringLiteral("pdf"), QStringLiteral("png"),
                                      QStringLiteral("tex"), QStringLiteral("csv")};
    // A dot within a name, as in "lr 0.001", begins no ending of ours.
    QString stem = path();
    const QString suffix = QFileInfo(stem).suffix();
    if (kEndings.contains(suffix.toLower())) stem.chop(suffix.size() + 1);
    path_->setText(stem + QLatin1Char('.') + fileEnding(format()));
  }
  updatePreview();
}

void PlotExportDialog::enableSize() {
  const bool is_custom = preset_->currentIndex() == kCustomPreset;
  width_->setEnabled(is_custom && isPicture(format()));
  height_->setEnabled(is_custom && isPicture(format()));
  unit_->setEnabled(is_custom && isPicture(format()));
}

void PlotExportDialog::applyPreset() {
  enableSize();
  if (preset_->currentIndex() == kCustomPreset) return;  // begins with what was
  const Preset& preset = kPresets[static_cast<std::size_t>(preset_->currentIndex())];
  unit_->setCurrentIndex(unit_->findData(static_cast<int>(preset.unit)));
  applyUnit();
  width_->setValue(preset.size.width());
  height_->setValue(preset.size.height());
}

void PlotExportDialog::applyUnit() {
  const bool is_pixels = unit_->currentData().toInt() == static_cast<int>(LengthUnit::Pixel);
  for (QDoubleSpinBox* box : {width_, height_}) {
    box->setDecimals(is_pixels ? 0 : 1);
    box->setRange(is_pixels ? 160.0 : 40.0, is_pixels ? 4096.0 : 800.0);
    box->setSingleStep(is_pixels ? 10.0 : 5.0);
  }
  updatePreview();
}

void PlotExportDialog::browse() {
  QFileDialog dialog(this, tr("Export the plot"), path(),
                     QStringLiteral("%1 (*.%2)").arg(format_->currentText(), fileEnding(format())));
  dialog.setOption(QFileDialog::DontUseNativeDialog);
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setOption(QFileDialog::DontConfirmOverwrite);  // The line under the path says so.
  dialog.setDefaultSuffix(fileEnding(format()));
  if (dialog.exec() == QDialog::Accepted) path_->setText(dialog.selectedFiles().constFirst());
}

QString PlotExportDialog::previewText() const {
  switch (format()) {
    case PlotFormat::Pgfplots:
      return toQString(pgfplotsFigure(displayed_, "NAME_data.csv").tex);
    case PlotFormat::CsvDisplayed:
      return toQString(csvText(withinAxis(displayed_)));
    case PlotFormat::CsvAll:
      return toQString(allPointsCsv(full_));
    case PlotFormat::Svg:
    case PlotFormat::Pdf:
    case PlotFormat::Png:
      break;
  }
  return {};
}

void PlotExportDialog::updatePreview() {
  if (!isPicture(format())) {
    pixels_->clear();
    preview_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    preview_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    preview_->setTextFormat(Qt::PlainText);
    preview_->setText(previewText().left(kPreviewLetters));
    return;
  }
  PlotExportOptions options = this->options();
  const QSize pixels = pixelSize(options);
  pixels_->setText(format() == PlotFormat::Png ? tr("%1 x %2 pixels").arg(pixels.width()).arg(pixels.height())
                                               : QString());
  options.png_scale = 1;  // More pixels would be scaled down again.
  const QImage image = plotImage(displayed_, options);
  preview_->setAlignment(Qt::AlignCenter);
  const QSize room = preview_->contentsRect().size() * devicePixelRatioF();
  QPixmap picture = QPixmap::fromImage(image);
  if (picture.width() > room.width() || picture.height() > room.height()) {
    picture = picture.scaled(room, Qt::KeepAspectRatio, Qt::SmoothTransformation);
  }
  picture.setDevicePixelRatio(devicePixelRatioF());
  preview_->setPixmap(picture);
}

void PlotExportDialog::updateAccept() {
  const QFileInfo file(path());
  QString note;
  const bool has_folder = !path().isEmpty() && QFileInfo(file.absolutePath()).isDir();
  if (path().isEmpty()) {
    note = tr("Name a file.");
  } else if (!has_folder) {
    note = tr("There is no folder %1.").arg(file.absolutePath());
  } else if (file.isDir()) {
    note = tr("This is a folder; name a file in it.");
  } else if (file.exists()) {
    note = tr("A file of this name is there; it will be replaced.");
  }
  note_->setText(note);
  buttons_->button(QDialogButtonBox::Save)->setEnabled(has_folder && !file.isDir());
}

void PlotExportDialog::resizeEvent(QResizeEvent* event) {
  QDialog::resizeEvent(event);
  updatePreview();
}

}  // namespace limbeck
