// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

namespace limbeck {

/// A field for a grid drawn as text: as many lines as the map has, letters of one width, no wrapping. Tab leaves it.
class MapEdit final : public QPlainTextEdit {
  Q_OBJECT

 public:
  explicit MapEdit(QWidget* parent = nullptr);

  /// Without empty lines at the end, which an editor leaves and no map needs.
  QString map() const;
  void setMap(const QString& map);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 private:
  void fitHeight();
};

}  // namespace limbeck
