// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPushButton;

namespace limbeck {

class Notice;

/// The bar at the foot of the new-run page: what will happen or why it can't, and the one button to press.
class StartBar final : public QWidget {
  Q_OBJECT

 public:
  explicit StartBar(QWidget* parent = nullptr);

  /// Start can be pressed, and will do what `words` say; `seed_count` stands on the button when it is above 1.
  void setReady(const QString& words, int seed_count);
  /// Start can't be pressed because of `problem`. `is_shown_by_form`: there is a field to go to.
  void setProblem(const QString& problem, bool is_shown_by_form);
  QPushButton* startButton() const { return start_; }

 Q_SIGNALS:
  void started();
  /// The user wants to see the field that the problem is about.
  void problemWanted();

 private:
  void paintStart();
  void changeEvent(QEvent* event) override;

  Notice* words_;
  QPushButton* show_;
  QPushButton* start_;
};

}  // namespace limbeck
