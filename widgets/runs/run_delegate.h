// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace limbeck {

/// Draws the rows of the list of runs: star, state icon and name; title with its tags; mean with its interval; state
/// with age and progress. A click on the star and an edited title are told; nothing is written into the model.
class RunDelegate final : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void setEditorData(QWidget* editor, const QModelIndex& index) const override;
  void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;
  bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;

  /// Where the star stands in a cell of the first column.
  static QRect starRect(const QStyleOptionViewItem& option);
  /// What the first column needs in front of its text.
  static int iconsWidth(const QFontMetrics& metrics);

 Q_SIGNALS:
  void starClicked(const QModelIndex& index);
  void titleEdited(const QModelIndex& index, const QString& title) const;
};

}  // namespace limbeck
