// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "widgets/watch/attention_bars.h"

class QPainter;

namespace limbeck {

/// Bars over the context, oldest at the left and the present at the right, with a line of text below: the episodes, or
/// what is under the pointer.
class AttentionPlot : public QWidget {
  Q_OBJECT

 public:
  explicit AttentionPlot(QWidget* parent = nullptr);

  /// What the line below says of a bar under the pointer, and of an episode besides its number (may be empty).
  struct Texts {
    std::function<QString(const AttentionBar&)> of_bar;
    std::function<QString(int episode)> of_episode;
  };
  void setBars(std::vector<AttentionBar> bars, Texts texts);
  const std::vector<AttentionBar>& bars() const { return bars_; }
  /// Shown instead of bars when there are none.
  void setWords(const QString& words);
  void setDimmed(bool is_dimmed);

  /// The bar drawn at `x`; none where there are no bars.
  std::optional<std::size_t> barAt(double x) const;
  /// Where a bar begins; `xOf(bars().size())` is where the last one ends.
  double xOf(std::size_t bar) const { return lefts_[bar]; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void rowHovered(std::optional<std::int64_t> row);
  void rowClicked(std::int64_t row);

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  /// The bars of one episode, [begin, end).
  struct Group {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  QRect field() const;
  void layOut();
  void hover(std::optional<std::size_t> bar);
  void paintBars(QPainter& painter) const;
  void paintGroups(QPainter& painter) const;
  void paintScale(QPainter& painter) const;

  std::vector<AttentionBar> bars_;
  std::vector<Group> groups_;
  std::vector<std::size_t> group_of_;  ///< [bars]
  std::vector<double> lefts_;          ///< [bars + 1]
  double bar_width_ = 0.0;
  double gap_ = 0.0;
  double largest_ = 0.0;
  Texts texts_;
  QString words_;
  bool is_dimmed_ = false;
  std::optional<std::size_t> hovered_;
};

}  // namespace limbeck
