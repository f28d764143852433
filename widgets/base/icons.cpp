// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/base/icons.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QSvgRenderer>

#include "core/base/check.h"

// Resources of a static library are linked in only where somebody asks for them by name.
static void initialiseIcons() {
  Q_INIT_RESOURCE(icons);
}

namespace limbeck {
namespace {

class SvgIconEngine final : public QIconEngine {
 public:
  explicit SvgIconEngine(QByteArray svg) : svg_(std::move(svg)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const QPalette palette = QGuiApplication::palette();
    const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
    const auto role = mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::ButtonText;
    QByteArray coloured = svg_;
    coloured.replace("currentColor", palette.color(group, role).name().toLatin1());
    QSvgRenderer renderer(coloured);
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    renderer.render(painter, rect);
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap result(size);
    result.fill(Qt::transparent);
    QPainter painter(&result);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return result;
  }

  QIconEngine* clone() const override { return new SvgIconEngine(svg_); }

 private:
  QByteArray svg_;
};

}  // namespace

QIcon icon(const QString& name) {
  initialiseIcons();
  QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
  LIMBECK_CHECK(file.open(QIODevice::ReadOnly), "no icon " + name.toStdString());
  return QIcon(new SvgIconEngine(file.readAll()));
}

}  // namespace limbeck
