// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/plot_text_object.h"

#include <QAbstractTextDocumentLayout>
#include <QPaintDevice>
#include <QPainter>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextFrame>
#include <algorithm>

#include "widgets/base/theme.h"
#include "widgets/plot/plot_painter.h"

namespace limbeck {
namespace {

constexpr int kPlotObject = QTextFormat::UserObject + 1;
constexpr int kIndexProperty = QTextFormat::UserProperty + 1;
const QSizeF kPlotSize(760.0, 430.0);  // in logical pixels
constexpr double kScreenDotsPerInch = 96.0;

/// Logical pixels of the device that the text is laid out for: paper has many dots to one.
double scaleOf(const QTextDocument& document) {
  const QPaintDevice* device = document.documentLayout()->paintDevice();
  return device == nullptr ? 1.0 : std::max(1.0, device->logicalDpiX() / kScreenDotsPerInch);
}

}  // namespace

PlotTextObject::PlotTextObject(std::vector<PlotModel> plots, const Theme& theme, QObject* parent)
    : QObject(parent), plots_(std::move(plots)), theme_(theme) {}

void PlotTextObject::insertPlots(QTextDocument& document, std::vector<PlotModel> plots, const Theme& theme) {
  document.documentLayout()->registerHandler(kPlotObject, new PlotTextObject(std::move(plots), theme, &document));
  QTextCursor cursor(&document);
  while (true) {
    cursor = document.find(QString(QChar::ObjectReplacementCharacter), cursor);
    if (cursor.isNull()) break;
    const QTextImageFormat image = cursor.charFormat().toImageFormat();
    const QString name = image.isValid() ? image.name() : QString();
    if (!name.startsWith(QLatin1String("plot-"))) continue;
    QTextCharFormat format;
    format.setObjectType(kPlotObject);
    format.setProperty(kIndexProperty, name.mid(5).toInt());
    cursor.insertText(QString(QChar::ObjectReplacementCharacter), format);
  }
}

QSizeF PlotTextObject::intrinsicSize(QTextDocument* document, int, const QTextFormat&) {
  const double scale = scaleOf(*document);
  const QTextFrameFormat page = document->rootFrame()->frameFormat();
  const double room = document->pageSize().width() - page.leftMargin() - page.rightMargin();
  const double width = room > 0.0 ? std::min(room, kPlotSize.width() * scale) : kPlotSize.width() * scale;
  return {width, width * kPlotSize.height() / kPlotSize.width()};
}

void PlotTextObject::drawObject(QPainter* painter, const QRectF& rect, QTextDocument*, int, const QTextFormat& format) {
  const auto index = static_cast<std::size_t>(format.intProperty(kIndexProperty));
  if (index >= plots_.size()) return;
  painter->save();
  painter->translate(rect.topLeft());
  // Smaller rather than cramped where there is less room.
  const double scale = rect.width() / kPlotSize.width();
  painter->scale(scale, scale);
  paintPlot(*painter, plots_[index], kPlotSize, theme_);
  painter->restore();
}

}  // namespace limbeck
