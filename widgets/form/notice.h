// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;

namespace limbeck {

/// A sentence beside an icon, in the colour of its kind: never colour alone. Wraps; hidden while it has no words.
class Notice final : public QWidget {
  Q_OBJECT

 public:
  enum class Kind { Problem, Good, Note };

  explicit Notice(QWidget* parent = nullptr);

  void say(Kind kind, const QString& words);
  void clear() { say(Kind::Note, {}); }
  QString words() const;

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void paintIcon();

  Kind kind_ = Kind::Note;
  QLabel* icon_;
  QLabel* words_;
};

}  // namespace limbeck
