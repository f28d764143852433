// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <optional>
#include <vector>

class QPainter;

namespace limbeck {

/// What the model would do next: one bar an action, in the order of the actions. Of many (a bandit may have 255 arms)
/// the likeliest, and the one that was taken.
class ActionBars : public QWidget {
  Q_OBJECT

 public:
  explicit ActionBars(QWidget* parent = nullptr);

  void setActions(const QStringList& names);
  /// `probabilities`: [actions]; empty shows the words. `chosen`: the action that was taken then, if one was.
  void setProbabilities(std::vector<float> probabilities, std::optional<int> chosen);
  /// Why there are no probabilities and what to do.
  void setWords(const QString& words);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<int> shownActions() const;
  int lineCount() const;
  int lineHeight() const;
  int nameWidth() const;
  int percentWidth() const;
  void paintLine(QPainter& painter, const QRect& line, int action) const;
  void describe();

  QStringList names_;
  std::vector<float> probabilities_;
  std::optional<int> chosen_;
  QString words_;
};

}  // namespace limbeck
